"""Whether the store is this cluster's own. Run by archive_command in PGDATA once after each start of the container.

A cluster that starts anew under an old name would mix its WAL with that of its predecessor, and make both unrestorable.
"""
import struct
import sys

from walg import backups, prefix

# A container that has asked once asks no more.
MARKER = '/tmp/own-store'


def main():
    with open('global/pg_control', 'rb') as file:
        own, = struct.unpack('<Q', file.read(8))
    strangers = [backup.name for backup in backups() if backup.system not in (own, None)]
    if strangers:
        sys.exit(f'{prefix()} holds backups of another database system ({strangers[-1]}): nothing is archived there. '
                 'Give this cluster a prefix of its own.')
    open(MARKER, 'w').close()


if __name__ == '__main__':
    main()
