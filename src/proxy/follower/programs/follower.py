#!/usr/bin/env python3
"""Writes the configuration of any proxy from what Patroni says about its clusters, and has the proxy read it again.

FOLLOWER is JSON:
  clusters   [{"host": headless Service, "port": 8008, "ca": file for https, "verifyHost": name}]
  files      [{"template": file, "destination": file}]
  engine     "mustache" (pystache) or "jinja2"
  interval   seconds between polls while there is a leader; without one it looks four times a second for a minute
  maxLag     bytes that a replica may be behind, null for any
  reload     {"command": shell line, "process": name, "signal": "HUP"}, each optional
  healthPort port of /healthz (503 when the configuration may be stale) and /livez, 0 for none
  logLevel   DEBUG, INFO, WARNING or ERROR

With --init it writes the files as soon as there is a leader, and ends; without, it stays until SIGTERM.

Variables of templates, of the first cluster, and in `clusters` of each: scope, primary (also master), replicas (also
slaves), members, readers (the replicas, or the leader while there is none): a list, and `readers_hosts` its addresses
with commas. A member has name, host (also hostname), port, role, state, lag, tags, timeline, and last: whether it is the
last of its list. Lists are sorted by name, so that nothing changes when Patroni only says the same in another order.

A file is replaced as a whole and only by other bytes. While there is no leader, or nobody answers, all stays as it is. A
reload that failed is tried again until it succeeds, also by the next follower when this one ends before. A proxy that
starts is left alone: most end by a signal that comes too early, and it reads the finished files anyway.
"""
import http.server
import json
import logging
import os
import signal
import socket
import socketserver
import subprocess
import sys
import threading
import time

from say import logger
from settings import settings
from view import Cluster, NoLeader

HURRY = 0.25   # seconds between polls while a leader is looked for
PATIENCE = 60  # seconds after which a cluster without leader is asked at the usual interval again
log = logging.getLogger('follower')
REQUIRED = ('clusters', 'files')
OPTIONAL = {'engine': 'mustache', 'interval': 1, 'maxLag': None, 'reload': None, 'healthPort': 0, 'logLevel': 'INFO'}


def renderer(engine):
    """-> a function of template and variables. A variable that does not exist is an error, not an empty text."""
    if engine == 'jinja2':
        import jinja2
        environment = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
        return lambda text, view: environment.from_string(text).render(**view)
    import pystache
    return lambda text, view: pystache.Renderer(missing_tags='strict', escape=lambda s: s).render(text, view)


def differs(path, text):
    try:
        with open(path, encoding='utf-8') as file:
            return file.read() != text
    except FileNotFoundError:
        return True


def replace(path, text):
    """Readers see the old file or the new one, never half of it."""
    with open(path + '.new', 'w', encoding='utf-8') as file:
        file.write(text)
    os.replace(path + '.new', path)


def processes(name, proc='/proc'):
    """Topmost processes of a name: of a master and its workers the master."""
    parents = {}
    for pid in filter(str.isdigit, os.listdir(proc)):
        try:
            with open(f'{proc}/{pid}/stat') as file:
                head, _, rest = file.read().rpartition(')')
        except OSError:   # gone meanwhile
            continue
        if head.partition('(')[2] == name[:15] and rest.split()[0] != 'Z':
            parents[int(pid)] = int(rest.split()[1])
    return [pid for pid, parent in parents.items() if parent not in parents]


