#!/usr/bin/env bash
# Installs what `bench -- engine --peers` compares with: PyTorch with OpenBLAS (Debian) and llama.cpp through node-llama-cpp (npm).
# usage: eng/engine-peers.sh [FOLDER]    (default artifacts/engine-peers)
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
folder=${1:-$root/artifacts/engine-peers}
apt-get update -q
# A Node.js that is there already is kept.
command -v npm > /dev/null || DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends nodejs npm
DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends python3-torch python3-numpy libopenblas0-pthread util-linux
mkdir -p "$folder"
cd "$folder"
printf '{"name":"engine-peers","private":true,"type":"module","dependencies":{"node-llama-cpp":"3.22.1","@node-llama-cpp/linux-x64":"3.22.1"}}\n' > package.json
# Without install scripts nothing is downloaded or built; without optional packages the other platforms stay away.
npm install --ignore-scripts --omit=optional --no-fund --no-audit --silent
