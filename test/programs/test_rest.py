"""Servers that break off must not break the programs that ask them."""
import socket
import ssl
import threading
import unittest
from contextlib import contextmanager

from fakes import server
from patroni import Patroni
from rest import Rest, reason


@contextmanager
def saying(text, family=socket.AF_INET, address='127.0.0.1'):
    """A server that says one thing to the first who comes, whatever is asked, and hangs up."""
    with socket.socket(family) as listening:
        listening.bind((address, 0))
        listening.listen()

        def serve():
            connection, _ = listening.accept()
            with connection:
                connection.recv(10000)
                connection.sendall(text)
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


class Answers(unittest.TestCase):
    def test_gives_status_and_json_or_text(self):
        for status, body, answer in [(200, {'a': 1}, {'a': 1}), (503, {'a': 1}, {'a': 1}), (200, 'plain\n', 'plain'), (404, '', '')]:
            with self.subTest(status=status, body=body), server(lambda *_: (status, body)) as port:
                self.assertEqual(Patroni('127.0.0.1', port).get('/'), (status, answer))

    def test_sends_method_path_and_body(self):
        asked = []
        with server(lambda *words: (200, asked.append(words[:3]) or {})) as port:
            rest = Rest('127.0.0.1', port)
            rest.get('/a?b=c')
            rest.patch('/a', {'ü': None})
            rest.post('/b', {})
            rest.delete('/c')
        self.assertEqual(asked, [('GET', '/a?b=c', ''), ('PATCH', '/a', {'ü': None}), ('POST', '/b', {}), ('DELETE', '/c', '')])

    def test_without_a_whole_answer_the_status_is_0(self):
        for what, text in [
            ('no answer', b''),
            ('no HTTP', b'SSH-2.0-OpenSSH\r\n\r\n'),
            ('half a status', b'HTTP/1.1 2'),
            ('half a body', b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"a":'),
            ('half a chunk', b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{"a"'),
            ('a chunk of no length', b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n'),
            ('endless headers', b'HTTP/1.1 200 OK\r\n' + b'a: b\r\n' * 200),
        ]:
            with self.subTest(what), saying(text) as port:
                status, why = Rest('127.0.0.1', port).get('/')
                self.assertEqual(status, 0)
                self.assertTrue(why)

    def test_so_it_is_without_a_server_and_in_time(self):
        with socket.socket() as silent:
            silent.bind(('127.0.0.1', 0))
            closed = silent.getsockname()[1]
            self.assertEqual(Rest('127.0.0.1', closed).get('/')[0], 0)
            silent.listen()
            self.assertEqual(Rest('127.0.0.1', closed, timeout=0.05).get('/')[0], 0)
        with saying(b'no TLS') as port:
            self.assertEqual(Rest('127.0.0.1', port, tls=ssl.create_default_context()).get('/')[0], 0)

    def test_reaches_members_by_an_ipv6_address(self):
        try:
            with saying(b'HTTP/1.1 200 OK\r\n\r\n{}', socket.AF_INET6, '::1') as port:
                self.assertEqual(Patroni('::1', port).get('/'), (200, {}))
        except OSError as error:
            self.skipTest(f'no IPv6: {error}')

    def test_tells_a_person_why(self):
        self.assertEqual([reason({'message': 'no'}), reason({}), reason('no')], ['no', '', 'no'])
