"""The fence does nothing as long as Patroni speaks, or when it was put away."""
import os
import time

from fenced import Fenced


class Quiet(Fenced):
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
