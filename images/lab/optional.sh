#!/bin/bash
# Put conda and oh-my-zsh into /opt, each only if the image's build arguments name a source.
set -euo pipefail
mkdir /optional # what goes into the image; /opt can hold the root image's own

if [[ ${GIT_MIRROR:-} ]]; then
    git config --global "url.$GIT_MIRROR/.insteadOf" https://github.com/
fi
if [[ ${OH_MY_ZSH_URL:-} ]]; then
    git clone --quiet --no-checkout "$OH_MY_ZSH_URL" /opt/oh-my-zsh
    git -C /opt/oh-my-zsh checkout --quiet --detach "$OH_MY_ZSH_COMMIT"
    rm -r /opt/oh-my-zsh/.git
fi

if [[ ${CONDA_INSTALLER_URL:-} ]]; then
    wget --no-verbose --output-document=/tmp/conda.sh "$CONDA_INSTALLER_URL"
    read -r found _ < <(sha256sum /tmp/conda.sh)
    if [[ $found != "$CONDA_INSTALLER_SHA256" ]]; then
        printf '%s is not the file that was pinned:\n  SHA-256 expected %s\n  SHA-256 found    %s\n' \
            "$CONDA_INSTALLER_URL" "$CONDA_INSTALLER_SHA256" "$found" >&2
        exit 1
    fi
    bash /tmp/conda.sh -b -p /opt/conda
    # Python is the system's; conda makes environments beside it, and those live in people's homes.
    cat >/opt/conda/.condarc <<'EOF'
auto_activate_base: false
auto_update_conda: false
envs_dirs: [~/.conda/envs]
pkgs_dirs: [~/.conda/pkgs]
channels: [conda-forge, defaults]
channel_priority: strict
show_channel_urls: true
EOF
fi
for part in oh-my-zsh conda; do
    if [[ -d /opt/$part ]]; then mv "/opt/$part" /optional/; fi
done
