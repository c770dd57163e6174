#!/usr/bin/env bash
# The Python environment in .venv, exactly as requirements.lock says.
source "$(dirname "$0")/lib.sh"
cd "$root"

# Not .venv's own, which goes when that is made anew.
if uv=$(PATH=${PATH//"$root/.venv/bin:"/} command -v uv); then
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

place=$(realpath -m .venv)
wanted="$place $(sha256sum requirements.lock)"
made=$(cat .venv/made-from 2>/dev/null || true)
# Its programs name the folder that it was made in; its Python may have gone in an upgrade.
usable() { [[ $made == "$place "* ]] && .venv/bin/python -c 'import uv' 2>/dev/null; }
if usable && [[ $made == "$wanted" ]]; then
    step "Python packages" "as in requirements.lock"
else
    usable || "$uv" venv --quiet --clear --python '>=3.11' .venv
    logged "Python packages" "$uv" pip sync --python .venv/bin/python --require-hashes --compile-bytecode requirements.lock
    printf '%s\n' "$wanted" >.venv/made-from
    step "Python packages" "installed from requirements.lock"
fi

# labctl from any directory; what is installed elsewhere has it from pyproject.toml.
# The folder's name can have a space, at which a #! line would end.
[[ -x .venv/bin/labctl ]] || command install -m 755 /dev/stdin .venv/bin/labctl <<EOF
#!/bin/sh
exec ${root@Q}/.venv/bin/python -c 'import sys
sys.path[0] = sys.argv.pop(1)
from labctl.__main__ import app
app(prog_name="labctl")' ${root@Q} "\$@"
EOF
