"""Who makes a base backup, and which of them stay."""
import os
import tempfile
from datetime import datetime, timedelta, timezone
from unittest import mock

import backup
from fakes import WithStubs, backup_list, server
from started import run
from walg import Backup

NOW = datetime(2026, 11, 10, tzinfo=timezone.utc)
LISTED = '{"backup_name":"base_000000010000000000000002","finish_time":"2026-11-01T01:00:00Z","finish_lsn":33554688}'
NAMES = [f'base_00000001000000000000000{n}' for n in range(1, 5)]


def member(name, role, state='running'):
    return {'name': name, 'role': role, 'state': state}


class Chosen(WithStubs):
    def test_one_member_makes_the_backup(self):
        leader, old, replica = member('c', 'leader'), member('c', 'master'), member('b', 'replica', 'streaming')
        for what, members, from_replica, name in [
            ('the leader', [replica, leader], False, 'c'),
            ('the leader, as older releases call it', [replica, old], False, 'c'),
            ('the first replica', [leader, replica, member('a', 'sync_standby', 'streaming')], True, 'a'),
            ('a replica that votes', [leader, member('a', 'quorum_standby', 'running')], True, 'a'),
            ('no replica that does not run', [leader, member('a', 'replica', 'stopped'), replica], True, 'b'),
            ('the leader without replicas', [leader, member('a', 'replica', 'start failed')], True, 'c'),
            ('nobody in a standby cluster', [member('a', 'standby_leader'), replica], True, None),
            ('nobody while nobody leads', [replica], False, None),
        ]:
            with self.subTest(what):
                self.assertEqual(backup.chosen(members, from_replica), name)


class OldestKept(WithStubs):
    def test_a_backup_goes_when_there_are_enough_younger_ones_and_it_is_old_enough(self):
        existing = [Backup(str(day), NOW - timedelta(days=day), None, None) for day in (4, 3, 2, 1)]
        for count, days, oldest in [(2, 0, '2'), (4, 0, '4'), (9, 0, '4'), (1, 0, '1'), (1, 2.5, '2'), (1, 9, '4'), (3, 1.5, '3')]:
            with self.subTest(count=count, days=days):
                self.assertEqual(backup.oldest_kept(existing, count, days * 86400, NOW).name, oldest)


