#!/usr/bin/env bash
# preview.sh STACK ARGUMENTS…: what an update would do, checked with the policies, at the levels of
# policy/STACK.json if there is one. After prepare.sh.
source "$(dirname "$0")/lib.sh"
cd "$root"
# shellcheck source=/dev/null
source "$state/env"
umask 077 # a plan has what the state has

levels=policy/$1.json
[[ ! -e $levels ]] || set -- "$@" --policy-pack-config "$levels"
exec pulumi preview --stack "$1" --policy-pack policy "${@:2}"
