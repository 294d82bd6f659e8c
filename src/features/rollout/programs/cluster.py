"""What a rollout sees of one Spilo cluster: its objects in the Kubernetes API, and its members by their own word."""
import datetime
import json
import os
import ssl
import urllib.error
import urllib.parse
import urllib.request

SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount/'
GONE_DATABASE = ('stopped', 'crashed', 'start failed', 'restart failed', 'stop failed', 'initdb failed',
                 'custom bootstrap failed')
BUSY_DATABASE = ('running', 'stopping', 'creating replica', 'running custom bootstrap script')


class Settings:
    def __init__(self, env):
        self.namespace = env['POD_NAMESPACE']
        self.statefulset = env['STATEFULSET']
        self.dynamic = json.loads(env['DYNAMIC_CONFIGURATION'])
        self.template = env['TEMPLATE']
        self.job, self.job_labels = env['JOB_NAME'], json.loads(env['JOB_LABELS'])
        self.deadline = float(env.get('DEADLINE_SECONDS', 1800))
        self.max_lag = int(env.get('MAX_LAG_BYTES', 16 << 20))
        self.patience = float(env.get('PATIENCE_SECONDS', 60))   # how long a failure must last to be taken for one
        self.template_wait = float(env.get('TEMPLATE_WAIT_SECONDS', 120))


def say(text):
    now = datetime.datetime.now(datetime.timezone.utc)
    print(now.strftime('%Y-%m-%dT%H:%M:%S.') + '%03dZ' % (now.microsecond // 1000), text, flush=True)


def call(request, timeout, context=None):
    """-> (status, parsed body); status 0 when nobody answers."""
    try:
        with urllib.request.urlopen(request, timeout=timeout, context=context) as response:
            status, text = response.status, response.read()
    except urllib.error.HTTPError as error:
        status, text = error.code, error.read()
    except (OSError, ValueError) as error:   # ValueError: a broken answer
        return 0, str(error)
    try:
        return status, json.loads(text)
    except ValueError:
        return status, text.decode(errors='replace').strip()


class Kubernetes:
    def __init__(self, settings):
        host, port = os.environ['KUBERNETES_SERVICE_HOST'], os.environ['KUBERNETES_SERVICE_PORT']
        self.base = 'https://%s:%s' % ('[%s]' % host if ':' in host else host, port)
        self.settings = settings
        self.context = ssl.create_default_context(cafile=SERVICE_ACCOUNT + 'ca.crt')

    def call(self, method, path, body=None):
        with open(SERVICE_ACCOUNT + 'token') as file:   # read each time: the kubelet renews it
            headers = {'Authorization': 'Bearer ' + file.read(), 'Content-Type': 'application/json'}
        data = None if body is None else json.dumps(body).encode()
        status, answer = call(urllib.request.Request(self.base + path, data, headers, method=method), 10, self.context)
        if status in (401, 403):
            say('the API server refuses %s %s: %s' % (method, path, message(answer)))
        return status, answer

    def statefulset(self):
        s = self.settings
        return self.call('GET', '/apis/apps/v1/namespaces/%s/statefulsets/%s' % (s.namespace, s.statefulset))

    def pods(self, labels):
        return self.call('GET', '/api/v1/namespaces/%s/pods?%s' % (self.settings.namespace, selector(labels)))

    def delete_finished_jobs(self):
        """Jobs of earlier changes: one that is left would be "unchanged" when somebody goes back to its template."""
        path = '/apis/batch/v1/namespaces/%s/jobs' % self.settings.namespace
        code, jobs = self.call('GET', '%s?%s' % (path, selector(self.settings.job_labels)))
        for job in jobs['items'] if code == 200 else []:
            name, conditions = job['metadata']['name'], job.get('status', {}).get('conditions', [])
            if name != self.settings.job and any(c['type'] in ('Complete', 'Failed') for c in conditions):
                self.call('DELETE', '%s/%s?propagationPolicy=Background' % (path, name))

    def evict(self, member):
        metadata = {'name': member.name, 'namespace': self.settings.namespace}
        return self.call('POST', '/api/v1/namespaces/%s/pods/%s/eviction' % (self.settings.namespace, member.name), {
            'apiVersion': 'policy/v1', 'kind': 'Eviction', 'metadata': metadata,
            'deleteOptions': {'preconditions': {'uid': member.uid}}})


def selector(labels):
    return urllib.parse.urlencode({'labelSelector': ','.join('%s=%s' % pair for pair in sorted(labels.items()))})


def message(answer):
    return answer.get('message', '') if isinstance(answer, dict) else str(answer)


class Member:
    """One pod, by its own word: what the API server and the Patroni in it say about it."""

    def __init__(self, pod, settings):
        meta, spec, status = pod['metadata'], pod['spec'], pod.get('status', {})
        self.name, self.uid, self.settings = meta['name'], meta['uid'], settings
        self.ordinal = int(self.name.rpartition('-')[2])
        self.revision = meta['labels'].get('controller-revision-hash')
        self.terminating = 'deletionTimestamp' in meta
        self.store = store_of(spec)
        self.ip = status.get('podIP')
        containers = status.get('containerStatuses', [])
        self.running = status.get('phase') == 'Running' and all('running' in c.get('state', {}) for c in containers)
        self.ready = any(c['type'] == 'Ready' and c['status'] == 'True' for c in status.get('conditions', []))
        self.leader, self.patroni = False, {}
        if self.ip and self.running:
            code, answer = self.call('GET', '/leader')   # 200: it holds the lock; 503: it does not. The body is the same
            self.leader, self.patroni = code == 200, answer if isinstance(answer, dict) else {}

    def call(self, method, path, body=None, timeout=5):
        host = '[%s]' % self.ip if ':' in self.ip else self.ip
        headers = {'Content-Type': 'application/json'}
        data = None if body is None else json.dumps(body).encode()
        url = 'http://%s:8008%s' % (host, path)
        return call(urllib.request.Request(url, data, headers, method=method), timeout)

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
        return not self.running or self.patroni.get('state') in GONE_DATABASE

    def trouble(self, leader):
        """Why this member cannot be counted on, or None."""
        if self.terminating:
            return 'is being stopped'
        if not self.running:
            return 'does not run'
        if not self.patroni:
            return 'has no Patroni that answers'
        if self.patroni.get('state') != 'running':
            return 'has a PostgreSQL that is "%s"' % self.patroni.get('state')
        if not self.ready:
            return 'is not ready'
        if self is leader:
            return None
        if self.patroni.get('timeline') != leader.patroni.get('timeline'):
            return 'is on timeline %s, the leader on %s' % (self.patroni.get('timeline'), leader.patroni.get('timeline'))
        senders = [r for r in leader.patroni.get('replication') or [] if r.get('application_name') == self.name]
        if self.patroni.get('replication_state') != 'streaming' and not any(r['state'] == 'streaming' for r in senders):
            return 'does not stream'
        if leader.position - self.position > self.settings.max_lag:
            return 'is %d MB behind' % ((leader.position - self.position) >> 20)
        return None


def store_of(pod_spec):
    """Patroni keeps the leader lock in Endpoints or in ConfigMaps; two members with different ones are two clusters."""
    env = {e['name']: e.get('value') for c in pod_spec['containers'] for e in c.get('env', [])}
    if 'SCOPE' not in env:
        return None
    return 'configmaps' if env.get('KUBERNETES_USE_CONFIGMAPS') else 'endpoints'
