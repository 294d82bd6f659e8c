"""Three members by Patroni on etcd, and what Kubernetes would put around them: DNS names and Services."""
import base64
import json
import os
import subprocess
import threading
import time
import urllib.request

from pods import BASE, HERE, KUBELET, Pod, run

POSTGRES = '/usr/lib/postgresql/15/bin'
LEADER_SERVICE, REPLICA_SERVICE = '10.77.255.1', '10.77.255.2'
ARCHIVE = '10.77.0.13'                    # the member of the standby cluster
PEERS = ('10.77.0.121', '10.77.0.122')    # poolers that know each other
SERVER_NAMES = ('orders.shop.svc', 'archive', 'pooler.example.org')
KUBE_PROXY_LAG = 0.5
PASSWORD = 'members " only'


def certify(name, subject, *options):
    path = '%s/tls/%s' % (BASE, name)
    run('openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', subject, '-keyout', path + '.key', '-out', path + '.crt', *options)
    os.chmod(path + '.key', 0o600)


class Member(Pod):
    """Patroni with Spilo's timing and Spilo's pg_hba: TLS only."""

    def __init__(self, name, address, python, timing):
        self.python, self.timing, self.data = python, timing, '%s/data/%s' % (BASE, name)
        super().__init__(name, address)

    def start(self):
        super().start()
        os.makedirs(self.data, exist_ok=True)
        with open('%s/patroni.json' % self.directory, 'w') as file:
            json.dump(self.configuration(), file)
        run('chown', '-R', 'postgres:postgres', self.data, self.directory)
        user = [int(run('id', flag, 'postgres')) for flag in ('-u', '-g')]
        environment = {'PATH': '%s:/usr/bin:/bin' % POSTGRES, 'HOME': self.data, 'LC_ALL': 'C.UTF-8'}
        self.spawn('patroni', (self.python, '-m', 'patroni', self.directory + '/patroni.json'), environment, user)

    def configuration(self):
        tls = {'ssl': 'on', 'ssl_cert_file': BASE + '/tls/server.crt', 'ssl_key_file': BASE + '/tls/server.key'}
        hba = ['local all all trust', 'host all all 127.0.0.1/32 trust', 'hostssl replication all all scram-sha-256',
               'hostnossl all all all reject', 'hostssl all all all scram-sha-256']
        login = {'password': PASSWORD}
        return {
            'scope': self.name.rpartition('-')[0], 'name': self.name, 'etcd3': {'host': HERE + ':2379'},
            'restapi': {'listen': '0.0.0.0:8008', 'connect_address': self.address + ':8008'},
            'bootstrap': {'dcs': {**self.timing, 'maximum_lag_on_failover': 33554432,
                                  'postgresql': {'use_pg_rewind': True, 'use_slots': True, 'parameters': {'max_connections': 200, 'wal_log_hints': 'on'}}},
                          'initdb': [{'encoding': 'UTF8'}, 'data-checksums']},
            'postgresql': {
                'listen': '0.0.0.0:5432', 'connect_address': self.address + ':5432', 'data_dir': self.data + '/pg', 'bin_dir': POSTGRES,
                'pgpass': self.data + '/pgpass', 'pg_hba': hba,
                'authentication': {'superuser': {'username': 'postgres', **login}, 'replication': {'username': 'standby', **login},
                                   'rewind': {'username': 'rewind', **login}},
                'parameters': {**tls, 'unix_socket_directories': self.directory, 'password_encryption': 'scram-sha-256', 'shared_buffers': '64MB',
                               'fsync': 'off', 'log_min_messages': 'warning'},
            },
        }

    def patroni(self, path, body=None, timeout=3):
        request = urllib.request.Request('http://%s:8008%s' % (self.address, path), body and json.dumps(body).encode(), {'Content-Type': 'application/json'})
        return urllib.request.urlopen(request, timeout=timeout).read().decode()


class StandbyMember(Member):
    """The leader of a standby cluster, which streams from the other one, and whose API speaks TLS."""

    def configuration(self):
        configuration = super().configuration()
        configuration['bootstrap']['dcs']['standby_cluster'] = {'host': LEADER_SERVICE, 'port': 5432, 'create_replica_methods': ['basebackup']}
        configuration['restapi'].update(certfile=BASE + '/tls/server.crt', keyfile=BASE + '/tls/server.key')
        return configuration


