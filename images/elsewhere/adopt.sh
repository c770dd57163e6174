#!/bin/bash
# Let an image have the account NB_USER, with NB_UID and NB_GID, and find its single-user server.
set -euo pipefail
trap 'echo "this image does not do: $BASH_COMMAND failed" >&2' ERR
echo "PATH=\"$PATH\"" >/etc/profile.d/00-image-path.sh # terminals are login shells, which forget it
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

fail() {
    echo "this image does not do: $*" >&2
    exit 1
}

for command in getent groupadd useradd userdel usermod; do
    type -P "$command" >/dev/null || fail "it has no $command"
done
server=$(type -P jupyterhub-singleuser) ||
    fail "it has no jupyterhub-singleuser on its PATH; the hub has JupyterHub $JUPYTERHUB: install that version there, in an image of your own that builds on it"

# Its Python is in its first line; pip and uv put one with blanks, or a long path, into the second.
{ read -r first && read -r second; } <"$server" || true
python=${first#\#!}
if [[ $second == "'''exec' "* ]]; then
    python=${second#"'''exec' "}
    python=${python%% \"\$0\"*}
    python=${python//\"/}
fi
if [[ -x $python ]] && "$python" -Esc "import jupyterhub" 2>/dev/null; then
    words=("$python" -s "$server") # without what people have installed, which is for kernels
else # a script of its own
    python=$(type -P python3) || fail "it has no python3 on its PATH"
    words=("$server")
fi
check-jupyterhub "$JUPYTERHUB" "$python" || exit
printf '%s\n' "${words[@]}" >/usr/local/lib/singleuser.command # for start-singleuser.sh

getent group "$NB_GID" >/dev/null || groupadd --gid "$NB_GID" "group-$NB_GID"
home=/home/$NB_USER
named=$(getent passwd "$NB_UID" || true)
named=${named%%:*}
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
! getent group users >/dev/null || usermod --append --groups users "$NB_USER"
install -d -o "$NB_UID" -g "$NB_GID" -m 2775 "$home" "$home/work"
cp -rn /etc/skel/. "$home"
chown -R "$NB_UID:$NB_GID" "$home"
