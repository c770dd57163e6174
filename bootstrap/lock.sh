#!/usr/bin/env bash
# Compile every lock file from what it is declared in. Hashes, and no addresses: a site's own
# mirror serves the same files.
source "$(dirname "$0")/lib.sh"
cd "$root"

compile() {
    .venv/bin/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate "$@"
}
compile pyproject.toml --group dev --output-file requirements.lock
for declared in images/*/requirements*.in; do
    compile "$declared" --python-version 3.11 --override images/overrides.txt \
        --output-file "${declared%.in}.lock"
done
(cd images/proxy && npm install --package-lock-only --ignore-scripts --no-audit --no-fund)
(cd offline && go mod tidy)
