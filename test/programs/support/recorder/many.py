"""Starts programs, each in a process of its own, which has the usual modules already: loading them takes longer than all that a
program does. Standard input is a list of starts: the program and its arguments, its environment, its directory and a file for its errors."""
import json
import os
import runpy
import signal
import sys
import threading
import traceback

for module in ('argparse', 'base64', 'concurrent.futures', 'datetime', 'http.client', 'http.server', 'logging', 'secrets', 'shutil', 'ssl', 'subprocess', 'tempfile', 'urllib.request'):
    __import__(module)
RECORDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'sitecustomize.py')
AT_ONCE = 2
PATIENCE = 30  # seconds


def become(words, env, cwd, errors):
    signal.alarm(PATIENCE)
    os.chdir(cwd)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.dup2(os.open(errors, os.O_WRONLY | os.O_CREAT), 2)
    os.environ.clear()
    os.environ.update(env)
    sys.argv, sys.path[0], sys.dont_write_bytecode = words, os.path.dirname(words[0]), True
    runpy.run_path(RECORDER)
    runpy.run_path(words[0], run_name='__main__')


def start(task):
    pid = os.fork()
    if pid:
        return
    status = 1
    try:
        become(**task)
        threading._shutdown()   # as Python ends: it waits for its threads
        status = 0
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


running = 0
for task in json.load(sys.stdin):
    if running == AT_ONCE:
        os.wait()
        running -= 1
    start(task)
    running += 1
for _ in range(running):
    os.wait()
