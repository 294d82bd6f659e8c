"""Which base backup a clone begins with."""
import sys
from datetime import datetime, timezone
from types import SimpleNamespace
from unittest import mock

import clone
from fakes import WithStubs, backup_list, history
from walg import Backup

NOW = datetime(2026, 11, 10, tzinfo=timezone.utc)


def backup(day, timeline=1, lsn=True):
    return Backup(f'base_{timeline:08X}00000000{day:08X}', datetime(2026, 11, day, tzinfo=timezone.utc), day << 24 if lsn else None, None)


class Choose(WithStubs):
    BACKUPS = [backup(1), backup(3), backup(5)]

    def choose(self, existing=None, reaching=None, **target):
        options = SimpleNamespace(**{'time': None, 'lsn': None, 'backup': None, 'timeline': None, **target})
        existing = self.BACKUPS if existing is None else existing
        return clone.choose(existing, existing if reaching is None else reaching, options, NOW)

    def test_takes_the_newest_that_is_complete_before_the_target(self):
        for target, day in [
            ({}, 5),
            ({'time': '2026-11-04T00:00:00Z'}, 3),
            ({'time': '2026-11-03T00:00:00+00:00'}, 3),
            ({'lsn': '0/3000001'}, 3),
            ({'lsn': '0/2FFFFFF'}, 1),
            ({'backup': self.BACKUPS[0].name}, 1),
        ]:
            with self.subTest(target):
                self.assertEqual(self.choose(**target), backup(day))

    def test_without_positions_every_backup_may_be_before_one(self):
        self.assertEqual(self.choose([backup(1, lsn=False)], lsn='0/1'), backup(1, lsn=False))

    def test_says_what_there_is_when_nothing_fits(self):
        for what, arguments, words in [
            ('an empty store', {'existing': []}, 'there is no base backup in '),
            ('too early', {'time': '2026-10-01T00:00:00Z'}, 'there is no base backup before 2026-10-01T00:00:00Z in '),
            ('a name', {'backup': 'base_0'}, 'there is no base backup of the name base_0 in '),
            ('a position', {'lsn': '0/1'}, 'there is no base backup before 0/1 in '),
            ('the future', {'time': '2027-01-01T00:00:00Z'}, 'the target time 2027-01-01T00:00:00Z is in the future'),
            ('no way to the timeline', {'reaching': [], 'timeline': 4}, 'there is no base backup that leads to timeline 4 at all in '),
            ('no way to the newest one', {'reaching': []}, 'there is no base backup that leads to timeline latest at all in '),
        ]:
            with self.subTest(what), self.assertRaises(SystemExit) as end:
                self.choose(**arguments)
            self.assertIn(words, str(end.exception))


class Main(WithStubs):
    def clone(self, *arguments):
        with mock.patch.object(sys, 'argv', ['clone.py', *arguments, '--scope=orders', '--datadir=/data', '--role=replica']):
            return clone.main()

    def test_an_older_timeline_is_reached_from_its_own_backups(self):
        """Timeline 2 has the newest one, and PostgreSQL would refuse to go back from there."""
        names = ['base_000000010000000000000001', 'base_000000020000000000000002']
        for arguments, name in [(['--timeline=1'], names[0]), (['--timeline=2'], names[1]), ([], names[1])]:
            stubs = self.programs(wal_g=[backup_list(*names), *history(_00000002=[(1, '0/1800000')]), ('backup-fetch*', ':')])
            with self.subTest(arguments):
                self.assertEqual(self.clone('store', *arguments), 0)
                self.assertEqual(stubs.calls[-1], f'wal-g backup-fetch /data {name}')

    def test_copies_a_running_server(self):
        stubs = self.programs(pg_basebackup=[('*', ':')])
        self.assertEqual(self.clone('server'), 0)
        self.assertEqual(stubs.calls, ['pg_basebackup -D /data -X stream -c fast -w'])

    def test_fails_as_the_fetch_does(self):
        self.programs(wal_g=[backup_list('base_000000010000000000000001'), ('backup-fetch*', 'exit 3')])
        self.assertEqual(self.clone('store'), 3)
