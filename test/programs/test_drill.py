"""A drill always ends with a report: its result is what somebody learns of the backups."""
import json
import os
import signal
import tempfile
import time
import unittest

import drill
from fakes import WithStubs, backup_list, history, server
from started import end_of, start

BACKUP = 'base_000000010000000000000001'
DAMAGED = json.dumps([{'id': 1, 'status': 'LOST_SEGMENTS', 'start_segment': 'A', 'end_segment': 'B'}])
WHOLE = json.dumps([{'id': 1, 'status': 'OK', 'start_segment': '000000010000000000000001', 'end_segment': '000000010000000000000009'}])
PARAMETERS = ''.join(f'{name} setting: 100\\n' for name in ('max_connections', 'max_worker_processes', 'max_wal_senders', 'max_prepared_xacts', 'max_locks_per_xact'))
LISTED = [('wal-show*', f"echo '{WHOLE}'"), backup_list(BACKUP)]
FETCHED = [*LISTED, ('backup-fetch*', 'mkdir -p "$2"; echo nothing > "$2/PG_VERSION"')]
# Replayed up to the newest segment, an hour ago.
PSQL = [('*pg_is_in_recovery*', 'echo t'), ('*replay_timestamp*', 'echo 3600'), ('*walfile*', 'echo 0000000000000009'), ('*database_size*', 'echo 42')]
# PostgreSQL is asked to stop by SIGINT.
POSTGRES = [('*', 'trap "exit 0" INT; while :; do sleep 0.05; done')]


