# shellcheck shell=bash
# source run-hooks.sh DIRECTORY: hooks that end in .sh are sourced and may set variables, with
# "declare -x" too, since this is no function; others are run. One that fails is told, and the start
# goes on. A sourced hook that says "set -e" ends at its first failure; "exit" in it ends the start.
[[ -d $1 ]] || tell "there is no directory $1, so none of its hooks run"
for _hook in "$1"/*; do
    _hook_status=0
    if [[ $_hook == *.sh ]]; then
        trap 'tell "the hook $_hook ended the start with $?"' EXIT
        trap 'case $- in *e*) return ;; esac' ERR # from the hook, and with -E from its functions
        set +e -E
        # shellcheck source=/dev/null disable=SC2251
        ! source "$_hook" # with "||" or "if" its own "set -e" would do nothing
        _hook_status=${PIPESTATUS[0]}
        set -e +Eu +o pipefail # its options are its own
        trap - EXIT ERR
    elif [[ -f $_hook && -x $_hook ]]; then
        "$_hook" || _hook_status=$?
    elif [[ -e $_hook ]]; then
        tell "$_hook is left alone: it is not executable, and its name does not end in .sh"
    fi
    ((_hook_status == 0)) || tell "the hook $_hook failed with $_hook_status; going on"
done
unset _hook _hook_status
