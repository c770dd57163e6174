#!/usr/bin/env bash
# sbom.sh STACK FOLDER: what each image of a stack holds, a CycloneDX file an image. After prepare.sh.
source "$(dirname "$0")/lib.sh"
cd "$root"
# shellcheck source=/dev/null
source "$state/env"
read_stack "$1"

export=$(pulumi stack export --stack "$1")
[[ $export == *'"docker:index/image:Image"'* ]] || fail "Stack $1 has no images yet: make up builds them."
on_engine .venv/bin/python -m bootstrap.sbom "$2" <<<"$export"
