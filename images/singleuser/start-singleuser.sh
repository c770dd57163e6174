#!/bin/bash
# start-singleuser.sh [OPTION…]: JupyterHub's single-user server, with the options in NOTEBOOK_ARGS as
# well; the hub's variables tell it where. -s: what people install for themselves is for their
# kernels, and cannot keep the server from starting. It asks the hub every 20 s whether somebody who
# uses it still may.
#
# JUPYTERHUB_RESCUE=1 leaves alone what a home has for Jupyter, IPython, Python and the shell, so that
# whatever is wrong with it can be mended.
set -e

# Of this container only, so not in a home, which may be full and is there for several of them.
place=$(/usr/bin/mktemp -d /tmp/jupyter.XXXXXX)
export JUPYTER_RUNTIME_DIR=$place/runtime
own=()
if [[ $JUPYTERHUB_RESCUE ]]; then
    export JUPYTER_CONFIG_DIR=$place/config JUPYTER_DATA_DIR=$place/data IPYTHONDIR=$place/ipython
    export PYTHONNOUSERSITE=1
    unset PYTHONPATH PYTHONSTARTUP BASH_ENV ENV
    PATH=${PATH#"$HOME/.local/bin:"}
    own=(--ServerApp.terminado_settings='{"shell_command": ["bash", "--noprofile", "--norc"]}')
    echo "start-singleuser.sh: starting without the settings in $HOME" >&2
fi
for file in "$HOME"/.local/etc/jupyter/jupyter_server_config.d/*.json; do
    [[ ! -e $file ]] || echo "start-singleuser.sh: $file is left alone: people's own extensions of the" \
        "server are not loaded; those that everybody has are in the image" >&2
done
# shellcheck source=images/singleuser/notebook-args.sh
source /usr/local/bin/notebook-args.sh
server=(/usr/bin/python3 -s /usr/local/lib/singleuser.py)
# An image from elsewhere has a server of its own: images/elsewhere/adopt.sh.
if [[ -e /usr/local/lib/singleuser.command ]]; then
    mapfile -t server </usr/local/lib/singleuser.command
    # Where people may use sudo, the container starts as root, which its entrypoint need not give up.
    ((UID != 0)) || server=(setpriv --reuid "$NB_UID" --regid "$NB_GID" --init-groups -- "${server[@]}")
fi
exec "${server[@]}" --HubOAuth.cache_max_age=20 "${own[@]}" "${options[@]}" "$@"
