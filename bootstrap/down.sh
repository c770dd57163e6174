#!/usr/bin/env bash
# down.sh STACK: stop and remove what make up made; people's volumes only with WITH_DATA=1.
source "$(dirname "$0")/lib.sh"
cd "$root"
stack=$1
[[ -f $state/env ]] || fail "Nothing to stop: make up has not run in this checkout."
# shellcheck source=/dev/null
source "$state/env"

if ! docker version >/dev/null 2>&1; then
    fail "No Docker Engine answers, so nothing can be removed: start it (make up does) and run this again."
fi
prefix=$(prefix_of "$stack")
docker stop "$prefix-hub" >/dev/null 2>&1 || true # nobody starts a server meanwhile
mapfile -t notebooks < <(docker ps --all --quiet --filter label=jupyterhub.part=notebook --filter "label=pulumi.stack=$stack" --filter "name=^$prefix-notebook-")
if ((${#notebooks[@]})); then
    # First, since the network cannot go while they are on it, and Pulumi does not know them.
    docker rm --force "${notebooks[@]}" >/dev/null
    step "Notebooks" "${#notebooks[@]} stopped"
fi
pulumi destroy --yes --skip-preview --stack "$stack"

mapfile -t homes < <(docker volume ls --quiet --filter label=jupyterhub.part=home --filter "label=pulumi.stack=$stack" --filter "name=^$prefix-home-")
if ((${#homes[@]})) && [[ ${WITH_DATA:-0} == 1 ]]; then
    docker volume rm "${homes[@]}" >/dev/null
    step "People's files" "${#homes[@]} volumes removed"
elif ((${#homes[@]})); then
    step "People's files" "kept: ${homes[*]} (WITH_DATA=1 make down removes them)"
fi

# The engine is stopped only if make up started it and nobody else has containers on it.
if engine=$(cat "$state/dockerd.pid" 2>/dev/null) && [[ $(cat "/proc/$engine/comm" 2>/dev/null) == dockerd ]] &&
    [[ -z $(docker ps --all --quiet) ]]; then
    kill "$engine"
    timeout 30 tail --pid="$engine" -f /dev/null
    rm "$state/dockerd.pid"
    step "Docker Engine" "stopped, as make up had started it"
fi
