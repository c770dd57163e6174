#!/usr/bin/env bash
# up.sh STACK: from whatever this machine has to a running JupyterHub.
source "$(dirname "$0")/lib.sh"
cd "$root"
stack=$1

bootstrap/prepare.sh "$stack"
# shellcheck source=/dev/null
source "$state/env"
image=$(pulumi config get --stack "$stack" --path jupyterhub:images.root 2>/dev/null ||
    python -c 'from components.images import ImagesArgs; print(ImagesArgs().root)')
bootstrap/root_image.sh "$image"
if [[ $(docker version --format '{{.Server.Arch}}') == arm64 ]] &&
    [[ $(pulumi config get --stack "$stack" --path jupyterhub:images.platform 2>/dev/null) != linux/arm64 ]]; then
    fail "This engine is arm64. Run this once: pulumi config set --path jupyterhub:images.platform linux/arm64"
fi
step "Deploy" "pulumi up (the first time builds the images: about 2 minutes)"
pulumi up --yes --skip-preview --stack "$stack"

url=$(pulumi stack output url --stack "$stack")
printf '\nJupyterHub is running: %s\n' "$url"
if [[ $(pulumi config get --stack "$stack" --path jupyterhub:gitlab.standin 2>/dev/null) == true ]]; then
    printf 'Sign in as ada (administrator) or ben, no password: a stand-in plays GitLab here.\n'
fi
suffix=
[[ $stack == dev ]] || suffix=" STACK=$stack"
printf 'Stop it: make down%s (keeps people'\''s files; WITH_DATA=1 removes them)\n' "$suffix"
