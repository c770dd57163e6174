"""The build contexts under `images/`: their arguments, digests and versions of JupyterHub."""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path

from pulumi import RunError

from hubconfig.environment_folders import LOCK, lock_command, locked_versions
from hubconfig.sections.environments import READY

_HERE = Path(__file__).resolve().parent
_INSTALLED = _HERE / "build_contexts"
FOLDER = Path(os.path.relpath(_INSTALLED if _INSTALLED.is_dir() else _HERE.parent / "images"))
"""The folder of the contexts, relative to the program: absolute paths differ between checkouts."""


def digest(
    context: Path, build_args: Mapping[str, str], platform: str, *, dockerfile: Path | None = None
) -> str:
    """Return a digest of a build context, its arguments and its platform: 12 hexadecimal digits.

    A parent image counts through its reference, which is an argument, and a Dockerfile by itself if
    it is not in the context. Links count as such, wherever they lead.
    """
    result = hashlib.sha256(json.dumps([dict(build_args), platform], sort_keys=True).encode())
    if dockerfile and not dockerfile.is_relative_to(context):
        result.update(dockerfile.read_bytes())
    for file in sorted(context.rglob("*")):
        name = file.relative_to(context).as_posix()
        if file.is_symlink():
            result.update(f"\0{name}\0 -> {file.readlink()}\0".encode())
        elif file.is_file() and "__pycache__" not in file.parts:
            # Of a file's mode, Git keeps only whether the file can be executed.
            executable = bool(file.stat().st_mode & 0o100)
            result.update(f"\0{name}\0{executable}\0".encode())
            with file.open("rb") as content:
                result.update(hashlib.file_digest(content, "sha256").digest())
    return result.hexdigest()[:12]


def check_lock(folder: Path, base: str) -> None:
    """Raise `RunError` if packages of an environment would replace some of its base's.

    The base's are tried together, and the lab's server is made of some of them.
    """
    lock, of_base = folder / LOCK, locked_versions(FOLDER / base / LOCK)
    if not lock.exists():
        return
    others = {
        name: versions
        for name, versions in locked_versions(lock).items()
        if name in of_base and not versions <= of_base[name]
    }
    if others:
        listed = ", ".join(f"{name} {' and '.join(sorted(of))}" for name, of in others.items())
        msg = (
            f"{lock} has other versions than {base}, which they would replace: {listed}; run "
            f"{lock_command(folder, base)}, or have these in a kernel of its own"
        )
        raise RunError(msg)


def version_of_jupyterhub() -> str:
    """Return the version of JupyterHub that hub and notebooks have.

    Raises `RunError` if they would have different ones.
    """
    found = {
        str(lock): re.findall(r"^jupyterhub==(\S+)", lock.read_text(), re.MULTILINE)[0]
        for folder in ("hub", "singleuser", *READY)
        for lock in sorted((FOLDER / folder).glob("requirements*.lock"))
    }
    if len(set(found.values())) > 1:
        listed = ", ".join(f"{lock} has {version}" for lock, version in found.items())
        msg = f"hub and notebooks need one version of jupyterhub, but {listed}: run make lock"
        raise RunError(msg)
    return str(next(iter(found.values())))
