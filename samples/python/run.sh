#!/usr/bin/env bash
# run.sh GATEWAY COLLECTION MODEL ENCODER LABELS TEXT  - generates the stubs and runs predict.py
# Needs python3 with grpcio and protobuf, protoc and its Python gRPC plugin (Debian: python3-grpcio protobuf-compiler-grpc).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
stubs=$(mktemp -d)
trap 'rm -rf "$stubs"' EXIT
packages=${NUGET_PACKAGES:-$HOME/.nuget/packages}
google=$packages/google.api.commonprotos/2.17.0/content/protos
protoc -I"$root/protos" -I"$google" -I"$packages/grpc.tools/2.85.0/build/native/include" \
  --python_out="$stubs" --grpc_python_out="$stubs" --plugin=protoc-gen-grpc_python="$(command -v grpc_python_plugin)" \
  $(cd "$root/protos" && find iclmesh -name '*.proto') google/rpc/status.proto google/api/annotations.proto google/api/http.proto
# google.rpc and google.api come as stubs of their own; only the well-known types are part of the protobuf package.
PYTHONPATH=$stubs ${PYTHON:-/usr/bin/python3} "$here/predict.py" "$@"
