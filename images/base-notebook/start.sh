#!/bin/bash
# start.sh [COMMAND…]: make the container fit its user, then become COMMAND (bash, if none) as that
# user. The variables and hooks are those that users of Jupyter's docker-stacks know.
#
# Any container: NB_UMASK; JUPYTER_ENV_VARS_TO_UNSET (names, comma-separated); hooks in
#   /usr/local/bin/start-notebook.d (first) and before-notebook.d (last, before COMMAND).
# Started as root: NB_USER NB_UID NB_GID NB_GROUP; GRANT_SUDO=1|yes; CHOWN_HOME=1|yes (home and
#   home/work) with CHOWN_HOME_OPTS; CHOWN_EXTRA (paths, comma-separated) with CHOWN_EXTRA_OPTS.
set -e

# The _ keeps names apart from those of hooks, and of variables that are for COMMAND.
_command=("${@:-bash}")
[[ -z $_START_SH_EXECUTED ]] || exec "${_command[@]}" # COMMAND says start.sh, as the entrypoint did
export _START_SH_EXECUTED=1

tell() { printf 'start.sh: %s\n' "$*" >&2; }
wanted() { [[ $1 == 1 || $1 == yes ]]; }

# Make the home of NB_USER, unless it is there, and go to where the container started in the image's.
adopt_home() {
    local image_home=/home/$NB_IMAGE_USER owner target mounted=()
    export HOME=/home/$NB_USER
    [[ $NB_USER != root ]] || HOME=/root
    # A number that somebody asked for is not exchanged for root's.
    [[ $HOME != /root || $NB_UID != "$(id -u "$NB_IMAGE_USER")" ]] || export NB_UID=0 NB_GID=0
    if [[ ! -e $HOME ]] && ! cp -a --one-file-system "$image_home" "$HOME" 2>/dev/null; then
        tell "$HOME cannot be made: $NB_USER's home is $image_home"
        HOME=$image_home
    fi
    # What is mounted belongs to whom it belongs; only what came with the image changes hands.
    if owner=$(stat -c %u "$HOME") && [[ $owner != "$NB_UID" ]] && ! mountpoint -q "$HOME"; then
        while read -r _ _ _ _ target _; do
            [[ $target != "$HOME"/* ]] || mounted+=(-o -samefile "$(printf %b "$target")")
        done </proc/self/mountinfo
        find "$HOME" -xdev \( -false "${mounted[@]}" \) -prune -o -uid "$owner" -exec chown --no-dereference "$NB_UID:$NB_GID" {} + || true
    fi
    [[ $PWD/ != "$image_home"/* ]] || cd "$HOME${PWD#"$image_home"}" 2>/dev/null || cd "$HOME" || true
}

# Give the container's account the name and numbers that are asked for.
adopt_account() {
    [[ $(getent passwd "$NB_USER") != "$NB_USER:x:$NB_UID:$NB_GID:"* ]] || return 0
    if [[ ! -w /etc/passwd ]]; then
        tell "/etc/passwd is read-only: running as $NB_UID:$NB_GID without an account of the name $NB_USER"
        return 0
    fi
    userdel "$NB_IMAGE_USER" 2>/dev/null || true
    userdel "$NB_USER" 2>/dev/null || true
    # After userdel, which takes a group of the same name along. Some names, such as audio, are taken.
    getent group "$NB_GID" >/dev/null ||
        groupadd --gid "$NB_GID" "${NB_GROUP:-$NB_USER}" 2>/dev/null ||
        groupadd --gid "$NB_GID" "group-$NB_GID"
    useradd --no-log-init --no-create-home --no-user-group --home-dir "$HOME" --shell "$SHELL" \
        --non-unique --uid "$NB_UID" --gid "$NB_GID" --groups users "$NB_USER"
}

# Docker makes directories that it mounts and that don't exist yet, and they are root's.
hand_over_directories() {
    local extra options
    if wanted "$CHOWN_HOME"; then
        read -ra options <<<"$CHOWN_HOME_OPTS"
        chown "${options[@]}" "$NB_UID:$NB_GID" "$HOME"
        # Not where a link of the user's leads.
        [[ ! -d $HOME/work || -L $HOME/work ]] || chown "${options[@]}" "$NB_UID:$NB_GID" "$HOME/work"
    fi
    read -ra options <<<"$CHOWN_EXTRA_OPTS"
    local IFS=, # and not at blanks, which paths can have
    for extra in $CHOWN_EXTRA; do
        [[ -z $extra ]] || chown "${options[@]}" "$NB_UID:$NB_GID" "${extra# }"
    done
}

grant_sudo() {
    wanted "$GRANT_SUDO" || return 0
    tell "$NB_USER may use sudo without a password"
    install -m 440 /dev/stdin /etc/sudoers.d/notebook-user <<<"$NB_USER ALL=(ALL) NOPASSWD: ALL"
}

# The groups of the account, and those that the container was given by --group-add; root's only if
# it is asked for.
groups_of_user() {
    { echo "$NB_GID"; { id -G; id -G "$NB_USER" 2>/dev/null || true; } | tr ' ' '\n' | sed '/^0$/d'; } |
        sort -u | paste -sd,
}

# An account for a number that has none, as of "docker run --user 4321"; and what cannot be done.
explain_what_takes_root() {
    local name=$NB_USER account
    if ! account=$(whoami 2>/dev/null); then
        ! getent passwd "$name" >/dev/null || name=user-$UID
        { echo "$name:x:$UID:$(id -g)::$HOME:$SHELL" >>/etc/passwd; } 2>/dev/null ||
            tell "the user $UID has no account and /etc/passwd cannot be written; going on without a name"
    elif [[ $NB_USER != "$account" || $NB_UID != "$UID" || $NB_GID != "${GROUPS[0]}" ]]; then
        tell "stays $account ($UID:$(id -g)): NB_USER, NB_UID and NB_GID take a container started as root"
    fi
    if wanted "$GRANT_SUDO" || wanted "$CHOWN_HOME" || [[ $CHOWN_EXTRA ]]; then
        tell "GRANT_SUDO, CHOWN_HOME and CHOWN_EXTRA take a container started as root; ignored"
    fi
}

# Why the user, numbers $1, cannot write in the directory $2, and what helps.
explain_what_cannot_be_written() {
    local rights group owner why
    read -r rights group owner <<<"$(stat -c '%A %g %U (%u:%g)' "$2")"
    why="$2 belongs to $owner, and $1 cannot write there:"
    if [[ $(findmnt --noheadings --output VFS-OPTIONS --target "$2") == ro* ]]; then
        tell "$2 is read-only: mount a volume or directory there that can be written"
    elif [[ $rights == d????w* ]]; then
        tell "$why start the container with --group-add=$group"
    else
        tell "$why start the container as root with CHOWN_HOME=yes," \
            "or run on the host: chown $1 <the directory that is mounted there>"
    fi
}

# shellcheck source=images/base-notebook/run-hooks.sh
source /usr/local/bin/run-hooks.sh /usr/local/bin/start-notebook.d

_as_user=()
_user=$UID:${GROUPS[0]}
if [[ $UID == 0 ]]; then
    adopt_home
    adopt_account
    hand_over_directories
    grant_sudo
    export USER=$NB_USER LOGNAME=$NB_USER
    _user=$NB_UID:$NB_GID
    _as_user=(/usr/bin/setpriv --reuid "$NB_UID" --regid "$NB_GID" --groups "$(groups_of_user)" --)
else
    explain_what_takes_root
fi
for _directory in "$HOME" "$HOME/work"; do
    if [[ -d $_directory ]] && ! "${_as_user[@]}" test -w "$_directory"; then
        explain_what_cannot_be_written "$_user" "$_directory"
    elif [[ $_directory == "$HOME" ]] && ! "${_as_user[@]}" test -e "$HOME/.${SHELL##*/}rc"; then
        # What is mounted as home, or below it, need not have them. cp's versions differ in what they
        # say of files that are there; none overwrites them.
        "${_as_user[@]}" cp -rn /etc/skel/. "$HOME" 2>/dev/null || true
    fi
done
[[ -z $NB_UMASK ]] || umask "$NB_UMASK"

# shellcheck source=images/base-notebook/run-hooks.sh
source /usr/local/bin/run-hooks.sh /usr/local/bin/before-notebook.d
for _name in ${JUPYTER_ENV_VARS_TO_UNSET//,/ } JUPYTER_ENV_VARS_TO_UNSET; do unset "$_name"; done
# Found before what people left in their home has a say, which must not run as root either.
_command[0]=$(type -P "${_command[0]}" || echo "${_command[0]}")
export PATH=$HOME/.local/bin:$PATH
exec "${_as_user[@]}" "${_command[@]}"
