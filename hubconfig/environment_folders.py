"""Folders from which environments are built: a Dockerfile, or lists of packages."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from .dockerfile import arguments_of, result_of, text_of

DOCKERFILE, LOCK, DECLARED = "Dockerfile", "requirements.lock", "requirements.in"
OTHER = "requirements.txt"
"""What the declared packages are called in other projects, and here it is read by nobody."""
VERSION_FILE = ".python-version"
"""The file that says a kernel's version of Python, as for uv and pyenv."""
_VERSION = re.compile(r"3\.\d{1,2}(\.\d{1,2})?")
_KERNEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
"""What a kernel can be called, as jupyter_client's kernelspec.py has it."""
_WANTED = re.compile(
    r"^\s*(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)(\[[^]]*\])?(\s*==\s*(?P<version>[^\s;*]+))?",
    re.MULTILINE,
)
"""A package at the beginning of a line, which is no option and no comment, and its only version."""


def lock_command(folder: Path, base: str) -> str:
    """Return the command that locks the packages of an environment."""
    return f"make lock FOLDER={folder}" + ("" if base == "lab" else f" BASE={base}")


def locked_versions(lock: Path) -> dict[str, set[str]]:
    """Return the versions that a lock file has of each package, by its normalized name.

    There are several where they depend on the version of Python.
    """
    found: dict[str, set[str]] = {}
    text = lock.read_text(errors="replace")
    for name, version in re.findall(r"^(\S+)==([^\s;]+)", text, re.MULTILINE):
        found.setdefault(_normal(name), set()).add(version)
    return found


def faults(folder: Path, base: str, apt: Sequence[str]) -> Iterator[str]:
    """Yield why a folder cannot be built on a base, with packages of Debian's besides."""
    try:
        if not folder.is_dir():
            yield f"there is no folder {folder}: make it, or correct its name"
        elif (folder / DOCKERFILE).is_file():
            yield from _of_dockerfile(folder / DOCKERFILE, apt)
        else:
            yield from _of_packages(folder, f"run {lock_command(folder, base)}")
    except OSError as error:
        yield f"{error.filename} cannot be read: {error.strerror}"


def _of_dockerfile(file: Path, apt: Sequence[str]) -> Iterator[str]:
    text = text_of(file)
    result = result_of(text)
    if apt:
        yield (
            f"apt: {file} has a line for what it needs, such as RUN apt-install {' '.join(apt)}: "
            "remove apt"
        )
    if "LAB" not in arguments_of(text) or result.parent not in {"$LAB", "${LAB}"}:
        yield (
            f"{file} does not build on the lab: begin it with ARG LAB and FROM ${{LAB}}, or build "
            "and push it yourself, and give its name as image"
        )
    if result.user.partition(":")[0] in {"0", "root"}:
        yield f"{file} ends as root, as whom servers would run: end it with USER ${{NB_UID}}"


def _of_packages(folder: Path, lock: str) -> Iterator[str]:
    kernels = sorted(each for each in folder.glob("kernels/*") if each.is_dir())
    has_packages = any((folder / name).is_file() for name in (LOCK, DECLARED))
    if not has_packages and (folder / OTHER).is_file():
        yield f"{folder / OTHER}: rename it to {DECLARED}, and {lock}"
    elif not has_packages and not kernels:
        yield (
            f"{folder} has no {DOCKERFILE}, no {DECLARED} and no kernels: write the packages that "
            f"people need into {folder / DECLARED}, a line each, and {lock}"
        )
    if (folder / ".dockerignore").exists():
        yield f"{folder}/.dockerignore hides files from the build, which needs them: remove it"
    yield from _of_names(kernels)
    for place in (folder, *kernels):
        locked, declared = place / LOCK, place / DECLARED
        if locked.is_file():
            yield from _of_lock(locked, declared, lock)
        elif declared.is_file():
            yield f"{declared} is not locked: {lock}"
        elif place in kernels:
            yield f"{place} has no {DECLARED}: write it, with ipykernel in it, and {lock}"


def _of_lock(locked: Path, declared: Path, lock: str) -> Iterator[str]:
    if "--hash=sha256:" not in locked.read_text(errors="replace"):
        yield f"{locked} has no hashes: write {declared}, and {lock}"
    elif declared.is_file():
        has = locked_versions(locked)
        missing = []
        for found in _WANTED.finditer(declared.read_text(errors="replace")):
            versions = has.get(_normal(found["name"]))
            if not versions or found["version"] not in {None, *versions}:
                missing.append(found[0].strip())
        if missing:
            yield f"{locked} does not have {', '.join(missing)}, as {declared} has: {lock}"


def _of_names(kernels: Sequence[Path]) -> Iterator[str]:
    for number, folder in enumerate(kernels):
        file = folder / VERSION_FILE
        version = file.read_text(errors="replace").strip() if file.is_file() else "3.13"
        if not _VERSION.fullmatch(version):
            yield f"{file} says {version}: give a version such as 3.12"
        if not _KERNEL.fullmatch(folder.name):
            allowed = "letters, digits, '.', '_' and '-'"
            yield f"{folder}: a kernel's name has {allowed}: rename the folder"
        elif folder.name.lower() == "python3":
            yield f"{folder} would take the place of the lab's own kernel: rename the folder"
        elif folder.name.lower() in {each.name.lower() for each in kernels[:number]}:
            yield f"{folder} and another kernel differ by case only: rename one of the folders"


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
