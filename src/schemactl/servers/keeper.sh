#!/bin/sh
# Keeps one Postgres: copies its cluster, starts and stops it on command, and, when standard input ends because schemactl
# closed it or died, stops it at once and removes every trace. Usage: keeper.sh RUN_DIRECTORY CLUSTER POSTGRES ARGUMENT…
# Commands, one a line: `start PORT`, `stop SIGNAL`. Each is answered with a line once it is done.
run=$1 cluster=$2 postgres=$3
shift 3
exec 2>>"$run/log"

start() {
  "$postgres" -D "$run/data" "$@" >>"$run/log" </dev/null &
  pid=$!
}

stop() {
  [ -n "$pid" ] && kill -"$1" "$pid" && wait "$pid"
  pid=
}

pid=
if [ -z "$cluster" ] || { cp -R "$cluster" "$run/data" && chmod 700 "$run/data"; }; then
  while read -r command argument; do
    case $command in
      start) start "$@" -p "$argument" && echo "started $pid" ;;
      stop) stop "$argument"; echo stopped ;;
    esac
  done
fi
stop QUIT
cd / && rm -rf "$run"
