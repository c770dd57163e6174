#!/bin/bash
# start-singleuser.sh [OPTION…]: JupyterHub's single-user server, with the options in NOTEBOOK_ARGS as
# well; the hub's variables tell it where. -s: what people install for themselves is for their
# kernels, and cannot keep the server from starting. It asks the hub every 20 s whether somebody who
# uses it still may.
set -e
read -ra options <<<"$NOTEBOOK_ARGS"
exec python3 -s /usr/local/lib/singleuser.py --HubOAuth.cache_max_age=20 "${options[@]}" "$@"
