"""The base backups in a store. Run with the variables of the store, by envdir."""
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import namedtuple
from datetime import datetime

# `lsn` is where the backup is consistent, `system` PostgreSQL's identifier; unknown where wal-g lists no details.
Backup = namedtuple('Backup', 'name finished lsn system')

# The oldest major version in an image that the library knows.
OLDEST = 13


def moment(text):
    """A time with its zone: Python before 3.11 reads neither Z nor nanoseconds."""
    whole, _, rest = text.replace('Z', '+00:00').partition('.')
    zone = next((rest[i:] for i, c in enumerate(rest) if c in '+-'), '')
    return datetime.fromisoformat(whole + zone)


def lsn(text):
    """A log sequence number as PostgreSQL writes it, `0/3000060`, as a number."""
    high, low = str(text).split('/')
    return (int(high, 16) << 32) + int(low, 16)


def variable():
    """The one that names the place in the store: each kind of store has its own."""
    return next((name for name in os.environ if name.startswith('WALG_') and name.endswith('_PREFIX')), None)


def prefix():
    return os.environ.get(variable() or '', 'no store')


def version_of(data):
    with open(os.path.join(data, 'PG_VERSION')) as file:
        return file.read().strip()


def follow(version):
    """Turns to the place of a major version: the manifest names the next one before the data is upgraded to it.

    Without BACKUP_STORE the place is the same for every version.
    """
    if 'BACKUP_STORE' in os.environ:
        os.environ[variable()] = f'{os.environ["BACKUP_STORE"]}/{version}'


def follow_newest():
    """The same for who has no data to ask: the newest major version with base backups, up to that of the manifest."""
    if 'BACKUP_STORE' not in os.environ:
        return
    own = int(prefix().rpartition('/')[2])
    for version in range(own, OLDEST - 1, -1):
        follow(version)
        if backups():
            return
    follow(own)


def silent(reason):
    sys.exit(f'{prefix()} does not answer: {reason}')


def ask():
    """Where S3 refuses a list, wal-g finds no backups: what looks empty is asked in another way."""
    listing = subprocess.run(['wal-g', 'st', 'ls'], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if listing.returncode != 0:
        silent(listing.stderr.strip())


def backups():
    """Complete base backups, oldest first. wal-g lists no backup that was not finished."""
    detailed = subprocess.run(['wal-g', 'backup-list', '--detail', '--json'], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if detailed.returncode == 0:
        rows = json.loads(detailed.stdout.strip() or '[]') or []
        if not rows:
            ask()
        found = [Backup(row['backup_name'], moment(row['finish_time']), int(row['finish_lsn']), row.get('system_identifier')) for row in rows]
    else:
        plain = subprocess.run(['wal-g', 'backup-list'], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if plain.returncode != 0:
            silent(plain.stderr.strip() or detailed.stderr.strip())
        rows = [line.split() for line in plain.stdout.splitlines() if line.startswith('base_')]
        found = [Backup(row[0], moment(row[1]), None, None) for row in rows]
    return sorted(found, key=lambda backup: backup.finished)


def timeline_of(backup):
    """The name begins with that of a WAL segment, and so with the timeline."""
    name = re.match('base_([0-9A-F]{8})[0-9A-F]{16}', backup.name)
    return int(name[1], 16) if name else None


def history(timeline):
    """Where each earlier timeline was left on the way to this one. None without a history file, which the first never has."""
    with tempfile.TemporaryDirectory() as folder:
        target = os.path.join(folder, 'history')
        done = subprocess.call(['wal-g', 'wal-fetch', f'{timeline:08X}.history', target], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if done != 0 or not os.path.exists(target):
            return None
        with open(target) as file:
            rows = (line.split('#')[0].split() for line in file)
            return {int(row[0]): lsn(row[1]) for row in rows if len(row) > 1}


def newest_timeline(existing):
    """The one that `latest` means to PostgreSQL, which looks for history files until one is missing."""
    timeline = max((timeline_of(backup) or 1 for backup in existing), default=1)
    while history(timeline + 1) is not None:
        timeline += 1
    return timeline


def on_the_way(existing, timeline=None):
    """Base backups from which recovery reaches a timeline, or the newest one. From others PostgreSQL refuses to go on."""
    if not existing:
        return []
    target = timeline or newest_timeline(existing)
    left = history(target) or {}

    def leads_there(backup):
        begun = timeline_of(backup)
        return begun in (None, target) or begun in left and (backup.lsn is None or backup.lsn <= left[begun])
    return [backup for backup in existing if leads_there(backup)]
