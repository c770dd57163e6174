# shellcheck shell=bash disable=SC2034 # options are for who sources it
# source notebook-args.sh: the array options, from NOTEBOOK_ARGS: with quotes as for a shell, but
# nothing in it is expanded, since hashes of passwords have dollar signs.
options=()
if [[ $NOTEBOOK_ARGS ]]; then
    mapfile -d '' options < <("$(type -P /usr/bin/python3 || type -P python3)" -Ic 'import os, shlex
for option in shlex.split(os.environ["NOTEBOOK_ARGS"]): print(option, end="\0")' 2>/dev/null)
    wait "$!" || { echo "NOTEBOOK_ARGS: a quote in it is not closed" >&2 && exit 1; }
fi
