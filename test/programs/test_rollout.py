"""What a rollout does next, by what it sees."""
import socket
import unittest
from unittest import mock

from cluster import reachable, selector
from fake_cluster import FakeCluster, FakeMember, rolling
from rollout import Refused


def leader(number=0, **more):
    return FakeMember(f'orders-{number}', leader=True, **more)


def replica(number, **more):
    return FakeMember(f'orders-{number}', **more)


class Step(unittest.TestCase):
    def check(self, situations):
        """Each is: what, the cluster, what the step says ('' something was done, None all is done), and what was done."""
        for what, fake, says, done, *options in situations:
            with self.subTest(what), rolling(fake, **(options[0] if options else {})) as rollout:
                self.assertEqual((rollout.step(), fake.done), (says, done))

    def test_waits_until_the_change_has_arrived(self):
        self.check([
            ('no such StatefulSet', FakeCluster(leader(), replicas=1), 'StatefulSet billing: not found', [], {'statefulset': 'billing'}),
            ('the template of before', FakeCluster(leader(), template='S'), 'the StatefulSet has not the template that this rollout was made for', []),
            ('a controller that lags behind', FakeCluster(leader(), generation=2), 'the StatefulSet controller has not seen the change', []),
            ('a member too few', FakeCluster(leader(), replicas=2), '1 members exist, 2 are wanted', []),
            ('a member too many', FakeCluster(leader(), replica(1), replicas=1), '2 members exist, 1 are wanted', []),
            ('pause', FakeCluster(leader(), pause=True), 'Patroni is paused (patronictl resume)', []),
        ])

    def test_follows_another_template_after_a_while(self):
        fake = FakeCluster(leader(), template='S')
        with rolling(fake) as rollout:
            rollout.step()
            rollout.clock.seconds += 121
            self.assertEqual((rollout.step(), fake.done), ('', ['evict orders-0']))

    def test_replaces_replicas_first_and_the_leader_last(self):
        self.check([
            ('nobody is outdated', FakeCluster(leader(revision='new'), replica(1, revision='new')), None, []),
            ('nobody is wanted', FakeCluster(), None, []),
            ('the only member', FakeCluster(leader()), '', ['evict orders-0']),
            ('the replica with the highest number', FakeCluster(leader(), replica(1), replica(2)), '', ['evict orders-2']),
            ('the other replica', FakeCluster(leader(), replica(1), replica(2, revision='new')), '', ['evict orders-1']),
            ('the leader', FakeCluster(leader(), replica(1, revision='new'), replica(2, revision='new')), '', ['POST switchover to orders-1']),
            ('what led before', FakeCluster(replica(0), leader(1, revision='new')), '', ['evict orders-0']),
            ('the one in trouble, while all others are well', FakeCluster(leader(), replica(1, ready=False), replica(2)), '', ['evict orders-1']),
        ])

    def test_replaces_nobody_while_another_member_cannot_be_counted_on(self):
        for why, trouble in [
            ('is being stopped', {'terminating': True}),
            ('does not run', {'running': False}),
            ('has no Patroni that answers', {'silent': True}),
            ('has a PostgreSQL that is "starting"', {'state': 'starting'}),
            ('is not ready', {'ready': False}),
            ('is on timeline 2, the leader on 1', {'timeline': 2}),
            ('does not stream', {'streams': False}),
            ('is 4 MB behind', {'location': 1 << 20}),
        ]:
            fake = FakeCluster(leader(location=5 << 20), replica(1, revision='new', **{'location': 5 << 20, **trouble}), replica(2, location=5 << 20))
            with self.subTest(why), rolling(fake, max_lag=1 << 20) as rollout:
                self.assertEqual((rollout.step(), fake.done), (f'orders-1 {why}', []))

    def test_waits_for_a_budget_that_holds(self):
        self.check([('a budget', FakeCluster(leader(), replica(1), evictions_refused=True), 'the PodDisruptionBudget does not let go of orders-1 yet', [])])

    def test_replaces_dead_outdated_replicas_although_others_are_not_well(self):
        fake = FakeCluster(leader(), replica(1, state='start failed'), replica(2, streams=False))
        with rolling(fake) as rollout:
            self.assertEqual((rollout.step(), fake.done), ('orders-1 has a PostgreSQL that is "start failed"; orders-2 does not stream', []))
            rollout.clock.seconds += 61
            self.assertEqual((rollout.step(), fake.done), ('', ['evict orders-1']))

    def test_refuses_two_stores_of_the_leader_lock(self):
        for fake, refused in [
            (FakeCluster(leader(), replica(1), store='configmaps'), True),
            (FakeCluster(leader(store='configmaps'), replica(1, store='configmaps')), True),
            (FakeCluster(leader(), store='configmaps'), False),
            (FakeCluster(leader(revision='new', store='configmaps'), replica(1, running=False), store='configmaps'), False),
        ]:
            with self.subTest(fake=fake.__dict__), rolling(fake) as rollout:
                if refused:
                    self.assertRaises(Refused, rollout.step)
                else:
                    rollout.step()


