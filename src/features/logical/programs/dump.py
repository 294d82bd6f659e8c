"""Dumps databases one by one, with the roles, into the store, and removes older dumps.

Run by envdir in the environment of the store. What is asked comes in DUMP, as JSON: cluster, host (perhaps two, separated by a
comma), port, user, databases (or all), format, jobs, compression, retain, retain_seconds, deadline, scratch, pushgateway.
Status 0 if there is a new, finished dump, 1 if not.
"""
import json
import os
import shutil
import sys
import tempfile
import time
from datetime import datetime, timedelta, timezone

from dumps import (FOLDER, MANIFEST, MARK, ROLES, Postgres, connection, dumps, file_of, finished, literal, new_id, pipe, put, remove, run,
                   started)
from report import Failure, reported
from say import say
from settings import settings
from walg import prefix

SUFFIXES = {'custom': '.dump', 'directory': '.tar', 'plain': '.sql'}

# What `pg_restore --create` would know, which cannot restore under another name.
DATABASES = """
SELECT coalesce(json_agg(json_build_object(
  'name', datname, 'owner', pg_get_userbyid(datdba), 'encoding', pg_encoding_to_char(encoding), 'collate', datcollate, 'ctype', datctype,
  'provider', to_jsonb(d) ->> 'datlocprovider', 'locale', coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'),
  'settings', (SELECT coalesce(json_agg(setting), '[]') FROM pg_db_role_setting, unnest(setconfig) setting
               WHERE setdatabase = d.oid AND setrole = 0 AND split_part(setting, '=', 1) <> {mark}),
  'grants', (SELECT json_agg(json_build_array(privilege_type, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END, is_grantable))
             FROM aclexplode(datacl))
) ORDER BY datname), '[]') FROM pg_database d WHERE datallowconn AND datname NOT IN ('template0', 'template1')
"""


def chosen(server, wanted):
    existing = json.loads(server.sql(DATABASES.format(mark=literal(MARK))))
    missing = set(wanted or []) - {database['name'] for database in existing}
    if missing:
        raise Failure('there is no database ' + ', '.join(sorted(missing)))
    return [database for database in existing if wanted is None or database['name'] in wanted]


def dump(server, options, id, name):
    """Into the store as it comes, without a file between; only a directory must be one first. wal-g compresses."""
    path = f'{FOLDER}/{id}/{file_of(name, SUFFIXES[options.format])}'
    command = [server.program('pg_dump'), '-w', '-d', connection(name), f'--format={options.format}']
    if options.format != 'directory':
        pipe(command + (['--compress=0'] if options.format == 'custom' else []), put(path))
        return
    folder = tempfile.mkdtemp(dir=options.scratch)
    try:
        files = os.path.join(folder, 'dump')
        run(command + [f'--jobs={options.jobs}', f'--file={files}'])
        pipe(['tar', '-cf', '-', '-C', files, '.'], put(path))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make(server, options, report):
    id = new_id()
    databases = chosen(server, options.databases)
    began = time.monotonic()
    pipe([server.program('pg_dumpall'), '-w', '--globals-only'], put(f'{FOLDER}/{id}/{ROLES}'))
    for database in databases:
        say(f'dumping {database["name"]}')
        try:
            dump(server, options, id, database['name'])
        except Failure as failure:
            raise Failure(f'{database["name"]}: {failure}')
        database['file'] = file_of(database['name'], SUFFIXES[options.format])
    manifest = {'cluster': options.cluster, 'id': id, 'format': options.format, 'postgres': server.version, 'databases': databases}
    with tempfile.NamedTemporaryFile('w') as file:
        json.dump(manifest, file)
        file.flush()
        pipe(['cat', file.name], put(f'{FOLDER}/{id}/{MANIFEST}'))
    report.update(dump=id, dump_seconds=round(time.monotonic() - began, 1), databases=[database['name'] for database in databases])


def expire(options, report):
    """What is too old, and what was never finished and cannot be any more: no Job runs longer than the deadline."""
    existing, now = dumps(), datetime.now(timezone.utc)
    whole = finished(existing)
    young = now - timedelta(seconds=options.retain_seconds or 0)
    old = [one for one in whole[:-options.retain] if started(one.id) < young]
    abandoned = [one for one in existing if one.manifest is None and started(one.id) < now - timedelta(seconds=options.deadline)]
    for one in old + abandoned:
        say(f'removing {one.id}')
        remove(one)
    report.update(kept=len(whole) - len(old), removed=len(old) + len(abandoned))
    new = next((one for one in whole if one.id == report['dump']), None)
    if new is None:
        raise Failure(f'{prefix()} does not have the new dump')
    report['bytes'] = sum(new.files.values())


def work(options, report):
    make(Postgres(options), options, report)
    expire(options, report)


def main():
    options = settings('DUMP', ('cluster', 'host', 'port', 'user', 'format', 'retain', 'deadline'), {
        'databases': None, 'jobs': 1, 'compression': None, 'retain_seconds': 0, 'scratch': None, 'pushgateway': None})
    if options.compression:
        os.environ['WALG_COMPRESSION_METHOD'] = options.compression
    report = {'cluster': options.cluster, 'store': prefix(), 'failures': []}
    return reported('logical-dump', report, lambda: work(options, report), options.pushgateway)


if __name__ == '__main__':
    sys.exit(main())
