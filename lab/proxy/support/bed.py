#!/usr/bin/env python3
"""Breaks a cluster behind proxies and measures what their clients see. Runs in namespaces of its own; see bed.sh.

Reads a plan as JSON: programs, pods (pod spec, ConfigMaps, Secrets), paths (where clients connect), scenarios, rounds.
Writes the results as JSON to the second argument.
"""
import json
import os
import signal
import subprocess
import sys
import threading
import time

from cluster import Cluster, LEADER_SERVICE, REPLICA_SERVICE
from features import run_all
from pods import at_once, BASE, HERE, run, Workload

BEFORE = 1      # seconds of good times before each blow


class Bed:
    def __init__(self, plan):
        self.plan = plan
        os.makedirs(BASE + '/logs')
        self.timing = plan['timing']
        self.cluster = Cluster(plan['programs']['venv'] + '/bin/python', self.timing)
        self.cluster.settle()
        self.cluster.superuser("CREATE ROLE app LOGIN PASSWORD 'app'; CREATE TABLE written (path text, n bigint, PRIMARY KEY (path, n)); "
                               'GRANT ALL ON written TO app; GRANT CREATE ON SCHEMA public TO app')
        self.run_job(plan['authJob'])
        self.run_job(plan['authJob'])   # again: it must change nothing
        self.pods = at_once(self.start, {name: (name, '10.77.0.%d' % (101 + number)) for number, name in enumerate(plan['pods'])})

    def pod(self, name, address, manifest):
        return Workload(name, address, {**manifest, 'secrets': {**manifest['secrets'], **self.cluster.secrets}}, self.plan['programs'])

    def start(self, manifest, address, name=None):
        """A further pod, when it is ready."""
        pod = self.pod(name or manifest, address, {**self.plan['pods'], **self.plan['features']}[manifest])
        self.wait_ready(pod)
        return pod

    def run_job(self, manifest):
        manifest = {**manifest, 'spec': {**manifest['spec'], 'initContainers': manifest['spec']['containers'], 'containers': []}}
        Workload('auth', '10.77.0.100', manifest, self.plan['programs']).kill()

    def wait_ready(self, pod, seconds=60):
        deadline = time.monotonic() + seconds
        while not pod.ready():
            if time.monotonic() > deadline:
                raise RuntimeError('%s is not ready:\n%s' % (pod.name, open('%s/logs/%s' % (BASE, pod.name)).read()[-2000:]))
            time.sleep(0.1)

    def address(self, path):
        if 'pod' in path:
            return self.pods[path['pod']].address, path['port']
        return (LEADER_SERVICE if path['kind'] == 'write' else REPLICA_SERVICE), 5432

    def scenario(self, name):
        """-> for each path what its client saw."""
        act, window, lock = SCENARIOS[name]
        window += lock * self.timing['ttl']
        self.cluster.settle()
        files, clients = {}, []
        for path in self.plan['paths']:
            host, port = self.address(path)
            files[path['name']] = '%s/clients/%s' % (BASE, path['name'])
            os.makedirs(BASE + '/clients', exist_ok=True)
            with open(files[path['name']], 'w') as file:
                clients.append(subprocess.Popen([self.plan['programs']['venv'] + '/bin/python', os.path.dirname(os.path.abspath(__file__)) + '/client.py',
                                                 path['kind'], path['name'], host, str(port)], stdout=file, stderr=subprocess.STDOUT))
        self.wait_answered(files.values())
        time.sleep(BEFORE)
        begin = time.monotonic()
        undo = act(self)
        time.sleep(max(0, begin + window - time.monotonic()))
        end = time.monotonic()
        for client in clients:
            client.kill()
            client.wait()
        if undo:
            undo()
        self.cluster.wait_leader()
        return {path['name']: self.judge(path, files[path['name']], begin, end) for path in self.plan['paths']}

    def wait_answered(self, files, seconds=60):
        """Until every path works: slow checks take their time after the scenario before."""
        deadline = time.monotonic() + seconds
        while not all(any(is_answer(line) for line in open(file).readlines()[-3:]) for file in files):
            if time.monotonic() > deadline:
                raise RuntimeError('; '.join('%s: %s' % (file, open(file).read()[-200:]) for file in files))
            time.sleep(0.2)

    def judge(self, path, file, begin, end):
        records = [json.loads(line) for line in open(file) if line.endswith('\n') and line.startswith('[')]
        good = [at for at, _, result in records if result[0].isdigit()]
        if not good or good[0] > begin:
            raise RuntimeError('path %s did not work before the blow: %s\n%s' % (path['name'], records[-3:], open(file).read()[-500:]))
        edges = [at for at in good if at >= begin - 0.1] + [end]
        edges = [max(at for at in good if at <= begin)] + edges
        gap, index = max((later - sooner, n) for n, (sooner, later) in enumerate(zip(edges, edges[1:])))
        after = [record for record in records if record[0] >= begin]
        judged = {
            'outage': round(gap, 2),
            # The longest silence lasted until the clients were stopped.
            'stuck': index == len(edges) - 2 and gap > 1,
            # Writes that a replica refused; the leader itself is read-only while it recovers from a crash.
            'misrouted': sum(result.startswith('read-only') and not self.cluster.held_lock(result[10:], at) for at, _, result in after),
            'recovering': sum(result.startswith('read-only') and self.cluster.held_lock(result[10:], at) for at, _, result in after),
            'answered': sum(result[0].isdigit() for _, _, result in after),
            'asked': len(after),
        }
        if path['kind'] == 'write':
            kept = set(map(int, self.cluster.superuser("SELECT n FROM written WHERE path = '%s'" % path['name']).split()))
            judged['lost'] = sum(result[0].isdigit() and n not in kept for _, n, result in records)
        return judged

    def throughput(self):
        """Transactions a second of pgbench -S with 8 clients, kept and made anew for each transaction: one figure for each turn."""
        environment = {**os.environ, 'PGPASSWORD': 'app', 'PGSSLMODE': 'require', 'PGUSER': 'app', 'PGDATABASE': 'postgres'}
        bench = lambda host, port, *options: subprocess.run(
            ['/usr/lib/postgresql/15/bin/pgbench', '-n', '-h', host, '-p', str(port), *options], env=environment, check=True, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True).stdout
        leader = self.cluster.leader().address
        bench(leader, 5432, '-i', '-q', '-s', '5')
        self.cluster.settle()
        results = {}
        targets = {'direct': (leader, 5432), **{p['name']: self.address(p) for p in self.plan['paths'] if p.get('bench')}}
        # In turn: whatever else runs on the machine hits all paths of a turn alike.
        kept, anew = ('kept', ['-T', '2']), ('anew', ['-C', '-T', '2'])
        for kind, options in 5 * (kept,) + 3 * (anew,):
            for name, (host, port) in targets.items():
                text = bench(host, port, '-S', '-c', '8', '-j', '2', *options)
                tps = round(float(next((line for line in text.splitlines() if line.startswith('tps')), 'tps = 0').split()[2]))   # none in so short a time
                results.setdefault(name, {'kept': [], 'anew': []})[kind].append(tps)
        return results


