# shellcheck shell=bash
# source run-hooks.sh DIRECTORY: hooks that end in .sh are sourced and may set variables, with
# "declare -x" too, since this is no function; others are run. None stops the start.
for hook in "$1"/*; do
    if [[ $hook == *.sh ]]; then
        # shellcheck source=/dev/null
        source "$hook" || tell "the hook $hook failed; going on"
    elif [[ -f $hook && -x $hook ]]; then
        "$hook" || tell "the hook $hook failed; going on"
    fi
done
unset hook
