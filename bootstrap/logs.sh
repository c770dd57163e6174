#!/usr/bin/env bash
# logs.sh STACK: follow the logs of all containers of a stack, each line with its container's name.
source "$(dirname "$0")/lib.sh"
cd "$root"
[[ -f $state/env ]] || fail "Nothing runs: make up has not run in this checkout."
# shellcheck source=/dev/null
source "$state/env"
read_stack "$1"
prefix+=-

mapfile -t containers < <(docker ps --all --format '{{.Names}}' --filter "name=^$prefix" --filter name=^firewall-container- --filter "label=pulumi.stack=$1")
((${#containers[@]})) || fail "Stack $1 has no containers: make up starts it."
trap 'trap - TERM; kill 0' INT TERM # without the reset it would trap its own signal
for container in "${containers[@]}"; do
    docker logs --follow --tail 50 "$container" 2>&1 | sed -u "s/^/${container#"$prefix"} | /" &
done
wait
