"""The build contexts under `images/`: their arguments, digests and versions of JupyterHub."""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path

from pulumi import RunError

_HERE = Path(__file__).resolve().parent
_INSTALLED = _HERE / "build_contexts"
FOLDER = Path(os.path.relpath(_INSTALLED if _INSTALLED.is_dir() else _HERE.parent / "images"))
"""The folder of the contexts, relative to the program: absolute paths differ between checkouts."""


def declared_arguments(context: Path) -> list[str]:
    """Return the names of the build arguments that a context's Dockerfile declares."""
    return re.findall(r"^ARG (\w+)", (context / "Dockerfile").read_text(), re.MULTILINE)


def digest(context: Path, build_args: Mapping[str, str], platform: str) -> str:
    """Return a digest of a build context, its arguments and its platform: 12 hexadecimal digits.

    A parent image counts through its reference, which is an argument.
    """
    result = hashlib.sha256(json.dumps([dict(build_args), platform], sort_keys=True).encode())
    for file in sorted(context.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            # Of a file's mode, Git keeps only whether the file can be executed.
            executable = bool(file.stat().st_mode & 0o100)
            result.update(f"\0{file.relative_to(context).as_posix()}\0{executable}\0".encode())
            result.update(hashlib.sha256(file.read_bytes()).digest())
    return result.hexdigest()[:12]


def check_versions() -> None:
    """Raise `RunError` if hub and notebooks would have different versions of JupyterHub."""
    found = {
        str(lock): re.findall(r"^jupyterhub==(\S+)", lock.read_text(), re.MULTILINE)[0]
        for folder in ("hub", "singleuser", "lab")
        for lock in sorted((FOLDER / folder).glob("requirements*.lock"))
    }
    if len(set(found.values())) > 1:
        listed = ", ".join(f"{lock} has {version}" for lock, version in found.items())
        msg = f"hub and notebooks need one version of jupyterhub, but {listed}: run make lock"
        raise RunError(msg)
