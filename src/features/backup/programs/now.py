"""A base backup now, asked for by a Job that is no member: the leader makes it, and the store must have it afterwards.

Run by envdir in the environment of the store. What is asked comes in BASE_BACKUP, as JSON: host, port and user of the
leader, command (what the leader runs), cluster. Status 0 if the store has a new base backup, 1 if not.
"""
import os
import subprocess
import sys
import time

from report import Failure, reported, shorten
from settings import settings
from walg import backups, follow, prefix

# Every line of a program is one value: of a text, its characters have no meaning.
LINES = "FORMAT csv, DELIMITER e'\\x01', QUOTE e'\\x02'"


def leader(options, *arguments, query=None):
    """What the leader answers."""
    # A base backup takes hours in which the line is silent: networks forget such connections.
    where = f'host={options.host} port={options.port} user={options.user} dbname=postgres keepalives_idle=30 connect_timeout=10'
    done = subprocess.run(['psql', '-XtAqw', '-v', 'ON_ERROR_STOP=1', '-d', where, *arguments], input=query,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, 'PGSSLMODE': 'require'})
    if done.returncode != 0 or not done.stdout.strip():
        raise Failure(f'the leader {options.host} was not reached: {shorten(done.stderr)}')
    return done.stdout.strip().splitlines()


def ask(options):
    """Lets the leader run the command. Gives its status and what was said last."""
    # The quotes stand apart from the text: Flux and envsubst read a dollar sign before a brace.
    program = '$program$' + f'{options.command} 2>&1; echo "status $?"' + '$program$'
    query = (f'SET statement_timeout = 0; SET lock_timeout = 0; CREATE TEMPORARY TABLE said (line text); '
             f'COPY said FROM PROGRAM {program} WITH ({LINES}); TABLE said;')
    lines = leader(options, '-f', '-', query=query)
    if not lines[-1].startswith('status '):
        raise Failure(f'the leader {options.host} ended the connection: {shorten(lines[-1])}')
    return int(lines[-1].split()[1]), '\n'.join(lines[-6:-1])


def make(options, report):
    if 'BACKUP_STORE' in os.environ:
        follow(int(leader(options, '-c', 'SHOW server_version_num')[0]) // 10000)
        report['store'] = prefix()
    known = {backup.name for backup in backups()}
    began = time.monotonic()
    try:
        status, said = ask(options)
    finally:
        report['backup_seconds'] = round(time.monotonic() - began, 1)
    if status != 0:
        raise Failure(f'the leader says: {said.strip()[-500:]}')
    new = [backup for backup in backups() if backup.name not in known]
    if not new:
        raise Failure('the leader says that it made a base backup, and the store has no new one')
    report['backup'] = new[-1].name


def main():
    options = settings('BASE_BACKUP', ('cluster', 'host', 'port', 'user', 'command'), {})
    report = {'cluster': options.cluster, 'store': prefix(), 'failures': []}
    return reported('base-backup', report, lambda: make(options, report))


if __name__ == '__main__':
    sys.exit(main())
