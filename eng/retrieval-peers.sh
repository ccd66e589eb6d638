#!/usr/bin/env bash
# Installs what `bench -- retrieval --peers` compares with: FAISS (Debian), and USearch, hnswlib, LanceDB and sqlite-vec (npm).
# usage: eng/retrieval-peers.sh [FOLDER]    (default artifacts/retrieval-peers)
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
folder=${1:-$root/artifacts/retrieval-peers}
apt-get update -q
# hnswlib is compiled here, so it needs a compiler. A Node.js that is there already is kept.
command -v npm > /dev/null || DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends nodejs npm
DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends python3-faiss python3-numpy g++ make
mkdir -p "$folder"
cd "$folder"
printf '{"name":"retrieval-peers","private":true,"type":"module","dependencies":{"usearch":"2.26.2","hnswlib-node":"3.0.0","@lancedb/lancedb":"0.39.0","sqlite-vec":"0.1.9"}}\n' > package.json
npm install --no-fund --no-audit --silent
