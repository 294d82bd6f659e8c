"""What a proxy's templates see of a cluster, by the word of its Patroni."""
import concurrent.futures
import socket
import ssl

from patroni import PRIMARY, RUNNING, STANDBY_LEADER, Patroni
from rest import reason

TIMEOUT = 2


class NoLeader(Exception):
    """Nobody is known to be the leader just now."""


class Cluster:
    """What Patroni says about one cluster. Every address of the headless Service is asked at once: some may be dead."""

    def __init__(self, options, max_lag):
        self.host, self.port, self.max_lag = options['host'], options['port'], max_lag
        self.tls, self.name, authority = None, options.get('verifyHost'), options.get('ca')
        if authority:
            self.tls = ssl.create_default_context(cafile=authority)
            self.tls.check_hostname = bool(self.name)   # members are asked by address, which no certificate names

    def get(self, address, path):
        status, answer = Patroni(address, self.port, timeout=TIMEOUT, tls=self.tls, name=self.name).get(path)
        if status != 200:
            raise NoLeader(f'{address} answers {status} to {path}' if status else f'{address}: {reason(answer)}')
        return answer

    def poll(self):
        """-> the variables of templates. The leader itself must confirm: another member's picture may be an old one."""
        found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        addresses = sorted({entry[4][0] for entry in found})
        pool = concurrent.futures.ThreadPoolExecutor(len(addresses))
        try:
            error = NoLeader('nobody answers')
            for answer in concurrent.futures.as_completed([pool.submit(self.ask, a) for a in addresses]):
                try:
                    return answer.result()
                except (KeyError, TypeError, NoLeader) as failed:   # not what a Patroni says
                    error = failed
            raise NoLeader(str(error) or repr(error))
        finally:
            pool.shutdown(wait=False)

    def ask(self, address):
        view = variables(self.get(address, '/cluster'), self.max_lag)
        self.get(view['primary']['host'], '/leader')   # an error unless 200
        return view


def variables(answer, max_lag=None):
    """The variables of templates from what `GET /cluster` answers."""
    members = sorted((member(m) for m in answer['members'] if m.get('host')), key=lambda m: m['name'])
    leaders = [m for m in members if m['role'] in (*PRIMARY, STANDBY_LEADER)]
    if len(leaders) != 1:
        raise NoLeader(f'{len(leaders)} leaders')
    primary = leaders[0]
    replicas = [m for m in members if m is not primary and serves(m, max_lag)]
    readers = replicas or [primary]
    lists = {'members': marked(members), 'replicas': marked(replicas), 'readers': marked(readers)}
    return {'scope': answer.get('scope', ''), 'primary': primary, 'master': primary, 'slaves': lists['replicas'],
            'readers_hosts': ','.join(m['host'] for m in readers), **lists}


def member(m):
    return {'name': m['name'], 'host': m['host'], 'hostname': m['host'], 'port': m['port'], 'role': m['role'],
            'state': m['state'], 'lag': m.get('lag', 0), 'tags': m.get('tags', {}), 'timeline': m.get('timeline', 0)}


def serves(m, max_lag):
    """Whether a replica may take readers."""
    if m['state'] not in RUNNING or m['tags'].get('noloadbalance'):
        return False
    return max_lag is None or (isinstance(m['lag'], int) and m['lag'] <= max_lag)   # Patroni also says "unknown"


def marked(members):
    return [{**m, 'last': m is members[-1]} for m in members]
