"""A client of HTTP APIs that speak JSON, which never raises: servers stop while they answer, and that is no reason to stop as well."""
import http.client
import json
import socket


class Rest:
    """One server. `tls` is an SSLContext, `name` whom its certificate must name if that is not `host`."""

    def __init__(self, host, port, timeout=5, tls=None, name=None):
        self.host, self.port, self.timeout, self.tls, self.name = host, port, timeout, tls, name

    def get(self, path):
        return self.call('GET', path)

    def patch(self, path, body):
        return self.call('PATCH', path, body)

    def post(self, path, body, timeout=None):
        return self.call('POST', path, body, timeout)

    def delete(self, path):
        return self.call('DELETE', path)

    def headers(self):
        return {'Content-Type': 'application/json'}

    def call(self, method, path, body=None, timeout=None):
        """-> status and answer, parsed if it is JSON; without a whole answer 0 and the reason."""
        try:
            status, text = self.exchange(method, path, None if body is None else json.dumps(body), timeout or self.timeout)
        except (OSError, ValueError, http.client.HTTPException) as error:
            return 0, str(error) or type(error).__name__
        try:
            return status, json.loads(text)
        except ValueError:
            return status, text.decode(errors='replace').strip()

    def exchange(self, method, path, body, timeout):
        # The port is given beside the host: then colons in an IPv6 address have no meaning.
        connection = http.client.HTTPConnection(self.host, self.port)
        try:
            connection.sock = socket.create_connection((self.host, self.port), timeout)
            if self.tls:
                connection.sock = self.tls.wrap_socket(connection.sock, server_hostname=self.name or self.host)
            connection.request(method, path, body, self.headers())
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()


def reason(answer):
    """Why it was refused, for a person."""
    return answer.get('message', '') if isinstance(answer, dict) else str(answer)
