#!/usr/bin/env python3
"""Clients of one cluster that write down all they asked for and what came of it. Runs in a Pod, from the Spilo image.

  clients.py run       until SIGTERM; the history is appended to /tmp/history
  clients.py history   prints it
  clients.py final     JSON: what the leader has at the end

SETTINGS is JSON: {"id", "user", "service": host of the leader's Service, "replicas": host of the replicas' Service, "members":
{NAME: host}}. PASSWORD is the password. A line of the history is JSON:

  {"client": who, "kind": what, "start", "end": seconds since 1970, "ok": true, false or null, ...}

`ok` is false when the server said no, so that nothing was done, and null when nobody knows. Kinds:

  append    a value that nobody else uses is put at the end of the list `key`; `list` is what the list is then
  look      the lists of some keys, on `where`: leader or replica
  write     the register `key` becomes `value`
  read      the register `key`, in `value`
  transfer  some money from one account to another
  sum       all the money, in `value`
  primary   a write on one member, not waiting for any replica: whether it takes one
"""
import json
import os
import random
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
HISTORY = '/tmp/history'
ACCOUNTS, MONEY = 8, 100
# Each list gets some values, and then it is the turn of the next ones: what is read stays small.
LISTS, VALUES = 3, 40
REGISTERS = 3
APPENDERS, WRITERS = 3, 2
# A replica may still show the lists of a run before: those of this one have higher keys.
FIRST = int(time.time()) % 1_000_000 * 1000
# The session was ended while its commit may have gone through.
UNKNOWN = ('57P01', '57P02', '57P03')


def connect(host, **more):
    options = {'host': host, 'user': SETTINGS['user'], 'password': os.environ['PASSWORD'], 'dbname': 'postgres', 'sslmode': 'require',
               'connect_timeout': 2, 'tcp_user_timeout': 3000, 'keepalives_idle': 1, 'keepalives_interval': 1, 'keepalives_count': 2, **more}
    connection = psycopg2.connect(**options)
    connection.autocommit = True
    return connection


class Client:
    """One thread with one session, which lasts as long as the server lets it."""

    lock = threading.Lock()
    history = None

    def __init__(self, name, host, stays=False, **options):
        """`stays`: a member that is none to write to is asked again over the same session."""
        self.name, self.host, self.stays, self.options, self.connection = name, host, stays, options, None

    def ask(self, kind, statement, values, answer=lambda rows: {}, **about):
        start, ok, sent = time.time(), None, False
        try:
            if self.connection is None:
                self.connection = connect(self.host, **self.options)
            with self.connection.cursor() as cursor:
                sent = True
                cursor.execute(statement, values)
                about.update(answer(cursor.fetchall() if cursor.description else []))
            ok = True
        except psycopg2.Error as error:
            ok = None if sent and (error.pgcode is None or error.pgcode in UNKNOWN) else False
            about['error'] = error.pgcode or ' '.join(str(error).split())[:80]
            if error.pgcode != '25006' or not self.stays:
                self.leave()
        self.note({'client': self.name, 'kind': kind, 'start': start, 'end': time.time(), 'ok': ok, **about})

    def leave(self):
        try:
            if self.connection:
                self.connection.close()
        except psycopg2.Error:
            pass
        self.connection = None

    def note(self, event):
        with Client.lock:
            Client.history.write(json.dumps(event) + '\n')


def appender(client, number, turn):
    key = FIRST + turn // VALUES * LISTS + random.randrange(LISTS)
    value = number * 1_000_000 + turn
    client.ask('append', 'INSERT INTO lists VALUES (%s, ARRAY[%s]) ON CONFLICT (key) DO UPDATE SET entries = lists.entries || EXCLUDED.entries '
               'RETURNING entries', (key, value), lambda rows: {'list': rows[0][0]}, key=key, value=value)


def looker(client, where, turn):
    newest = 'SELECT key, entries FROM lists WHERE key >= %s ORDER BY key DESC LIMIT %s'
    client.ask('look', newest, (FIRST, 2 * LISTS), lambda rows: {'lists': dict(rows)}, where=where)


