"""The Kubernetes API, as the ServiceAccount of the pod."""
import os
import ssl

from rest import Rest, reason
from say import say

SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount/'


class Kubernetes(Rest):
    def __init__(self, namespace):
        self.namespace = namespace
        super().__init__(os.environ['KUBERNETES_SERVICE_HOST'], int(os.environ['KUBERNETES_SERVICE_PORT']), timeout=10,
                         tls=ssl.create_default_context(cafile=SERVICE_ACCOUNT + 'ca.crt'))

    def headers(self):
        with open(SERVICE_ACCOUNT + 'token') as file:   # read each time: the kubelet renews it
            return {**super().headers(), 'Authorization': f'Bearer {file.read()}'}

    def path(self, api, *names):
        """Of objects in the namespace: `path('apis/apps/v1', 'statefulsets', 'orders')`."""
        return '/'.join(('', api, 'namespaces', self.namespace, *names))

    def call(self, method, path, body=None, timeout=None):
        status, answer = super().call(method, path, body, timeout)
        if status in (401, 403):
            say(f'the API server refuses {method} {path}: {reason(answer)}')
        return status, answer
