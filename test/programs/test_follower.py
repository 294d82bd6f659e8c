"""What a follower makes of what Patroni says. How it runs beside a proxy is tried in lab/proxy."""
import importlib.util
import os
import tempfile
import http.client
import socket
import unittest
from types import SimpleNamespace

import follower
import view
from fakes import server


def member(name, role='replica', state='streaming', **more):
    return {'name': name, 'role': role, 'state': state, 'host': f'10.0.0.{ord(name)}', 'port': 5432, 'timeline': 1, **({'lag': 0} if role == 'replica' else {}), **more}


def leader(name, **more):
    return member(name, 'leader', 'running', **more)


class Variables(unittest.TestCase):
    def view(self, *members, max_lag=None):
        return view.variables({'scope': 'orders', 'members': list(members)}, max_lag)

    def test_knows_the_leader_under_both_names(self):
        seen = self.view(leader('a'), member('b'))
        self.assertEqual((seen['scope'], seen['primary']['name'], seen['master'] is seen['primary'], seen['primary']['hostname']), ('orders', 'a', True, '10.0.0.97'))

    def test_a_standby_cluster_has_a_leader_too(self):
        self.assertEqual(self.view(member('a', 'standby_leader', 'running'))['primary']['name'], 'a')

    def test_takes_for_readers_only_replicas_that_may_serve(self):
        for what, more, limit, taken in [
            ('one that streams', {}, None, True),
            ('one that runs', {'state': 'running'}, None, True),
            ('one that is stopped', {'state': 'stopped'}, None, False),
            ('one without an address', {'host': None}, None, False),
            ('one that is tagged', {'tags': {'noloadbalance': True}}, None, False),
            ('one that lags a little', {'lag': 1000}, 1000, True),
            ('one that lags too much', {'lag': 1001}, 1000, False),
            ('one of which nobody knows', {'lag': 'unknown'}, 1000, False),
            ('one of which nobody knows, without a limit', {'lag': 'unknown'}, None, True),
        ]:
            with self.subTest(what):
                seen = self.view(leader('a'), member('b', **more), max_lag=limit)
                self.assertEqual([one['name'] for one in seen['readers']], ['b'] if taken else ['a'])
                self.assertEqual(len(seen['replicas']), taken)

    def test_lists_are_sorted_and_say_who_is_the_last(self):
        seen = self.view(member('c'), leader('b'), member('a'))
        self.assertEqual([(one['name'], one['last']) for one in seen['members']], [('a', False), ('b', False), ('c', True)])
        self.assertEqual(seen['readers_hosts'], '10.0.0.97,10.0.0.99')

    def test_without_exactly_one_leader_there_is_no_view(self):
        for members in [(member('a'),), (leader('a'), leader('b')), ()]:
            with self.assertRaises(view.NoLeader):
                self.view(*members)


class Poll(unittest.TestCase):
    def poll(self, answer):
        with server(lambda method, path, *_: answer(path)) as port:
            return view.Cluster({'host': '127.0.0.1', 'port': port}, None).poll()

    def test_only_a_leader_that_confirms_is_believed(self):
        cluster = {'members': [leader('a', host='127.0.0.1')]}
        self.assertEqual(self.poll(lambda path: (200, cluster))['primary']['name'], 'a')
        with self.assertRaisesRegex(view.NoLeader, '127.0.0.1 answers 503 to /leader'):
            self.poll(lambda path: (200, cluster) if path == '/cluster' else (503, ''))

    def test_what_is_no_patroni_is_no_leader(self):
        for answer in [(404, ''), (200, 'hello'), (200, {}), (200, []), (200, {'members': [{'host': 'a'}]})]:
            with self.subTest(answer), self.assertRaises(view.NoLeader):
                self.poll(lambda path: answer)


