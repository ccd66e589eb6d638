#!/usr/bin/env bash
# Soaks the inference service: four clients mix Score, Embed, Generate, Capture and cancellation; every answer is compared with the serial one.
# usage: eng/soak.sh --model FILE [--encoder NAME] [--minutes 20]    (ICLMESH_MODELS names folders of models)
set -euo pipefail
cd "$(dirname "$0")/soak"
exec dotnet run -c Release -- "$@"
