# What every bed needs: packages, ports, processes. Sourced by the scripts of a bed, which set BED first.
# shellcheck shell=bash
set -euo pipefail
REAL=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
HOME=${HOME:-/root}
CACHE=${BAYVIEW_REAL:-$HOME/.cache/bayview-real}/beds # things made once: programs, virtual environments
RUN=$CACHE/run/$BED                                   # state, logs and pid files of this bed
BEGAN=$(date +%s%N)
mkdir -p "$RUN/pid" "$RUN/log"
chmod 700 "$RUN"
exec </dev/null # nothing here asks anything
# A proxy may fetch packages; no call to a bed may ever go through it.
export NO_PROXY="${NO_PROXY:-${no_proxy:-}${no_proxy:+,}}${NO_PROXY:+,}127.0.0.1,localhost"
export no_proxy=$NO_PROXY PYTHONDONTWRITEBYTECODE=1
unproxied() { unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY; }

say() {
  local tenths=$((($(date +%s%N) - BEGAN) / 100000000))
  printf '%-10s %3d.%d s  %s\n' "$BED" $((tenths / 10)) $((tenths % 10)) "$*" >&2
}
die() { say "FAILED: $*"; exit 1; }
trap 'say "FAILED: line $LINENO of $0: $BASH_COMMAND"' ERR
# quietly LOG COMMAND…: its output goes to a log, whose end is shown when it fails.
quietly() {
  local name=$1 log=$RUN/log/$1.log; shift
  "$@" >>"$log" 2>&1 || { tail -n 15 "$log" >&2; die "$name: see $log"; }
}

# shellcheck source=/dev/null
. "$REAL/../../packaging/needs" # as_root, install_packages
# Packages, by the program's own installer; their services are kept from starting, now and at the next boot.
absent() { # the packages of a list that are not wholly installed
  local package
  for package; do [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null)" = "ii " ] || echo "$package"; done
}
install() {
  command -v apt-get >/dev/null || die "needs Debian's packages: $*"
  local missing policy=/usr/sbin/policy-rc.d made='' failed='' package
  mapfile -t missing < <(absent "$@")
  [ ${#missing[@]} = 0 ] && return 0
  if [ ! -e $policy ]; then
    made=1
    printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
    as_root chmod +x $policy
  fi
  install_packages "${missing[@]}" || failed=1
  # What an earlier, interrupted installation left unpacked.
  [ -z "$failed" ] && [ -n "$(absent "${missing[@]}")" ] && as_root env DEBIAN_FRONTEND=noninteractive dpkg --configure -a >/dev/null
  [ -z "$made" ] || as_root rm -f $policy
  [ -z "$failed$(absent "${missing[@]}")" ] || die "could not install ${missing[*]}"
  if [ -d /run/systemd/system ]; then
    for package in "${missing[@]}" epmd etcd; do as_root systemctl disable -q --now "$package.service" "$package.socket" 2>/dev/null || true; done
  fi
  say "installed ${missing[*]}"
}

# Processes. A pid file holds the pid and when it began, so that a number that was given away again is never killed.
born() { sed -n 's/.*) \([^Z]\)/\1/p' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; } # nothing for one that only waits to be reaped
alive() {
  local pid at
  [ -s "$RUN/pid/$1" ] && read -r pid at <"$RUN/pid/$1" && [ -n "$at" ] && [ "$(born "$pid")" = "$at" ]
}
# start NAME COMMAND…: in a session of its own; nothing to do when it is there.
start() {
  local name=$1 pid; shift
  alive "$name" && return 0
  setsid "$@" >>"$RUN/log/$name.log" 2>&1 9>&- &
  pid=$!
  echo "$pid $(born $pid)" >"$RUN/pid/$name"
}
# stop NAME…: asks all of them, waits up to 5 s, then ends what is left of their sessions.
stop() {
  local name pid at end=$((SECONDS + 5))
  for name; do alive "$name" && read -r pid at <"$RUN/pid/$name" && kill -TERM "$pid" 2>/dev/null; done
  for name; do
    while alive "$name" && [ $SECONDS -lt $end ]; do sleep 0.1; done
    if alive "$name"; then
      read -r pid at <"$RUN/pid/$name"
      kill -KILL -- "-$pid" 2>/dev/null
    fi
    rm -f "$RUN/pid/$name"
  done
  return 0
}
stop_all() {
  local names; mapfile -t names < <(ls -t "$RUN/pid") # the newest first: a service before what it stands on
  stop "${names[@]}"
}
listens() { [ -n "$(ss -Hltn "sport = :$1")" ]; }
# claim NAME PORT…: a port that something else holds is an error with the holder's name.
claim() {
  local name=$1 port holder; shift
  alive "$name" && return 0
  for port; do
    listens "$port" || continue
    holder=$(ss -Hltnp "sport = :$port" | grep -om1 'users:.*' || true)
    die "port $port, wanted for $name, is held by ${holder:-a process of another user}"
  done
}
# until_true SECONDS NAME COMMAND…: waits for a condition as long as the process NAME lives.
until_true() {
  local end=$((SECONDS + $1)) name=$2; shift 2
  until "$@" >/dev/null 2>&1; do
    alive "$name" || { tail -n 8 "$RUN/log/$name.log" >&2; die "$name ended: see $RUN/log/$name.log"; }
    [ $SECONDS -lt $end ] || { tail -n 8 "$RUN/log/$name.log" >&2; die "$name is not ready in time: see $RUN/log/$name.log"; }
    sleep 0.1
  done
}
# One `up` or `down` of a bed at a time.
exec 9>"$RUN/.busy"
command -v flock >/dev/null && { flock -w 600 9 || die "another start or stop of this bed does not end"; }
