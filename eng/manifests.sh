#!/usr/bin/env bash
# Renders every overlay; the tests check the result strictly.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p artifacts/manifests
for overlay in k8s/base k8s/overlays/*/; do
  overlay=${overlay%/}
  kubectl kustomize "$overlay" > "artifacts/manifests/$(basename "$overlay").yaml"
done
