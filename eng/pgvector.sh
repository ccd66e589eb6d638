#!/usr/bin/env bash
# pgvector.sh install|up|down  - PostgreSQL 17 with pgvector on 127.0.0.1:$PGV_PORT, in a root of its own; needs Debian and root.
# `up` prints the connection string. Durability is off: the server serves tests and measurements.
set -euo pipefail
root=${PGV_ROOT:-/var/cache/iclmesh/pg17}
port=${PGV_PORT:-55432}
bin=/usr/lib/postgresql/17/bin
data=/tmp/pgdata-$port # inside $root

inroot() { chroot --userspec=postgres:postgres "$root" env -i PATH=/usr/bin:/bin:$bin LC_ALL=C.UTF-8 HOME=/tmp "$@"; }

case ${1:-} in
install)
  if [ -x "$root$bin/postgres" ] && [ -f "$root/usr/share/postgresql/17/extension/vector.control" ]; then exit 0; fi
  if ! command -v mmdebstrap > /dev/null; then
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends mmdebstrap
  fi
  # The mirror is the one that this machine is configured for.
  mirror=$(awk '/^URIs:/ { print $2; exit }' /etc/apt/sources.list.d/debian.sources)
  mkdir -p "$(dirname "$root")"
  rm -rf "$root.tmp" "$root"
  mmdebstrap --variant=essential --mode=root --include=postgresql-17-pgvector \
    --aptopt='APT::Install-Recommends "false"' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
    trixie "$root.tmp" "$mirror"
  mv "$root.tmp" "$root"
  ;;
up)
  [ -x "$root$bin/postgres" ] || { echo "not installed: run eng/pgvector.sh install" >&2; exit 1; }
  # Test projects run side by side: one of them starts the server, the others wait for it.
  exec 9> "$root.lock"
  flock 9
  if ! inroot $bin/pg_ctl -D "$data" status > /dev/null 2>&1; then
    rm -rf "${root:?}$data"
    inroot $bin/initdb -D "$data" -U postgres --auth=trust --no-sync -E UTF8 --locale=C.UTF-8 > /dev/null
    # Shared memory by mmap: the root has no /dev/shm.
    inroot $bin/pg_ctl -D "$data" -w -t 60 -l "$data/log" -o "-p $port -h 127.0.0.1 -k /tmp -c fsync=off -c full_page_writes=off \
      -c synchronous_commit=off -c dynamic_shared_memory_type=mmap -c max_connections=100" start > /dev/null 9>&-
  fi
  echo "Host=127.0.0.1;Port=$port;Username=postgres;Database=postgres"
  ;;
down)
  inroot $bin/pg_ctl -D "$data" -m fast -w stop > /dev/null || true
  rm -rf "${root:?}$data"
  ;;
*)
  echo "usage: pgvector.sh install|up|down" >&2
  exit 2
  ;;
esac
