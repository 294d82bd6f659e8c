"""Restores the newest base backup into a scratch directory, replays all WAL, and looks whether the data is whole.

Run by envdir in the environment of the store. What is asked comes in DRILL, as JSON: scratch, checks ({name, database,
sql}), max_recovery_point_age, max_restore_seconds, deadline, pushgateway, cluster. Status 0 if all is well, 1 if not; there
is a report in either case.
"""
import json
import os
import shutil
import signal
import subprocess
import sys
import time

from report import Failure, age, reported, shorten
from say import say
from settings import settings
from walg import backups, follow_newest, on_the_way, prefix

# The image's locales lead here, and its start script is not run; without them every connection fails.
LOCALES_LINK = '/run/locale-archive'
# A server with less than the source had refuses to replay its WAL.
AT_LEAST = {'max_connections': 'max_connections', 'max_worker_processes': 'max_worker_processes', 'max_wal_senders': 'max_wal_senders',
            'max_prepared_transactions': 'max_prepared_xacts', 'max_locks_per_transaction': 'max_locks_per_xact'}
USER = os.environ.get('PGUSER', 'postgres')


def locales(env):
    """The locales that the members have: indexes that were built by others look damaged."""
    return '/usr/lib/locale/locale-archive.' + ('18' if env.get('USE_OLD_LOCALES') == 'true' else '22')


