"""A create_replica_method of Patroni: a new member from the newest base backup, where that is faster than a copy.

    replica.py --datadir=DIR --connstring=LEADER --threshold_percent=NUMBER ...

Status 1 leaves it to the next method. Without a leader the store is the only way.
"""
import argparse
import os
import subprocess
import sys

from say import say
from walg import backups, follow, follow_newest, on_the_way, prefix


def ask(leader, query):
    """The answer of the leader; nothing if it does not answer."""
    environment = {**os.environ, 'PGCONNECT_TIMEOUT': '10'}
    done = subprocess.run(['psql', '-XtAqw', '-d', leader, '-c', query], stdout=subprocess.PIPE, text=True, env=environment)
    return int(done.stdout) if done.returncode == 0 else None


def worthwhile(backup, leader, percent):
    """WAL is replayed by one process: beyond a share of the database a copy of the leader is faster."""
    size = ask(leader, 'SELECT sum(pg_database_size(oid))::bigint FROM pg_database')
    if size is None:
        say('the leader does not answer, the store has to do')
        return True
    behind = backup.lsn and ask(leader, "SELECT pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() "
                                        f"ELSE pg_current_wal_lsn() END, '0/0')::bigint - {backup.lsn}")
    say(f'{behind} bytes of WAL since {backup.name}; worth it up to {percent} % of {size}')
    return behind is not None and behind <= size * percent // 100


def main():
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument('--datadir', required=True)
    parser.add_argument('--connstring', default='')
    parser.add_argument('--threshold_percent', type=int, required=True)
    options, _ = parser.parse_known_args()
    version = options.connstring and ask(options.connstring, 'SHOW server_version_num')
    if version:
        follow(version // 10000)
    else:
        follow_newest()
    usable = on_the_way(backups())
    if not usable:
        say(f'there is no base backup in {prefix()}')
        return 1
    if options.connstring and not worthwhile(usable[-1], options.connstring, options.threshold_percent):
        return 1
    say(f'fetching {usable[-1].name} from {prefix()}')
    return subprocess.call(['wal-g', 'backup-fetch', options.datadir, usable[-1].name])


if __name__ == '__main__':
    sys.exit(main())
