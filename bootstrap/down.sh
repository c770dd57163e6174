#!/usr/bin/env bash
# down.sh STACK: stop and remove what make up made; volumes with data only with WITH_DATA=1.
source "$(dirname "$0")/lib.sh"
cd "$root"
stack=$1
[[ -f $state/env ]] || fail "Nothing to stop: make up has not run in this checkout."
# shellcheck source=/dev/null
source "$state/env"
umask 077 # as the state is written
pulumi stack --show-name --stack "$stack" >/dev/null # says so if there is none
read_stack "$stack"

if ! docker version >/dev/null; then
    fail "No Docker Engine answers${engine_address:+ at $engine_address}, so nothing can be removed: start it and run this again."
fi
# Before anybody's server ends: whether Pulumi can do its part. A preview would not see a stack that
# is locked.
step "Looking" "at what there is to remove"
if ! told=$(pulumi refresh --yes --skip-preview --stack "$stack" 2>&1); then
    printf '%s\n' "$told" >&2
    fail "Pulumi cannot remove the stack $stack, as it says above. Nothing was stopped or removed."
fi
docker stop "$prefix-hub" >/dev/null 2>&1 || true # nobody starts a server meanwhile
mapfile -t notebooks < <(docker ps --all --quiet --filter label=jupyterhub.part=notebook --filter "label=pulumi.stack=$stack" --filter "name=^$prefix-notebook-")
wait "$!" # for docker, whose failure mapfile does not see
if ((${#notebooks[@]})); then
    # First, since the network cannot go while they are on it, and Pulumi does not know them.
    # Servers end their kernels; containers remove themselves, too, so that some may be gone.
    docker stop "${notebooks[@]}" >/dev/null 2>&1 || true
    docker rm --force "${notebooks[@]}" >/dev/null 2>&1 || true
    step "Notebooks" "${#notebooks[@]} stopped"
fi
pulumi destroy --yes --skip-preview --stack "$stack"

# Of the services and of people.
mapfile -t volumes < <(docker volume ls --quiet --filter "label=pulumi.stack=$stack" --filter "name=^$prefix-([a-z]+-data$|home-)")
wait "$!"
if ((${#volumes[@]})) && [[ ${WITH_DATA:-0} == 1 ]]; then
    docker volume rm "${volumes[@]}" >/dev/null
    step "Data" "${#volumes[@]} volumes removed"
    volumes=()
fi

# This machine's engine is stopped only if make up started it and nobody else has containers on it.
if [[ -z $engine_address ]] && daemon=$(cat "$state/dockerd.pid" 2>/dev/null) &&
    [[ $(cat "/proc/$daemon/comm" 2>/dev/null) == dockerd ]] && [[ -z $(docker ps --all --quiet) ]]; then
    kill "$daemon"
    timeout 30 tail --pid="$daemon" -f /dev/null
    rm "$state/dockerd.pid"
    step "Docker Engine" "stopped, as make up had started it"
fi
((${#volumes[@]} == 0)) ||
    step "Data" "kept in ${volumes[*]} (WITH_DATA=1 make down STACK=$stack removes them)"
