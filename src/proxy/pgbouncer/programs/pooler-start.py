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
                raise ValueError(f'{what} of user {name} is empty or has a line feed: make the Secret anew')
        lines.append(f'{quoted(name)} {quoted(password)}\n')
    return ''.join(lines)


def quoted(text):
    return '"' + text.replace('"', '""') + '"'


def peer_settings(pod):
    """Peer ids begin with 1, ordinals with 0."""
    return f'peer_id = {int(pod.rpartition("-")[2]) + 1}\n'


def write(path, text):
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 'w') as file:
        file.write(text)


def sign(directory, host):
    """A certificate nobody can verify, but which keeps passwords and data off the wire."""
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '3650', '-subj', f'/CN={host[:64]}',
                    '-addext', f'subjectAltName=DNS:{host}', '-keyout', f'{directory}/tls.key', '-out', f'{directory}/tls.crt'],
                   check=True, stderr=subprocess.DEVNULL)


def main(env):
    directory, peer, certificate = env.get('DIRECTORY', '/run/pgbouncer'), env.get('PEER'), env.get('CERTIFICATE')
    names = json.loads(env['USERS'])
    passwords = [env[f'PASSWORD_{n}'] for n in range(len(names))]
    os.umask(0o077)
    write(f'{directory}/userlist.txt', userlist(names, passwords))
    if peer:
        write(f'{directory}/peer.ini', peer_settings(peer))
    if certificate:
        sign(directory, certificate)


if __name__ == '__main__':
    try:
        main(os.environ)
    except (ValueError, OSError, subprocess.CalledProcessError) as error:
        sys.exit(str(error))
