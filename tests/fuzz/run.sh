#!/usr/bin/env bash
# run.sh BUILD_DIRECTORY NAME SECONDS: one fuzzer, from its corpus. What it finds worth keeping goes to found/NAME of
# the build directory, an input that fails to failed/NAME-*.
set -euo pipefail

build=$1 name=$2 seconds=$3
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
log=$build/fuzz-$name.log
found=$build/found/$name
mkdir -p "$found" "$build/failed" "$here/corpus/$name"

options=(-max_total_time="$seconds" -timeout=5 -rss_limit_mb=512 -max_len=8192 -print_final_stats=1
  -artifact_prefix="$build/failed/$name-")
dictionary=$here/dictionaries/$name.dict
if [[ -f $dictionary ]]; then options+=(-dict="$dictionary"); fi

# A program this small gains nothing from the memory that AddressSanitizer keeps back by default.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}quarantine_size_mb=32
status=0
"$build/bin/fuzz_$name" "${options[@]}" "$found" "$here/corpus/$name" >"$log" 2>&1 || status=$?
if ((status != 0)); then
  tail -n 60 "$log"
  exit "$status"
fi
executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
covered=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
echo "$name: $executions executions in $seconds s, $covered edges reached"
