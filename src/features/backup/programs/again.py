"""Archives a file of WAL that wal-push has refused, if only the half of it is in the way. Run by archive_command in PGDATA.

On a volume and by SSH a file is in the store before it is whole. What a full volume or a killed archiver leaves there
would block the archive for ever, since wal-g was told to overwrite nothing. Other stores take a file whole or not at all.
"""
import os
import subprocess
import sys
import tempfile

from say import say

NOT_AT_ONCE = ('WALG_FILE_PREFIX', 'WALG_SSH_PREFIX')


def stored(name):
    """Path of the file in the store, with the ending that its compression gives it."""
    listing = subprocess.run(['wal-g', 'st', 'ls', 'wal_005/'], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    words = [line.split()[-1] for line in listing.stdout.splitlines() if line.strip()] if listing.returncode == 0 else []
    return next((f'wal_005/{word}' for word in words if word.rpartition('.')[0] == name), None)


def readable(name):
    """Whether the store gives the file back. wal-g takes an empty one for a whole one."""
    with tempfile.TemporaryDirectory() as folder:
        target = os.path.join(folder, name)
        fetched = subprocess.call(['wal-g', 'wal-fetch', name, target], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return fetched == 0 and os.path.getsize(target) > 0


def main(path):
    name = os.path.basename(path)
    half = stored(name) if any(store in os.environ for store in NOT_AT_ONCE) else None
    if half is None or readable(name):
        return 1
    say(f'{half} is not whole: it is written again')
    return subprocess.call(['wal-g', 'st', 'rm', half]) or subprocess.call(['wal-g', 'wal-push', path])


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
