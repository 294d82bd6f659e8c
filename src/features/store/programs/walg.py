"""The base backups in a store. Run with the variables of the store, by envdir."""
import json
import os
import subprocess
import sys
from collections import namedtuple
from datetime import datetime, timezone

# `lsn` is where the backup is consistent, `system` PostgreSQL's identifier; unknown where wal-g lists no details.
Backup = namedtuple('Backup', 'name finished lsn system')


def say(text):
    print(datetime.now(timezone.utc).isoformat(' ', 'seconds'), text, flush=True)


def moment(text):
    """A time with its zone: Python before 3.11 reads neither Z nor nanoseconds."""
    whole, _, rest = text.replace('Z', '+00:00').partition('.')
    zone = next((rest[i:] for i, c in enumerate(rest) if c in '+-'), '')
    return datetime.fromisoformat(whole + zone)


def lsn(text):
    """A log sequence number as PostgreSQL writes it, `0/3000060`, as a number."""
    high, low = str(text).split('/')
    return (int(high, 16) << 32) + int(low, 16)


def prefix():
    return next((value for name, value in os.environ.items() if name.startswith('WALG_') and name.endswith('_PREFIX')), 'no store')


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
