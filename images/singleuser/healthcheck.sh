#!/bin/bash
# Whether the notebook server answers: /api needs no sign-in and counts as nobody's activity. And
# whether its GPUs do, where it has some.

answers() {
    [[ $1 =~ ^(https?)://(\[[^]]*\]|[^/:]+):([0-9]+)(/.*)$ ]] || return
    if [[ ${BASH_REMATCH[1]} == http ]]; then
        http-healthcheck "${BASH_REMATCH[3]}" "${BASH_REMATCH[4]}api"
    else # bash has no TLS: something listens, at least
        : 3<>"/dev/tcp/127.0.0.1/${BASH_REMATCH[3]}"
    fi
}

# The host can take GPUs from a container that runs, as `systemctl daemon-reload` does. What shows that
# it was given some is the device: NVIDIA_VISIBLE_DEVICES is known to its first program only, and this
# check has the image's, which is void.
has_lost_gpus() {
    local status=0
    [[ -e /dev/nvidiactl ]] && type -P nvidia-smi >/dev/null || return 1
    timeout 10 nvidia-smi -L &>/dev/null || status=$?
    ((status != 0 && status != 124)) # a busy machine takes its time, and has not lost it
}

urls=("${JUPYTERHUB_SERVICE_URL:-http://0.0.0.0:${JUPYTER_PORT:-8888}/}")
if [[ -z $JUPYTERHUB_SERVICE_URL ]]; then
    # Without a hub, options can say another port, path or TLS; servers write where they are, in the
    # home of who they run as, and that need not be this check's.
    for home in "$HOME" "/home/$NB_USER" /root; do
        data=${JUPYTER_DATA_DIR:-${XDG_DATA_HOME:-$home/.local/share}/jupyter}
        for file in "${JUPYTER_RUNTIME_DIR:-$data/runtime}"/jpserver-*.json; do
            [[ ! $(cat "$file" 2>/dev/null) =~ \"url\":\ \"([^\"]+)\" ]] || urls+=("${BASH_REMATCH[1]}")
        done
    done
fi
for url in "${urls[@]}"; do
    if answers "$url"; then
        if has_lost_gpus; then
            echo "its GPU is lost: nvidia-smi -L fails" # images/hub/health.py reads it
            exit 1
        fi
        exit 0
    fi
done
exit 1
