#!/usr/bin/env bash
# Installs what `bench -- kernel --peers` compares with (Debian).
set -euo pipefail
apt-get update -q
DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends python3-numpy python3-scipy python3-sklearn python3-statsmodels libopenblas0-pthread
