# shellcheck shell=bash
# Sourced by every script here: where things are, and how progress is told.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
state=$root/.state # this checkout's own; ignored by git
cache=${XDG_CACHE_HOME:-$HOME/.cache}/jupyterhub-pulumi # shared by checkouts; keyed by content
export JUPYTERHUB_STARTED=${JUPYTERHUB_STARTED:-$EPOCHSECONDS} # labctl counts on from it
mkdir -p "$state" "$cache"
# The state of dev is in it, whose passphrase everybody knows.
[[ ! -O $state ]] || chmod 700 "$state"

# step WHAT DETAIL…: one line, with the seconds since the script began.
step() {
    printf '[%3d s] %-25s %s\n' "$((EPOCHSECONDS - JUPYTERHUB_STARTED))" "$1" "${*:2}"
}

fail() {
    printf '\n%s\n' "$*" >&2
    exit 1
}

# logged WHAT COMMAND…: run a long command with its output in a log file; say every 15 s what it
# is at, and show the log's end if it fails.
logged() {
    local what=$1 log=$state/logs/${1// /-}.log child last
    shift
    mkdir -p "$state/logs"
    set -m # a process group of its own, so that an interrupt ends all of it
    "$@" >"$log" 2>&1 </dev/null &
    child=$!
    set +m
    trap 'kill -- "-$child" 2>/dev/null; exit 130' INT TERM
    while kill -0 "$child" 2>/dev/null; do
        # Returns early, as soon as the command ends; --foreground, as an interrupt is for it, too.
        timeout --foreground 15 tail --pid="$child" -f /dev/null || true
        if kill -0 "$child" 2>/dev/null; then
            last=$(tail -n 1 "$log" | tr -d '\r' | cut -c1-90)
            step "$what" "… $last"
        fi
    done
    trap - INT TERM
    wait "$child" || {
        tail -n 30 "$log" >&2
        fail "$what failed; the whole log is $log"
    }
}

# update_lists: apt-get update, once a machine's own upgrades, which hold the lock for minutes after
# its start, let go of it: apt waits for other locks only.
update_lists() {
    local end=$((SECONDS + 300)) told
    until told=$(LC_ALL=C apt-get update 2>&1 >&3); do
        printf '%s\n' "$told"
        [[ $told == *"Could not get lock"* ]] && ((SECONDS < end)) || return 1
        sleep 1
    done 3>&1
}

# install REASON PACKAGE…: install Debian or Ubuntu packages, which takes root.
install() {
    local reason=$1
    shift
    command -v apt-get >/dev/null || fail "$reason, and this is not Debian or Ubuntu: install $* yourself, then run this again."
    [[ $(id -u) -eq 0 ]] || fail "$reason. Run this once: sudo apt-get install $*"
    logged "apt-get update" update_lists
    logged "apt-get install" env DEBIAN_FRONTEND=noninteractive \
        apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@"
}

# What docker is told and Pulumi is not, which would take a context in place of docker.host. With it
# docker looks where Pulumi does: at DOCKER_HOST, or /var/run/docker.sock.
engine=(DOCKER_CONTEXT=default)
# shellcheck disable=SC2034 # down.sh reads it
engine_address=${DOCKER_HOST:-} # as somebody has named it; empty for this machine's usual one

# on_engine COMMAND…: run a program that asks the engine.
on_engine() {
    env "${engine[@]}" "$@"
}

docker() {
    on_engine docker "$@"
}

# read_stack STACK: take what its file says into these variables; from here on, docker means the
# engine that docker.host names.
# shellcheck disable=SC2034 # the scripts that source this file read them
project='' prefix='' root_image='' platform=''
read_stack() {
    local settings engine_host='' engine_certificates=''
    settings=$("$root/.venv/bin/python" "$root/bootstrap/settings.py" "$1") || exit 1
    eval "$settings"
    # The shell's TLS is for another engine, or for none: hubconfig/surroundings.py. Scripts that are
    # run by on_engine have that of the stack in their environment.
    engine=(-u DOCKER_TLS_VERIFY -u DOCKER_CERT_PATH "${engine[@]}")
    if [[ $engine_host ]]; then
        # shellcheck disable=SC2034 # down.sh reads it
        engine_address=$engine_host
        engine+=("DOCKER_HOST=$engine_host")
    fi
    if [[ $engine_certificates ]]; then
        engine+=(DOCKER_TLS_VERIFY=1 "DOCKER_CERT_PATH=$engine_certificates")
    fi
}

# reachable URL: whether it answers within seconds; OFFLINE=1 says no without asking.
reachable() {
    [[ ${OFFLINE:-0} != 1 ]] && curl -fsSL --connect-timeout 3 --max-time 10 -r 0-0 -o /dev/null "$1" 2>/dev/null
}