class SwitchOver(unittest.TestCase):
    def check(self, situations):
        for what, fake, expected in situations:
            with self.subTest(what), rolling(fake) as rollout:
                says = rollout.step()
                self.assertEqual(fake.done or says, expected)

    def test_goes_to_the_member_that_has_most(self):
        new = {'revision': 'new'}
        synchronous = {'synchronous_mode': True}
        self.check([
            ('the lowest number of equals', FakeCluster(leader(), replica(1, **new), replica(2, **new)), ['POST switchover to orders-1']),
            ('the newest WAL', FakeCluster(leader(), replica(1, **new), replica(2, location=5001, **new)), ['POST switchover to orders-2']),
            ('not one that may not lead', FakeCluster(leader(), replica(1, tags={'nofailover': True}, **new), replica(2, **new)), ['POST switchover to orders-2']),
            ('only a synchronous one', FakeCluster(leader(), replica(1, **new), replica(2, sync_standby=True, **new), configuration=synchronous),
             ['POST switchover to orders-2']),
            ('no synchronous one', FakeCluster(leader(), replica(1, **new), configuration=synchronous), 'no member may take over from orders-0: none is synchronous'),
            ('synchronous mode that is off', FakeCluster(leader(), replica(1, **new), configuration={'synchronous_mode': 'off'}), ['POST switchover to orders-1']),
            ('synchronous mode that was never set', FakeCluster(leader(), replica(1, **new), configuration={'synchronous_mode': None}), ['POST switchover to orders-1']),
            ('nobody at all', FakeCluster(leader(), replica(1, tags={'nofailover': True}, **new)), 'no member may take over from orders-0'),
        ])

    def test_says_why_it_was_not_done(self):
        fake = FakeCluster(leader(), replica(1, revision='new'), switchover=412)
        with rolling(fake) as rollout:
            self.assertEqual(rollout.step(), 'the switchover from orders-0 to orders-1 was not done: 412 Successfully switched over')


class Restart(unittest.TestCase):
    def test_restarts_the_leader_before_the_others(self):
        fake = FakeCluster(leader(revision='new', pending_restart=True), replica(1, revision='new', pending_restart=True))
        with rolling(fake) as rollout:
            self.assertEqual([rollout.step(), rollout.step(), rollout.step()], ['', '', None])
            self.assertEqual(fake.done, ['POST restart', 'POST restart'])


class WithoutLeader(unittest.TestCase):
    def test_leaves_a_failover_and_a_recovery_their_time(self):
        for state in ('running', 'stopping', 'creating replica', 'starting'):
            fake = FakeCluster(replica(0, state=state), replica(1, state='stopped'))
            with self.subTest(state), rolling(fake) as rollout:
                rollout.step()
                rollout.clock.seconds += 19
                self.assertEqual((rollout.step(), fake.done), (f'no leader; orders-0 is {state}; orders-1 is stopped', []))

    def test_replaces_an_outdated_member_when_no_postgresql_has_run_for_a_while(self):
        fake = FakeCluster(replica(0, state='start failed'), replica(1, silent=True))
        with rolling(fake) as rollout:
            self.assertEqual((rollout.step(), fake.done), ('no leader; orders-0 is start failed; orders-1 is silent', []))
            rollout.clock.seconds += 61
            self.assertEqual((rollout.step(), fake.done), ('', ['evict orders-0']))
            fake.members['orders-0'].state = 'start failed'
            self.assertEqual((rollout.step(), fake.done), ('no leader; orders-0 is start failed; orders-1 is silent', ['evict orders-0']))

    def test_has_nothing_to_do_for_a_cluster_that_is_being_made(self):
        fake = FakeCluster(replica(0, revision='new', state='running custom bootstrap script'), replica(1, revision='new'), configuration=None)
        with rolling(fake) as rollout:
            self.assertEqual((rollout.step(), fake.done), (None, []))

    def test_an_outdated_leader_that_is_being_stopped_leads_no_more(self):
        fake = FakeCluster(leader(terminating=True), replica(1))
        with rolling(fake) as rollout:
            self.assertEqual(rollout.step(), 'no leader; orders-0 is running; orders-1 is running')


