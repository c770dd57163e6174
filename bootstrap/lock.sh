#!/usr/bin/env bash
# Compile every lock file from what it is declared in. Hashes, and no addresses: a site's own
# mirror serves the same files.
source "$(dirname "$0")/lib.sh"
cd "$root"

compile() {
    .venv/bin/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate "$@"
}
compile pyproject.toml --extra labctl --group dev --output-file requirements.lock
for declared in images/*/requirements*.in offline/requirements.in; do
    compile "$declared" --python-version 3.11 --override images/overrides.txt \
        --output-file "${declared%.in}.lock"
done
for folder in images/proxy tests/pipeline; do
    (cd $folder && npm install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund)
done
for folder in images/edge offline; do
    (cd $folder && go mod tidy)
done
