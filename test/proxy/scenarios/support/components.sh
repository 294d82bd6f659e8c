#!/usr/bin/env bash
# Brings the real components of the scenario suite to this machine (Debian, root) and prints where they are as JSON.
# PostgreSQL, etcd and dnsmasq are the distribution's. Patroni comes from PyPI. HAProxy and PgBouncer are built from
# source packages of Debian's next release, since the distribution's own are older than what the constructs ask for; where that
# does not work, the distribution's are taken, and the evidence says which ran. Everything is kept below XDG_CACHE_HOME.
set -euo pipefail
cache="${XDG_CACHE_HOME:-$HOME/.cache}/cdk8s-spilo/proxy"
mkdir -p "$cache/bin"
exec 3>&1 1>&2

missing=()
need() { command -v "$1" >/dev/null || [ -x "$1" ] || missing+=("$2"); }
need /usr/lib/postgresql/15/bin/initdb postgresql-15
need etcd etcd-server
need dnsmasq dnsmasq-base
need iptables iptables
need ip iproute2
need conntrack conntrack
need haproxy haproxy
need pgbouncer pgbouncer
need openssl openssl
/usr/bin/python3 -c "import ensurepip, venv" 2>/dev/null || missing+=(python3-venv)
build=(build-essential dpkg-dev pkg-config libevent-dev libc-ares-dev libpcre2-dev libssl-dev)
build_them=yes
[ -x "$cache/bin/haproxy" ] && [ -x "$cache/bin/pgbouncer" ] && build_them=no
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

# apt with lists of its own: the machine's list of packages stays as it is.
own_apt=(-o "Dir::Etc::sourcelist=$cache/apt/sources.list" -o Dir::Etc::sourceparts=/dev/null
  -o "Dir::State::lists=$cache/apt/lists" -o "Dir::Cache=$cache/apt/cache")
source_of() {
  mkdir -p "$cache/apt/lists/partial" "$cache/apt/cache/archives/partial" "$cache/source"
  if [ ! -e "$cache/apt/updated" ]; then
    site=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep -m1 -E '/debian/?$')
    echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $site trixie main" > "$cache/apt/sources.list"
    apt-get "${own_apt[@]}" update -q && touch "$cache/apt/updated"
  fi
  cd "$cache/source" && rm -rf "$1"-*/ && apt-get "${own_apt[@]}" source -q "$1" && cd "$1"-*/
}
build_haproxy() (
  source_of haproxy
  nice make -j2 TARGET=linux-glibc USE_OPENSSL=1 USE_PCRE2=1 USE_PROMEX=1
  install -m 755 haproxy "$cache/bin/haproxy"
)
build_pgbouncer() (
  source_of pgbouncer
  ./configure --without-pam --without-ldap --without-systemd
  nice make -j2 pgbouncer
  install -m 755 pgbouncer "$cache/bin/pgbouncer"
)
for program in haproxy pgbouncer; do
  [ -x "$cache/bin/$program" ] || "build_$program" || {
    echo "$program: the newer source package does not build here, the distribution's is used"
    ln -sf "/usr/sbin/$program" "$cache/bin/$program"
  }
done

printf '{"haproxy":"%s","pgbouncer":"%s","python":"%s","patroni":"%s"}\n' \
  "$cache/bin/haproxy" "$cache/bin/pgbouncer" "$cache/venv/bin/python" "$cache/venv/bin/patroni" >&3
