"""Names and listings of logical dumps. Dumps themselves are made and restored in lab/backup."""
import dumps
import restore
from fakes import WithStubs
from report import Failure

LISTING = '\\n'.join(['obj 10 2026-11-01 00:00:00 +0000 UTC 20261101T000000Z/roles.sql.lz4',
                      'obj 20 2026-11-01 00:00:00 +0000 UTC /20261101T000000Z/manifest.json.lz4',
                      'obj 30 2026-11-02 00:00:00 +0000 UTC 20261102T000000Z/shop.dump.lz4',
                      'obj 30 2026-11-02 00:00:00 +0000 UTC strange/file', 'dir 0 2026-11-02 00:00:00 +0000 UTC 20261103T000000Z/'])


class Dumps(WithStubs):
    def test_a_dump_without_manifest_is_not_finished(self):
        self.programs(wal_g=[('st ls*', f"printf '{LISTING}'"), ('st cat*', "echo '{\"id\": 1}'")])
        whole, half = dumps.dumps()
        self.assertEqual(whole, ('20261101T000000Z', {'roles.sql.lz4': 10, 'manifest.json.lz4': 20}, {'id': 1}))
        self.assertEqual((half.id, half.manifest), ('20261102T000000Z', None))
        self.assertEqual(dumps.finished([whole, half]), [whole])

    def test_a_manifest_that_cannot_be_read_is_neither(self):
        for answer in ('exit 1', 'echo no JSON'):
            self.programs(wal_g=[('st ls*', f"printf '{LISTING}'"), ('st cat*', answer)])
            self.assertEqual([dump.manifest for dump in dumps.dumps()], [{}, None])

    def test_a_store_that_is_away_is_a_failure(self):
        self.programs(wal_g=[('*', 'echo INFO: chatter >&2; echo refused >&2; exit 1')])
        with self.assertRaisesRegex(Failure, '^s3://b/orders/17 does not answer: refused$'):
            dumps.dumps()

    def test_finds_files_whatever_their_compression(self):
        dump = dumps.Dump('1', {'shop.dump.lz4': 1, 'shop.dump.old.lz4': 1, 'roles.sql': 1}, {})
        self.assertEqual([dumps.stored(dump, 'shop.dump'), dumps.stored(dump, 'roles.sql')], ['1/shop.dump.lz4', '1/roles.sql'])
        with self.assertRaises(Failure):
            dumps.stored(dump, 'shop')

    def test_names_are_only_names(self):
        self.assertEqual(dumps.file_of('My shop/ä', '.dump'), 'My=20shop=2F=C3=A4.dump')
        self.assertEqual(dumps.connection("it's\\ host=x"), "dbname='it\\'s\\\\ host=x' keepalives_idle=30")
        self.assertEqual(dumps.identifier('a"b'), '"a""b"')
        self.assertEqual(dumps.literal("it's\\"), "E'it''s\\\\'")


class Roles(WithStubs):
    def test_takes_only_statements_about_roles_that_are_missing(self):
        script = '\n'.join(['CREATE ROLE postgres;', 'CREATE ROLE "Shop owner";', 'ALTER ROLE "Shop owner" WITH LOGIN;', 'SET x = 1;',
                            'GRANT reader TO "Shop owner" GRANTED BY postgres;', 'GRANT postgres TO standby;'])
        self.assertEqual(list(restore.statements(script, {'postgres', 'standby'})), [
            'CREATE ROLE "Shop owner";', 'ALTER ROLE "Shop owner" WITH LOGIN;', 'GRANT reader TO "Shop owner";'])
