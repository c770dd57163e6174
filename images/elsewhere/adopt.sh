#!/bin/bash
# Let an image have the account NB_USER, with NB_UID and NB_GID, and find its single-user server.
set -euo pipefail

fail() {
    echo "this image does not do: $*" >&2
    exit 1
}

for command in getent groupadd useradd userdel usermod; do
    type -P "$command" >/dev/null || fail "it has no $command"
done
server=$(type -P jupyterhub-singleuser) ||
    fail "it has no jupyterhub-singleuser on its PATH; the hub has JupyterHub $JUPYTERHUB: install that version there, in an image of your own that builds on it"
read -r python <"$server"
python=${python#\#!}
[[ -x $python ]] || python=$(type -P python3) # as of a script that is longer than the kernel takes
check-jupyterhub "$JUPYTERHUB" "$python"
echo "$python -s $server" >/usr/local/lib/singleuser.command # for start-singleuser.sh

getent group "$NB_GID" >/dev/null || groupadd --gid "$NB_GID" "group-$NB_GID"
home=/home/$NB_USER
named=$(getent passwd "$NB_UID" | cut -d: -f1)
if [[ $named && $named != "$NB_USER" ]]; then # such as jovyan
    ! getent passwd "$NB_USER" >/dev/null || userdel "$NB_USER"
    usermod --login "$NB_USER" "$named"
fi
if getent passwd "$NB_USER" >/dev/null; then
    usermod --uid "$NB_UID" --gid "$NB_GID" --home "$home" "$NB_USER"
else
    useradd --no-log-init --no-create-home --no-user-group --uid "$NB_UID" --gid "$NB_GID" \
        --home-dir "$home" --shell /bin/bash "$NB_USER"
fi
# docker-stacks' group, to which /opt/conda belongs.
usermod --append --groups users "$NB_USER"
install -d -o "$NB_UID" -g "$NB_GID" -m 2775 "$home" "$home/work"
