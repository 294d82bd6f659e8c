"""What proxies do beside following a leader: metrics, requests to cancel, certificates, a clean end, standby clusters.

Each function takes the bed, starts the pods that the constructs render for it, and tells what a client saw.
"""
import threading
import time
import traceback
import urllib.error
import urllib.request

import psycopg2

from cluster import ARCHIVE, BASE, PEERS, StandbyMember
from pods import at_once

CANCEL_SERVICE, DRAIN_SERVICE = '10.77.255.3', '10.77.255.4'


def connect(host, port=5432, **more):
    options = {'user': 'app', 'password': 'app', 'dbname': 'postgres', 'sslmode': 'require', 'connect_timeout': 6, **more}
    connection = psycopg2.connect(host=host, port=port, **options)
    connection.autocommit = True
    return connection


def ask(sql, host, port=5432, **more):
    """-> the answer, or the kind of the error."""
    try:
        connection = connect(host, port, **more)
        with connection.cursor() as cursor:
            cursor.execute(sql)
            answer = cursor.fetchone()[0]
        connection.close()
        return answer
    except psycopg2.Error as error:
        return type(error).__name__ + ': ' + str(error).strip().splitlines()[0]


def page(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ''


def metrics(bed):
    pooler = bed.start('pooler-tls', '10.77.0.123')
    ask('SELECT 1', pooler.address)
    lines = page('http://%s:9127/metrics' % pooler.address)[1].splitlines()
    haproxy = bed.pods['haproxy'].address
    proxied = page('http://%s:8404/metrics' % haproxy)[1].splitlines()
    return {
        'pgbouncer': 'pgbouncer_up 1' in lines and any(line.startswith('pgbouncer_pools_server_') and 'database="postgres"' in line for line in lines),
        'haproxy': [line.rpartition(' ')[2] for line in proxied if line.startswith('haproxy_backend_active_servers{proxy="primary"}')],
        'leader': page('http://%s:8404/rw' % haproxy)[0],
    }


def cancel(bed):
    """The Service sends the session to one pod and the request to cancel its query to the other."""
    at_once(bed.start, {number: ('peer', address, 'orders-pooler-%d' % number) for number, address in enumerate(PEERS)})
    bed.cluster.service('CANCEL', CANCEL_SERVICE)
    bed.cluster.endpoints({'CANCEL': PEERS})
    connection = connect(CANCEL_SERVICE)
    timer = threading.Timer(1, connection.cancel)
    timer.start()
    begin = time.monotonic()
    try:
        with connection.cursor() as cursor:
            cursor.execute('SELECT pg_sleep(15)')
        result = 'went on'
    except psycopg2.Error as error:
        result = type(error).__name__
    return {'result': result, 'within': time.monotonic() - begin < 10, 'connections': bed.cluster.connections('CANCEL')}


def certificates(bed):
    """`pooler-verify` asks clients for a certificate and verifies the name of the member, `pooler-tls` verifies its authority."""
    named = {'host': 'pooler.example.org', 'sslmode': 'verify-full', 'sslrootcert': BASE + '/tls/authority.crt'}
    shown = {'sslcert': BASE + '/tls/client.crt', 'sslkey': BASE + '/tls/client.key'}
    verify, stranger = bed.start('pooler-verify', '10.77.0.124'), bed.start('pooler-stranger', '10.77.0.125')
    who = 'SELECT session_user::text'
    return {
        'both verified': ask(who, hostaddr=verify.address, **named, **shown),
        'no client certificate': ask(who, hostaddr=verify.address, **named).partition(':')[0],
        'other authority for the client': ask(who, hostaddr=verify.address, **{**named, 'sslrootcert': BASE + '/tls/stranger.crt'}, **shown).partition(':')[0],
        'other authority for the member': ask(who, stranger.address).partition(':')[0],
    }


def drain(bed):
    """Two poolers are replaced one by one, as Kubernetes does it, below clients that connect, write five times and leave."""
    fresh = lambda number: bed.start('pooler', '10.77.0.13%d' % number, 'drained-%d' % number)
    pods = list(at_once(fresh, {0: (0,), 1: (1,)}).values())
    bed.cluster.service('DRAIN', DRAIN_SERVICE)
    bed.cluster.endpoints({'DRAIN': [pod.address for pod in pods]})
    stop, counts, failures = threading.Event(), [], []

    def work(number):
        done = 0
        while not stop.is_set():
            try:
                connection = connect(DRAIN_SERVICE)
                for _ in range(5):
                    with connection.cursor() as cursor:
                        cursor.execute('BEGIN; INSERT INTO drained VALUES (%d); SELECT pg_sleep(0.05); COMMIT' % number)
                    done += 1
                connection.close()
            except psycopg2.Error as error:
                failures.append(str(error))
        counts.append(done)
    bed.cluster.superuser('CREATE TABLE drained (client int); GRANT ALL ON drained TO app')
    clients = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for client in clients:
        client.start()
    for number, old in enumerate(list(pods)):
        pods.append(fresh(number + 2))
        bed.cluster.endpoints({'DRAIN': [pod.address for pod in pods]})
        pods.remove(old)
        # Nodes hear a little later than the pod that it goes.
        threading.Timer(1, bed.cluster.endpoints, [{'DRAIN': [pod.address for pod in pods]}]).start()
        old.stop()
    stop.set()
    for client in clients:
        client.join()
    kept = int(bed.cluster.superuser('SELECT count(*) FROM drained'))
    return {'failures': failures, 'lost': sum(counts) - kept, 'busy': sum(counts) > 50}


def standby(bed):
    """A standby cluster whose API speaks TLS: nobody is its primary, and proxies that trust another authority find nobody."""
    StandbyMember('archive-0', ARCHIVE, bed.cluster.python, bed.cluster.timing)
    addresses = {'standby-haproxy': '10.77.0.126', 'standby-stranger': '10.77.0.127', 'standby-primary': '10.77.0.128'}
    proxies = at_once(bed.start, {name: (name, address) for name, address in addresses.items()})
    follower = bed.start('standby-follower', '10.77.0.129')   # ready only when the standby leader answers
    standby = lambda address: ask('SELECT pg_is_in_recovery()', address, 5000)
    deadline = time.monotonic() + 15
    while page('http://%s:8404/rw' % proxies['standby-haproxy'].address)[0] != 200 and time.monotonic() < deadline:
        time.sleep(0.2)
    return {
        'through HAProxy': standby(proxies['standby-haproxy'].address),
        'through the follower\'s proxy': standby(follower.address),
        **{name: page('http://%s:8404/rw' % pod.address)[0] for name, pod in proxies.items()},
    }


FEATURES = {'metrics': metrics, 'cancel': cancel, 'certificates': certificates, 'drain': drain, 'standby': standby}


def run_all(bed):
    """All at the same time: most of it is waiting."""
    return at_once(tried, {name: (feature, bed) for name, feature in FEATURES.items()})


def tried(feature, bed):
    """One that breaks must not hide the others."""
    try:
        return feature(bed)
    except Exception as error:
        traceback.print_exc()
        return {'error': repr(error)}
