#!/usr/bin/env python3
"""Writes what PgBouncer needs beside its ConfigMap, before PgBouncer starts: files that hold secrets or differ by pod.

DIRECTORY      where to, default /run/pgbouncer
USERS          JSON list of user names; the password of the n-th is in PASSWORD_n          -> userlist.txt
PEER           name of the pod, <stem>-<ordinal>, where pods pass on cancel requests         -> peer.ini
CERTIFICATE    a host name, where no certificate is given                                    -> tls.crt, tls.key
"""
import json
import os
import subprocess
import sys


def userlist(names, passwords):
    """One line a user. PgBouncer's only escape is a doubled quote; a line feed cannot be in it at all."""
    lines = []
    for name, password in zip(names, passwords):
        for what, text in (('name', name), ('password', password)):
            if not text or any(c in text for c in '\n\r\0'):
                raise ValueError('%s of user %s is empty or has a line feed: make the Secret anew' % (what, name))
        lines.append('%s %s\n' % (quoted(name), quoted(password)))
    return ''.join(lines)


def quoted(text):
    return '"%s"' % text.replace('"', '""')


def peer_settings(pod):
    """Peer ids begin with 1, ordinals with 0."""
    return 'peer_id = %d\n' % (int(pod.rpartition('-')[2]) + 1)


def write(path, text):
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 'w') as file:
        file.write(text)


def sign(directory, host):
    """A certificate nobody can verify, but which keeps passwords and data off the wire."""
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '3650', '-subj', '/CN=' + host[:64],
                    '-addext', 'subjectAltName=DNS:' + host, '-keyout', directory + '/tls.key', '-out', directory + '/tls.crt'],
                   check=True, stderr=subprocess.DEVNULL)


def main(env):
    directory = env.get('DIRECTORY', '/run/pgbouncer')
    os.umask(0o077)
    names = json.loads(env['USERS'])
    write(directory + '/userlist.txt', userlist(names, [env['PASSWORD_%d' % n] for n in range(len(names))]))
    if env.get('PEER'):
        write(directory + '/peer.ini', peer_settings(env['PEER']))
    if env.get('CERTIFICATE'):
        sign(directory, env['CERTIFICATE'])


if __name__ == '__main__':
    try:
        main(os.environ)
    except (ValueError, OSError, subprocess.CalledProcessError) as error:
        sys.exit(str(error))
