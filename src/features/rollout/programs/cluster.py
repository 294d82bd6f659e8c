"""What a rollout sees of one Spilo cluster: its objects in the Kubernetes API, and its members by their own word."""
import socket
import time
from urllib.parse import urlencode

from kubernetes import Kubernetes
from patroni import BUSY, GONE, Patroni
from settings import document

# Where Patroni keeps its state.
ENDPOINTS, CONFIGMAPS = 'endpoints', 'configmaps'


class Settings:
    def __init__(self, env):
        self.namespace = env['POD_NAMESPACE']
        self.statefulset = env['STATEFULSET']
        self.dynamic = document('DYNAMIC_CONFIGURATION')
        self.template = env['TEMPLATE']
        self.job, self.job_labels = env['JOB_NAME'], dict(document('JOB_LABELS'))
        self.deadline = float(env.get('DEADLINE_SECONDS', 1800))
        self.max_lag = int(env.get('MAX_LAG_BYTES', 16 << 20))
        self.patience = float(env.get('PATIENCE_SECONDS', 60))   # how long a failure must last to be taken for one
        self.template_wait = float(env.get('TEMPLATE_WAIT_SECONDS', 120))
        self.service_wait = float(env.get('SERVICE_WAIT_SECONDS', 20))


class Objects(Kubernetes):
    """The objects of the cluster."""

    def __init__(self, settings):
        super().__init__(settings.namespace)
        self.settings = settings

    def statefulset(self):
        return self.get(self.path('apis/apps/v1', 'statefulsets', self.settings.statefulset))

    def pods(self, labels):
        return self.get(self.path('api/v1', 'pods') + selector(labels))

    def delete_finished_jobs(self):
        """Jobs of earlier changes: one that is left would be "unchanged" when somebody goes back to its template."""
        status, jobs = self.get(self.path('apis/batch/v1', 'jobs') + selector(self.settings.job_labels))
        for job in jobs['items'] if status == 200 else []:
            name, conditions = job['metadata']['name'], job.get('status', {}).get('conditions', [])
            if name != self.settings.job and any(condition['type'] in ('Complete', 'Failed') for condition in conditions):
                self.delete(self.path('apis/batch/v1', 'jobs', name) + '?propagationPolicy=Background')

    def evict(self, member):
        this_pod = {'uid': member.uid}
        return self.post(self.path('api/v1', 'pods', member.name, 'eviction'), {
            'apiVersion': 'policy/v1', 'kind': 'Eviction', 'metadata': {'name': member.name, 'namespace': self.namespace},
            'deleteOptions': {'preconditions': this_pod},
        })


def selector(labels):
    return '?' + urlencode({'labelSelector': ','.join(f'{key}={value}' for key, value in sorted(labels.items()))})


def reachable(host, seconds, port=5432):
    """Whether somebody listens there, sooner or later."""
    end = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection((host, port), 2).close()
            return True
        except OSError:
            if time.monotonic() >= end:
                return False
            time.sleep(0.5)


class Member:
    """One pod, by its own word: what the API server and the Patroni in it say about it."""

    def __init__(self, pod, settings):
        meta, spec, status = pod['metadata'], pod['spec'], pod.get('status', {})
        self.name, self.uid, self.settings = meta['name'], meta['uid'], settings
        self.ordinal = int(self.name.rpartition('-')[2])
        self.revision = meta['labels'].get('controller-revision-hash')
        self.terminating = 'deletionTimestamp' in meta
        self.store = store_of(spec)
        containers = status.get('containerStatuses', [])
        self.running = status.get('phase') == 'Running' and all('running' in container.get('state', {}) for container in containers)
        self.ready = any(condition['type'] == 'Ready' and condition['status'] == 'True' for condition in status.get('conditions', []))
        self.api, self.leader, self.patroni = Patroni(status.get('podIP')), False, {}
        if self.api.host and self.running:
            code, answer = self.api.get('/leader')   # 200: it holds the lock; 503: it does not. The body is the same
            self.leader, self.patroni = code == 200, answer if isinstance(answer, dict) else {}

    @property
    def state(self):
        return self.patroni.get('state')

    @property
    def position(self):
        xlog = self.patroni.get('xlog', {})
        return xlog.get('location') or xlog.get('received_location') or 0

    @property
    def synchronous(self):
        return self.patroni.get('sync_standby', False) or self.patroni.get('quorum_standby', False)

    @property
    def dead(self):
        """Nothing runs here that a replacement could stop."""
        return not self.running or self.state in GONE

    @property
    def busy(self):
        return self.terminating or self.state in BUSY

    def trouble(self, leader):
        """Why this member cannot be counted on, or None."""
        if self.terminating:
            return 'is being stopped'
        if not self.running:
            return 'does not run'
        if not self.patroni:
            return 'has no Patroni that answers'
        if self.state != 'running':
            return f'has a PostgreSQL that is "{self.state}"'
        if not self.ready:
            return 'is not ready'
        if self is leader:
            return None
        if self.patroni.get('timeline') != leader.patroni.get('timeline'):
            return f'is on timeline {self.patroni.get("timeline")}, the leader on {leader.patroni.get("timeline")}'
        senders = [sender for sender in leader.patroni.get('replication') or [] if sender.get('application_name') == self.name]
        if self.patroni.get('replication_state') != 'streaming' and not any(sender['state'] == 'streaming' for sender in senders):
            return 'does not stream'
        if leader.position - self.position > self.settings.max_lag:
            return f'is {(leader.position - self.position) >> 20} MB behind'
        return None


def store_of(pod_spec):
    """Patroni keeps the leader lock in Endpoints or in ConfigMaps; two members with different ones are two clusters."""
    env = {variable['name']: variable.get('value') for container in pod_spec['containers'] for variable in container.get('env', [])}
    if 'SCOPE' not in env:
        return None
    return CONFIGMAPS if env.get('KUBERNETES_USE_CONFIGMAPS') else ENDPOINTS
