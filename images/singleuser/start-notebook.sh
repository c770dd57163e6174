#!/bin/bash
# start-notebook.sh [OPTION…]: a notebook server without a hub; started by one, the single-user server.
# DOCKER_STACKS_JUPYTER_CMD names the application (lab, server), NOTEBOOK_ARGS adds options, and
# RESTARTABLE=yes starts it again whenever it ends.
set -e
[[ -z $JUPYTERHUB_API_TOKEN ]] || exec start-singleuser.sh "$@"

# shellcheck source=images/singleuser/notebook-args.sh
source /usr/local/bin/notebook-args.sh
application=/usr/local/bin/jupyter-${DOCKER_STACKS_JUPYTER_CMD:-lab}
if [[ ! -e $application ]]; then
    echo "start-notebook.sh: there is no $application: set DOCKER_STACKS_JUPYTER_CMD to lab or server" >&2
    exit 1
fi
server=(python3 -s "$application" '--ip=*') # by IPv4, and by IPv6 where there is some
server+=("${options[@]}" "$@")
[[ $RESTARTABLE == yes ]] || exec "${server[@]}"
trap 'exit 143' TERM INT # tini tells the server as well
while true; do
    "${server[@]}" || echo "start-notebook.sh: the server ended with $?; starting it again" >&2
done