class Drill(WithStubs):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.scratch, self.store = folder.name, {}
        self.termination = os.path.join(folder.name, 'termination')

    def start(self, walg, psql=(), postgres=POSTGRES, tools=':', **task):
        self.programs(self.store, wal_g=walg, psql=list(psql), postgres=postgres, pg_controldata=[('*', f"printf '{PARAMETERS}'")],
                      pg_amcheck=[('*', tools)], pg_checksums=[('*', tools)])
        task = {'cluster': 'orders', 'scratch': self.scratch, 'checks': [], 'deadline': 20, **task}
        return start('drill.py', DRILL=json.dumps(task), TERMINATION_LOG=self.termination)

    def drill(self, *programs, **task):
        end = end_of(self.start(*programs, **task))
        self.assertIsNotNone(end.report, end.stderr)
        with open(self.termination) as file:
            self.assertEqual(json.load(file), end.report)
        self.assertEqual((end.status, end.report['result']), (1, 'failed') if end.report['failures'] else (0, 'passed'))
        self.assertEqual(end.report['store'], 's3://b/orders/17')
        self.assertFalse(os.path.exists(os.path.join(self.scratch, 'data')), 'nothing stays behind')
        return end.report

    def test_passes_on_a_whole_store(self):
        report = self.drill(FETCHED, [('*paid*', 'echo t'), *PSQL], checks=[{'name': 'paid', 'database': 'shop', 'sql': 'SELECT paid'}])
        self.assertEqual(report['failures'], [])
        self.assertEqual([report[key] for key in ('backup', 'bytes', 'last_segment', 'recovery_point_age_seconds')], [BACKUP, 42, '0000000000000009', 3600])

    def test_reads_the_place_of_the_older_version_as_long_as_that_of_the_manifest_has_no_base_backup(self):
        older = [(pattern, f'test $WALG_S3_PREFIX != s3://b/orders/17 || {{ {lines}; }}') for pattern, lines in FETCHED]
        self.store = {'WALG_S3_PREFIX': 's3://b/orders/18', 'BACKUP_STORE': 's3://b/orders'}
        report = self.drill([*older, ('st*', ':')], PSQL)
        self.assertEqual(report['failures'], [])

    def test_says_what_is_wrong_with_the_store(self):
        refused = [('*', 'echo refused >&2; exit 1')]
        for what, walg, failures in [
            ('away', refused, ['wal-g cannot show the WAL in the store', 's3://b/orders/17 does not answer: refused']),
            ('empty', [('wal-show*', 'echo null'), backup_list(), ('st*', ':')], ['there is no base backup in s3://b/orders/17']),
            ('damaged', [*LISTED, ('backup-fetch*', 'exit 1')], [f'{BACKUP} cannot be fetched']),
            ('not to be read', [('wal-show*', 'echo no JSON'), *LISTED], ['JSONDecodeError: Expecting value: line 1 column 1 (char 0)']),
            ('with gaps', [('wal-show*', f"echo '{DAMAGED}'"), backup_list(), ('st*', ':')],
             ['timeline 1 lacks WAL segments between A and B', 'there is no base backup in s3://b/orders/17']),
        ]:
            with self.subTest(what):
                self.assertEqual(self.drill(walg)['failures'], failures)

    def test_says_what_is_wrong_with_the_data(self):
        for what, failures, programs, task in [
            ('a check that is not true', ['check paid: f'], ([('*paid*', 'echo f'), *PSQL],), {'checks': [{'name': 'paid', 'sql': 'SELECT paid'}]}),
            ('corruption', ['pg_amcheck: corrupt', 'pg_checksums: corrupt'], (PSQL, POSTGRES, 'echo corrupt; exit 2'), {}),
            ('too old', ['recovery_point_age_seconds is 3600, the limit is 60'], (PSQL,), {'max_recovery_point_age': 60}),
            ('too slow', [], (PSQL,), {'max_restore_seconds': 60}),
            ('behind', ['recovery ended in segment 0000000000000008, the store has WAL up to 0000000000000009'], ([('*walfile*', 'echo 0000000000000008'), *PSQL],), {}),
            ('a server that ends', ['recovery did not end: PostgreSQL ended with status 1'], ([], [('*', 'exit 1')]), {}),
        ]:
            with self.subTest(what):
                self.assertEqual(self.drill(FETCHED, *programs, **task)['failures'], failures)

    def test_the_deadline_ends_a_fetch_and_a_recovery(self):
        self.assertEqual(self.drill([*LISTED, ('backup-fetch*', 'exec sleep 30')], deadline=0.3)['failures'], [f'{BACKUP} was not fetched within 0.3 seconds'])
        self.assertEqual(self.drill(FETCHED, [('*', 'echo f')], deadline=0.6)['failures'], ['recovery did not end: its time is up'])

    def test_reports_when_it_is_told_to_end(self):
        for what, programs in [('in a fetch', ([*LISTED, ('backup-fetch*', 'touch "$2.started"; exec sleep 30')],)),
                               ('in recovery', (FETCHED, [('*', 'touch $0.started; echo f')]))]:
            with self.subTest(what):
                process = self.start(*programs)
                marks = (os.path.join(self.scratch, 'data.started'), os.path.join(os.environ['PATH'].partition(':')[0], 'psql.started'))
                for _ in range(500):
                    if any(os.path.exists(mark) for mark in marks):
                        break
                    time.sleep(0.02)
                process.send_signal(signal.SIGTERM)
                end = end_of(process)
                self.assertEqual((end.status, end.report['failures']), (1, ['it was told to end, by its deadline or by somebody']))
                for mark in filter(os.path.exists, marks):
                    os.unlink(mark)

    def test_a_failed_drill_has_a_metric_as_well(self):
        pushed = []
        with server(lambda method, path, body, _: (202, pushed.append((path, body.splitlines()[0])) or '')) as port:
            self.drill([('*', 'exit 1')], pushgateway=f'http://127.0.0.1:{port}')
        self.assertEqual(pushed, [('/metrics/job/restore-drill/cluster/orders', 'spilo_restore_drill_success 0')])

    def test_takes_the_newest_backup_that_leads_to_the_newest_timeline(self):
        walg = [('wal-show*', f"echo '{WHOLE}'"), backup_list(BACKUP, 'base_000000020000000000000002'), *history(_00000002=[(1, '0/3000000')], _00000003=[(1, '0/3000000')])]
        self.assertEqual(self.drill([*walg, ('backup-fetch*', 'exit 1')])['backup'], BACKUP)


class Locales(unittest.TestCase):
    def test_are_those_of_the_members(self):
        for env, release in [({}, '22'), ({'USE_OLD_LOCALES': 'false'}, '22'), ({'USE_OLD_LOCALES': 'true'}, '18')]:
            with self.subTest(env):
                self.assertEqual(drill.locales(env), f'/usr/lib/locale/locale-archive.{release}')
