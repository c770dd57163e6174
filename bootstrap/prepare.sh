#!/usr/bin/env bash
# prepare.sh STACK: all that pulumi commands need: Python, the engine, the CLI, the stack.
source "$(dirname "$0")/lib.sh"
cd "$root"

bootstrap/python.sh
bootstrap/engine.sh
bootstrap/pulumi.sh
# shellcheck source=/dev/null
source "$state/env"
[[ $1 == dev || ${PULUMI_CONFIG_PASSPHRASE:-} != dev ]] ||
    fail "The passphrase \"dev\" is public: set PULUMI_CONFIG_PASSPHRASE_FILE or PULUMI_CONFIG_PASSPHRASE for stack $1."
pulumi stack select --create "$1" >/dev/null
step "Stack" "$1, state in $PULUMI_BACKEND_URL"
