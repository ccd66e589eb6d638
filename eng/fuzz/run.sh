#!/usr/bin/env bash
# Fuzzes one reader with AFL++ over instrumented code (SharpFuzz). Findings stay in artifacts/fuzz/TARGET.
# usage: eng/fuzz/run.sh gguf|safetensors|tokenizer|config|onnx|chat SECONDS SEED-FOLDER
set -euo pipefail
target=$1; seconds=$2; seeds=$(realpath "$3")
here=$(cd "$(dirname "$0")" && pwd)
work=${FUZZ_WORK:-$here/../../artifacts/fuzz}/$target
command -v afl-fuzz >/dev/null || { apt-get update -q; DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends afl++; }
tools=${FUZZ_TOOLS:-$work/tools}
[ -x "$tools/sharpfuzz" ] || dotnet tool install --tool-path "$tools" SharpFuzz.CommandLine
mkdir -p "$work"
if [ ! -f "$work/bin/instrumented" ]; then
  dotnet publish "$here" -c Release -v quiet -o "$work/bin"
  for part in Text ModelFiles Core Engine; do "$tools/sharpfuzz" "$work/bin/IclMesh.Inference.$part.dll"; done
  touch "$work/bin/instrumented"
fi
export AFL_SKIP_BIN_CHECK=1 AFL_NO_AFFINITY=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_UI=1
afl-fuzz -i "$seeds" -o "$work/out" -t 10000 -m none -V "$seconds" -- dotnet "$work/bin/IclMesh.Fuzz.dll" "$target" >"$work/log" 2>&1 || { tail -20 "$work/log"; exit 1; }
grep -E 'execs_done|execs_per_sec|corpus_count|saved_crashes|saved_hangs|edges_found' "$work/out/default/fuzzer_stats"
