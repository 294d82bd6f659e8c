"""What PgBouncer finds beside its configuration. How it reads passwords is tried in lab/proxy."""
import importlib
import os
import stat
import tempfile
import unittest

pooler = importlib.import_module('pooler-start')


class PoolerStart(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.addCleanup(os.umask, os.umask(0o022))

    def start(self, **env):
        pooler.main({'DIRECTORY': self.folder.name, **env})
        return {name: self.read(name) for name in sorted(os.listdir(self.folder.name))}

    def read(self, name):
        with open(os.path.join(self.folder.name, name)) as file:
            return file.read()

    def test_writes_users_with_their_passwords_for_itself_only(self):
        self.assertEqual(self.start(USERS='["pooler", "a\\"b"]', PASSWORD_0='p"o\'o\\', PASSWORD_1='ä $(x)'),
                         {'userlist.txt': '"pooler" "p""o\'o\\"\n"a""b" "ä $(x)"\n'})
        self.assertEqual(stat.S_IMODE(os.stat(os.path.join(self.folder.name, 'userlist.txt')).st_mode), 0o600)

    def test_peers_are_counted_from_one(self):
        self.assertEqual(self.start(USERS='[]', PEER='orders-pooler-4')['peer.ini'], 'peer_id = 5\n')

    def test_refuses_what_pgbouncer_cannot_read_without_telling_it(self):
        for password in ('', 'hidden\n', 'hidden\r', 'hidden\0'):
            with self.subTest(password), self.assertRaisesRegex(ValueError, '^password of user pooler is empty or has a line feed') as refused:
                self.start(USERS='["pooler"]', PASSWORD_0=password)
            self.assertNotIn('hidden', str(refused.exception))

    def test_a_password_for_every_user(self):
        self.assertRaises(KeyError, self.start, USERS='["a", "b"]', PASSWORD_0='x')
