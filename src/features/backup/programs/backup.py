"""Base backups, started by cron on every member and done by one.

    backup.py scheduled PGDATA    a base backup, and then away with those that are too old
    backup.py first PGDATA        the same if the store has none
    backup.py now PGDATA          a base backup here, whoever's turn it is; status 1 also if another one is running

Variables beside those of the store: BACKUP_RETAIN (count), BACKUP_RETAIN_SECONDS, BACKUP_FROM_REPLICA.
"""
import fcntl
import json
import os
import socket
import subprocess
import sys
import urllib.request
from datetime import datetime, timedelta, timezone

from walg import backups, prefix, say

PATRONI = os.environ.get('PATRONI_URL', 'http://localhost:8008')
LOCK = '/tmp/base-backup.lock'
# A member that has seen a base backup in the store asks no more.
SEEN = '/tmp/first-backup'


def chosen(members, from_replica):
    """The one member that backs up. A standby cluster has no leader in this sense: it archives nothing either."""
    leaders = [member['name'] for member in members if member['role'] in ('leader', 'master')]
    replicas = sorted(member['name'] for member in members
                      if member['role'] in ('replica', 'sync_standby', 'quorum_standby') and member['state'] in ('running', 'streaming'))
    if not leaders:
        return None
    return replicas[0] if from_replica and replicas else leaders[0]


def mine():
    with urllib.request.urlopen(PATRONI + '/cluster', timeout=10) as answer:
        members = json.load(answer)['members']
    member = chosen(members, os.environ.get('BACKUP_FROM_REPLICA') == 'true')
    return member == os.environ.get('MEMBER', socket.gethostname())


def oldest_kept(existing, count, seconds, now):
    """A backup goes when `count` younger ones exist and it is older than `seconds`."""
    youngest_gone = now - timedelta(seconds=seconds)
    by_count = existing[-count] if len(existing) >= count else existing[0]
    return next(backup for backup in existing if backup is by_count or backup.finished > youngest_gone)


def push(pgdata):
    say(f'base backup to {prefix()}')
    return subprocess.call(['nice', '-n', '5', 'wal-g', 'backup-push', pgdata])


def expire():
    existing = backups()
    kept = oldest_kept(existing, int(os.environ['BACKUP_RETAIN']), int(os.environ.get('BACKUP_RETAIN_SECONDS', 0)), datetime.now(timezone.utc))
    gone = existing.index(kept)
    say(f'{len(existing)} base backups, {gone} of them too old')
    # FIND_FULL: the full backup that increments build on stays with them.
    return subprocess.call(['wal-g', 'delete', 'before', 'FIND_FULL', kept.name, '--confirm']) if gone else 0


def main(action, pgdata):
    if action == 'first' and backups():
        open(SEEN, 'w').close()
        return 0
    if action != 'now' and not mine():
        return 0
    status = push(pgdata)
    if status:
        say('the base backup FAILED')
    # The next scheduled one removes what is too old: what somebody asks for before a risk takes nothing away.
    return status or (0 if action == 'now' else expire())


if __name__ == '__main__':
    with open(LOCK, 'w') as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say('another base backup is running')
            sys.exit(1 if sys.argv[1] == 'now' else 0)
        sys.exit(main(*sys.argv[1:]))
