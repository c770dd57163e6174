#!/bin/bash
# start.sh [COMMAND…]: make the container fit its user, then become COMMAND (bash, if none) as that
# user. The variables and hooks are those that users of Jupyter's docker-stacks know.
#
# Any container: NB_UMASK; JUPYTER_ENV_VARS_TO_UNSET (names, comma-separated); hooks in
#   /usr/local/bin/start-notebook.d (first) and before-notebook.d (last, before COMMAND).
# Started as root: NB_USER NB_UID NB_GID NB_GROUP; GRANT_SUDO=1|yes; CHOWN_HOME=1|yes (home and
#   home/work) with CHOWN_HOME_OPTS; CHOWN_EXTRA (paths, comma-separated) with CHOWN_EXTRA_OPTS.
set -e

tell() { printf 'start.sh: %s\n' "$*" >&2; }
wanted() { [[ $1 == 1 || $1 == yes ]]; }

# Hooks that end in .sh are sourced and may set variables; others are run. None stops the start.
run_hooks() {
    local hook
    for hook in "$1"/*; do
        if [[ $hook == *.sh ]]; then
            # shellcheck source=/dev/null
            source "$hook" || tell "the hook $hook failed; going on"
        elif [[ -f $hook && -x $hook ]]; then
            "$hook" || tell "the hook $hook failed; going on"
        fi
    done
}

# Give the container's account the name and numbers that are asked for.
adopt_account() {
    local image_home=/home/$NB_IMAGE_USER image_uid
    [[ $(getent passwd "$NB_USER") != "$NB_USER:x:$NB_UID:$NB_GID:"* ]] || return 0
    if [[ ! -w /etc/passwd ]]; then
        tell "/etc/passwd is read-only: running as $NB_UID:$NB_GID without an account of the name $NB_USER"
        return 0
    fi
    image_uid=$(id -u "$NB_IMAGE_USER" 2>/dev/null || true)
    getent group "$NB_GID" >/dev/null ||
        groupadd --non-unique --gid "$NB_GID" "${NB_GROUP:-$NB_USER}"
    userdel "$NB_IMAGE_USER" 2>/dev/null || true
    userdel "$NB_USER" 2>/dev/null || true
    useradd --no-log-init --no-create-home --no-user-group --home-dir "$HOME" --shell "$SHELL" \
        --non-unique --uid "$NB_UID" --gid "$NB_GID" --groups users "$NB_USER"
    # What is mounted belongs to whom it belongs; only what came with the image changes hands.
    if [[ $HOME != "$image_home" && ! -e $HOME ]]; then
        cp -a --one-file-system "$image_home" "$HOME"
    fi
    if [[ -n $image_uid ]] && ! mountpoint -q "$HOME"; then
        find "$HOME" -xdev -uid "$image_uid" -exec chown --no-dereference "$NB_UID:$NB_GID" {} +
    fi
}

# Docker makes directories that it mounts and that don't exist yet, and they are root's.
hand_over_directories() {
    local extra options
    if wanted "$CHOWN_HOME"; then
        read -ra options <<<"$CHOWN_HOME_OPTS"
        chown "${options[@]}" "$NB_UID:$NB_GID" "$HOME"
        [[ ! -d $HOME/work ]] || chown "${options[@]}" "$NB_UID:$NB_GID" "$HOME/work"
    fi
    read -ra options <<<"$CHOWN_EXTRA_OPTS"
    for extra in ${CHOWN_EXTRA//,/ }; do
        chown "${options[@]}" "$NB_UID:$NB_GID" "$extra"
    done
}

grant_sudo() {
    wanted "$GRANT_SUDO" || return 0
    tell "$NB_USER may use sudo without a password"
    echo "$NB_USER ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/notebook
    chmod 0440 /etc/sudoers.d/notebook
}

# The groups of the account, and those that the container was given by --group-add; never root's.
groups_of_user() {
    { echo "$NB_GID"; id -G; id -G "$NB_USER" 2>/dev/null || true; } |
        tr ' ' '\n' | grep -vx 0 | sort -u | paste -sd,
}

# An account for a number that has none, as of "docker run --user 4321"; and what cannot be done.
explain_what_takes_root() {
    if ! whoami >/dev/null 2>&1; then
        if [[ -w /etc/passwd ]]; then
            echo "user-$UID:x:$UID:$(id -g)::$HOME:$SHELL" >>/etc/passwd
        else
            tell "the user $UID has no account and /etc/passwd cannot be written; going on without a name"
        fi
    elif [[ $NB_USER != "$(whoami)" || $NB_UID != "$UID" || $NB_GID != "$(id -g)" ]]; then
        tell "stays $(id -un) ($UID:$(id -g)): NB_USER, NB_UID and NB_GID take a container started as root"
    fi
    if wanted "$GRANT_SUDO" || wanted "$CHOWN_HOME" || [[ $CHOWN_EXTRA ]]; then
        tell "GRANT_SUDO, CHOWN_HOME and CHOWN_EXTRA take a container started as root; ignored"
    fi
}

run_hooks /usr/local/bin/start-notebook.d

as_user=()
if [[ $UID == 0 ]]; then
    export HOME=/home/$NB_USER
    adopt_account
    hand_over_directories
    grant_sudo
    as_user=(setpriv --reuid "$NB_UID" --regid "$NB_GID" --groups "$(groups_of_user)" --)
    [[ $NB_USER == "$NB_IMAGE_USER" || $PWD != "/home/$NB_IMAGE_USER"* ]] || cd "$HOME"
else
    explain_what_takes_root
fi
for directory in "$HOME" "$HOME/work"; do
    if [[ -d $directory ]] && ! "${as_user[@]}" test -w "$directory"; then
        tell "$directory belongs to $(stat -c '%U (%u:%g)' "$directory"), and $NB_UID:$NB_GID" \
            "cannot write there: start the container as root with CHOWN_HOME=yes," \
            "or run on the host: chown $NB_UID:$NB_GID <the directory that is mounted there>"
    elif [[ $directory == "$HOME" && -z $(ls -A "$HOME") ]]; then
        "${as_user[@]}" cp -r /etc/skel/. "$HOME" # an empty directory is mounted as home
    fi
done
[[ -z $NB_UMASK ]] || umask "$NB_UMASK"
export PATH=$HOME/.local/bin:$PATH

run_hooks /usr/local/bin/before-notebook.d
for name in ${JUPYTER_ENV_VARS_TO_UNSET//,/ }; do
    unset "$name"
done
exec "${as_user[@]}" "${@:-bash}"
