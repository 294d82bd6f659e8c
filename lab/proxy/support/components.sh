#!/usr/bin/env bash
# Brings the real components of the scenario suite to this machine (Debian, root) and prints where they are as JSON.
# PostgreSQL, etcd and dnsmasq are the distribution's. Patroni comes from PyPI. HAProxy and PgBouncer are built from
# source packages of the newest release of Debian that serves them, since the distribution's own are older than what the
# constructs ask for; where that does not work, the distribution's are taken, and the evidence says which ran. The exporter
# is the program of a package. Everything is kept below XDG_CACHE_HOME: remove it to look for newer ones.
set -euo pipefail
cache="${XDG_CACHE_HOME:-$HOME/.cache}/cdk8s-spilo/proxy"
programs="$cache/programs"
releases=(sid trixie)
mkdir -p "$programs"
exec 3>&1 1>&2

missing=()
need() { command -v "$1" >/dev/null || [ -e "$1" ] || missing+=("$2"); }
need /usr/lib/postgresql/15/bin/initdb postgresql-15
need etcd etcd-server
need dnsmasq dnsmasq-base
need iptables iptables
need ip iproute2
need conntrack conntrack
need haproxy haproxy
need pgbouncer pgbouncer
need nginx nginx-light
need /usr/lib/nginx/modules/ngx_stream_module.so libnginx-mod-stream
need openssl openssl
/usr/bin/python3 -c "import ensurepip, venv" 2>/dev/null || missing+=(python3-venv)
build=(build-essential dpkg-dev pkg-config libevent-dev libc-ares-dev libpcre2-dev libssl-dev)
build_them=yes
[ -x "$programs/haproxy" ] && [ -x "$programs/pgbouncer" ] && build_them=no
[ "$build_them" = yes ] && missing+=("${build[@]}")
if [ ${#missing[@]} -gt 0 ]; then
  # Nothing of this may start by itself on the machine: the suite starts its own.
  printf '#!/bin/sh\nexit 101\n' > "$cache/policy-rc.d"
  [ -e /usr/sbin/policy-rc.d ] || { install -m 755 "$cache/policy-rc.d" /usr/sbin/policy-rc.d; trap 'rm -f /usr/sbin/policy-rc.d' EXIT; }
  apt-get update -q || true
  DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "${missing[@]}"
fi

if [ ! -x "$cache/venv/bin/patroni" ]; then
  /usr/bin/python3 -m venv "$cache/venv"   # not one below a home directory: members and proxies run as other users
  "$cache/venv/bin/pip" install -q 'patroni[etcd3]==4.0.4' 'psycopg2-binary==2.9.10' 'pystache==0.6.8' 'jinja2==3.1.6'
fi

# apt with lists of its own, one for each release: the machine's list of packages stays as it is.
own_apt() {
  local release=$1 lists="$cache/apt/$1"
  shift
  local options=(-o "Dir::Etc::sourcelist=$lists/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o "Dir::State::lists=$lists/lists" -o "Dir::Cache=$lists/cache")
  if [ ! -e "$lists/updated" ]; then
    mkdir -p "$lists/lists/partial" "$lists/cache/archives/partial"
    site=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep -m1 -E '/debian/?$')
    printf "%s [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $site $release main\n" deb deb-src > "$lists/sources.list"
    apt-get "${options[@]}" update -q && touch "$lists/updated"
  fi
  apt-get "${options[@]}" "$@"
}

# A release may list what its mirror does not serve: the next one is asked then.
source_of() {
  mkdir -p "$cache/source" && cd "$cache/source"
  for release in "${releases[@]}"; do
    rm -rf "$1"-*/
    if own_apt "$release" source -q "$1"; then cd "$1"-*/ && return; fi
  done
  return 1
}
# In a condition `set -e` counts for nothing: each step must ask for the one before.
build_haproxy() (
  source_of haproxy &&
  nice make -j2 TARGET=linux-glibc USE_OPENSSL=1 USE_PCRE2=1 USE_PROMEX=1 &&
  install -m 755 haproxy "$programs/haproxy"
)
build_pgbouncer() (
  source_of pgbouncer &&
  ./configure --without-pam --without-ldap --without-systemd &&
  nice make -j2 pgbouncer &&
  install -m 755 pgbouncer "$programs/pgbouncer"
)
for program in haproxy pgbouncer; do
  [ -x "$programs/$program" ] || "build_$program" || {
    echo "$program: no newer source package builds here, the distribution's is used"
    ln -sf "/usr/sbin/$program" "$programs/$program"
  }
done

unpack_exporter() (
  mkdir -p "$cache/source" && cd "$cache/source"
  for release in "${releases[@]}"; do
    rm -f prometheus-pgbouncer-exporter_*.deb
    own_apt "$release" download -q prometheus-pgbouncer-exporter && break
  done
  dpkg-deb -x prometheus-pgbouncer-exporter_*.deb exporter
  install -m 755 exporter/usr/bin/prometheus-pgbouncer-exporter "$programs/pgbouncer_exporter"
)
[ -x "$programs/pgbouncer_exporter" ] || unpack_exporter

printf '{"programs":"%s","venv":"%s"}\n' "$programs" "$cache/venv" >&3
