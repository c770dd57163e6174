#!/usr/bin/env bash
# The Python environment in .venv, exactly as requirements.lock says.
source "$(dirname "$0")/lib.sh"
cd "$root"

if uv=$(command -v uv); then
    reason="found at $uv"
else
    uv=$state/uv/bin/uv
    reason="own copy in .state/uv"
    if [[ ! -x $uv ]]; then
        command -v python3 >/dev/null || install "Python 3.11 or later is needed" python3 python3-venv
        python3 -c 'import ensurepip, venv' 2>/dev/null || install "Python's venv module is needed" python3-venv
        python3 -m venv "$state/uv.part"
        logged "install uv" "$state/uv.part/bin/python" -m pip install --require-hashes --requirement images/foundation/requirements.lock
        rm -rf "$state/uv"
        mv "$state/uv.part" "$state/uv" # whole or not at all
    fi
fi
step uv "$reason"

wanted=$(sha256sum requirements.lock)
if [[ $(cat .venv/lock.sha256 2>/dev/null) == "$wanted" ]]; then
    step "Python packages" "as in requirements.lock"
else
    [[ -x .venv/bin/python ]] || "$uv" venv --quiet --python '>=3.11' .venv
    logged "Python packages" "$uv" pip sync --python .venv/bin/python --require-hashes --compile-bytecode requirements.lock
    printf '%s\n' "$wanted" >.venv/lock.sha256
    step "Python packages" "installed from requirements.lock"
fi
