# shellcheck shell=bash
# What the scripts beside it check with. Sourced.

failed=0

say() { printf '==> %s\n' "$*"; }

# check WHAT COMMAND...: whether it succeeds. What a failed one printed is shown.
check() {
  local what=$1 output
  if output=$("${@:2}" 2>&1); then
    printf 'ok      %s\n' "$what"
  else
    printf 'FAILED  %s: %s\n%s\n' "$what" "${*:2}" "$output"
    failed=1
  fi
}

not() { ! "$@"; }

# nothing COMMAND...: succeeds and prints nothing at all.
nothing() {
  local output
  output=$("$@" 2>&1) && [[ -z $output ]] && return
  printf '%s\n' "$output"
  return 1
}

# same EXPECTED ACTUAL
same() { [[ $1 == "$2" ]] || { printf 'expected: %s\nis:       %s\n' "$1" "$2"; return 1; }; }

# eventually COMMAND...: within ten seconds.
eventually() {
  local _
  for _ in {1..100}; do
    "$@" >/dev/null 2>&1 && return
    sleep 0.1
  done
  printf 'still false: %s\n' "$*"
  return 1
}

finish() {
  ((failed == 0)) || say "something failed"
  exit "$failed"
}