def is_answer(line):
    return line.endswith('\n') and line.startswith('[') and json.loads(line)[2][0].isdigit()


def switchover(bed):
    threading.Thread(target=bed.cluster.switchover).start()


def kill_leader(bed):
    """Every process of the leader dies at once; the kubelet starts the container again."""
    leader = bed.cluster.leader()
    leader.kill()
    threading.Timer(2, leader.start).start()


def partition(bed):
    leader = bed.cluster.leader()
    bed.cluster.cut(leader)
    return lambda: bed.cluster.heal(leader)


def no_replicas(bed):
    replicas = [m for m in bed.cluster.members if m is not bed.cluster.leader()]
    for member in replicas:
        member.kill()
    return lambda: [member.start() for member in replicas]


def hung_api(bed):
    """Patroni of the leader stands still, PostgreSQL goes on: after its time the lock goes to another member."""
    pids = bed.cluster.leader().inside('-m patroni')
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    return lambda: [os.kill(pid, signal.SIGCONT) for pid in pids]


def restart_proxies(bed):
    """Every proxy dies in the middle of a switchover and comes back; it gets clients when it is ready."""
    switchover(bed)
    time.sleep(0.5)
    no_clients = lambda pod: ('OUTPUT', '-s', HERE, '-d', pod.address, '-p', 'tcp', '-m', 'multiport', '--dports', '5000,5001,5432', '-j', 'REJECT',
                              '--reject-with', 'tcp-reset')
    for pod in bed.pods.values():
        run('iptables', '-w', '-I', *no_clients(pod))
        pod.kill()

    def back(pod):
        pod.restart()
        bed.wait_ready(pod)
        run('iptables', '-w', '-D', *no_clients(pod))
    threads = [threading.Thread(target=back, args=(pod,)) for pod in bed.pods.values()]
    for thread in threads:
        thread.start()
    return lambda: [thread.join() for thread in threads]


# What happens, how many seconds clients go on after it, and whether the lock of the old leader has to expire, too.
SCENARIOS = {
    'switchover': (switchover, 13, 0),
    'leader killed': (kill_leader, 20, 0),
    'leader cut off': (partition, 14, 1),
    'no replicas': (no_replicas, 12, 0),
    'API of the leader hangs': (hung_api, 15, 1),
    'proxies restarted during a switchover': (restart_proxies, 18, 0),
}


def main(plan_file, results_file):
    plan = json.load(open(plan_file))
    begin = time.monotonic()
    bed = Bed(plan)
    say = lambda text: print('%4d s  %s' % (time.monotonic() - begin, text), flush=True)
    say('ready')
    results = {'scenarios': {}, 'versions': versions(plan)}
    results['features'] = run_all(bed)
    say('features')
    if plan['throughput']:
        results['throughput'] = bed.throughput()
        say('throughput')
    for name in plan['scenarios']:
        rounds = plan['rounds'] if name == 'switchover' else plan['otherRounds']
        for number in range(rounds):
            seen = bed.scenario(name)
            results['scenarios'].setdefault(name, []).append(seen)
            say('%s %d: %s' % (name, number + 1, ' '.join('%.1f' % path['outage'] for path in seen.values())))
    results['load'] = os.getloadavg()[2]
    with open(results_file, 'w') as file:
        json.dump(results, file)


def versions(plan):
    first = lambda *command: run(*command, check=False).splitlines()[0]
    return {
        'HAProxy': first(plan['programs']['binaries']['haproxy'], '-v').split()[2].split('-')[0],
        'PgBouncer': first(plan['programs']['binaries']['pgbouncer'], '--version').split()[1],
        'Patroni': first(plan['programs']['venv'] + '/bin/patroni', '--version').split()[1],
        'PostgreSQL': first('/usr/lib/postgresql/15/bin/postgres', '--version').split()[2],
        'etcd': first('etcd', '--version').split()[2],
    }


if __name__ == '__main__':
    try:
        main(*sys.argv[1:])
    except BaseException:
        import traceback
        traceback.print_exc()
        logs = '%s/logs' % BASE
        for name in sorted(os.listdir(logs)) if os.path.isdir(logs) else []:
            print('--- %s\n%s' % (name, open('%s/%s' % (logs, name), errors='replace').read()[-1500:]))
        os._exit(1)
    os._exit(0)   # everything else ends with this PID namespace