class Files(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, 'out')

    def test_only_other_bytes_replace_a_file(self):
        self.assertTrue(follower.differs(self.path, 'a'))
        follower.replace(self.path, 'a')
        self.assertFalse(follower.differs(self.path, 'a'))
        self.assertTrue(follower.differs(self.path, 'b'))
        self.assertEqual(os.listdir(os.path.dirname(self.path)), ['out'])

    def test_of_processes_of_a_name_the_topmost_is_meant(self):
        proc = os.path.dirname(self.path)
        for pid, stat in {1: '1 (sh) S 0', 7: '7 (nginx) S 1', 8: '8 (nginx) S 7', 9: '9 (nginx) Z 1', 10: '10 (a) nginx) S 1', 'self': 'x'}.items():
            os.mkdir(f'{proc}/{pid}')
            with open(f'{proc}/{pid}/stat', 'w') as file:
                file.write(stat)
        self.assertEqual(follower.processes('nginx', proc), [7])


@unittest.skipUnless(importlib.util.find_spec('jinja2'), 'there is no Jinja2 here')
class Jinja2(unittest.TestCase):
    def test_raw_text_arrives_as_it_is_and_the_rest_is_rendered(self):
        render = follower.renderer('jinja2')
        for template, text in [
            ('{% raw %}{{ not a variable }} {% nor a tag %} {# nor a comment #}{% endraw %}', '{{ not a variable }} {% nor a tag %} {# nor a comment #}'),
            ('{% raw %}${{{% endraw %}{{ scope }}{% raw %}}}{% endraw %}\n', '${{orders}}\n'),
            ('{%- raw -%}\n {{#replicas}} \n{%- endraw -%}', '{{#replicas}}'),
        ]:
            with self.subTest(template):
                self.assertEqual(render(template, {'scope': 'orders'}), text)

    def test_a_variable_that_does_not_exist_is_an_error_outside_of_raw_text(self):
        with self.assertRaisesRegex(Exception, "'nothing' is undefined"):
            follower.renderer('jinja2')('{% raw %}{{ nothing }}{% endraw %}{{ nothing }}', {})


class Reload(unittest.TestCase):
    def test_says_why_it_failed(self):
        for options, words in [
            ({}, None),
            ({'command': 'true'}, None),
            ({'command': 'echo why; exit 3'}, 'status 3: why'),
        ]:
            with self.subTest(options):
                self.assertEqual(follower.Reload(options)(), words)

    @unittest.skipUnless(os.path.isdir('/proc'), 'processes are looked up in /proc')
    def test_a_proxy_that_does_not_run_is_not_reloaded(self):
        self.assertEqual(follower.Reload({'process': 'nobody-runs-this', 'signal': 'HUP'})(), 'no process nobody-runs-this')


class Health(unittest.TestCase):
    @unittest.skipUnless(socket.has_dualstack_ipv6(), 'there is no IPv6 here')
    def test_answers_the_kubelet_by_either_family(self):
        server = follower.serve(SimpleNamespace(living=lambda: (200, {}), state=lambda: (503, {})), 0)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        for host in ('127.0.0.1', '::1'):
            for path, status in [('/livez', 200), ('/healthz', 503), ('/', 404)]:
                with self.subTest(host=host, path=path):
                    connection = http.client.HTTPConnection(host, server.server_address[1], timeout=5)
                    self.addCleanup(connection.close)
                    connection.request('GET', path)
                    self.assertEqual(connection.getresponse().status, status)


class Pace(unittest.TestCase):
    def test_looks_more_often_while_there_is_no_leader_but_not_for_ever(self):
        for leaderless, seconds, interval, pause in [(False, 0, 5, 5), (True, 10, 5, 0.25), (True, 10, 0.1, 0.1), (True, 61, 5, 5)]:
            with self.subTest(leaderless=leaderless, seconds=seconds):
                state = SimpleNamespace(leaderless=leaderless, good=follower.time.monotonic() - seconds, interval=interval)
                self.assertEqual(follower.Follower.pause(state), pause)
