"""The fence ends PostgreSQL when Patroni was silent for too long, and never otherwise."""
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


class Bytes(unittest.TestCase):
    """What Patroni writes, read as its watchdog protocol."""

    def after(self, *writes):
        watch, rest = fence.Watch(), b''
        for when, data in writes:
            rest = watch.take(rest + data, when)
        return watch.timeout, watch.deadline, rest

    def test_the_protocol(self):
        for name, writes, expected in [
            ('nothing is no alarm', [], (0, 0, b'')),
            ('armed', [(100, b'Ctimeout=25\n')], (25, 125, b'')),
            ('a keepalive', [(100, b'Ctimeout=25\n'), (110, b'1')], (25, 135, b'')),
            ('another timeout', [(100, b'Ctimeout=25\n'), (110, b'Ctimeout=15\n')], (15, 125, b'')),
            ('disarmed', [(100, b'Ctimeout=25\n'), (110, b'V')], (0, 0, b'')),
            ('disarmed and armed again at once', [(100, b'Ctimeout=25\n'), (110, b'VCtimeout=25\n')], (25, 135, b'')),
            ('a keepalive of nobody who is armed', [(100, b'1')], (0, 0, b'')),
            ('a command in two pieces', [(100, b'Ctime'), (101, b'out=25\n1')], (25, 126, b'')),
            ('half a command', [(100, b'Ctimeout=2')], (0, 0, b'Ctimeout=2')),
        ]:
            with self.subTest(name):
                self.assertEqual(self.after(*writes), expected)


class Running(unittest.TestCase):
    """The program beside processes that have the name and the directory of PostgreSQL's."""

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

    def test_a_silent_patroni_loses_its_server_and_nobody_else_does(self):
        postmaster, backend = self.process(), self.process()
        neighbour, client = self.process(directory='/'), self.process(shutil.which('sleep'))
        self.stand()
        os.write(self.patroni, b'Ctimeout=1\n')
        self.assertEqual((postmaster.wait(TIMEOUT), backend.wait(TIMEOUT)), (-signal.SIGKILL, -signal.SIGKILL))
        self.assertEqual((neighbour.poll(), client.poll()), (None, None))
        self.assertIn('Patroni was silent for 1 s, PostgreSQL is ended', self.said())

    def test_a_patroni_that_speaks_keeps_its_server_and_so_does_one_that_put_the_fence_away(self):
        server = self.process()
        self.stand()
        os.write(self.patroni, b'Ctimeout=2\n')
        for _ in range(10):
            time.sleep(0.25)
            os.write(self.patroni, b'1')
        os.write(self.patroni, b'V')
        time.sleep(2.2)
        self.assertIsNone(server.poll(), self.said())

    def test_the_death_of_either_process_changes_nothing(self):
        for which in (0, -1):
            with self.subTest('the older' if which == 0 else 'the younger'):
                server = self.process()
                self.stand()
                os.write(self.patroni, b'Ctimeout=2\n')
                self.until(lambda: 'armed' in self.said() and len(self.fences()) == 2)
                dead = self.fences()[which]
                os.kill(dead, signal.SIGKILL)
                self.until(lambda: dead not in self.fences() and len(self.fences()) == 2)
                self.assertIsNone(server.poll())
                # What was armed before the death is armed after it.
                self.assertEqual(server.wait(TIMEOUT), -signal.SIGKILL)
                self.end()
                self.until(lambda: not self.fences())

    def test_a_container_that_starts_again_finds_its_old_pipe(self):
        os.mkfifo(self.pipe, 0o600)
        server = self.process()
        self.stand()
        os.write(self.patroni, b'Ctimeout=1\n')
        self.assertEqual(server.wait(TIMEOUT), -signal.SIGKILL)


if __name__ == '__main__':
    unittest.main()
