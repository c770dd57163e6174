#!/bin/sh
# Runs the hub as the user jupyterhub, in the group that owns the engine's socket: its number
# is the host's, so it is not known before the container runs.
set -eu
socket=/var/run/docker.sock
if [ ! -S "$socket" ]; then
    echo "hub: $socket is not a socket: mount the engine's socket there (setting docker.socket)" >&2
    exit 1
fi
exec setpriv --reuid=jupyterhub --regid=jupyterhub --groups="$(stat -L -c %g "$socket")" \
    --no-new-privs --inh-caps=-all --bounding-set=-all "$@"