class Cluster:
    def __init__(self, python, timing):
        self.python, self.timing, self.helpers, self.holders = python, timing, [], []
        self.network()
        self.certificates()
        self.helpers.append(self.start_etcd())
        self.helpers.append(self.start_dns())
        self.members = [Member('orders-%d' % ordinal, '10.77.0.1%d' % ordinal, python, timing) for ordinal in range(3)]
        threading.Thread(target=self.kube_proxy, daemon=True).start()

    def network(self):
        run('ip', 'link', 'set', 'lo', 'up')
        run('ip', 'link', 'add', 'host', 'type', 'bridge')
        for address in (HERE, KUBELET):
            run('ip', 'addr', 'add', address + '/32', 'dev', 'host')
        run('ip', 'link', 'set', 'host', 'up')
        # A Service's address is routed, so that packets to it reach the rules.
        run('ip', 'route', 'add', '10.77.255.0/24', 'dev', 'host')
        run('sysctl', '-qw', 'net.ipv4.ip_forward=1')
        self.service('LEADER', LEADER_SERVICE)
        self.service('REPLICAS', REPLICA_SERVICE)

    def certificates(self):
        """Two authorities, a certificate for all servers and one for a client, signed by the first."""
        os.makedirs(BASE + '/tls')
        certify('authority', '/CN=authority')
        certify('stranger', '/CN=stranger')
        signed = ('-CA', BASE + '/tls/authority.crt', '-CAkey', BASE + '/tls/authority.key', '-addext', 'basicConstraints=CA:FALSE')
        certify('server', '/CN=spilo.example.org', *signed, '-addext', 'subjectAltName=' + ','.join('DNS:' + name for name in SERVER_NAMES))
        certify('client', '/CN=app', *signed)
        run('chown', 'postgres:postgres', BASE + '/tls/server.key')
        read = lambda name: open('%s/tls/%s' % (BASE, name)).read()
        self.secrets = {
            'tls': {'tls.crt': read('server.crt'), 'tls.key': read('server.key'), 'ca.crt': read('authority.crt')},
            'authority': {'ca.crt': read('authority.crt')}, 'stranger': {'ca.crt': read('stranger.crt')},
        }

    def start_etcd(self):
        log = open(BASE + '/logs/etcd', 'a')
        url = 'http://%s:2379' % HERE
        return subprocess.Popen(['etcd', '--data-dir', BASE + '/etcd', '--listen-client-urls', url, '--advertise-client-urls', url,
                                 '--listen-peer-urls', 'http://127.0.0.1:2380', '--unsafe-no-fsync'], stdout=log, stderr=log,
                                env={**os.environ, 'ETCD_UNSUPPORTED_ARCH': os.environ.get('ETCD_UNSUPPORTED_ARCH', '')})

    def start_dns(self):
        """The headless Service publishes members that are not ready: its addresses stay."""
        names = {'orders.shop.svc': [LEADER_SERVICE], 'orders-repl.shop.svc': [REPLICA_SERVICE],
                 'orders-pods.shop.svc': ['10.77.0.1%d' % n for n in range(3)], 'archive-pods.shop.svc': [ARCHIVE],
                 **{'orders-pooler-%d.orders-pooler-peers.shop.svc' % n: [address] for n, address in enumerate(PEERS)},
                 **{'orders-%d.orders-pods.shop.svc' % n: ['10.77.0.1%d' % n] for n in range(3)}}
        with open(BASE + '/hosts', 'w') as file:
            for name, addresses in names.items():
                file.writelines('%s %s %s.cluster.local\n' % (address, name, name) for address in addresses)
        with open(BASE + '/resolv.conf', 'w') as file:
            file.write('nameserver %s\nsearch shop.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5\n' % HERE)
        return subprocess.Popen(['dnsmasq', '--keep-in-foreground', '--no-resolv', '--no-hosts', '--local=/svc/', '--local=/cluster.local/', '--addn-hosts=%s/hosts' % BASE, '--listen-address=' + HERE,
                                 '--bind-interfaces', '--user=root', '--pid-file='], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def kube_proxy(self):
        """Patroni moves the leader's Endpoints in the request that takes the lock; the nodes follow a little later."""
        seen = None
        while True:
            leader = self.lock_holder()
            if leader and leader != seen:
                self.holders.append((time.monotonic(), leader))
                time.sleep(KUBE_PROXY_LAG)
                self.point(leader)
                seen = leader
            time.sleep(0.05)

    def lock_holder(self):
        key = base64.b64encode(b'/service/orders/leader').decode()
        try:
            request = urllib.request.Request('http://%s:2379/v3/kv/range' % HERE, json.dumps({'key': key}).encode())
            found = json.load(urllib.request.urlopen(request, timeout=1)).get('kvs')
        except OSError:
            return None
        return base64.b64decode(found[0]['value']).decode() if found else None

    def service(self, name, address):
        """A Service without pods."""
        for chain in ('PREROUTING', 'OUTPUT'):
            run('iptables', '-w', '-t', 'nat', '-N', 'SVC-%s-%s' % (name, chain))
            run('iptables', '-w', '-t', 'nat', '-A', chain, '-d', address, '-p', 'tcp', '--dport', '5432', '-j', 'SVC-%s-%s' % (name, chain))

    def point(self, leader):
        self.endpoints({'LEADER': [m.address for m in self.members if m.name == leader], 'REPLICAS': [m.address for m in self.members if m.name != leader]})

    def endpoints(self, services):
        """The pods of Services by their names: connections go to each in turn."""
        rules = ['*nat']
        for chain in ('PREROUTING', 'OUTPUT'):
            for name, addresses in services.items():
                rules += ['-F SVC-%s-%s' % (name, chain)]
                rules += ['-A SVC-%s-%s -p tcp -m statistic --mode nth --every %d --packet 0 -j DNAT --to-destination %s' % (name, chain, len(addresses) - n, address)
                          for n, address in enumerate(addresses)]
        subprocess.run(['iptables-restore', '-w', '--noflush'], input='\n'.join([*rules, 'COMMIT', '']), text=True, check=True)

    def connections(self, service):
        """-> how many connections from here went to each pod of a Service."""
        listed = run('iptables', '-w', '-t', 'nat', '-nvxL', 'SVC-%s-OUTPUT' % service).splitlines()
        return [int(line.split()[0]) for line in listed if 'DNAT' in line]

    def held_lock(self, address, at):
        """-> whether the member was the leader then, by the lock."""
        held = [name for since, name in self.holders if since <= at + 0.1]
        return any(m.address == address and held and held[-1] == m.name for m in self.members)

    def leader(self):
        name = self.lock_holder()
        return next((m for m in self.members if m.name == name), None)

    def healthy(self):
        """-> whether there is a leader and two replicas that stream from it."""
        leader = self.leader()
        try:
            members = json.loads(leader.patroni('/cluster'))['members'] if leader else []
            return sum(m['role'] == 'leader' and m['state'] == 'running' for m in members) == 1 and \
                sum(m['role'] == 'replica' and m['state'] == 'streaming' and m.get('lag') == 0 for m in members) == 2 and \
                leader.patroni('/primary') is not None
        except (OSError, ValueError):
            return False

    def settle(self, seconds=90):
        deadline = time.monotonic() + seconds
        while not self.healthy():
            if time.monotonic() > deadline:
                raise RuntimeError('the cluster does not come together')
            time.sleep(0.3)

    def wait_leader(self, seconds=60):
        """Until somebody answers as the leader; the others may still come back."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            leader = self.leader()
            try:
                if leader and leader.patroni('/primary'):
                    return
            except OSError:
                time.sleep(0.3)
        raise RuntimeError('there is no leader')

    def switchover(self):
        old = self.leader()
        old.patroni('/switchover', {'leader': old.name}, timeout=60)

    def cut(self, member):
        """The member's node vanishes: nothing to it or from it arrives, and nobody is told."""
        for chain, flag in (('FORWARD', '-s'), ('FORWARD', '-d'), ('INPUT', '-s'), ('OUTPUT', '-d')):
            run('iptables', '-w', '-I', chain, flag, member.address, '-j', 'DROP')

    def heal(self, member):
        for chain, flag in (('FORWARD', '-s'), ('FORWARD', '-d'), ('INPUT', '-s'), ('OUTPUT', '-d')):
            run('iptables', '-w', '-D', chain, flag, member.address, '-j', 'DROP')

    def superuser(self, sql):
        leader = self.leader()
        return run('psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-h', leader.directory, '-U', 'postgres', '-c', sql, 'postgres')
