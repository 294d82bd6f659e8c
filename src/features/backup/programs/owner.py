"""Whether the store is this cluster's own. Run by archive_command once after each start of the container.

    owner.py [PGDATA]    the current directory if none is given

A cluster that starts anew under an old name would mix its WAL with that of its predecessor, and make both unrestorable.
"""
import os
import shutil
import struct
import sys

from walg import backups, prefix

# A container that has asked once asks no more, until the data is of another major version and so in another place.
MARKER = '/tmp/own-store'


def main(data='.'):
    with open(os.path.join(data, 'global/pg_control'), 'rb') as file:
        own, = struct.unpack('<Q', file.read(8))
    strangers = [backup.name for backup in backups() if backup.system not in (own, None)]
    if strangers:
        sys.exit(f'{prefix()} holds backups of another database system ({strangers[-1]}): nothing is archived there. '
                 'Give this cluster a prefix of its own.')
    shutil.copy(os.path.join(data, 'PG_VERSION'), MARKER)


if __name__ == '__main__':
    main(*sys.argv[1:])
