#!/usr/bin/env bash
# logs.sh STACK: follow the logs of all containers of a stack, each line with its container's name.
source "$(dirname "$0")/lib.sh"
prefix=jupyterhub-$1-

mapfile -t containers < <(docker ps --all --format '{{.Names}}' \
    --filter label=pulumi.project=jupyterhub --filter "label=pulumi.stack=$1")
((${#containers[@]})) || fail "Stack $1 has no containers: make up starts it."
trap 'kill 0' INT TERM
for container in "${containers[@]}"; do
    docker logs --follow --tail 50 "$container" 2>&1 | sed -u "s/^/${container#"$prefix"} | /" &
done
wait
