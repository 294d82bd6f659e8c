"""What wal-g says about a store."""
from datetime import datetime, timedelta, timezone

import walg
from fakes import WithStubs, history

FIRST = '{"backup_name":"base_000000010000000000000002","finish_time":"2026-11-01T01:00:00Z","finish_lsn":33554688,"system_identifier":7}'
SECOND = '{"backup_name":"base_000000020000000000000009_D_000000010000000000000002","finish_time":"2026-11-02T01:00:00.123456789Z","finish_lsn":"150995200"}'


class Store(WithStubs):
    def store(self, *answers):
        return self.programs(wal_g=answers)

    def test_lists_base_backups_oldest_first(self):
        self.store(('backup-list*detail*', f"echo '[{SECOND},{FIRST}]'"))
        first, second = walg.backups()
        self.assertEqual(first, ('base_000000010000000000000002', datetime(2026, 11, 1, 1, tzinfo=timezone.utc), 0x2000100, 7))
        self.assertEqual((second.name[:17], second.lsn, second.system), ('base_000000020000', 0x9000100, None))

    def test_lists_them_where_wal_g_knows_no_details(self):
        self.store(('backup-list', "echo 'backup_name modified wal_file_name'; echo 'base_000000010000000000000002 2026-11-01T01:00:00+01:00 0'"))
        self.assertEqual(walg.backups(), [('base_000000010000000000000002', datetime(2026, 11, 1, tzinfo=timezone.utc), None, None)])

    def test_an_empty_list_is_believed_only_when_the_store_can_be_listed(self):
        for what, listing in [('nothing', ':'), ('an empty list', "echo '[]'"), ('null', 'echo null')]:
            with self.subTest(what):
                self.store(('backup-list*', listing), ('st*', ':'))
                self.assertEqual(walg.backups(), [])
                self.store(('backup-list*', listing), ('st*', 'echo AccessDenied >&2; exit 1'))
                with self.assertRaises(SystemExit) as end:
                    walg.backups()
                self.assertEqual(str(end.exception), 's3://b/orders/17 does not answer: AccessDenied')

    def test_a_store_that_is_away_is_told_by_name(self):
        self.store(('backup-list*', 'echo "connection refused" >&2; exit 1'))
        with self.assertRaises(SystemExit) as end:
            walg.backups()
        self.assertEqual(str(end.exception), 's3://b/orders/17 does not answer: connection refused')

    def test_reads_times_of_every_precision_and_zone(self):
        for text in ['2026-11-01T01:00:00Z', '2026-11-01T01:00:00.123456789Z', '2026-11-01T02:00:00.5+01:00', '2026-10-31T21:00:00-04:00', '2026-11-01 01:00:00+00:00']:
            with self.subTest(text):
                self.assertLess(walg.moment(text) - datetime(2026, 11, 1, 1, tzinfo=timezone.utc), timedelta(seconds=1))

    def test_reads_positions_as_numbers(self):
        self.assertEqual([walg.lsn('0/3000060'), walg.lsn('1/0')], [0x3000060, 1 << 32])

    def test_reads_where_timelines_were_left(self):
        self.store(('wal-fetch*00000003.history*', "printf '1\\t0/5000000\\tno recovery target\\n\\n2\\t0/A000000\\tbefore # 2\\n' > \"$3\""))
        self.assertEqual((walg.history(3), walg.history(4)), ({1: 0x5000000, 2: 0xA000000}, None))


class Place(WithStubs):
    """The manifest says 18."""
    STORE = {'WALG_S3_PREFIX': 's3://b/orders/18', 'BACKUP_STORE': 's3://b/orders'}

    def test_is_that_of_the_version_that_is_followed(self):
        self.programs(self.STORE)
        walg.follow(16)
        self.assertEqual(walg.prefix(), 's3://b/orders/16')

    def test_is_always_the_same_where_the_user_wrote_the_whole_path(self):
        self.programs({'WALG_S3_PREFIX': 's3://b/mine'})
        walg.follow(16)
        walg.follow_newest()
        self.assertEqual(walg.prefix(), 's3://b/mine')

    def test_is_that_of_the_newest_version_with_base_backups_where_there_is_no_data_to_ask(self):
        for having, place in [('18', 's3://b/orders/18'), ('15', 's3://b/orders/15'), ('none', 's3://b/orders/18')]:
            with self.subTest(having):
                self.programs(self.STORE, wal_g=[('backup-list*', f"test $WALG_S3_PREFIX != s3://b/orders/{having} || echo '[{FIRST}]'"), ('st*', ':')])
                walg.follow_newest()
                self.assertEqual(walg.prefix(), place)


def backup(timeline, position, day=1):
    return walg.Backup(f'base_{timeline:08X}00000000{position:08X}', datetime(2026, 11, day, tzinfo=timezone.utc), position << 24, None)


class OnTheWay(WithStubs):
    """Timeline 2 left 1 in segment 5. Timeline 3 left 1 in segment 7: what is of timeline 2 leads nowhere else."""
    BACKUPS = [backup(1, 3), backup(1, 6), backup(2, 6), backup(2, 8), backup(3, 9)]

    def setUp(self):
        self.programs(wal_g=history(_00000002=[(1, '0/5000000')], _00000003=[(1, '0/7000000')]))

    def test_only_backups_that_lead_to_the_timeline_are_taken(self):
        for timeline, expected in [(1, [0, 1]), (2, [0, 2, 3]), (3, [0, 1, 4]), (None, [0, 1, 4])]:
            with self.subTest(timeline):
                self.assertEqual(walg.on_the_way(self.BACKUPS, timeline), [self.BACKUPS[n] for n in expected])

    def test_latest_is_a_timeline_also_when_it_has_no_base_backup_yet(self):
        self.assertEqual(walg.on_the_way(self.BACKUPS[:4]), self.BACKUPS[:2])

    def test_without_history_files_a_timeline_has_its_own_backups(self):
        self.assertEqual(walg.on_the_way(self.BACKUPS, 9), [])
        self.assertEqual(walg.on_the_way([]), [])

    def test_a_backup_without_details_counts_by_its_timeline(self):
        unknown = [one._replace(lsn=None) for one in self.BACKUPS]
        self.assertEqual(walg.on_the_way(unknown, 2), [unknown[n] for n in (0, 1, 2, 3)])


