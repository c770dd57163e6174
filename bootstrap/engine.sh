#!/usr/bin/env bash
# A Docker Engine that answers. One that runs is used as it is, whatever its configuration.
source "$(dirname "$0")/lib.sh"

answers() {
    docker version --format '{{.Server.Version}}' 2>/dev/null
}

if version=$(answers); then
    step "Docker Engine" "$version answers"
    exit
fi
if [[ ${DOCKER_HOST:-} ]]; then # somebody's choice, on this machine or another: theirs to start
    type -P docker >/dev/null || fail "The docker command is needed for the engine at $DOCKER_HOST: install it (on Debian and Ubuntu, docker-cli or docker.io)."
    docker version >/dev/null || true # its words on why
    fail "No Docker Engine answers at $DOCKER_HOST: start it, or change the stack's docker.host or DOCKER_HOST."
fi
[[ $(id -u) -eq 0 ]] || fail "No Docker Engine answers. Start it, or add yourself to its group (sudo usermod -aG docker $(id -un), then sign in again), or install one with its client: on Debian and Ubuntu, sudo apt-get install docker.io, and docker-cli and docker-buildx where there are such packages. One at another socket than /var/run/docker.sock: set DOCKER_HOST."

if ! command -v dockerd >/dev/null || ! type -P docker >/dev/null; then
    command -v apt-get >/dev/null || fail "There is no Docker Engine, and this is not Debian or Ubuntu: install one, then run this again."
    packages=(docker.io iptables)
    logged "apt-get update" update_lists
    for package in docker-cli docker-buildx; do # later releases split them off
        if apt-cache show "$package" >/dev/null 2>&1; then packages+=("$package"); fi
    done
    install "There is no Docker Engine" "${packages[@]}"
    step "Docker Engine" "installed ${packages[*]}"
    if version=$(answers); then # the packages started it, or it was there and only a client was missing
        step "Docker Engine" "$version answers"
        exit
    fi
fi
if [[ -d /run/systemd/system ]]; then
    systemctl start docker
else
    # After a crash the numbers in these files can be other processes', which dockerd mistakes for
    # itself and for its containerd.
    for name in dockerd containerd; do
        file=/var/run/docker.pid
        [[ $name == dockerd ]] || file=/var/run/docker/containerd/containerd.pid
        if [[ -f $file && $(cat "/proc/$(cat "$file")/comm" 2>/dev/null) != "$name" ]]; then rm "$file"; fi
    done
    mkdir -p "$state/logs"
    setsid nohup dockerd >"$state/logs/dockerd.log" 2>&1 </dev/null &
    echo $! >"$state/dockerd.pid"
fi
for _ in $(seq 60); do
    if version=$(answers); then
        step "Docker Engine" "$version started"
        exit
    fi
    sleep 1
done
tail -n 20 "$state/logs/dockerd.log" >&2 || journalctl -u docker -n 20 >&2 || true
fail "The Docker Engine was started but did not answer within 60 s."
