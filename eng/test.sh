#!/usr/bin/env bash
# Installs what the tests need, builds everything and runs every test. Further arguments go to `dotnet test`.
set -euo pipefail
cd "$(dirname "$0")/.."
eng/install-tools.sh
dotnet build -c Release --nologo -v quiet -clp:ErrorsOnly
dotnet test -c Release --no-build --report-trx --results-directory artifacts/tests "$@"
