"""Logical dumps in a store: a directory for each below `logical/`, and in it a manifest that is written last.

A dump without a manifest was not finished: it is never chosen and never counted. What is stored is compressed and encrypted
by wal-g as all else in the store.
"""
import json
import os
import re
import subprocess
import tempfile
import time
from collections import namedtuple
from datetime import datetime, timezone
from urllib.parse import quote

from report import Failure
from walg import prefix

FOLDER = 'logical'
MANIFEST = 'manifest.json'
ROLES = 'roles.sql'
ID = '%Y%m%dT%H%M%SZ'
# Per database: which dump it was restored from. Read by `current_setting()` and by people.
MARK = 'cdk8s_spilo.restored_from'

# What is in the store under one id: sizes by name, and the manifest, if it can be read.
Dump = namedtuple('Dump', 'id files manifest')


def started(id):
    return datetime.strptime(id, ID).replace(tzinfo=timezone.utc)


def file_of(database, suffix):
    """Stores differ in which characters they take."""
    return quote(database, safe='').replace('%', '=') + suffix


def storage(*arguments):
    done = subprocess.run(['wal-g', 'st', *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise Failure(f'{prefix()} does not answer: {words(done.stderr)}')
    return done.stdout


def words(text):
    """What wal-g or PostgreSQL complain about; the rest is chatter."""
    lines = [line for line in text.strip().splitlines() if not re.match(r'(INFO|DEBUG|WARNING):', line)]
    return '\n'.join(lines[-5:])[:600] or 'no reason is given'


def put(path):
    """Stores its standard input: wal-g before 3.0 reads only files."""
    return ['wal-g', 'st', 'put', '/dev/stdin', path]


def cat(name):
    return ['wal-g', 'st', 'cat', f'{FOLDER}/{name}', '--decrypt', '--decompress']


def pipe(source, sink):
    """Runs the two with a pipe between them. An end of the input is no success: both must have ended well."""
    with tempfile.TemporaryFile('w+') as said:
        first = subprocess.Popen(source, stdout=subprocess.PIPE, stderr=said)
        second = subprocess.Popen(sink, stdin=first.stdout, stdout=said, stderr=said)
        first.stdout.close()
        try:
            status = second.wait() or first.wait()
            first.wait()
        except Failure:
            first.kill()
            second.kill()
            raise
        said.seek(0)
        if status != 0:
            raise Failure(words(said.read()))


def run(command):
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise Failure(words(done.stderr))


def dumps():
    """All of them, oldest first, finished or not."""
    return [Dump(id, names, manifest(id, names)) for id, names in sorted(listing().items())]


def listing():
    """Sizes by id and name."""
    files = {}
    for line in storage('ls', '-r', FOLDER + '/').splitlines():
        kind, size, *_, name = line.split()
        # Below a volume wal-g lists names with a slash at the front.
        id, _, file = name.lstrip('/').partition('/')
        if kind == 'obj' and re.fullmatch(r'\d{8}T\d{6}Z', id):
            files.setdefault(id, {})[file] = int(size)
    return files


def new_id():
    """Of this second, or of the next one if there is such a dump."""
    taken = listing()
    while datetime.now(timezone.utc).strftime(ID) in taken:
        time.sleep(0.1)
    return datetime.now(timezone.utc).strftime(ID)


def manifest(id, names):
    """Nothing if there is none; empty if there is one that cannot be read, for want of the right key, say."""
    name = next((name for name in names if name.startswith(MANIFEST)), None)
    if name is None:
        return None
    done = subprocess.run(cat(f'{id}/{name}'), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        return json.loads(done.stdout) if done.returncode == 0 else {}
    except ValueError:
        return {}


def finished(existing):
    return [dump for dump in existing if dump.manifest]


def stored(dump, name):
    """wal-g adds an ending that says how a file is compressed."""
    for file in dump.files:
        if file == name or (file.startswith(name + '.') and '.' not in file[len(name) + 1:]):
            return f'{dump.id}/{file}'
    raise Failure(f'the dump {dump.id} lacks {name}')


def remove(dump):
    """The manifest first: what is half removed must not be taken for whole."""
    for name in sorted(dump.files, key=lambda name: not name.startswith(MANIFEST)):
        storage('rm', f'{FOLDER}/{dump.id}/{name}')


class Postgres:
    """A server that is reached by name. Passwords come by PGPASSWORD."""

    def __init__(self, options):
        # The variables of the store are the members' own, and lead to a socket that only they have.
        os.environ.update(PGHOST=options.host, PGPORT=str(options.port), PGUSER=options.user, PGSSLMODE='require', PGCONNECT_TIMEOUT='10',
                          PGAPPNAME='cdk8s-spilo', PGOPTIONS='-c statement_timeout=0 -c lock_timeout=0', LC_ALL='C.UTF-8')
        self.known_version = None

    @property
    def version(self):
        self.known_version = self.known_version or int(self.sql('SHOW server_version_num')) // 10000
        return self.known_version

    def sql(self, query, database='postgres'):
        done = subprocess.run(['psql', '-XtAqw', '-d', connection(database), '-v', 'ON_ERROR_STOP=1', '-f', '-'], input=query,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise Failure(words(done.stderr))
        return done.stdout.strip()

    def program(self, name):
        """That of the server's own version, as another one may refuse it."""
        bundled = f'/usr/lib/postgresql/{self.version}/bin/{name}'
        return bundled if os.path.exists(bundled) else name


def connection(database):
    """A name is no connection string, whatever is in it. Long work is silent: networks forget such connections."""
    escaped = database.replace('\\', '\\\\').replace("'", "\\'")
    return f"dbname='{escaped}' keepalives_idle=30"


def identifier(name):
    return '"' + name.replace('"', '""') + '"'


def literal(text):
    return "E'" + text.replace('\\', '\\\\').replace("'", "''") + "'"
