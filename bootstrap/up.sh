#!/usr/bin/env bash
# up.sh STACK: from whatever this machine has to a running JupyterHub.
source "$(dirname "$0")/lib.sh"
cd "$root"
stack=$1

bootstrap/prepare.sh "$stack"
# shellcheck source=/dev/null
source "$state/env"
read_stack "$stack"
on_engine bootstrap/root_image.sh "$root_image"
if [[ $(docker version --format '{{.Server.Arch}}') == arm64 && $platform != linux/arm64 ]]; then
    fail "This engine is arm64. Run this once: source .state/env && pulumi config set --stack $stack --path $project:images.platform linux/arm64"
fi
step "Deploy" "the first time builds the images: about 2 minutes"
umask 077 # as the state is written
exec labctl up --stack "$stack"
