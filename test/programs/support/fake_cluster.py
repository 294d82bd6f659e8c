"""A cluster of Spilo as a rollout sees it: an API server and a Patroni for each member, all on one port of loopback."""
from contextlib import contextmanager
from types import SimpleNamespace
from unittest import mock

import cluster
from fakes import patch, server
from patroni import Patroni
from rest import Rest
from rollout import TEMPLATE_ANNOTATION, Rollout

LABELS = {'cluster-name': 'orders'}


def settings(**more):
    return SimpleNamespace(**{'namespace': 'shop', 'statefulset': 'orders', 'dynamic': {}, 'template': 'T', 'job': 'orders-rollout-new',
                              'job_labels': {'component': 'rollout'}, 'deadline': 100, 'max_lag': 1000, 'patience': 60, 'template_wait': 120, 'service_wait': 20, **more})


class FakeMember:
    def __init__(self, name, **more):
        self.name, self.uid, self.revision, self.store = name, f'uid of {name}', 'old', 'endpoints'
        self.leader = self.terminating = self.silent = self.pending_restart = self.sync_standby = False
        self.running = self.ready = True
        self.state, self.timeline, self.location, self.streams, self.tags = 'running', 1, 5000, True, {}
        self.__dict__.update(more)

    @property
    def pod(self):
        env = [{'name': 'SCOPE', 'value': 'orders'}] + [{'name': 'KUBERNETES_USE_CONFIGMAPS', 'value': 'true'}] * (self.store == 'configmaps')
        return {
            'metadata': {'name': self.name, 'uid': self.uid, 'labels': {'controller-revision-hash': self.revision}, 'ownerReferences': [{'uid': 'set'}],
                         **({'deletionTimestamp': 'now'} if self.terminating else {})},
            'spec': {'containers': [{'name': 'postgres', 'env': env}]},
            'status': {'podIP': self.name, 'phase': 'Running' if self.running else 'Pending',
                       'containerStatuses': [{'state': {'running' if self.running else 'waiting': {}}}],
                       'conditions': [{'type': 'Ready', 'status': str(self.ready)}]},
        }


class FakeCluster:
    """Its members are changed by what is done to it: an eviction brings the new template, a switchover another leader."""

    def __init__(self, *members, **more):
        self.members = {member.name: member for member in members}
        self.replicas, self.template, self.configuration, self.jobs = len(members), 'T', {}, []
        self.store, self.evictions_refused, self.switchover, self.pause, self.generation = 'endpoints', False, 200, False, 1
        self.done = []
        self.__dict__.update(more)

    @property
    def statefulset(self):
        template = {'metadata': {'annotations': {TEMPLATE_ANNOTATION: self.template}}, 'spec': FakeMember('new-0', store=self.store).pod['spec']}
        return {'metadata': {'uid': 'set', 'generation': self.generation}, 'status': {'observedGeneration': 1, 'updateRevision': 'new'},
                'spec': {'replicas': self.replicas, 'selector': {'matchLabels': LABELS}, 'template': template}}

    def answer(self, method, path, body, headers):
        if headers['X-Member']:
            return self.patroni(self.members[headers['X-Member']], method, path, body)
        path = path.partition('?')[0]
        if path.endswith('/statefulsets/orders'):
            return 200, self.statefulset
        if path.endswith('/pods'):
            return 200, {'items': [member.pod for member in self.members.values()]}
        if path.endswith('/eviction'):
            return self.evict(body)
        if path.endswith('/jobs'):
            return 200, {'items': self.jobs}
        if method == 'GET':
            return 404, {'message': 'not found'}
        self.done.append(f'{method} {path.rpartition("/")[2]}')
        return 200, {}

    def evict(self, body):
        if self.evictions_refused:
            return 429, {'message': 'Cannot evict pod'}
        name = body['metadata']['name']
        assert body['deleteOptions'] == {'preconditions': {'uid': self.members[name].uid}}, body
        self.done.append(f'evict {name}')
        self.members[name].__dict__.update(FakeMember(name, revision='new', leader=self.members[name].leader, uid=f'{self.members[name].uid} again').__dict__)
        return 201, {}

    def patroni(self, member, method, path, body):
        if member.silent:
            return 500, 'no JSON'
        if path == '/leader':
            return 200 if member.leader else 503, self.word(member)
        if path == '/config' and method == 'GET':
            return (502, 'none') if self.configuration is None else (200, self.configuration)
        self.done.append(f'{method} {path[1:]}')
        if path == '/config':
            return 200, patch(self.configuration, body)
        if path == '/restart':
            member.pending_restart = False
            return 200, 'restarted'
        if self.switchover == 200:
            self.done[-1] += f' to {body["candidate"]}'
            self.members[body['leader']].leader, self.members[body['candidate']].leader = False, True
        return self.switchover, 'Successfully switched over'

    def word(self, member):
        others = [one for one in self.members.values() if not one.leader and one.streams]
        return {
            'state': member.state, 'timeline': member.timeline, 'xlog': {'location' if member.leader else 'received_location': member.location},
            'tags': member.tags, **({'sync_standby': True} if member.sync_standby else {}), **({'pause': True} if self.pause else {}),
            **({'pending_restart': True} if member.pending_restart else {}),
            **({'replication': [{'application_name': one.name, 'state': 'streaming'} for one in others]} if member.leader else {}),
        }


class LoopbackObjects(cluster.Objects):
    """Without a ServiceAccount."""

    def __init__(self, options, port):
        Rest.__init__(self, '127.0.0.1', port)
        self.settings, self.namespace = options, options.namespace

    headers = Rest.headers


@contextmanager
def rolling(fake, service=True, **more):
    """A rollout of the cluster, and a clock that only moves when it is told to: `rollout.clock.seconds += 60`."""
    options, clock = settings(**more), SimpleNamespace(seconds=1000.0)

    with server(fake.answer) as port:
        class LoopbackPatroni(Patroni):
            def __init__(self, address):
                super().__init__('127.0.0.1', port)
                self.address = address

            def headers(self):
                return {**super().headers(), 'X-Member': self.address}

        def sleep(seconds):
            clock.seconds += seconds

        time = SimpleNamespace(monotonic=lambda: clock.seconds, sleep=sleep)
        with mock.patch('cluster.Patroni', LoopbackPatroni), mock.patch('rollout.time', time), mock.patch('rollout.reachable', lambda *_: service):
            rollout = Rollout(options, LoopbackObjects(options, port))
            rollout.clock = clock
            yield rollout
