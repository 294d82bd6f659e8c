"""Restores databases from a logical dump, each into one that does not exist or is empty.

Run by envdir in the environment of the store. What is asked comes in RESTORE, as JSON: cluster, host, port, user, dump (an id, or
the newest), databases ({name, new_name}, or all but postgres), roles, jobs, scratch, deadline. Status 0 if all of them are there
afterwards, also if they had been restored before; 1 if not. Nothing is touched if one of them holds something else.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

from dumps import MARK, ROLES, Postgres, cat, connection, dumps, finished, identifier, literal, pipe, run, stored, words
from report import Failure, reported
from say import say
from settings import settings
from walg import prefix

ROLE = r'("(?:[^"]|"")+"|[^\s";]+)'
PROVIDERS = {'i': 'icu ICU_LOCALE', 'b': 'builtin BUILTIN_LOCALE'}
# A leader that sets up its passwords refuses them for moments.
PATIENCE_SECONDS = 60
# Objects that somebody made, as opposed to those of every new database.
OBJECTS = """
SELECT string_agg(object, ', ') FROM (
  SELECT 'schema ' || nspname FROM pg_namespace WHERE oid >= 16384
  UNION ALL SELECT 'relation ' || oid::regclass FROM pg_class WHERE oid >= 16384 AND relkind NOT IN ('i', 'I', 't') AND relnamespace::regnamespace::text !~ '^pg_'
  UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE oid >= 16384
  UNION ALL SELECT 'type ' || typname FROM pg_type WHERE oid >= 16384
  UNION ALL SELECT 'extension ' || extname FROM pg_extension WHERE oid >= 16384
  UNION ALL SELECT 'large object ' || oid FROM pg_largeobject_metadata LIMIT 3
) found(object)
"""


def choose(wanted):
    every = dumps()
    whole = finished(every)
    found = [dump for dump in whole if wanted in (None, dump.id)]
    if not found:
        known, locked = (', '.join(dump.id for dump in some) or 'none' for some in (whole, [dump for dump in every if dump.manifest == {}]))
        raise Failure(f'there is no finished dump {wanted or ""} in {prefix()}; finished are: {known}; not to be read, with this key at least: {locked}')
    return found[-1]


def targets(dump, wanted):
    """Databases of the dump and their names here. Spilo puts things of its own into `postgres` of every cluster."""
    known = {database['name']: database for database in dump.manifest['databases']}
    if wanted is None:
        wanted = [(name, name) for name in known if name != 'postgres']
    missing = [name for name, _ in wanted if name not in known]
    if missing or not wanted:
        raise Failure(f'the dump {dump.id} has no database {", ".join(missing) or "but postgres"}; it has {", ".join(known)}')
    return [(known[name], here) for name, here in wanted]


def wait(server, seconds):
    """Until the leader accepts writes."""
    began, refused, last = time.monotonic(), None, None
    while time.monotonic() - began < seconds:
        try:
            if server.sql('SELECT pg_is_in_recovery()') == 'f':
                return
            problem = 'it is in recovery'
        except Failure as failure:
            problem = str(failure)
        if problem != last:
            say(f'waiting for the leader: {problem}')
        last = problem
        refused = (refused or time.monotonic()) if 'authentication failed' in problem else None
        if refused and time.monotonic() - refused > PATIENCE_SECONDS:
            break
        time.sleep(1)
    raise Failure(f'the leader {os.environ["PGHOST"]} accepts no writes: {last}')


def existing(server):
    return server.sql('SELECT datname FROM pg_database').splitlines()


def due(server, wanted, dump, asked):
    """What has to be restored. One that was restored before is done; anything else that holds something is a refusal."""
    todo, refused, databases = [], [], existing(server)
    for database, name in wanted:
        if name in databases:
            mark = server.sql(f'SELECT current_setting({literal(MARK)}, true)', name)
            source, _, id = mark.rpartition('/')
            if source == database['name'] and asked in (None, id):
                say(f'{name} was restored from {mark} before')
                continue
            objects = server.sql(OBJECTS, name)
            if objects:
                refused.append(f'{name} is not empty ({objects[:200]}): drop or rename it, or restore under another name')
        todo.append((database, name))
    if refused:
        raise Failure('; '.join(refused) + '; nothing was restored')
    return todo


def make_roles(server, dump):
    """Those that the cluster lacks, with their passwords and memberships. The others stay as they are: Patroni's are among them."""
    script = subprocess.run(cat(stored(dump, ROLES)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if script.returncode != 0:
        raise Failure(f'{ROLES}: {words(script.stderr)}')
    there = {bare(name) for name in server.sql('SELECT quote_ident(rolname) FROM pg_roles').splitlines()}
    lines = list(statements(script.stdout, there))
    server.sql('BEGIN;\n' + '\n'.join(lines) + '\nCOMMIT;')
    return [bare(line.split(maxsplit=2)[2].rstrip(';')) for line in lines if line.startswith('CREATE ROLE')]


def statements(script, there):
    for line in script.splitlines():
        about, grant = re.match(f'(?:CREATE|ALTER|COMMENT ON) ROLE {ROLE}', line), re.match(f'GRANT {ROLE} TO {ROLE}', line)
        names = about.groups() if about else grant.groups() if grant else ()
        if any(bare(name) not in there for name in names):
            yield re.sub(f' GRANTED BY {ROLE};$', ';', line)


def bare(name):
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def create(database, name, roles):
    locale = f"LC_COLLATE {literal(database['collate'])} LC_CTYPE {literal(database['ctype'])}"
    if database['provider'] in PROVIDERS:
        locale += f" LOCALE_PROVIDER {PROVIDERS[database['provider']]} {literal(database['locale'])}"
    owner = f"OWNER {identifier(database['owner'])}" if roles else ''
    return f"CREATE DATABASE {identifier(name)} {owner} TEMPLATE template0 ENCODING {literal(database['encoding'])} {locale};"


def properties(database, name, roles):
    """Settings by way of the session, which knows how to write lists."""
    here = f'DATABASE {identifier(name)}'
    for setting in database['settings']:
        key, _, value = setting.partition('=')
        yield f'SELECT set_config({literal(key)}, {literal(value)}, false) IS NULL; ALTER {here} SET {key} FROM CURRENT;'
    if roles and database['grants'] is not None:
        yield f'REVOKE ALL ON {here} FROM PUBLIC;'
        for privilege, grantee, grantable in database['grants']:
            yield f'GRANT {privilege} ON {here} TO {grantee}{" WITH GRANT OPTION" if grantable else ""};'


def load(server, options, dump, database, name):
    file, kind = stored(dump, database['file']), dump.manifest['format']
    if kind == 'plain':
        pipe(cat(file), [server.program('psql'), '-Xqw', '-d', connection(name), '-v', 'ON_ERROR_STOP=1', '--single-transaction', '-f', '-'])
        return
    command = [server.program('pg_restore'), '-w', '-d', connection(name), '--exit-on-error', '--no-tablespaces']
    command += [] if options.roles else ['--no-owner', '--no-privileges']
    if kind == 'custom' and options.jobs == 1:
        pipe(cat(file), command)
        return
    if not options.scratch:
        raise Failure(f'the dump {dump.id} is a directory: it needs `scratch`')
    folder = tempfile.mkdtemp(dir=options.scratch)
    try:
        local = os.path.join(folder, 'dump')
        if kind == 'directory':
            os.mkdir(local)
        pipe(cat(file), ['tar', '-xf', '-', '-C', local] if kind == 'directory' else ['dd', f'of={local}', 'bs=1M', 'status=none'])
        run(command + [f'--jobs={options.jobs}', local])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def restore(server, options, dump, database, name):
    say(f'restoring {name} from {database["name"]} of {dump.id}')
    made = name not in existing(server)
    try:
        if made:
            server.sql(create(database, name, options.roles))
        load(server, options, dump, database, name)
        mark = f'ALTER DATABASE {identifier(name)} SET {MARK} = {literal(database["name"] + "/" + dump.id)};'
        server.sql('\n'.join([*properties(database, name, options.roles), mark]), name)
    except Failure as failure:
        if made and name in existing(server):
            server.sql(f'DROP DATABASE {identifier(name)}{" WITH (FORCE)" if server.version >= 13 else ""};')
        raise Failure(f'{name}: {failure}' + ('' if made else '; it was there before, and holds a part now'))


def work(options, report):
    began = time.monotonic()
    try:
        server, dump = Postgres(options), choose(options.dump)
        report['dump'] = dump.id
        wanted = targets(dump, options.databases)
        wait(server, options.deadline)
        todo = due(server, wanted, dump, options.dump)
        if todo and options.roles:
            report['roles'] = make_roles(server, dump)
        for database, name in todo:
            restore(server, options, dump, database, name)
            report['restored'].append(name)
    finally:
        report['restore_seconds'] = round(time.monotonic() - began, 1)


def main():
    options = settings('RESTORE', ('cluster', 'host', 'port', 'user', 'roles', 'deadline'), {
        'dump': None, 'databases': None, 'jobs': 1, 'scratch': None})
    options.databases = options.databases and [(database['name'], database.get('new_name') or database['name']) for database in options.databases]
    report = {'cluster': options.cluster, 'store': prefix(), 'failures': [], 'restored': []}
    return reported('logical-restore', report, lambda: work(options, report))


if __name__ == '__main__':
    sys.exit(main())
