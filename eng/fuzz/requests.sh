#!/usr/bin/env bash
# Sends random requests to every RPC of the four services, which run as processes of their own with the embedded models.
# Prints how the calls ended, and the memory of every service before and after; exit 1 where a call ended INTERNAL or UNKNOWN or a service died.
# usage: eng/fuzz/requests.sh [COUNT [SEED]]    (default 200000 1)
#        eng/fuzz/requests.sh hostile [SECONDS]  64 hostile callers beside an honest one (default 40)
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build -c Release --nologo -v quiet -clp:ErrorsOnly eng/requests
for host in services/inference/IclMesh.Inference services/retrieval/IclMesh.Retrieval services/kernel/IclMesh.Kernel gateway/IclMesh.Gateway; do
  dotnet build -c Release --nologo -v quiet -clp:ErrorsOnly "$host"
done
exec dotnet run --no-build -c Release --project eng/requests -- "$PWD" "$@"
