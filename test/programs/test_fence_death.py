"""The fence stands although one of its processes dies."""
import os
import signal

from fenced import Fenced, TIMEOUT


class Death(Fenced):
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
