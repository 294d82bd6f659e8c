"""Servers on loopback and programs on PATH that stand for what the programs under test talk to."""
import json
import os
import shutil
import tempfile
import threading
import unittest
from contextlib import contextmanager
from copy import deepcopy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest import mock


class Server(ThreadingHTTPServer):
    def handle_error(self, *_):
        """A client that hangs up is what some tests are about."""


@contextmanager
def server(answer, tls=None):
    """An HTTP server for as long as it is needed. `answer(method, path, body, headers)` gives status and JSON or text; -> its port."""
    class Handler(BaseHTTPRequestHandler):
        def handle_any(self):
            text = self.rfile.read(int(self.headers.get('Content-Length') or 0))
            status, body = answer(self.command, self.path, parsed(text), self.headers)
            data = (body if isinstance(body, str) else json.dumps(body)).encode()
            self.send_response(status)
            self.send_header('Content-Length', str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_PUT = do_PATCH = do_POST = do_DELETE = handle_any

        def log_message(self, *_):
            pass

    with Server(('127.0.0.1', 0), Handler) as running:
        if tls:
            running.socket = tls.wrap_socket(running.socket, server_side=True)
        thread = threading.Thread(target=running.serve_forever, kwargs={'poll_interval': 0.01})
        thread.start()
        try:
            yield running.server_address[1]
        finally:
            running.shutdown()
            thread.join()


def parsed(text):
    try:
        return json.loads(text)
    except ValueError:
        return text.decode()


def patch(configuration, changes):
    """What Patroni makes of a PATCH of its configuration (`patch_config` in its utils.py)."""
    for name, value in changes.items():
        if value is None:
            configuration.pop(name, None)
        elif isinstance(value, dict) and isinstance(configuration.get(name), dict):
            patch(configuration[name], value)
        elif name not in configuration or str(configuration[name]) != str(value):
            configuration[name] = deepcopy(value)
    return configuration


class Stubs:
    """Programs on PATH that note how they were called, and answer as they are told: the first word pattern that fits decides."""

    def __init__(self, **programs):
        self.folder = tempfile.mkdtemp()
        self.log = os.path.join(self.folder, 'calls')
        for name, answers in programs.items():
            self.install('wal-g' if name == 'wal_g' else name, answers)

    def install(self, name, answers):
        """`answers` is a list of (shell pattern of the arguments, shell lines)."""
        cases = '\n'.join('{}) {} ;;'.format(pattern.replace(' ', '\\ '), lines) for pattern, lines in answers)
        path = os.path.join(self.folder, name)
        with open(path, 'w') as file:
            file.write(f'#!/bin/sh\necho "{name} $*" >> {self.log}\ncase "$*" in\n{cases}\n*) exit 1 ;;\nesac\n')
        os.chmod(path, 0o755)

    @property
    def environment(self):
        return {**os.environ, 'PATH': f'{self.folder}:{os.environ["PATH"]}', 'PYTHONDONTWRITEBYTECODE': '1'}

    @property
    def calls(self):
        if not os.path.exists(self.log):
            return []
        with open(self.log) as file:
            return file.read().splitlines()

    def remove(self):
        shutil.rmtree(self.folder)


class WithStubs(unittest.TestCase):
    """Tests whose programs find stubs instead of wal-g and PostgreSQL, and a store in their environment."""

    def programs(self, store=None, **programs):
        stubs = Stubs(**programs)
        self.addCleanup(stubs.remove)
        environment = mock.patch.dict(os.environ, {**stubs.environment, 'WALG_S3_PREFIX': 's3://b/orders/17', **(store or {})})
        environment.start()
        self.addCleanup(environment.stop)
        return stubs


def backup_list(*names):
    """What wal-g answers where the store has these base backups, one for each day of November."""
    rows = [{'backup_name': name, 'finish_time': f'2026-11-{day:02d}T01:00:00Z', 'finish_lsn': day << 24} for day, name in enumerate(names, 1)]
    return ('backup-list*detail*', f"echo '{json.dumps(rows)}'")


def history(**files):
    """What wal-g answers where the store has these history files: (earlier timeline, position), one for each line."""
    lines = {name[1:]: ''.join(f'{timeline}\\t{position}\\twhy\\n' for timeline, position in rows) for name, rows in files.items()}
    return [(f'wal-fetch*{name}.history*', f"printf '{text}' > \"$3\"") for name, text in lines.items()]
