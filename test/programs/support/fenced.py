"""The fence beside processes that have the name and the directory of PostgreSQL's."""
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import fence
import say

PROGRAM = fence.__file__
TIMEOUT = 10


class Fenced(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.data = os.path.join(folder.name, 'data')
        self.pipe = os.path.join(folder.name, 'fence')
        self.log = os.path.join(folder.name, 'log')
        self.server = os.path.join(folder.name, 'postgres')
        os.mkdir(self.data)
        os.symlink(shutil.which('sleep'), self.server)

    def process(self, program=None, directory=None):
        process = subprocess.Popen([program or self.server, '60'], cwd=directory or self.data)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def stand(self):
        """Starts the fence, and gives the pipe as Patroni opens it."""
        with open(self.log, 'w') as log:
            beside = {**os.environ, 'PYTHONPATH': os.path.dirname(say.__file__)}
            subprocess.run([sys.executable, PROGRAM, self.pipe, self.data], env=beside, stdout=log, stderr=log, check=True, timeout=TIMEOUT)
        self.addCleanup(self.end)
        self.patroni = os.open(self.pipe, os.O_WRONLY)
        self.addCleanup(os.close, self.patroni)

    def fences(self):
        """The two processes, the older one first."""
        return sorted(pid for pid in map(int, filter(str.isdigit, os.listdir('/proc'))) if self.pipe.encode() in self.command(pid))

    @staticmethod
    def command(pid):
        try:
            with open(f'/proc/{pid}/cmdline', 'rb') as file:
                return file.read()
        except OSError:
            return b''

    def end(self):
        for _ in range(3):      # each starts the other again
            for pid in self.fences():
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass

    def until(self, ask):
        end = time.monotonic() + TIMEOUT
        while not ask():
            self.assertLess(time.monotonic(), end, self.said())
            time.sleep(0.02)

    def said(self):
        with open(self.log) as log:
            return log.read()
