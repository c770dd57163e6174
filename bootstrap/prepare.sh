#!/usr/bin/env bash
# prepare.sh STACK: all that pulumi commands need: Python, the CLI, the stack, its engine.
source "$(dirname "$0")/lib.sh"
cd "$root"

bootstrap/python.sh
bootstrap/pulumi.sh
# shellcheck source=/dev/null
source "$state/env"
if provider=$(grep -os '^secretsprovider: .*://.*' "Pulumi.$1.yaml"); then
    # With --create it would be a passphrase in its place.
    pulumi stack select "$1" >/dev/null ||
        fail "Stack $1 is encrypted by a key management service. Make it once: source .state/env && pulumi stack init $1 --secrets-provider='${provider#*: }'"
else
    # Pulumi's service has a key of its own.
    [[ $1 == dev || ${PULUMI_CONFIG_PASSPHRASE:-} != dev || $PULUMI_BACKEND_URL == https://* ]] ||
        fail "The passphrase \"dev\" is public: set PULUMI_CONFIG_PASSPHRASE_FILE or PULUMI_CONFIG_PASSPHRASE for stack $1."
    (umask 077 && pulumi stack select --create "$1" >/dev/null)
fi
step "Stack" "$1, state in $PULUMI_BACKEND_URL"
read_stack "$1"
on_engine bootstrap/engine.sh
