#!/usr/bin/env bash
# Installs what `bench -- retrieval --peers` compares with (Debian, Node 20 or newer, a C++ compiler for hnswlib).
set -euo pipefail
cd "$(dirname "$0")/../bench/Retrieval/peers"
apt-get install -y --no-install-recommends python3-faiss python3-numpy
npm ci --no-fund --no-audit

# Newer npm runs no install script that is not approved by name; package.json approves these two.
npm rebuild --no-fund --no-audit hnswlib-node usearch
