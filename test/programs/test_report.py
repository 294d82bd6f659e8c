"""A Job always says what came of it."""
import json
import os
import re
import signal
import sys
import tempfile
import unittest
from unittest import mock

import report
import say
from fakes import server


class Reported(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addCleanup(signal.signal, signal.SIGTERM, signal.getsignal(signal.SIGTERM))
        self.message = os.path.join(folder.name, 'termination')
        environment = mock.patch.dict(os.environ, {'TERMINATION_LOG': self.message})
        environment.start()
        self.addCleanup(environment.stop)

    def reported(self, work, pushgateway=None):
        status = report.reported('restore-drill', {'cluster': 'orders', 'failures': []}, work, pushgateway)
        with open(self.message) as file:
            return status, json.load(file)

    def test_a_job_that_passed(self):
        self.assertEqual(self.reported(lambda: None), (0, {'cluster': 'orders', 'failures': [], 'result': 'passed'}))

    def test_a_job_that_failed_in_whatever_way(self):
        def refuse():
            raise report.Failure('no store')

        def told():
            os.kill(os.getpid(), signal.SIGTERM)

        for what, work, failure in [
            ('by its own word', refuse, 'no store'),
            ('by the word of a module', lambda: sys.exit('s3://b does not answer'), 's3://b does not answer'),
            ('by a fault of the program', lambda: {}['lsn'], "KeyError: 'lsn'"),
            ('by a signal', told, 'it was told to end, by its deadline or by somebody'),
        ]:
            with self.subTest(what), mock.patch('sys.stderr'):
                self.assertEqual(self.reported(work), (1, {'cluster': 'orders', 'failures': [failure], 'result': 'failed'}))

    def test_metrics_stand_beside_those_of_a_cluster_of_the_same_name_elsewhere(self):
        pushed = []
        with server(lambda method, path, body, _: (202, pushed.append((method, path, body)) or '')) as port:
            for namespace in (None, 'shop'):
                with mock.patch.dict(os.environ, {'POD_NAMESPACE': namespace} if namespace else {}):
                    self.reported(lambda: None, f'http://127.0.0.1:{port}/gateway')
        self.assertEqual([(method, path) for method, path, _ in pushed], [
            ('PUT', '/gateway/metrics/job/restore-drill/cluster/orders'), ('PUT', '/gateway/metrics/job/restore-drill/namespace/shop/cluster/orders')])
        self.assertRegex(pushed[0][2], r'^spilo_restore_drill_success 1\nspilo_restore_drill_timestamp_seconds \d+\.\d+\n$')

    def test_a_pushgateway_that_is_away_changes_nothing(self):
        for answer in [(500, ''), (200, '')]:
            with server(lambda *_: answer) as port:
                self.assertEqual(self.reported(lambda: None, f'http://127.0.0.1:{port}')[0], 0)
        self.assertEqual(self.reported(lambda: None, f'http://127.0.0.1:{port}')[0], 0)


class Say(unittest.TestCase):
    def test_every_line_has_its_time_in_utc(self):
        with mock.patch('sys.stdout') as stdout, mock.patch('time.time', lambda: 1764033300.0456):
            say.say('hello')
        self.assertEqual(''.join(call.args[0] for call in stdout.write.mock_calls), '2025-11-25T01:15:00.045Z hello\n')

    def test_with_a_level_it_looks_the_same(self):
        with mock.patch('sys.stdout') as stdout:
            log = say.logger('test', 'WARNING')
            log.info('too much')
            log.warning('hello %d', 1)
        written = ''.join(call.args[0] for call in stdout.write.mock_calls)
        self.assertTrue(re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z WARNING hello 1\n', written), written)
