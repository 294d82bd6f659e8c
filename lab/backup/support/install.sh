#!/bin/bash
# Puts what the suites need, and what is missing, into the directory $1: Patroni and moto from PyPI, Azurite from npm.
set -euo pipefail
tools=$1
mkdir -p "$tools"
exec 9> "$tools/lock"
flock 9
stamp=patroni-4.0.4-moto-5.2.1-azurite-3.35.0
if [[ $(cat "$tools/stamp" 2>/dev/null) != "$stamp" ]]; then
  # Not a Python from somebody's home: PostgreSQL does not run as root, and its user must be able to run Patroni.
  /usr/bin/python3 -m venv "$tools/venv"
  "$tools/venv/bin/pip" install --quiet 'patroni[raft]==4.0.4' 'psycopg2-binary==2.9.10' 'moto[s3,server]==5.2.1'
  npm install --silent --no-audit --no-fund --prefix "$tools/azurite" azurite@3.35.0
  echo "$stamp" > "$tools/stamp"
fi
if [[ ! -x /usr/sbin/sshd && $(id -u) = 0 ]]; then
  apt-get install -y -q openssh-server > "$tools/apt.log" 2>&1
fi
chmod -R a+rX "$tools"