class Reload:
    """How the proxy is told that its files are new. It must not be told in vain: see the marker."""

    def __init__(self, options):
        self.command, self.process, self.signal = options.get('command'), options.get('process'), options.get('signal')

    def __call__(self):
        """-> why it failed, or None."""
        return (self.signal and self.send()) or (self.command and self.run()) or None

    def send(self):
        pids = processes(self.process)
        if not pids:
            return f'no process {self.process}'
        for pid in pids:
            try:
                os.kill(pid, getattr(signal, f'SIG{self.signal}'))
            except OSError as error:
                return f'signal to {self.process}: {error}'
        return None

    def run(self):
        try:
            done = subprocess.run(self.command, shell=True, timeout=60, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        except subprocess.TimeoutExpired:
            return 'the command takes longer than a minute'
        if done.returncode != 0:
            return f'status {done.returncode}: {done.stdout.decode(errors="replace").strip()[-500:]}'
        return None


class Follower:
    def __init__(self, options):
        self.clusters = [Cluster(cluster, options.maxLag) for cluster in options.clusters]
        self.files = [(file['template'], file['destination']) for file in options.files]
        self.reload, self.interval = Reload(options.reload or {}), options.interval
        self.views = [None] * len(self.clusters)
        self.render = renderer(options.engine)
        self.marker = os.path.join(os.path.dirname(self.files[0][1]), '.reload-pending')
        self.pending, self.trouble = os.path.exists(self.marker), 'not yet started'
        self.good = self.alive = time.monotonic()
        self.leaderless = False

    def write(self):
        """One poll; writes what changed. A cluster without leader keeps its last picture."""
        errors = []
        for n, cluster in enumerate(self.clusters):
            try:
                self.views[n] = cluster.poll()
            except (OSError, NoLeader) as error:
                errors.append(f'{cluster.host}: {error}')
        if None in self.views:
            raise NoLeader('; '.join(errors))
        context = {**self.views[0], 'clusters': self.views}
        texts = []
        for source, destination in self.files:
            with open(source, encoding='utf-8') as template:   # read again each time: it may have changed
                texts.append((destination, self.render(template.read(), context)))
        for path, text in texts:   # all of them or none
            if differs(path, text):
                self.mark(True)   # first: whoever comes after a crash must know
                replace(path, text)
                log.info('%s: leader %s', path, ', '.join(view['primary']['name'] for view in self.views))
        if errors:
            raise NoLeader('; '.join(errors))

    def mark(self, pending):
        if pending:
            open(self.marker, 'w').close()
        elif os.path.exists(self.marker):
            os.unlink(self.marker)
        self.pending = pending

    def step(self):
        self.alive = time.monotonic()
        trouble, self.leaderless = None, False
        try:
            self.write()
            self.good = time.monotonic()
        except Exception as error:   # a template that does not parse, a full disk: whatever it is, the proxy stays as it is
            trouble = f'the configuration stays as it is: {type(error).__name__}: {error}'
            self.leaderless = isinstance(error, (OSError, NoLeader))
        if self.pending and None not in self.views:
            failure = self.reload()
            self.mark(failure is not None)
            trouble = trouble if failure is None else f'reload failed, it is tried again: {failure}'
        if trouble != self.trouble:
            log.log(logging.WARNING if trouble else logging.INFO, trouble or 'all is as Patroni says')
        self.trouble = trouble

    def pause(self):
        """-> seconds until the next poll: in a failover clients wait for this program."""
        hurry = self.leaderless and time.monotonic() - self.good < PATIENCE
        return min(HURRY, self.interval) if hurry else self.interval

    def state(self):
        """-> what /healthz answers."""
        age = time.monotonic() - self.good
        fresh = None not in self.views and age < max(30, 10 * self.interval) and not self.pending
        leaders = [view['primary']['name'] if view else None for view in self.views]
        return 200 if fresh else 503, {'leaders': leaders, 'seconds': round(age, 1), 'reloaded': not self.pending, 'trouble': self.trouble}

    def living(self):
        """-> what /livez answers: a program that hangs is worth a restart, a cluster without leader is not."""
        return (200 if time.monotonic() - self.alive < max(120, 10 * self.interval) else 503), {}


class Server(http.server.ThreadingHTTPServer):
    """Listens on IPv6 and IPv4, since a Kubernetes cluster may have either; on IPv4 alone where the kernel has no IPv6."""
    address_family = socket.AF_INET6 if socket.has_dualstack_ipv6() else socket.AF_INET

    def server_bind(self):
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        socketserver.TCPServer.server_bind(self)   # not that of HTTPServer, which asks DNS for its own name


def serve(follower, port):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            code, body = {'/healthz': follower.state, '/livez': follower.living}.get(self.path, lambda: (404, {}))()
            text = json.dumps(body).encode() + b'\n'
            self.send_response(code)
            self.send_header('Content-Type', 'application/json')
            self.send_header('Content-Length', str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_):
            pass

    server = Server(('', port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def main(options, init):
    logger('follower', options.logLevel)
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    follower = Follower(options)
    if init:
        while not stop.is_set():
            try:
                follower.write()
                follower.mark(False)
                return 0
            except Exception as error:
                log.warning('waiting for the first configuration: %s: %s', type(error).__name__, error)
            stop.wait(follower.interval)
        return 1
    if options.healthPort:
        serve(follower, options.healthPort)
    while not stop.is_set():
        follower.step()
        stop.wait(follower.pause())
    return 0


if __name__ == '__main__':
    status = main(settings('FOLLOWER', REQUIRED, OPTIONAL), '--init' in sys.argv)
    sys.stdout.flush()
    os._exit(status)   # threads that wait for a dead member must not hold the pod
