#!/usr/bin/env bash
# proto.sh check    lints protos/ and refuses changes that break the released API
# proto.sh release  records the present protos as the released API
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
tool=$root/eng/node/node_modules/@bufbuild/buf-linux-x64/bin/buf
[ -x "$tool" ] || npm ci --prefix "$root/eng/node" --ignore-scripts --no-fund --no-audit --silent
buf() { "$tool" "$@"; }

# google/rpc and google/api come with a NuGet package; buf wants every module inside one workspace.
packages=${NUGET_PACKAGES:-$HOME/.nuget/packages}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$root/protos" "$work/protos"
cp -r "$packages/google.api.commonprotos/2.17.0/content/protos" "$work/google"
rm "$work/protos/buf.yaml"
cat > "$work/buf.yaml" <<YAML
version: v2
modules:
  - path: protos
$(sed -n '/^lint:/,$p' "$root/protos/buf.yaml" | sed 's/^/    /')
  - path: google
    lint:
      ignore: [google]
YAML
cd "$work"
case ${1:-check} in
check)
  buf lint
  if [ -f "$root/protos/released.binpb" ]; then
    buf build --path protos/iclmesh -o "$work/current.binpb"
    buf breaking "$work/current.binpb" --against "$root/protos/released.binpb"
  fi
  echo "protos: lint and compatibility checks passed" ;;
release)
  buf build --path protos/iclmesh --exclude-source-info -o "$root/protos/released.binpb" ;;
*)
  echo "usage: proto.sh check|release" >&2
  exit 2 ;;
esac
