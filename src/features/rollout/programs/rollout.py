#!/usr/bin/env python3
"""Brings the running members of one Spilo cluster to what its StatefulSet now says, with at most one switchover.

The StatefulSet has updateStrategy OnDelete, so an applied change touches nothing by itself. This program, run once by a
Job for each change, writes Patroni's dynamic configuration, replaces the replicas one by one, switches over to one that
already runs the new template, and replaces the old leader last. It keeps no state: each round looks at the cluster and
takes one step, or none. So it may be stopped, repeated, or run twice at the same time. A running member is replaced only
while every other member runs, streams and is close behind. Members are evicted, not deleted: the PodDisruptionBudget
also holds against `kubectl drain`.

Exit status: 0 all is as written; 1 the deadline passed, run it again; 3 refused, a person must act.
"""
import json
import os
import sys
import time

from cluster import BUSY_DATABASE, Kubernetes, Member, Settings, message, say, store_of


TEMPLATE_ANNOTATION = 'cdk8s-spilo/template'


class Refused(Exception):
    """Going on could cost data: a person must decide."""


def differences(wanted, current):
    """The part of `wanted` that `current` does not have; null in `wanted` removes a key."""
    patch = {}
    for key, value in wanted.items():
        if isinstance(value, dict) and isinstance(current.get(key), dict):
            value = differences(value, current[key])
            if value:
                patch[key] = value
        elif current.get(key) != value:
            patch[key] = value
    return patch


