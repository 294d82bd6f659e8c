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

from cluster import ENDPOINTS, Member, Objects, reachable, Settings, store_of
from dynamic import changes, recorded
from rest import reason
from say import say

TEMPLATE_ANNOTATION = 'cdk8s-spilo/template'


class Refused(Exception):
    """Going on could cost data: a person must decide."""


class Rollout:
    def __init__(self, settings, objects):
        self.settings, self.objects = settings, objects
        self.end = time.monotonic() + settings.deadline
        self.template_end = time.monotonic() + settings.template_wait
        self.since, self.last, self.told = {}, None, set()
        self.own_template, self.synchronous_mode, self.leader_by_endpoints = False, False, False

    def run(self):
        self.objects.delete_finished_jobs()
        while time.monotonic() < self.end:
            waiting_for = self.step()
            if waiting_for is None:
                self.look_at_service()
                return 0
            if waiting_for and waiting_for != self.last:
                say(f'waiting: {waiting_for}')
            self.last = waiting_for or self.last
            time.sleep(1)
        say(f'giving up after {self.settings.deadline:.0f} s, last: {self.last}. The next try goes on from here')
        return 1

    def step(self):
        """Looks and does one thing. None: all is done; '': something was done; else: what is being waited for."""
        code, statefulset = self.objects.statefulset()
        if code != 200:
            return f'StatefulSet {self.settings.statefulset}: {reason(statefulset)}'
        spec, status = statefulset['spec'], statefulset.get('status', {})
        annotations = spec['template']['metadata'].get('annotations') or {}
        self.own_template = annotations.get(TEMPLATE_ANNOTATION) == self.settings.template
        if self.own_template:
            self.template_end = 0   # seen: from here on follow whatever is applied next, a way back included
        elif time.monotonic() < self.template_end:
            return 'the StatefulSet has not the template that this rollout was made for'
        if status.get('observedGeneration', 0) < statefulset['metadata']['generation']:
            return 'the StatefulSet controller has not seen the change'
        code, pods = self.objects.pods(spec['selector']['matchLabels'])
        if code != 200:
            return f'list of pods: {reason(pods)}'
        uid = statefulset['metadata']['uid']
        members = [Member(pod, self.settings) for pod in pods['items'] if any(owner['uid'] == uid for owner in pod['metadata'].get('ownerReferences', []))]
        members.sort(key=lambda member: member.ordinal)
        return self.decide(members, spec['replicas'], status.get('updateRevision'), store_of(spec['template']['spec']))

    def decide(self, members, replicas, revision, store):
        outdated = [member for member in members if member.revision != revision]
        others = sorted({member.store for member in outdated if member.store != store and member.running})
        if others and len(members) > 1:
            raise Refused(f'running members keep their leader lock in {others[0]}, the new template says {store}: both at once would be '
                          f'two leaders. Go back to {others[0]}, or scale to one member first')
        if replicas == 0:
            say('done: 0 members wanted')
            return None
        if len(members) != replicas:
            return f'{len(members)} members exist, {replicas} are wanted'
        leaders = [member for member in members if member.leader and not member.terminating]
        if len(leaders) != 1:
            return self.without_leader(members, outdated)
        leader = leaders[0]
        self.lasting('no leader', False)
        self.leader_by_endpoints = store == ENDPOINTS
        if leader.patroni.get('pause'):
            return 'Patroni is paused (patronictl resume)'
        configuring = self.configure(leader)
        return self.replace(members, leader, outdated) if configuring is None else configuring

    def without_leader(self, members, outdated):
        """Normally a failover that is under way. But a cluster that never can get a leader needs its new template."""
        answering = [member for member in members if member.patroni]
        if not outdated and answering and all(member.api.get('/config')[0] == 502 for member in answering):
            say('done: nothing to replace, the cluster is being created with this configuration')
            return None
        alive = [member for member in members if member.busy or self.lasting(f'{member.uid} recovers', member.state == 'starting', 20)]
        if self.lasting('no leader', not alive) and outdated:
            self.lasting('no leader', False)   # the next one only when this one does not help
            return self.evict(outdated[0], 'outdated, and no member has a running PostgreSQL')
        return 'no leader; ' + '; '.join(f'{member.name} is {member.state or "silent"}' for member in members)

    def configure(self, leader):
        """Patroni reads bootstrap.dcs only once; later it is this that changes what the members share. None: it is as written."""
        code, current = leader.api.get('/config')
        if code != 200:
            return 'Patroni has no configuration yet'
        patch = changes(self.settings.dynamic, current)
        if patch and not self.own_template:
            self.once('the StatefulSet has another template: its own rollout writes the configuration')
        elif patch:
            if recorded(current) is None:
                self.once('the configuration does not say what was written before: nothing is removed from it this time')
            code, answer = leader.api.patch('/config', patch)
            if code != 200:
                return f'Patroni did not take its configuration: {code} {answer}'
            say(f'configuration changed: {json.dumps(patch, sort_keys=True)}')
            return ''
        self.synchronous_mode = str(current.get('synchronous_mode') or 'off').lower() not in ('off', 'false')
        return None

    def replace(self, members, leader, outdated):
        troubles = {member.name: member.trouble(leader) for member in members}
        unfit = [f'{name} {trouble}' for name, trouble in troubles.items() if trouble]
        replicas = [member for member in outdated if member is not leader]
        broken = [member for member in replicas if self.lasting(member.uid, troubles[member.name] is not None) and member.dead]
        for member in (member for member in broken if not member.terminating):   # holds nothing up, and may never recover by itself
            return self.evict(member, f'outdated, and it {troubles[member.name]}')
        for member in sorted(replicas, key=lambda member: (troubles[member.name] is None, -member.ordinal)):
            if not any(trouble for name, trouble in troubles.items() if name != member.name):
                return self.evict(member, 'replica, outdated')
        if unfit:
            return '; '.join(unfit)
        if leader in outdated:
            return self.evict(leader, 'it is the only member') if len(members) == 1 else self.switch_over(members, leader)
        return self.restart(members, leader)

    def look_at_service(self):
        """A Service without selector leads to what Kubernetes mirrors of the Endpoints that Patroni writes; some day it may not."""
        name = self.settings.statefulset
        if self.leader_by_endpoints and not reachable(name, self.settings.service_wait):
            say(f'the Service {name} leads nowhere, though there is a leader: see whether it has an EndpointSlice. Where Kubernetes does not '
                'mirror Endpoints, Patroni must keep its state in ConfigMaps; a network policy would also explain it')

    def lasting(self, what, now, seconds=None):
        """Has it been so at each look for long enough?"""
        if not now:
            self.since.pop(what, None)
            return False
        return time.monotonic() - self.since.setdefault(what, time.monotonic()) >= (seconds or self.settings.patience)

    def once(self, text):
        if text not in self.told:
            say(text)
        self.told.add(text)

    def evict(self, member, why):
        if member.terminating:
            return f'{member.name} is being stopped'
        code, answer = self.objects.evict(member)
        if code in (200, 201):
            say(f'replacing {member.name}: {why}')
            return ''
        if code == 429:
            return f'the PodDisruptionBudget does not let go of {member.name} yet'
        return f'{member.name} was not evicted: {code} {reason(answer)}'

    def switch_over(self, members, leader):
        fit = [member for member in members if member is not leader and not (member.patroni.get('tags') or {}).get('nofailover')
               and (member.synchronous or not self.synchronous_mode)]
        if not fit:
            return f'no member may take over from {leader.name}' + (': none is synchronous' if self.synchronous_mode else '')
        candidate = max(fit, key=lambda member: (member.position, -member.ordinal))
        say(f'switching over from {leader.name} to {candidate.name}')
        code, answer = leader.api.post('/switchover', {'leader': leader.name, 'candidate': candidate.name}, 60)
        if code == 200:
            say(str(answer).lower())
            return ''
        return f'the switchover from {leader.name} to {candidate.name} was not done: {code} {answer}'

    def restart(self, members, leader):
        """What a new pod alone did not bring: max_connections and its like, lowered, need the leader to restart first."""
        pending = [member for member in members if member.patroni.get('pending_restart')]
        for member in sorted(pending, key=lambda member: member is not leader):
            say(f'restarting PostgreSQL of {member.name}: a parameter needs it')
            code, answer = member.api.post('/restart', {'restart_pending': True}, 600)
            return '' if code == 200 else f'{member.name} did not restart: {code} {answer}'
        say(f'done: {len(members)} members run what is written, {leader.name} leads')
        return None


def main():
    settings = Settings(os.environ)
    try:
        return Rollout(settings, Objects(settings)).run()
    except Refused as refusal:
        say(f'refused: {refusal}')
        return 3


if __name__ == '__main__':
    sys.exit(main())
