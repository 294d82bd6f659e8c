"""Base backups, started by cron on every member and done by one.

    backup.py scheduled PGDATA    a base backup, and then away with those that are too old
    backup.py first PGDATA        the same if the store has none, or if the last scheduled one failed
    backup.py now PGDATA          a base backup here, whoever's turn it is; status 1 also if another one is running

Variables beside those of the store: BACKUP_RETAIN (count), BACKUP_RETAIN_SECONDS, BACKUP_FROM_REPLICA.
"""
import fcntl
import os
import shutil
import socket
import stat
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone
from urllib.parse import urlsplit

from patroni import PRIMARY, REPLICA, Patroni
from rest import reason
from say import say
from walg import backups, follow, prefix, version_of

LOCK = '/tmp/base-backup.lock'
# A member that has seen a base backup in the store asks no more, until its data is of another major version.
SEEN = '/tmp/first-backup'
# A scheduled base backup that failed leaves it behind, with the time of the last try.
FAILED = '/tmp/base-backup-failed'
RETRY_SECONDS = 600
LOG_BYTES = 1 << 20


class Settings:
    def __init__(self, env):
        self.retain, self.retain_seconds = int(env['BACKUP_RETAIN']), int(env.get('BACKUP_RETAIN_SECONDS', 0))
        self.from_replica = env.get('BACKUP_FROM_REPLICA') == 'true'
        self.member = env.get('MEMBER', socket.gethostname())
        address = urlsplit(env.get('PATRONI_URL', 'http://localhost:8008'))
        self.patroni = Patroni(address.hostname, address.port, timeout=10)


def chosen(members, from_replica):
    """The one member that backs up. A standby cluster has no leader in this sense: it archives nothing either."""
    leaders = [member['name'] for member in members if member['role'] in PRIMARY]
    replicas = sorted(member['name'] for member in members if member['role'] in REPLICA and member['state'] in ('running', 'streaming'))
    if not leaders:
        return None
    return replicas[0] if from_replica and replicas else leaders[0]


def mine(settings):
    status, answer = settings.patroni.get('/cluster')
    if status != 200:
        sys.exit(f'Patroni does not say who leads: {status} {reason(answer)}')
    return chosen(answer['members'], settings.from_replica) == settings.member


def oldest_kept(existing, count, seconds, now):
    """A backup goes when `count` younger ones exist and it is older than `seconds`."""
    youngest_gone = now - timedelta(seconds=seconds)
    by_count = existing[-count] if len(existing) >= count else existing[0]
    return next(backup for backup in existing if backup is by_count or backup.finished > youngest_gone)


def push(pgdata):
    say(f'base backup to {prefix()}')
    return subprocess.call(['nice', '-n', '5', 'wal-g', 'backup-push', pgdata])


def expire(settings):
    existing = backups()
    if not existing:
        say(f'wal-g says that it made a base backup, and {prefix()} has none')
        return 1
    kept = oldest_kept(existing, settings.retain, settings.retain_seconds, datetime.now(timezone.utc))
    gone = existing.index(kept)
    say(f'{len(existing)} base backups, {gone} of them too old')
    # FIND_FULL: the full backup that increments build on stays with them.
    return subprocess.call(['wal-g', 'delete', 'before', 'FIND_FULL', kept.name, '--confirm']) if gone else 0


def since_failure():
    """Seconds since a scheduled base backup, or a repetition of it, failed; None where none did."""
    try:
        return time.time() - os.stat(FAILED).st_mtime
    except FileNotFoundError:
        return None


def remember(failed):
    """Cron starts `first` each minute for as long as the member has not seen a base backup: it tries again."""
    if failed:
        with open(FAILED, 'w'):
            pass
    for path in [SEEN] if failed else [FAILED]:
        if os.path.exists(path):
            os.remove(path)


def shorten_log():
    """Cron appends to one file for as long as the pod lives, which may be years: a long one begins anew."""
    log = os.fstat(sys.stdout.fileno())
    if stat.S_ISREG(log.st_mode) and log.st_size > LOG_BYTES:
        os.ftruncate(sys.stdout.fileno(), 0)


def main(action, pgdata):
    settings = Settings(os.environ)
    follow(version_of(pgdata))
    since = since_failure() if action == 'first' else None
    if since is not None and since < RETRY_SECONDS:
        return 0
    if action == 'first' and since is None and backups():
        shutil.copy(os.path.join(pgdata, 'PG_VERSION'), SEEN)
        return 0
    if action != 'now' and not mine(settings):
        remember(failed=False)
        return 0
    status = push(pgdata)
    # The next scheduled one removes what is too old: what somebody asks for before a risk takes nothing away.
    status = status or (0 if action == 'now' else expire(settings))
    if status:
        say('the base backup FAILED')
    if action == 'scheduled' or since is not None or not status:
        remember(failed=bool(status))
    return status


if __name__ == '__main__':
    with open(LOCK, 'w') as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say('another base backup is running')
            sys.exit(1 if sys.argv[1] == 'now' else 0)
        shorten_log()
        sys.exit(main(*sys.argv[1:]))
