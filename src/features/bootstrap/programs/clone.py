"""A bootstrap method of Patroni: the data of a new cluster from the backups of another one, or from a running server.

    clone.py store [--time=TIME | --lsn=LSN | --backup=NAME] [--timeline=NUMBER] --scope=SCOPE --datadir=DIR
    clone.py server --scope=SCOPE --datadir=DIR

Patroni adds scope and directory, recovers what this program fetched, and gives up when it fails: there is never an
empty cluster instead.
"""
import argparse
import subprocess
import sys
from datetime import datetime, timezone

from say import say
from walg import backups, lsn, moment, on_the_way, prefix


def choose(existing, reaching, options, now):
    """The newest base backup that is complete before the target and leads to its timeline: the least WAL to replay."""
    if not existing:
        sys.exit(f'there is no base backup in {prefix()}')
    if options.backup:
        usable, target = [backup for backup in reaching if backup.name == options.backup], f'of the name {options.backup}'
    elif options.time:
        time = moment(options.time)
        if time > now:
            sys.exit(f'the target time {options.time} is in the future, it is {now.isoformat(" ", "seconds")}')
        usable, target = [backup for backup in reaching if backup.finished <= time], f'before {options.time}'
    elif options.lsn:
        usable = [backup for backup in reaching if backup.lsn is None or backup.lsn <= lsn(options.lsn)]
        target = f'before {options.lsn}'
    else:
        usable, target = reaching, 'at all'
    if not usable:
        first = existing[0]
        way = f'that leads to timeline {options.timeline or "latest"} ' if len(reaching) < len(existing) else ''
        sys.exit(f'there is no base backup {way}{target} in {prefix()}; the first of {len(existing)} is {first.name}, '
                 f'complete at {first.finished.isoformat(" ")}')
    return usable[-1]


def main():
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument('source', choices=['store', 'server'])
    parser.add_argument('--scope')
    parser.add_argument('--datadir', required=True)
    for target in ('time', 'lsn', 'backup'):
        parser.add_argument(f'--{target}')
    parser.add_argument('--timeline', type=int)
    # As a method for replicas, of a standby cluster, it gets more than it needs.
    options, _ = parser.parse_known_args()
    if options.source == 'server':
        say('copying the running server')
        return subprocess.call(['pg_basebackup', '-D', options.datadir, '-X', 'stream', '-c', 'fast', '-w'])
    existing = backups()
    backup = choose(existing, on_the_way(existing, options.timeline), options, datetime.now(timezone.utc))
    say(f'fetching {backup.name} of {backup.finished.isoformat(" ")} from {prefix()}')
    return subprocess.call(['wal-g', 'backup-fetch', options.datadir, backup.name])


if __name__ == '__main__':
    sys.exit(main())
