"""Programs as they are started: as processes, by their file."""
import json
import os
import subprocess
import sys
from glob import glob
from types import SimpleNamespace

from suite import PROGRAMS, SOURCES


def start(program, arguments=(), **variables):
    """A program that runs. Modules are found as in the one directory that all programs share in a pod."""
    path, = glob(f'{SOURCES}/**/programs/{program}', recursive=True)
    return subprocess.Popen([sys.executable, path, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={
        **os.environ, 'PYTHONPATH': os.pathsep.join(PROGRAMS), 'PYTHONDONTWRITEBYTECODE': '1', **variables})


def end_of(process, seconds=20):
    """What came of it; the report is the last line of JSON, if there is one."""
    stdout, stderr = process.communicate(timeout=seconds)
    lines = [line for line in stdout.splitlines() if line.startswith('{')]
    return SimpleNamespace(status=process.returncode, stdout=stdout, stderr=stderr, report=json.loads(lines[-1]) if lines else None)


def run(program, arguments=(), **variables):
    return end_of(start(program, arguments, **variables))
