#!/usr/bin/env python3
"""A client of one cluster that keeps a record of what the server acknowledged. Runs in a Pod, from the Spilo image.

  traffic.py run              one thread for each path until SIGTERM; the record is appended below TRAFFIC_DIR
  traffic.py report FROM TO   JSON for the paths between two times (seconds since 1970, "-" for no limit)
  traffic.py glance FROM TO   the same without a look for lost keys

SETTINGS is JSON: {"id": tells two clients apart, "paths": {NAME: {"host", "port", "kind": "write" or "read", "options": {...libpq...}}},
"user", "database", "interval": seconds}. PASSWORD is the password.

A writer sends one INSERT with the next key each interval, in its own transaction, and notes the key when the commit was
acknowledged, together with the server that took it. A gap is the time between two acknowledged commits. A key that was
sent but not acknowledged is never asked for again: it may be there or not. What counts as lost is an acknowledged key
that the leader does not have at the end.
"""
import json
import os
import signal
import sys
import threading
import time

try:
    import psycopg2
except ImportError:     # where Patroni has an environment of its own
    OTHER = '/opt/patroni/bin/python'
    if sys.executable == OTHER:
        raise
    os.execv(OTHER, [OTHER] + sys.argv)

SETTINGS = json.loads(os.environ['SETTINGS'])
DIRECTORY = os.environ.get('TRAFFIC_DIR', '/tmp/traffic')
ME = SETTINGS['id']
TABLE = 'cluster_test_traffic'
STATEMENTS = {
    'write': 'INSERT INTO ' + TABLE + ' (client, path, n) VALUES (%s, %s, %s) RETURNING host(inet_server_addr())',
    'read': 'SELECT host(inet_server_addr()), max(n) FROM ' + TABLE + ' WHERE client = %s AND path = %s AND n < %s',
}


def connect(path, **more):
    options = {'host': path['host'], 'port': path['port'], 'user': SETTINGS['user'], 'sslmode': 'require',
               'dbname': SETTINGS.get('database', 'postgres'), 'password': os.environ['PASSWORD'],
               'application_name': 'traffic', 'connect_timeout': 2, 'tcp_user_timeout': 2000, 'keepalives_idle': 1,
               'keepalives_interval': 1, 'keepalives_count': 2, **path.get('options', {}), **more}
    connection = psycopg2.connect(**options)
    connection.autocommit = True
    return connection


def prepare():
    path = next(p for p in SETTINGS['paths'].values() if p['kind'] == 'write')
    while True:
        try:
            with connect(path) as connection, connection.cursor() as cursor:
                cursor.execute('CREATE TABLE IF NOT EXISTS ' + TABLE + ' (client text, path text, n bigint, '
                               'PRIMARY KEY (client, path, n))')
            return
        except psycopg2.Error as error:
            print('not ready:', str(error).strip(), flush=True)
            time.sleep(0.5)


def first_free(name):
    """A restarted client goes on after its last key."""
    try:
        with open(record_of(name)) as file:
            return max((int(line.split()[1]) for line in file if line[0] in 'sa'), default=0) + 1
    except FileNotFoundError:
        return 1


def record_of(name):
    return os.path.join(DIRECTORY, name + '.record')


def work(name, path, stop):
    interval, n, connection = SETTINGS.get('interval', 0.05), first_free(name), None
    with open(record_of(name), 'a', buffering=1) as record:
        while not stop.is_set():
            begun = time.time()
            try:
                if connection is None:
                    connection = connect(path)
                    record.write('c %.3f\n' % time.time())
                with connection.cursor() as cursor:
                    cursor.execute(STATEMENTS[path['kind']], (ME, name, n))
                    server = cursor.fetchone()[0]
                record.write('a %d %.3f %.3f %s\n' % (n, begun, time.time(), server))
            except psycopg2.Error as error:
                record.write('e %d %.3f %s\n' % (n, time.time(), ' '.join(str(error).split())))
                try:
                    connection and connection.close()
                except psycopg2.Error:
                    pass
                connection = None
            n += 1
            stop.wait(max(0.0, begun + interval - time.time()))


def run():
    os.makedirs(DIRECTORY, exist_ok=True)
    prepare()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    for name, path in SETTINGS['paths'].items():
        threading.Thread(target=work, args=(name, path, stop), daemon=True).start()
    print('running', flush=True)
    while not stop.is_set():
        stop.wait(3600)


def acknowledged(name, begin, end):
    """-> [(key, sent, acknowledged, server)], [(time, error)] within the times."""
    answers, errors = [], []
    with open(record_of(name)) as file:
        for line in file:
            fields = line.rstrip('\n').split(' ')
            if fields[0] == 'a' and len(fields) == 5 and begin <= float(fields[3]) <= end:
                answers.append((int(fields[1]), float(fields[2]), float(fields[3]), fields[4]))
            elif fields[0] == 'e' and len(fields) > 3 and begin <= float(fields[2]) <= end:
                errors.append((float(fields[2]), ' '.join(fields[3:])))
    return answers, errors


def gaps(answers, begin, end, shortest):
    """Times without an acknowledged answer. One that is still open at the end counts, too."""
    times = [a[2] for a in answers]
    if begin > 0:
        times.insert(0, begin)
    if end < float('inf'):
        times.append(end)
    return [{'from': a, 'seconds': round(b - a, 3)} for a, b in zip(times, times[1:]) if b - a >= shortest]


def servers(answers):
    """Who answered, as a list of spells: a server that comes back gets a new one."""
    spells = []
    for _, _, when, server in answers:
        if not spells or spells[-1]['server'] != server:
            spells.append({'server': server, 'from': when, 'writes': 0})
        spells[-1].update(to=when, writes=spells[-1]['writes'] + 1)
    return spells


def report(begin, end, look=True):
    results = {}
    present = None
    for name, path in SETTINGS['paths'].items():
        answers, errors = acknowledged(name, begin, end)
        result = results[name] = {
            'kind': path['kind'], 'acknowledged': len(answers), 'errors': len(errors),
            'messages': sorted({text for _, text in errors})[:8], 'gaps': gaps(answers, begin, end, 0.5),
            'servers': servers(answers)}
        result['longest'] = max([b[2] - a[2] for a, b in zip(answers, answers[1:])] or [0])
        if look and path['kind'] == 'write':
            if present is None:
                present = keys_on_leader()
            missing = [a for a in answers if a[0] not in present.get(name, ())]
            result['lost'] = len(missing)
            result['lostKeys'] = [{'key': a[0], 'at': a[2], 'server': a[3]} for a in missing[:20]]
    print(json.dumps(results))


def keys_on_leader():
    """Asked on the first writing path that answers: the paths lead to the same leader."""
    for path in (p for p in SETTINGS['paths'].values() if p['kind'] == 'write'):
        try:
            connection = connect(path, target_session_attrs='read-write', connect_timeout=10)
            with connection.cursor() as cursor:
                cursor.execute('SELECT path, n FROM ' + TABLE + ' WHERE client = %s', (ME,))
                found = {}
                for name, n in cursor:
                    found.setdefault(name, set()).add(n)
            connection.close()
            return found
        except psycopg2.Error as error:
            print('no look-up:', str(error).strip(), file=sys.stderr)
    sys.exit('no leader could be asked for the acknowledged keys')


def limit(text, otherwise):
    return otherwise if text == '-' else float(text)


if __name__ == '__main__':
    command = sys.argv[1]
    if command == 'run':
        run()
    else:
        report(limit(sys.argv[2], 0.0), limit(sys.argv[3], float('inf')), command == 'report')