def register(client, number, turn):
    key = random.randrange(REGISTERS)
    if random.random() < 0.5:
        value = number * 1_000_000 + turn
        client.ask('write', 'UPDATE registers SET value = %s WHERE key = %s', (value, key), key=key, value=value)
    else:
        client.ask('read', 'SELECT value FROM registers WHERE key = %s', (key,), lambda rows: {'value': rows[0][0]}, key=key)


def banker(client, _, turn):
    if turn % 4 == 0:
        client.ask('sum', 'SELECT sum(balance)::int FROM accounts', (), lambda rows: {'value': rows[0][0]})
    else:
        giver, taker = random.sample(range(ACCOUNTS), 2)
        client.ask('transfer', 'UPDATE accounts SET balance = balance + CASE number WHEN %s THEN -1 ELSE 1 END WHERE number IN (%s, %s)',
                   (giver, giver, taker))


def asker(client, member, turn):
    client.ask('primary', 'INSERT INTO primaries VALUES (%s, %s)', (member, turn), member=member)


def work(client, act, about, stop, interval):
    turn = 0
    while not stop.is_set():
        begun = time.time()
        act(client, about, turn)
        turn += 1
        stop.wait(max(0.0, begun + interval - time.time()))


def prepare():
    while True:
        try:
            with connect(SETTINGS['service']) as connection, connection.cursor() as cursor:
                cursor.execute('CREATE TABLE IF NOT EXISTS lists (key int PRIMARY KEY, entries bigint[]);'
                               'CREATE TABLE IF NOT EXISTS registers (key int PRIMARY KEY, value bigint);'
                               'CREATE TABLE IF NOT EXISTS accounts (number int PRIMARY KEY, balance int);'
                               'CREATE TABLE IF NOT EXISTS primaries (member text, turn int)')
                cursor.execute('TRUNCATE lists, registers, accounts, primaries')
                cursor.execute('INSERT INTO registers SELECT n, 0 FROM generate_series(0, %s) n', (REGISTERS - 1,))
                cursor.execute('INSERT INTO accounts SELECT n, %s FROM generate_series(0, %s) n', (MONEY, ACCOUNTS - 1))
            return
        except psycopg2.Error as error:
            print('not ready:', str(error).strip(), flush=True)
            time.sleep(0.5)


def run():
    prepare()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    Client.history = open(HISTORY, 'a', buffering=1)
    service, replicas = SETTINGS['service'], SETTINGS['replicas']
    jobs = [(f'appender-{n}', service, appender, n) for n in range(1, APPENDERS + 1)]
    jobs += [(f'register-{n}', service, register, n) for n in range(1, WRITERS + 1)]
    jobs += [('banker', service, banker, None), ('reader-leader', service, looker, 'leader'), ('reader-replica', replicas, looker, 'replica')]
    for name, host, act, about in jobs:
        threading.Thread(target=work, args=(Client(name, host), act, about, stop, 0.1), daemon=True).start()
    for member, host in SETTINGS['members'].items():
        # What a replica confirms is another question: here it is who believes to lead.
        client = Client(f'asker-{member}', host, stays=True, options='-c synchronous_commit=local')
        threading.Thread(target=work, args=(client, asker, member, stop, 0.1), daemon=True).start()
    print('running', flush=True)
    while not stop.is_set():
        stop.wait(3600)


def final():
    with connect(SETTINGS['service'], target_session_attrs='read-write') as connection, connection.cursor() as cursor:
        cursor.execute('SELECT key, entries FROM lists')
        lists = dict(cursor.fetchall())
        cursor.execute('SELECT sum(balance)::int FROM accounts')
        print(json.dumps({'lists': lists, 'sum': cursor.fetchone()[0], 'money': ACCOUNTS * MONEY}))


if __name__ == '__main__':
    if sys.argv[1] == 'run':
        run()
    elif sys.argv[1] == 'final':
        final()
    else:
        with open(HISTORY) as history:
            sys.stdout.write(history.read())