class Configure(unittest.TestCase):
    def test_writes_the_configuration_before_it_replaces_anybody_and_once(self):
        fake = FakeCluster(leader(), replica(1))
        with rolling(fake, dynamic={'ttl': 20}) as rollout:
            self.assertEqual([rollout.step(), rollout.step()], ['', ''])
            self.assertEqual(fake.done, ['PATCH config', 'evict orders-1'])
            self.assertEqual(fake.configuration, {'ttl': 20, 'cdk8s_spilo': {'managed': {'ttl': True}}})

    def test_removes_what_has_left_the_program(self):
        fake = FakeCluster(leader(), configuration={'ttl': 30})
        with rolling(fake, dynamic={'slots': {'cdc': {'type': 'physical'}}}) as rollout:
            rollout.step()
        with rolling(fake) as rollout:
            rollout.step()
        self.assertEqual(fake.configuration, {'ttl': 30, 'slots': {}, 'cdk8s_spilo': {'managed': {'slots': {}}}})

    def test_writes_again_what_a_rollout_of_before_has_written_since(self):
        fake = FakeCluster(leader(revision='new'))
        with rolling(fake, dynamic={'ttl': 20}) as rollout:
            rollout.step()
            fake.configuration['ttl'] = 30
            self.assertEqual((rollout.step(), fake.configuration['ttl']), ('', 20))

    def test_leaves_the_configuration_to_the_rollout_of_the_template_that_is_there(self):
        fake = FakeCluster(leader(revision='new'))
        with rolling(fake, dynamic={'ttl': 20}, template_wait=0) as rollout:
            fake.template = 'S'
            self.assertEqual((rollout.step(), fake.configuration), (None, {}))

    def test_says_what_is_in_the_way(self):
        fake = FakeCluster(leader(), configuration=None)
        with rolling(fake) as rollout:
            self.assertEqual(rollout.step(), 'Patroni has no configuration yet')


class Run(unittest.TestCase):
    def test_brings_three_members_to_a_new_template_with_one_switchover(self):
        fake = FakeCluster(replica(0), leader(1), replica(2))
        with rolling(fake, dynamic={'ttl': 20}) as rollout:
            self.assertEqual(rollout.run(), 0)
        self.assertEqual(fake.done, ['PATCH config', 'evict orders-2', 'evict orders-0', 'POST switchover to orders-0', 'evict orders-1'])
        with rolling(fake, dynamic={'ttl': 20}) as rollout:
            self.assertEqual(rollout.run(), 0)
        self.assertEqual(len(fake.done), 5, 'a second one does nothing')

    def test_gives_up_at_its_deadline(self):
        with rolling(FakeCluster(leader(), replica(1, revision='new', ready=False)), deadline=5) as rollout:
            self.assertEqual(rollout.run(), 1)

    def test_says_that_the_service_leads_nowhere_where_kubernetes_does_not_mirror_endpoints(self):
        for store, service, said in [('endpoints', False, 1), ('endpoints', True, 0), ('configmaps', False, 0)]:
            fake = FakeCluster(leader(revision='new', store=store), store=store)
            with self.subTest(f'{store}, {service}'), rolling(fake, service=service) as rollout, mock.patch('rollout.say') as say:
                self.assertEqual(rollout.run(), 0)
                told = [text for (text,), _ in say.call_args_list]
                self.assertEqual(sum('the Service orders leads nowhere' in text for text in told), said, told)

    def test_looks_for_somebody_who_listens(self):
        with socket.create_server(('127.0.0.1', 0)) as listener:
            port = listener.getsockname()[1]
            self.assertTrue(reachable('127.0.0.1', 0, port))
        self.assertFalse(reachable('127.0.0.1', 0, port))

    def test_removes_finished_jobs_of_other_changes(self):
        def job(name, *conditions):
            return {'metadata': {'name': name}, 'status': {'conditions': [{'type': condition} for condition in conditions]}}
        fake = FakeCluster(leader(revision='new'), jobs=[
            job('orders-rollout-old', 'Complete'), job('orders-rollout-new', 'Complete'), job('orders-rollout-busy'), job('orders-rollout-bad', 'FailureTarget', 'Failed')])
        with rolling(fake) as rollout:
            rollout.run()
        self.assertEqual(fake.done, ['DELETE orders-rollout-old', 'DELETE orders-rollout-bad'])

    def test_selects_by_labels(self):
        self.assertEqual(selector({'b': '2', 'a/c': '1'}), '?labelSelector=a%2Fc%3D1%2Cb%3D2')
