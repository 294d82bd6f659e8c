"""Makes the Secret with a cluster's passwords, once: one that is there stays as it is, whoever made it.

The program may create Secrets and neither read nor change them, so that it can give nobody's password away. Passwords consist
of letters, digits, - and _, since Spilo HTML-escapes what it reads.

Exit status: 0 the Secret is there; 1 the API server did not take it, run it again.
"""
import base64
import os
import secrets
import sys

from kubernetes import Kubernetes
from rest import reason
from say import say
from settings import settings

# 32 bytes as text: nobody guesses them.
BYTES = 32


def secret(name, keys, labels):
    passwords = {key: base64.b64encode(secrets.token_urlsafe(BYTES).encode()).decode() for key in keys}
    return {'apiVersion': 'v1', 'kind': 'Secret', 'type': 'Opaque', 'metadata': {'name': name, 'labels': labels}, 'data': passwords}


def main():
    task = settings('CREDENTIALS', ['secret', 'keys', 'labels'], {})
    api = Kubernetes(os.environ['POD_NAMESPACE'])
    status, answer = api.post(api.path('api/v1', 'secrets'), secret(task.secret, task.keys, task.labels))
    if status == 201:
        say(f'Secret {task.secret} made with {", ".join(task.keys)}')
    elif status == 409:
        say(f'Secret {task.secret} is there already')
    else:
        say(f'Secret {task.secret} could not be made: {status} {reason(answer)}')
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
