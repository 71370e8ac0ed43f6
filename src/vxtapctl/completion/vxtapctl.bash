# Completion of vxtapctl(8) and vxtapd(8) for bash(1). What follows each command is compared with the tool's
# grammar by tests/unit/vxtapctl/completion_test.cpp.

# Sets `words` to what may follow the command "$1" (as it is typed, "fdb show"): its sub-commands and options. The
# name of a positional in capitals stands for its values.
_vxtapctl_words() {
  case $1 in
    '') words='show fdb mdb stats drops top monitor capture explain path-mtu doctor reload check log version' ;;
    'show') words='VNI' ;;
    'fdb') words='show add append replace del flush' ;;
    'fdb show') words='--vni --mac --remote --state' ;;
    'fdb add') words='MAC --vni --remote --static --permanent --dynamic --sticky' ;;
    'fdb append') words='MAC --vni --remote --static --permanent --dynamic --sticky' ;;
    'fdb replace') words='MAC --vni --remote --static --permanent --dynamic --sticky' ;;
    'fdb del') words='MAC --vni --remote --static --permanent --dynamic --sticky' ;;
    'fdb flush') words='--vni --remote --state' ;;
    'mdb') words='show add del' ;;
    'mdb show') words='--vni' ;;
    'mdb add') words='GROUP --vni --remote' ;;
    'mdb del') words='GROUP --vni --remote' ;;
    'stats') words='--vni --watch' ;;
    'drops') words='--watch' ;;
    'top') words='' ;;
    'monitor') words='TOPIC' ;;
    'explain')
      words='--vni --from --frame --datagram --pcap --packet --src --dst --vlan --untagged --size --ip-src --ip-dst --tos'
      ;;
    'capture') words='--vni --side --drops --superframes --count --filter -w' ;;
    'path-mtu') words='REMOTE --vni' ;;
    'doctor') words='--all' ;;
    'reload') words='' ;;
    'check') words='FILE' ;;
    'log') words='LEVEL' ;;
    'version') words='' ;;
    *) return 1 ;;
  esac
}
_vxtapctl_general='-s --socket -j --json --timeout -h --help --version'
_vxtapd_options='--config --check --from-ip --user --no-sandbox --version -h --help'

# Each value of the member "$1" (a pattern) in what the daemon answers to the rest; nothing without a daemon.
_vxtapctl_ask() {
  local member=$1
  shift
  "$tool" ${socket:+-s "$socket"} --timeout 1s -j "$@" 2>/dev/null |
    grep -oE "\"$member\":(\"[^\"]*\"|[0-9]+)" | sed -E 's/^"[^"]*"://; s/"//g' | sort -u
}

# Prints the values of the option or positional "$1".
_vxtapctl_values() {
  case $1 in
    --vni | VNI) _vxtapctl_ask vni show ;;
    --mac | --src | --dst | MAC) _vxtapctl_ask mac fdb show ;;
    --from)
      echo tap
      _vxtapctl_ask dst fdb show
      ;;
    --remote | REMOTE) _vxtapctl_ask dst fdb show ;;
    GROUP) _vxtapctl_ask grp mdb show ;;
    --state) echo permanent static reachable ;;
    --side) echo tap underlay both ;;
    --timeout) echo 1s 5s 30s 1m ;;
    --watch) echo 1 2 5 10 60 ;;
    TOPIC) echo fdb drops segments config ;;
    LEVEL) echo trace debug info warn error ;;
  esac
}

# Whether the option "$1" is followed by a value.
_vxtapctl_takes_value() {
  case $1 in
    -s | --socket | --timeout | --vni | --mac | --remote | --state | --watch | \
      --from | --frame | --datagram | --pcap | --packet | --src | --dst | --vlan | --size | --ip-src | --ip-dst | \
      --tos | --side | --count | --filter | -w) return 0 ;;
    *) return 1 ;;
  esac
}

# Sets COMPREPLY to those of the words "$1" that go on from `current`. Readline replaces only what stands behind
# the last colon, which matters for MAC and IPv6 addresses.
_vxtapctl_reply() {
  COMPREPLY=()
  local word
  for word in $1; do
    if [[ $word == "$current"* ]]; then COMPREPLY+=("$word"); fi
  done
  if [[ $current == *:* && $COMP_WORDBREAKS == *:* ]]; then
    COMPREPLY=("${COMPREPLY[@]#"${current%"${current##*:}"}"}")
  fi
}

_vxtapctl_files() {
  COMPREPLY=()
  local file
  while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen -f -- "$current")
  compopt -o filenames 2>/dev/null
}

# The line up to the cursor, split at blanks: COMP_WORDS is split at colons as well. Sets `typed` and `current`.
_vxtapctl_split() {
  local line=${COMP_LINE:0:COMP_POINT}
  read -ra typed <<<"$line"
  current=
  if [[ $line != *[[:blank:]] ]]; then
    current=${typed[-1]}
    unset 'typed[-1]'
  fi
}

_vxtapctl() {
  local typed current words word command='' before='' socket='' tool index
  _vxtapctl_split
  tool=${typed[0]}
  for ((index = 1; index < ${#typed[@]}; index++)); do
    word=${typed[index]}
    if _vxtapctl_takes_value "$before"; then
      if [[ $before == -s || $before == --socket ]]; then socket=$word; fi
      before=
      continue
    fi
    before=$word
    if [[ $word != -* ]] && _vxtapctl_words "${command:+$command }$word"; then
      command=${command:+$command }$word
    fi
  done
  if [[ $current != -* ]] && _vxtapctl_takes_value "$before"; then
    if [[ $before == -s || $before == --socket ]]; then
      _vxtapctl_files
    else
      _vxtapctl_reply "$(_vxtapctl_values "$before")"
    fi
    return
  fi
  _vxtapctl_words "$command"
  local choices="$_vxtapctl_general"
  for word in $words; do
    case $word in
      FILE)
        if [[ $current != -* ]]; then
          _vxtapctl_files
          return
        fi
        ;;
      MAC) # what is to be added is not there yet
        if [[ $current != -* && $command != 'fdb add' ]]; then choices+=" $(_vxtapctl_values MAC)"; fi
        ;;
      [A-Z]*) if [[ $current != -* ]]; then choices+=" $(_vxtapctl_values "$word")"; fi ;;
      *) choices+=" $word" ;;
    esac
  done
  # Options are many; they are offered to those who begin one.
  if [[ $current != -* && " $choices" == *' '[!-]* ]]; then
    local some=
    for word in $choices; do
      if [[ $word != -* ]]; then some+=" $word"; fi
    done
    choices=$some
  fi
  _vxtapctl_reply "$choices"
}

_vxtapd() {
  local typed current
  _vxtapctl_split
  if [[ ${typed[-1]} == --config ]]; then
    _vxtapctl_files
  else
    _vxtapctl_reply "$_vxtapd_options"
  fi
}

complete -F _vxtapctl vxtapctl
complete -F _vxtapd vxtapd