class Rollout:
    def __init__(self, settings):
        self.settings, self.kubernetes = settings, Kubernetes(settings)
        self.end = time.monotonic() + settings.deadline
        self.template_end = time.monotonic() + settings.template_wait
        self.since, self.last, self.config_done, self.synchronous_mode = {}, None, False, False

    def run(self):
        self.kubernetes.delete_finished_jobs()
        while time.monotonic() < self.end:
            waiting_for = self.step()
            if waiting_for is None:
                return 0
            if waiting_for and waiting_for != self.last:
                say('waiting: ' + waiting_for)
            self.last = waiting_for or self.last
            time.sleep(1)
        say('giving up after %d s, last: %s. The next try goes on from here' % (self.settings.deadline, self.last))
        return 1

    def step(self):
        """Looks and does one thing. None: all is done; '': something was done; else: what is being waited for."""
        code, statefulset = self.kubernetes.statefulset()
        if code != 200:
            return 'StatefulSet %s: %s' % (self.settings.statefulset, message(statefulset))
        spec, status = statefulset['spec'], statefulset.get('status', {})
        annotations = spec['template']['metadata'].get('annotations') or {}
        if annotations.get(TEMPLATE_ANNOTATION) != self.settings.template:
            if time.monotonic() < self.template_end:
                return 'the StatefulSet has not the template that this rollout was made for'
        else:
            self.template_end = 0   # seen: from here on follow whatever is applied next, a way back included
        if status.get('observedGeneration', 0) < statefulset['metadata']['generation']:
            return 'the StatefulSet controller has not seen the change'
        code, pods = self.kubernetes.pods(spec['selector']['matchLabels'])
        if code != 200:
            return 'list of pods: %s' % message(pods)
        uid = statefulset['metadata']['uid']
        members = sorted((Member(p, self.settings) for p in pods['items']
                          if any(o['uid'] == uid for o in p['metadata'].get('ownerReferences', []))),
                         key=lambda m: m.ordinal)
        return self.decide(members, spec['replicas'], status.get('updateRevision'), store_of(spec['template']['spec']))

    def decide(self, members, replicas, revision, store):
        outdated = [m for m in members if m.revision != revision]
        others = sorted({m.store for m in outdated if m.store != store and m.running})
        if others and len(members) > 1:
            raise Refused('running members keep their leader lock in %s, the new template says %s: both at once would be '
                          'two leaders. Go back to %s, or scale to one member first' % (others[0], store, others[0]))
        if replicas == 0:
            say('done: 0 members wanted')
            return None
        if len(members) != replicas:
            return '%d members exist, %d are wanted' % (len(members), replicas)
        leaders = [m for m in members if m.leader and not m.terminating]
        if len(leaders) != 1:
            return self.without_leader(members, outdated)
        leader = leaders[0]
        self.lasting('no leader', False)
        if leader.patroni.get('pause'):
            return 'Patroni is paused (patronictl resume)'
        if not self.config_done:
            trouble = self.configure(leader)
            if trouble:
                return trouble
        return self.replace(members, leader, outdated)

    def without_leader(self, members, outdated):
        """Normally a failover that is under way. But a cluster that never can get a leader needs its new template."""
        answering = [m for m in members if m.patroni]
        if not outdated and answering and all(m.call('GET', '/config')[0] == 502 for m in answering):
            say('done: nothing to replace, the cluster is being created with this configuration')
            return None
        alive = [m for m in members if m.terminating or m.patroni.get('state') in BUSY_DATABASE
                 or self.lasting(m.uid + ' recovers', m.patroni.get('state') == 'starting', 20)]
        if self.lasting('no leader', not alive) and outdated:
            self.lasting('no leader', False)   # the next one only when this one does not help
            return self.evict(outdated[0], 'outdated, and no member has a running PostgreSQL')
        return 'no leader; ' + '; '.join('%s is %s' % (m.name, m.patroni.get('state') or 'silent') for m in members)

    def configure(self, leader):
        """Patroni reads bootstrap.dcs only once; later it is this that changes what the members share."""
        code, current = leader.call('GET', '/config')
        if code != 200:
            return 'Patroni has no configuration yet'
        patch = differences(self.settings.dynamic, current)
        if patch:
            code, answer = leader.call('PATCH', '/config', patch)
            if code != 200:
                return 'Patroni did not take its configuration: %s %s' % (code, answer)
            say('configuration changed: ' + json.dumps(patch, sort_keys=True))
        self.synchronous_mode = str({**current, **patch}.get('synchronous_mode', 'off')).lower() not in ('off', 'false')
        self.config_done = True
        return None

    def replace(self, members, leader, outdated):
        troubles = {m.name: m.trouble(leader) for m in members}
        unfit = ['%s %s' % (name, trouble) for name, trouble in troubles.items() if trouble]
        replicas = [m for m in outdated if m is not leader]
        broken = [m for m in replicas if self.lasting(m.uid, troubles[m.name] is not None) and m.dead]
        for member in (m for m in broken if not m.terminating):   # holds nothing up, and may never recover by itself
            return self.evict(member, 'outdated, and it %s' % troubles[member.name])
        for member in sorted(replicas, key=lambda m: (troubles[m.name] is None, -m.ordinal)):
            if not any(trouble for name, trouble in troubles.items() if name != member.name):
                return self.evict(member, 'replica, outdated')
        if unfit:
            return '; '.join(unfit)
        if leader in outdated:
            return self.evict(leader, 'it is the only member') if len(members) == 1 else self.switch_over(members, leader)
        return self.restart(members, leader)

    def lasting(self, what, now, seconds=None):
        """Has it been so at each look for long enough?"""
        if not now:
            self.since.pop(what, None)
            return False
        return time.monotonic() - self.since.setdefault(what, time.monotonic()) >= (seconds or self.settings.patience)

    def evict(self, member, why):
        if member.terminating:
            return '%s is being stopped' % member.name
        code, answer = self.kubernetes.evict(member)
        if code in (200, 201):
            say('replacing %s: %s' % (member.name, why))
            return ''
        if code == 429:
            return 'the PodDisruptionBudget does not let go of %s yet' % member.name
        return '%s was not evicted: %s %s' % (member.name, code, message(answer))

    def switch_over(self, members, leader):
        fit = [m for m in members if m is not leader and not (m.patroni.get('tags') or {}).get('nofailover')
               and (m.synchronous or not self.synchronous_mode)]
        if not fit:
            return 'no member may take over from %s%s' % (
                leader.name, ': none is synchronous' if self.synchronous_mode else '')
        candidate = max(fit, key=lambda m: (m.position, -m.ordinal))
        say('switching over from %s to %s' % (leader.name, candidate.name))
        code, answer = leader.call('POST', '/switchover', {'leader': leader.name, 'candidate': candidate.name}, 60)
        if code == 200:
            say(str(answer).lower())
            return ''
        return 'the switchover from %s to %s was not done: %s %s' % (leader.name, candidate.name, code, answer)

    def restart(self, members, leader):
        """What a new pod alone did not bring: max_connections and its like, lowered, need the leader to restart first."""
        pending = [m for m in members if m.patroni.get('pending_restart')]
        for member in sorted(pending, key=lambda m: m is not leader):
            say('restarting PostgreSQL of %s: a parameter needs it' % member.name)
            code, answer = member.call('POST', '/restart', {'restart_pending': True}, 600)
            return '' if code == 200 else '%s did not restart: %s %s' % (member.name, code, answer)
        say('done: %d members run what is written, %s leads' % (len(members), leader.name))
        return None


def main():
    try:
        return Rollout(Settings(os.environ)).run()
    except Refused as reason:
        say('refused: %s' % reason)
        return 3


if __name__ == '__main__':
    sys.exit(main())
