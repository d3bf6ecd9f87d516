#!/usr/bin/env bash
# Runs the generator in the background: init builds it, start starts it, stop stops it.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/.." && pwd)"
state="$root/.data/generator"
program="${ArtifactsPath:-$root/artifacts}/bin/DaprTrading.Generator/release/DaprTrading.Generator.dll"

usage() {
  cat <<TEXT
usage: generator/manager.sh init|start|stop|status [generator options]

  init    build the generator
  start   start it in the background; options are passed on, e.g. start --rate 100 --symbols 20
  stop    stop it
  status  say whether it runs

Options of the generator: dotnet "$program" --help
TEXT
}

running_pid() {
  local pid
  [ -f "$state/pid" ] || return 1
  pid="$(cat "$state/pid")"
  # The number may belong to another process by now.
  ps -p "$pid" -o args= 2>/dev/null | grep -q DaprTrading.Generator || return 1
  printf '%s\n' "$pid"
}

init() {
  dotnet build "$here" --configuration Release --verbosity quiet --nologo
}

start() {
  local pid
  if pid="$(running_pid)"; then
    echo "The generator runs already (process $pid)."
    return 0
  fi
  [ -f "$program" ] || init
  mkdir -p "$state"
  nohup dotnet "$program" "$@" >"$state/generator.log" 2>&1 &
  echo "$!" >"$state/pid"
  echo "Started (process $!); its output is in .data/generator/generator.log"
}

stop() {
  local pid
  if ! pid="$(running_pid)"; then
    echo "The generator does not run."
    return 0
  fi
  kill -TERM "$pid"
  for _ in $(seq 50); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL "$pid" 2>/dev/null || true
  rm -f "$state/pid"
  echo "Stopped."
}

status() {
  local pid
  if pid="$(running_pid)"; then
    echo "Runs (process $pid)."
    tail -n 1 "$state/generator.log"
  else
    echo "Does not run."
    return 1
  fi
}

main() {
  local verb="${1:-}"
  [ "$#" -gt 0 ] && shift
  case "$verb" in
    init | stop | status) "$verb" ;;
    start) start "$@" ;;
    -h | --help | help) usage ;;
    *) usage >&2; exit 2 ;;
  esac
}

main "$@"
