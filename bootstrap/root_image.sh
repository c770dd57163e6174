#!/usr/bin/env bash
# root_image.sh IMAGE: the image under all others, pulled; where no container registry can be
# reached, made with debootstrap from Debian's packages and given the same name.
source "$(dirname "$0")/lib.sh"

image=$1
if docker image inspect "$image" >/dev/null 2>&1; then
    made=$(docker image inspect --format '{{index .Config.Labels "jupyterhub.made-with"}}' "$image" 2>/dev/null || true)
    step "Root image" "$image is here${made:+ (made with $made)}"
    exit
fi
if [[ ${OFFLINE:-0} != 1 ]] && on_engine timeout --foreground 600 docker pull --quiet "$image" >/dev/null 2>&1; then
    step "Root image" "$image pulled"
    exit
fi

[[ $image =~ ^debian:([a-z]+)[-a-z0-9]*$ ]] ||
    fail "The root image $image is not here and cannot be pulled. Load it with docker load, or set jupyterhub:images.root to an image that is here, or to debian:<release>-<date>-slim, which can be made from Debian's packages."
release=${BASH_REMATCH[1]}
step "Root image" "no registry has $image within reach: making it with debootstrap from Debian's packages (about 40 s)"
if [[ $(id -u) -ne 0 ]]; then
    given=() # sudo would drop them
    for name in DOCKER_HOST DOCKER_TLS_VERIFY DOCKER_CERT_PATH DEBIAN_MIRROR; do
        [[ -z ${!name:-} ]] || given+=("$name=${!name}")
    done
    fail "debootstrap takes root. Run this once: sudo ${given[*]:+env ${given[*]} }$0 $image"
fi
command -v debootstrap >/dev/null || install "debootstrap is needed to make $image" debootstrap
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
# DEBIAN_MIRROR: as debootstrap's own argument; empty for its default.
# shellcheck disable=SC2086
logged debootstrap debootstrap --variant=minbase "$release" "$tree" ${DEBIAN_MIRROR:-}
tar -C "$tree" --exclude './var/cache/apt/archives/*' --exclude './var/lib/apt/lists/*' -c . |
    docker import --change 'LABEL jupyterhub.made-with=debootstrap' --change 'CMD ["bash"]' - "$image" >/dev/null
step "Root image" "$image made from Debian's packages, not the official image of that name"
