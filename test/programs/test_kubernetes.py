"""The Kubernetes API as the ServiceAccount of a pod, and the Secret that is made through it."""
import base64
import os
import shutil
import ssl
import subprocess
import tempfile
import unittest
from unittest import mock

import credentials
import kubernetes
from fakes import server

TASK = '{"secret": "orders", "keys": ["superuser-password", "replication-password"], "labels": {"application": "spilo"}}'


@unittest.skipUnless(shutil.which('openssl'), 'openssl makes the certificates')
class Kubernetes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp() + '/'
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        for name in ('ca', 'other'):
            subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=kube-apiserver', '-addext', 'subjectAltName=IP:127.0.0.1',
                            '-keyout', f'{cls.folder}{name}.key', '-out', f'{cls.folder}{name}.crt'], check=True, stderr=subprocess.DEVNULL)
        with open(f'{cls.folder}token', 'w') as file:
            file.write('secret')

    def ask(self, action, status=200, answer=None, certificate='ca'):
        """Does something with the API; -> what came of it, and what was asked."""
        asked = []
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(f'{self.folder}{certificate}.crt', f'{self.folder}{certificate}.key')
        with server(lambda *words: (status, asked.append(words) or answer or {}), tls) as port, mock.patch.dict(os.environ, {
            'KUBERNETES_SERVICE_HOST': '127.0.0.1', 'KUBERNETES_SERVICE_PORT': str(port), 'POD_NAMESPACE': 'shop', 'CREDENTIALS': TASK,
        }), mock.patch('kubernetes.SERVICE_ACCOUNT', self.folder):
            return action(), asked

    def test_is_asked_with_the_token_at_the_path_of_the_namespace(self):
        def get():
            api = kubernetes.Kubernetes('shop')
            return api.get(api.path('apis/apps/v1', 'statefulsets', 'orders'))
        answer, [(method, path, _, headers)] = self.ask(get)
        self.assertEqual((answer, method, path, headers['Authorization']), ((200, {}), 'GET', '/apis/apps/v1/namespaces/shop/statefulsets/orders', 'Bearer secret'))

    def test_a_server_that_is_not_the_clusters_own_learns_no_token(self):
        (status, _), asked = self.ask(lambda: kubernetes.Kubernetes('shop').get('/'), certificate='other')
        self.assertEqual((status, asked), (0, []))

    def test_a_refusal_is_said(self):
        with mock.patch('kubernetes.say') as say:
            self.ask(lambda: kubernetes.Kubernetes('shop').delete('/x'), 403, {'message': 'no right'})
        say.assert_called_once_with('the API server refuses DELETE /x: no right')

    def test_a_secret_is_made_once_and_what_is_there_stays(self):
        for status, result in [(201, 0), (409, 0), (403, 1), (500, 1)]:
            with self.subTest(status):
                self.assertEqual(self.ask(credentials.main, status)[0], result)

    def test_its_passwords_are_long_different_and_plain_letters(self):
        _, [(method, path, body, _)] = self.ask(credentials.main, 201)
        self.assertEqual((method, path, body['metadata']), ('POST', '/api/v1/namespaces/shop/secrets', {'name': 'orders', 'labels': {'application': 'spilo'}}))
        self.assertEqual(list(body['data']), ['superuser-password', 'replication-password'])
        passwords = [base64.b64decode(text).decode() for text in body['data'].values()]
        self.assertEqual(len(set(passwords)), 2)
        for password in passwords:
            self.assertRegex(password, r'^[\w-]{43}$')
