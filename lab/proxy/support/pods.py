"""A small kubelet: runs pods of rendered manifests in namespaces of their own, with their volumes, users and commands.

The root file system of a pod is the machine's, read-only, with the programs under test laid over it. Every pod has an
address that it reaches the others by through this namespace, as with a routed CNI plugin; so rules here stand for
kube-proxy, and a dropped address for a node that is gone.
"""
import concurrent.futures
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.request

HERE = '10.77.0.1'
KUBELET = '10.77.0.2'   # probes come from another address than clients
BASE = '/mnt'
ENTRY_POINTS = {'exporter': 'pgbouncer_exporter'}   # of images that are started as they are


def run(*command, check=True):
    return subprocess.run(command, check=check, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout


def at_once(function, arguments):
    """-> by the same keys what the function returned. Pods wait more than they work."""
    with concurrent.futures.ThreadPoolExecutor(len(arguments)) as pool:
        futures = {key: pool.submit(function, *given) for key, given in arguments.items()}
        return {key: future.result() for key, future in futures.items()}


class Pod:
    def __init__(self, name, address):
        self.name, self.address, self.processes = name, address, {}
        self.directory = '%s/pods/%s' % (BASE, name)
        self.root = self.directory + '/root'
        self.log = open('%s/logs/%s' % (BASE, name), 'a')
        self.start()

    def start(self):
        """The namespaces, and their first process, which owns them."""
        os.makedirs(self.directory, exist_ok=True)
        self.infra = subprocess.Popen(['unshare', '--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc',
                                       'bash', '-c', 'sleep infinity & wait'])   # it also reaps orphans, as pause does
        deadline = time.monotonic() + 5
        while True:
            children = open('/proc/%d/task/%d/children' % (self.infra.pid, self.infra.pid)).read().split()
            if children and os.readlink('/proc/%s/ns/net' % children[0]) != os.readlink('/proc/self/ns/net'):
                break
            if time.monotonic() > deadline:
                raise RuntimeError('no namespaces for ' + self.name)
            time.sleep(0.01)
        self.init = children[0]
        link = 'v' + self.address.rpartition('.')[2]
        run('ip', 'link', 'del', link, check=False)
        run('ip', 'link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', self.init)
        run('ip', 'link', 'set', link, 'up')
        run('ip', 'route', 'replace', self.address + '/32', 'dev', link)
        for command in (('ip', 'link', 'set', 'lo', 'up'), ('ip', 'addr', 'add', self.address + '/32', 'dev', 'eth0'),
                        ('ip', 'link', 'set', 'eth0', 'up'), ('ip', 'route', 'add', HERE, 'dev', 'eth0', 'scope', 'link'),
                        ('ip', 'route', 'add', 'default', 'via', HERE, 'dev', 'eth0')):
            run(*self.enter(*command))

    def enter(self, *command):
        return ('nsenter', '-t', self.init, '-m', '-n', '-p', '--', *command)

    def spawn(self, name, command, environment, user=None):
        """Starts a process in the pod; `user` is uid and gid, without any privilege."""
        as_user = () if user is None else ('setpriv', '--reuid', str(user[0]), '--regid', str(user[1]), '--clear-groups',
                                           '--no-new-privs', '--inh-caps=-all', '--bounding-set=-all')
        self.processes[name] = subprocess.Popen(self.enter(*as_user, *command), env=environment, stdout=self.log, stderr=self.log)
        return self.processes[name]

    def kill(self):
        """The end of every process of the pod, at once."""
        os.kill(int(self.init), signal.SIGKILL)
        self.infra.wait()
        for process in self.processes.values():
            process.wait()

    def inside(self, pattern):
        """-> pids, as seen from here, of processes of the pod whose command line matches."""
        namespace = os.readlink('/proc/%s/ns/pid' % self.init)
        found = []
        for pid in filter(str.isdigit, os.listdir('/proc')):
            try:
                if os.readlink('/proc/%s/ns/pid' % pid) == namespace and re.search(pattern, open('/proc/%s/cmdline' % pid).read().replace('\0', ' ')):
                    found.append(int(pid))
            except OSError:
                continue
        return found


class Workload(Pod):
    """A pod of a manifest: its init containers one after the other, then its containers until they are killed."""

    def __init__(self, name, address, manifest, programs):
        self.manifest, self.programs = manifest, programs
        super().__init__(name, address)

    def start(self):
        super().start()
        shutil.rmtree(self.directory, ignore_errors=True)
        for part in ('upper', 'work', 'root', 'volumes'):
            os.makedirs('%s/%s' % (self.directory, part))
        spec = self.manifest['spec']
        self.user = spec['securityContext']['runAsUser'], spec['securityContext']['runAsGroup']
        volumes = {v['name']: self.volume(v) for v in spec.get('volumes', [])}
        mounts = {m['mountPath']: volumes[m['name']] for c in spec.get('initContainers', []) + spec['containers'] for m in c.get('volumeMounts', [])}
        script = ['set -e', 'mount -t overlay overlay -o lowerdir=/,upperdir=%s/upper,workdir=%s/work %s' % (self.directory, self.directory, self.root),
                  'mount --rbind /dev %s/dev' % self.root, 'mount -t proc proc %s/proc' % self.root]
        script += ['cp %s %s/usr/local/bin/%s' % (path, self.root, name) for name, path in self.programs['binaries'].items()]
        script += ['mkdir -p %s/opt/venv' % self.root, 'mount --bind %s %s/opt/venv' % (self.programs['venv'], self.root),
                   'cp %s/resolv.conf %s/etc/resolv.conf' % (BASE, self.root)]
        # Not every image has the system's authorities.
        script += ['mkdir -p %s/etc/ssl/certs' % self.root, 'mount -t tmpfs tmpfs %s/etc/ssl/certs' % self.root]
        for path, source in sorted((re.sub('^/var/run/', '/run/', path), source) for path, source in mounts.items()):   # a link
            script += ['mkdir -p %s%s' % (self.root, path), 'mount --bind %s %s%s' % (source, self.root, path)]
        script += ['mount -o remount,ro,bind %s' % self.root]
        run(*self.enter('sh', '-c', '\n'.join(script)))
        for container in spec.get('initContainers', []):
            if self.container(container).wait(120) != 0:
                raise RuntimeError('%s: init container %s failed' % (self.name, container['name']))
        self.started = time.monotonic()
        for container in spec['containers']:
            self.container(container)

    def container(self, container):
        command = container.get('command') or [ENTRY_POINTS[container['name']]]
        return self.execute(container, container['name'], [*command, *container.get('args', [])])

    def execute(self, container, name, command):
        command = ('chroot', self.root, 'setpriv', '--reuid', str(self.user[0]), '--regid', str(self.user[1]), '--clear-groups',
                   '--no-new-privs', '--inh-caps=-all', '--bounding-set=-all', *command)
        environment = {'PATH': '/usr/local/bin:/opt/venv/bin:/usr/lib/postgresql/15/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'HOME': '/tmp'}
        environment.update((e['name'], self.value(e)) for e in container.get('env', []))
        return self.spawn(name, command, environment)

    def value(self, variable):
        source = variable.get('valueFrom')
        if source is None:
            return variable['value'].replace('$$', '$')
        if 'secretKeyRef' in source:
            return self.manifest['secrets'][source['secretKeyRef']['name']][source['secretKeyRef']['key']]
        return {'metadata.namespace': 'shop', 'metadata.name': self.name, 'status.podIP': self.address}[source['fieldRef']['fieldPath']]

    def volume(self, volume):
        directory = '%s/volumes/%s' % (self.directory, volume['name'])
        os.makedirs(directory)
        for kind, key in (('configMap', 'name'), ('secret', 'secretName')):
            if kind in volume:
                data = self.manifest[kind + 's'][volume[kind][key]]
                items = volume[kind].get('items') or [{'key': k, 'path': k} for k in data]
                for item in items:
                    path = '%s/%s' % (directory, item['path'])
                    with open(path, 'w') as file:
                        file.write(data[item['key']])
                    os.chown(path, 0, self.user[1])   # fsGroup
                    os.chmod(path, volume[kind].get('defaultMode', 0o644))
        os.chmod(directory, 0o755)
        if 'emptyDir' in volume:
            os.chown(directory, *self.user)
        return directory

    def ready(self):
        """Whether Kubernetes would send it clients: every readiness probe passes, and not before its delay."""
        probes = [c['readinessProbe'] for c in self.manifest['spec']['containers'] if 'readinessProbe' in c]
        return all(time.monotonic() - self.started >= p.get('initialDelaySeconds', 0) and self.passes(p) for p in probes)

    def passes(self, probe):
        try:
            if 'httpGet' in probe:
                url = 'http://%s:%d%s' % (self.address, probe['httpGet']['port'], probe['httpGet']['path'])
                return urllib.request.urlopen(url, timeout=1).status == 200
            socket.create_connection((self.address, probe['tcpSocket']['port']), 1, (KUBELET, 0)).close()
            return True
        except OSError:
            return False

    def stop(self):
        """The end of a pod that is deleted: of each container first its hook, then the image's signal to stop, then the deadline."""
        threads = [threading.Thread(target=self.stop_container, args=(c,)) for c in self.manifest['spec']['containers']]
        deadline = time.monotonic() + self.manifest['spec']['terminationGracePeriodSeconds']
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(max(0, deadline - time.monotonic()))
        self.kill()

    def stop_container(self, container):
        process = self.processes[container['name']]
        hook = container.get('lifecycle', {}).get('preStop')
        if hook:
            self.execute(container, 'hook of ' + container['name'], hook['exec']['command']).wait()
        # The process itself is the child of the one that entered the namespaces.
        for child in open('/proc/%d/task/%d/children' % (process.pid, process.pid)).read().split():
            os.kill(int(child), signal.SIGUSR1 if container['name'] == 'haproxy' else signal.SIGTERM)
        process.wait()

    def restart(self):
        """A new pod in place of a killed one."""
        self.processes = {}
        self.start()