class Main(WithStubs):
    """The program, on a member `a` whose cluster is led by `leader`."""

    def start(self, action, walg, leader='a', patroni=200, again=False, **variables):
        if not again:
            folder = tempfile.TemporaryDirectory()
            self.addCleanup(folder.cleanup)
            self.seen, self.failed, self.data = os.path.join(folder.name, 'seen'), os.path.join(folder.name, 'failed'), folder.name
        with open(os.path.join(self.data, 'PG_VERSION'), 'w') as file:
            file.write('17\n')
        stubs = self.programs(wal_g=walg)
        answer = {'members': [member('a', 'replica'), member('b', 'replica')]}
        for one in answer['members']:
            one['role'] = 'leader' if one['name'] == leader else 'replica'
        with server(lambda *_: (patroni, answer)) as port, mock.patch.dict(os.environ, {
            'PATRONI_URL': f'http://127.0.0.1:{port}', 'MEMBER': 'a', 'BACKUP_RETAIN': '2', **variables,
        }), mock.patch('backup.SEEN', self.seen), mock.patch('backup.FAILED', self.failed):
            try:
                return backup.main(action, self.data), [call.replace(self.data, 'DATA') for call in stubs.calls]
            except SystemExit as end:
                return str(end), stubs.calls

    def test_the_scheduled_one_is_made_by_the_leader_and_removes_what_is_too_old(self):
        walg = [backup_list(*NAMES[:3]), ('backup-push*', ':'), ('delete*', ':')]
        push, delete = 'wal-g backup-push DATA', f'wal-g delete before FIND_FULL {NAMES[1]} --confirm'
        self.assertEqual(self.start('scheduled', walg), (0, [push, 'wal-g backup-list --detail --json', delete]))
        self.assertEqual(self.start('scheduled', walg, leader='b'), (0, []))
        self.assertEqual(self.start('scheduled', walg, leader='b', BACKUP_FROM_REPLICA='true')[1][0], push)
        self.assertEqual(self.start('scheduled', walg, BACKUP_RETAIN_SECONDS=str(10 ** 9))[1], [push, 'wal-g backup-list --detail --json'])

    def test_the_first_one_is_made_when_there_is_none_and_never_again(self):
        self.assertEqual(self.start('first', [backup_list(), ('st*', ':'), ('backup-push*', ':')])[1].count('wal-g backup-push DATA'), 1)
        self.assertFalse(os.path.exists(self.seen))
        self.assertEqual(self.start('first', [backup_list(NAMES[0])]), (0, ['wal-g backup-list --detail --json']))
        self.assertTrue(os.path.exists(self.seen))

    def test_one_that_is_asked_for_is_made_here_and_removes_nothing(self):
        self.assertEqual(self.start('now', [('backup-push*', ':')], leader='b'), (0, ['wal-g backup-push DATA']))

    def test_the_place_is_that_of_the_data_before_and_after_an_upgrade_to_the_major_version_of_the_manifest(self):
        place = ('backup-list*', "test $WALG_S3_PREFIX = s3://b/orders/17 && echo '[{}]'".format(LISTED))
        variables = {'WALG_S3_PREFIX': 's3://b/orders/18', 'BACKUP_STORE': 's3://b/orders'}
        self.assertEqual(self.start('first', [place], **variables)[0], 0)
        with open(self.seen) as file:
            self.assertEqual(file.read(), '17\n')

    def test_fails_as_the_push_does_and_removes_nothing(self):
        self.assertEqual(self.start('scheduled', [('backup-push*', 'exit 3')]), (3, ['wal-g backup-push DATA']))

    def test_a_scheduled_one_that_failed_is_tried_again_every_ten_minutes_until_one_succeeds(self):
        works, fails = [backup_list(*NAMES[:2]), ('backup-push*', ':')], [backup_list(*NAMES[:2]), ('backup-push*', 'exit 3')]
        self.start('first', works)
        self.assertTrue(os.path.exists(self.seen))
        self.start('scheduled', fails, again=True)
        self.assertFalse(os.path.exists(self.seen), 'cron starts no other program')
        self.assertEqual(self.start('first', works, again=True), (0, []), 'a minute later')
        os.utime(self.failed, (0, 0))
        self.assertEqual(self.start('first', fails, again=True)[0], 3)
        self.assertEqual(self.start('first', works, again=True), (0, []), 'a minute after the second failure')
        os.utime(self.failed, (0, 0))
        status, calls = self.start('first', works, again=True)
        self.assertEqual((status, calls[0]), (0, 'wal-g backup-push DATA'))
        self.assertFalse(os.path.exists(self.failed))
        self.start('first', works, again=True)
        self.assertTrue(os.path.exists(self.seen), 'and cron asks no more')

    def test_what_failed_on_a_former_leader_is_not_tried_again_there(self):
        self.start('scheduled', [('backup-push*', 'exit 3')])
        os.utime(self.failed, (0, 0))
        self.assertEqual(self.start('first', [], leader='b', again=True), (0, []))
        self.assertFalse(os.path.exists(self.failed))

    def test_fails_when_the_store_is_empty_afterwards(self):
        self.assertEqual(self.start('scheduled', [backup_list(), ('st*', ':'), ('backup-push*', ':')])[0], 1)

    def test_fails_when_patroni_does_not_say_who_leads(self):
        says, calls = self.start('scheduled', [], patroni=503)
        self.assertTrue(says.startswith('Patroni does not say who leads: 503'), says)
        self.assertEqual(calls, [])


class Log(WithStubs):
    def test_a_long_log_begins_anew_and_a_short_one_goes_on(self):
        for before, after in [(100, 100 + len('new\n')), ((1 << 20) + 1, len('new\n'))]:
            with self.subTest(before), tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, 'log')
                with open(path, 'a') as log, mock.patch('sys.stdout', log):
                    print('x' * before, end='', flush=True)
                    backup.shorten_log()
                    print('new', flush=True)
                self.assertEqual(os.path.getsize(path), after)

    def test_a_pipe_is_left_alone(self):
        self.programs(wal_g=[('backup-push*', ':')])
        with tempfile.TemporaryDirectory() as data:
            with open(os.path.join(data, 'PG_VERSION'), 'w') as file:
                file.write('17\n')
            self.assertIn('base backup to s3://b/orders/17', run('backup.py', ['now', data], BACKUP_RETAIN='1').stdout)