class Server:
    """PostgreSQL on a socket in the scratch directory, out of reach of everybody else."""

    def __init__(self, scratch):
        self.scratch, self.data, self.process = scratch, os.path.join(scratch, 'data'), None

    def path(self, name):
        with open(os.path.join(self.data, 'PG_VERSION')) as file:
            bundled = f'/usr/lib/postgresql/{file.read().strip()}/bin/{name}'
        return bundled if os.path.exists(bundled) else name

    def program(self, name, *arguments):
        return subprocess.run([self.path(name), *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def configure(self):
        """Nothing of the source's configuration: its archive_command would write into its store."""
        values = dict(line.split(':', 1) for line in self.program('pg_controldata', self.data).stdout.splitlines() if ':' in line)
        settings = {name: values[f'{line} setting'].strip() for name, line in AT_LEAST.items()}
        settings.update({
            'listen_addresses': "''", 'unix_socket_directories': f"'{self.scratch}'", 'archive_mode': 'off', 'ssl': 'off', 'hot_standby': 'off',
            'shared_buffers': '64MB', 'dynamic_shared_memory_type': 'mmap', 'fsync': 'off', 'logging_collector': 'off',
            'restore_command': "'wal-g wal-fetch \"%f\" \"%p\" && test -s \"%p\"'", 'recovery_target_timeline': "'latest'",
        })
        self.write('postgresql.conf', ''.join(f'{name} = {value}\n' for name, value in settings.items()))
        self.write('postgresql.auto.conf', '')
        self.write('pg_hba.conf', 'local all all trust\n')
        self.write('pg_ident.conf', '')
        self.write('recovery.signal', '')
        os.chmod(self.data, 0o700)

    def write(self, name, text):
        with open(os.path.join(self.data, name), 'w') as file:
            file.write(text)

    def start(self, end):
        """Waits for the end of recovery; the server accepts nobody before."""
        log = os.path.join(self.scratch, 'log')
        with open(log, 'w') as file:
            self.process = subprocess.Popen([self.path('postgres'), '-D', self.data], stdout=file, stderr=file)
        while time.monotonic() < end and self.process.poll() is None:
            if self.sql('SELECT NOT pg_is_in_recovery()')[1] == 't':
                return
            time.sleep(0.5)
        why = 'its time is up' if self.process.poll() is None else f'PostgreSQL ended with status {self.process.returncode}'
        with open(log, errors='replace') as file:
            say('PostgreSQL did not come up:\n' + ''.join(file.readlines()[-30:]))
        raise Failure(f'recovery did not end: {why}')

    def sql(self, query, database='postgres'):
        done = self.program('psql', '-XtAqw', '-h', self.scratch, '-p', '5432', '-U', USER, '-d', database, '-v', 'ON_ERROR_STOP=1', '-c', query)
        return done.returncode == 0, done.stdout.strip()

    def stop(self):
        self.process.send_signal(signal.SIGINT)  # a fast shutdown
        self.process.wait()

    def kill(self):
        """Whatever comes in between: nothing of a drill stays behind."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def gaps():
    """Timelines with missing segments. Recovery itself ends silently before the first one that is missing."""
    done = subprocess.run(['wal-g', 'wal-show', '--detailed-json'], stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        return ['wal-g cannot show the WAL in the store'], None
    timelines = json.loads(done.stdout) or []
    lost = [f'timeline {one["id"]} lacks WAL segments between {one["start_segment"]} and {one["end_segment"]}'
            for one in timelines if one['status'] != 'OK']
    return lost, timelines[-1]['end_segment'] if timelines else None


def restore(server, options, report):
    """Fetch and replay within the deadline."""
    usable = on_the_way(backups())
    if not usable:
        raise Failure(f'there is no base backup in {prefix()}')
    backup = usable[-1]
    report.update(backup=backup.name, backup_age_seconds=age(backup.finished))
    # A Job that was started again finds what the first left.
    shutil.rmtree(server.data, ignore_errors=True)
    began = time.monotonic()
    try:
        fetched = subprocess.run(['wal-g', 'backup-fetch', server.data, backup.name], timeout=options.deadline).returncode == 0
    except subprocess.TimeoutExpired:
        raise Failure(f'{backup.name} was not fetched within {options.deadline} seconds')
    if not fetched:
        raise Failure(f'{backup.name} cannot be fetched')
    report['fetch_seconds'] = round(time.monotonic() - began, 1)
    os.makedirs(os.path.join(server.data, 'pg_wal'), exist_ok=True)
    server.configure()
    try:
        server.start(began + options.deadline)
    finally:
        report['restore_seconds'] = round(time.monotonic() - began, 1)


def freshness(server, options, report, newest):
    """The last replayed transaction is known also after the end of recovery."""
    seconds = server.sql('SELECT round(extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()))')[1]
    report['recovery_point_age_seconds'] = int(seconds) if seconds else report['backup_age_seconds']
    for name, limit in (('recovery_point_age_seconds', options.max_recovery_point_age), ('restore_seconds', options.max_restore_seconds)):
        if limit is not None and report[name] > limit:
            report['failures'].append(f'{name} is {report[name]}, the limit is {limit}')
    reached = server.sql('SELECT substr(pg_walfile_name(pg_last_wal_replay_lsn()), 9)')[1]
    report['last_segment'] = reached
    if newest and reached and reached < newest[8:]:
        report['failures'].append(f'recovery ended in segment {reached}, the store has WAL up to {newest[8:]}')


def examine(server, checks, report):
    """What the user says must be true, and what PostgreSQL's own tools find."""
    for name, database, sql in checks:
        ran, answer = server.sql(sql, database)
        if not ran or answer != 't':
            report['failures'].append(f'check {name}: {answer}')
    amcheck = server.program('pg_amcheck', '-h', server.scratch, '-p', '5432', '-U', USER, '--all', '--install-missing', '--heapallindexed')
    if amcheck.returncode != 0:
        report['failures'].append('pg_amcheck: ' + shorten(amcheck.stdout))
    report['bytes'] = int(server.sql('SELECT sum(pg_database_size(oid))::bigint FROM pg_database')[1] or 0)
    server.stop()
    checksums = server.program('pg_checksums', '--check', '-D', server.data)
    if checksums.returncode != 0:
        report['failures'].append('pg_checksums: ' + shorten(checksums.stdout))


def drill(server, options, checks, report):
    try:
        follow_newest()
        report['store'] = prefix()
        lost, newest = gaps()
        report['failures'] += lost
        restore(server, options, report)
        freshness(server, options, report, newest)
        examine(server, checks, report)
    finally:
        server.kill()


def main():
    options = settings('DRILL', ('cluster', 'scratch', 'checks', 'deadline'), {
        'max_recovery_point_age': None, 'max_restore_seconds': None, 'pushgateway': None})
    checks = [(check['name'], check.get('database', 'postgres'), check['sql']) for check in options.checks]
    os.environ.update(LC_ALL='C', PGCONNECT_TIMEOUT='10')
    if os.path.exists(locales(os.environ)):
        subprocess.call(['ln', '-snf', locales(os.environ), LOCALES_LINK])
    report = {'cluster': options.cluster, 'store': prefix(), 'failures': []}
    server = Server(options.scratch)
    status = reported('restore-drill', report, lambda: drill(server, options, checks, report), options.pushgateway)
    shutil.rmtree(server.data, ignore_errors=True)
    return status


if __name__ == '__main__':
    sys.exit(main())
