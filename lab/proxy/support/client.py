#!/usr/bin/env python3
"""A client of one path: one statement every 20 ms, each a line of JSON: [time, key, result].

client.py write|read NAME HOST PORT     result: the server's address, "read-only ADDRESS" or another error's kind
It has libpq's defaults, as most applications: only the connect timeout is shorter.
"""
import json
import sys
import time

import psycopg2

EVERY = 0.02
STATEMENTS = {
    'write': 'INSERT INTO written (path, n) VALUES (%s, %s) RETURNING host(inet_server_addr())',
    'read': 'SELECT host(inet_server_addr()), count(*) FROM written WHERE path = %s AND n = %s',
}


def where(connection):
    try:
        with connection.cursor() as cursor:
            cursor.execute('SELECT host(inet_server_addr())')
            return cursor.fetchone()[0]
    except psycopg2.Error:
        return '?'


def main(kind, name, host, port):
    connection, n = None, int(time.time() * 1000)
    while True:
        begin = time.monotonic()
        n += 1
        try:
            if connection is None:
                connection = psycopg2.connect(host=host, port=port, user='app', password='app', dbname='postgres', sslmode='require', connect_timeout=2)
                connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(STATEMENTS[kind], (name, n))
                result = cursor.fetchone()[0]
        except psycopg2.Error as error:
            result = type(error).__name__
            if connection is not None and connection.closed:
                connection = None
            elif error.pgcode == '25006':
                result = 'read-only ' + where(connection)
        print(json.dumps([time.monotonic(), n, result]), flush=True)
        time.sleep(max(0, EVERY - (time.monotonic() - begin)))


main(*sys.argv[1:])
