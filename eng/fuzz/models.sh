#!/usr/bin/env bash
# Changes one thing in each of some model folders, loads what comes of it and scores a prompt: the same numbers, the right other ones, or a refusal by name.
# Other numbers are compared with those of reference.py (needs python3 with numpy).
# usage: eng/fuzz/models.sh GOLDEN-FOLDER    (the folder that holds tiny-llama, tiny-gpt2, ... and tiny-llama-gguf)
set -euo pipefail
golden=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
others=$(mktemp -d)
trap 'rm -rf "$others"' EXIT
dotnet run -c Release --project "$here" -- models "$others" "$golden"/tiny-{llama,llama3,qwen2,qwen3,gpt2,gptj,gpt-neox,bert} "$golden"/tiny-llama-gguf/{F16,Q8_0}.gguf
python3 "$here/reference.py" "$others"
