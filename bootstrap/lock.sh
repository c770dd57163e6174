#!/usr/bin/env bash
# lock.sh [FOLDER [BASE]]: compile every lock file from what it is declared in, or those of an
# environment in FOLDER, with the versions of the lab's packages, or BASE's. Hashes, and no addresses:
# a site's own mirror serves the same files.
source "$(dirname "$0")/lib.sh"
cd "$root"

compile() {
    .venv/bin/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate "$@"
}
if [[ ${1:-}${2:-} ]]; then
    [[ ${1:-} ]] || fail "BASE is for one environment: give FOLDER, too."
    [[ ${2:-lab} == @(lab|science|pytorch) ]] || fail "BASE is $2: give lab, science or pytorch."
    base=images/${2:-lab}/requirements.lock
    found=0
    for declared in "$1"/requirements.in "$1"/kernels/*/requirements.in; do
        [[ -f $declared ]] || continue
        found=1 of_base=(--constraint "$base")
        version=3.11
        if [[ $declared == */kernels/* ]]; then # which is no part of the lab's Python
            of_base=()
            file=${declared%requirements.in}.python-version
            [[ ! -f $file ]] || version=$(cat "$file")
        fi
        compile "$declared" "${of_base[@]}" --python-version "$version" --output-file "${declared%.in}.lock"
        step "Locked" "${declared%.in}.lock"
    done
    [[ $found == 1 ]] || fail "There is no $1/requirements.in, and none in $1/kernels/*/: write the packages that people need there, a line each."
    exit
fi

compile pyproject.toml --extra labctl --group dev --output-file requirements.lock
for declared in images/*/requirements*.in offline/requirements.in; do
    of_base=()
    [[ $declared != images/@(pytorch|science)/* ]] || of_base=(--constraint images/lab/requirements.lock)
    compile "$declared" "${of_base[@]}" --python-version 3.11 --override images/overrides.txt \
        --output-file "${declared%.in}.lock"
done
for folder in images/proxy tests/pipeline; do
    (cd $folder && npm install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund)
done
for folder in images/edge offline; do
    (cd $folder && go mod tidy)
done
