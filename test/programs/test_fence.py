"""The fence ends PostgreSQL when Patroni was silent for too long. That it never does otherwise: test_fence_quiet.py, test_fence_death.py. They take
their time: each file has a process of its own."""
import os
import shutil
import signal
import time
import unittest

import fence
from fenced import Fenced, TIMEOUT


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


class Silent(Fenced):
    def test_a_silent_patroni_loses_its_server_and_nobody_else_does(self):
        postmaster, backend = self.process(), self.process()
        neighbour, client = self.process(directory='/'), self.process(shutil.which('sleep'))
        self.stand()
        os.write(self.patroni, b'Ctimeout=1\n')
        self.assertEqual((postmaster.wait(TIMEOUT), backend.wait(TIMEOUT)), (-signal.SIGKILL, -signal.SIGKILL))
        self.assertEqual((neighbour.poll(), client.poll()), (None, None))
        self.assertIn('Patroni was silent for 1 s, PostgreSQL is ended', self.said())

    def test_a_patroni_that_goes_on_as_leader_after_all_is_watched_again(self):
        first = self.process()
        self.stand()
        os.write(self.patroni, b'Ctimeout=1\n')
        self.assertEqual(first.wait(TIMEOUT), -signal.SIGKILL)
        time.sleep(0.5)      # it has looked once more, whether all are gone
        second = self.process()
        os.write(self.patroni, b'1')
        self.assertEqual(second.wait(TIMEOUT), -signal.SIGKILL)
        self.assertEqual(self.said().count('PostgreSQL is ended'), 2)

    def test_a_container_that_starts_again_finds_its_old_pipe(self):
        os.mkfifo(self.pipe, 0o600)
        server = self.process()
        self.stand()
        os.write(self.patroni, b'Ctimeout=1\n')
        self.assertEqual(server.wait(TIMEOUT), -signal.SIGKILL)


if __name__ == '__main__':
    unittest.main()
