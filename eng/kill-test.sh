#!/usr/bin/env bash
# kill-test.sh [N]  - kills the retrieval service N times (default 50) under load and checks that nothing acknowledged is lost
set -euo pipefail
cd "$(dirname "$0")/.."
ICLMESH_KILLS=${1:-50} dotnet run -c Release --project tests/IclMesh.Retrieval.Tests -- \
  -class IclMesh.Retrieval.Tests.Durability.KillTests -showLiveOutput
