#!/usr/bin/env bash
# Runs the bed in network, mount and process namespaces of its own: whatever it starts, changes or breaks ends with it.
#   bed.sh VENV BINARIES PLAN RESULTS      two directories, two files
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
exec unshare --net --mount --pid --fork --kill-child --mount-proc bash -euc '
  mount -t tmpfs tmpfs /mnt
  chmod 755 /mnt
  mkdir /mnt/bed /mnt/venv /mnt/bin
  # Members and proxies are other users, who may not look into a home directory.
  cp "$1"/*.py /mnt/bed && cp -a "$2/." /mnt/venv && cp "$3"/* /mnt/bin
  PYTHONDONTWRITEBYTECODE=1 exec /mnt/venv/bin/python /mnt/bed/bed.py "$4" "$5"
' bed "$here" "$@"
