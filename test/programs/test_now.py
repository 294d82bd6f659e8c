"""A base backup that a Job asks the leader for."""
import json
import os
import signal
import time

from fakes import WithStubs
from started import end_of, start

# The store has one more base backup when it is listed for the second time.
GROWING = [('backup-list*detail*', 'row() { echo "{\\"backup_name\\":\\"base_$1\\",\\"finish_time\\":\\"2026-11-0$1T00:00:00Z\\",\\"finish_lsn\\":1}"; }; '
                                   'test -e $0.listed && echo "[$(row 1),$(row 2)]" || { echo "[$(row 1)]"; touch $0.listed; }')]
SAME = [('backup-list*detail*', "echo '[]'"), ('st*', ':')]
TASK = {'cluster': 'orders', 'host': 'orders', 'port': 5432, 'user': 'postgres', 'command': "sh -c 'backup $0'"}


class Now(WithStubs):
    def start(self, walg, psql):
        self.stubs = self.programs(wal_g=walg, psql=[('*', psql)])
        return start('now.py', BASE_BACKUP=json.dumps(TASK))

    def test_the_store_has_the_last_word(self):
        answer = 'cat > $0.query; printf "%s"'
        for what, walg, psql, result in [
            ('made', GROWING, f'{answer} "status 0"', {'backup': 'base_2', 'failures': []}),
            ('not in the store', SAME, f'{answer} "status 0"', {'failures': ['the leader says that it made a base backup, and the store has no new one']}),
            ('refused by the leader', SAME, f'{answer} "a\nb\nstatus 1"', {'failures': ['the leader says: a\nb']}),
            ('no leader', SAME, 'echo no route >&2; exit 2', {'failures': ['the leader orders was not reached: no route']}),
            ('a leader that hangs up', SAME, f'{answer} "half"', {'failures': ['the leader orders ended the connection: half']}),
            ('no store', [('*', 'echo refused >&2; exit 1')], ':', {'failures': ['s3://b/orders/17 does not answer: refused']}),
        ]:
            with self.subTest(what):
                end = end_of(self.start(walg, psql))
                self.assertEqual({**end.report, **result}, end.report)
                self.assertEqual(end.status, 1 if result['failures'] else 0)

    def test_the_leader_runs_the_command_as_it_is_written(self):
        end_of(self.start(GROWING, 'cat > $0.query; echo "status 0"'))
        with open(os.path.join(self.stubs.folder, 'psql.query')) as file:
            self.assertIn("COPY said FROM PROGRAM $program$sh -c 'backup $0' 2>&1; echo \"status $?\"$program$ WITH (", file.read())

    def test_looks_into_the_place_of_the_leader_s_major_version(self):
        asked = 'case "$*" in *server_version_num*) echo 170004 ;; *) cat >/dev/null; echo "status 0" ;; esac'
        self.programs(wal_g=GROWING, psql=[('*', asked)])
        end = end_of(start('now.py', BASE_BACKUP=json.dumps(TASK), WALG_S3_PREFIX='s3://b/orders/18', BACKUP_STORE='s3://b/orders'))
        self.assertEqual((end.status, end.report['store']), (0, 's3://b/orders/17'))

    def test_reports_when_it_is_told_to_end(self):
        process = self.start(SAME, 'touch $0.started; exec sleep 30')
        for _ in range(500):
            if os.path.exists(os.path.join(self.stubs.folder, 'psql.started')):
                break
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        end = end_of(process)
        self.assertEqual((end.status, end.report['failures']), (1, ['it was told to end, by its deadline or by somebody']))
        self.assertIn('backup_seconds', end.report)
