#!/usr/bin/env bash
# Installs what the tests and checks need and the .NET SDK does not bring. Safe to run again; says what it cannot install.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

debian() { # debian COMMAND-OR-FILE PACKAGE...: installs packages unless the command or file is there
  local probe=$1; shift
  if command -v "$probe" >/dev/null 2>&1 || [ -e "$probe" ]; then return; fi
  if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
    echo "missing: $* (install them, or run as root on Debian); the tests that need them are skipped" >&2
    return
  fi
  [ -n "${updated:-}" ] || { apt-get update -q >/dev/null; updated=1; }
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >/dev/null
}

debian node nodejs npm
debian kubectl kubernetes-client
debian /usr/bin/python3 python3
debian grpc_python_plugin protobuf-compiler protobuf-compiler-grpc
debian /usr/lib/python3/dist-packages/grpc python3-grpcio python3-protobuf

# The real PostgreSQL with pgvector that the store's conformance suite runs against, in a root of its own.
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  "$root/eng/pgvector.sh" install >/dev/null
else
  echo "missing: PostgreSQL with pgvector (needs root on Debian); the tests that need it are skipped" >&2
fi

for folder in "$root/eng/node" "$root/samples/node"; do
  [ -d "$folder/node_modules" ] || npm ci --prefix "$folder" --ignore-scripts --no-fund --no-audit --silent
done
