"""Folders from which environments are built: a Dockerfile, or lists of packages."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

DOCKERFILE, LOCK, DECLARED = "Dockerfile", "requirements.lock", "requirements.in"
VERSION_FILE = ".python-version"
"""The file that says a kernel's version of Python, as for uv and pyenv."""
_VERSION = re.compile(r"3\.\d{1,2}(\.\d{1,2})?")
_KERNEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
"""What a kernel can be called, as jupyter_client's kernelspec.py has it."""
_BECOMES = re.compile(r"^USER\s+(\S+)", re.MULTILINE | re.IGNORECASE)


def faults(folder: Path, apt: Sequence[str]) -> Iterator[str]:
    """Yield why a folder cannot be built, to which packages of Debian's are added."""
    if not folder.is_dir():
        yield f"there is no folder {folder}: make it, or correct its name"
    elif (folder / DOCKERFILE).is_file():
        yield from _of_dockerfile(folder / DOCKERFILE, apt)
    else:
        yield from _of_packages(folder)


def _of_dockerfile(file: Path, apt: Sequence[str]) -> Iterator[str]:
    text = file.read_text()
    if apt:
        yield (
            f"apt: {file} has a line for what it needs, such as RUN apt-install {' '.join(apt)}: "
            "remove apt"
        )
    if not re.search(r"^ARG LAB\b", text, re.MULTILINE):
        yield (
            f"{file} does not build on the lab: begin it with ARG LAB and FROM ${{LAB}}, or build "
            "and push it yourself, and give its name as image"
        )
    if (users := _BECOMES.findall(text)) and users[-1].partition(":")[0] in {"0", "root"}:
        yield f"{file} ends as root, as whom servers would run: end it with USER ${{NB_UID}}"


def _of_packages(folder: Path) -> Iterator[str]:
    kernels = sorted(each for each in folder.glob("kernels/*") if each.is_dir())
    places = [folder, *kernels]
    lock = f"run make lock FOLDER={folder}"
    if not kernels and not any((folder / name).exists() for name in (LOCK, DECLARED)):
        yield (
            f"{folder} has no {DOCKERFILE}, no {DECLARED} and no kernels: write the packages that "
            f"people need into {folder / DECLARED}, a line each, and {lock}"
        )
    for kernel in kernels:
        yield from _of_kernel(kernel)
    for place in places:
        locked, declared = place / LOCK, place / DECLARED
        if declared.exists() and not locked.exists():
            yield f"{declared} is not locked: {lock}"
        elif locked.exists() and "--hash=sha256:" not in locked.read_text():
            yield f"{locked} has no hashes: write {declared}, and {lock}"
        elif place in kernels and not locked.exists():
            yield f"{place} has no {DECLARED}: write it, with ipykernel in it, and {lock}"


def _of_kernel(folder: Path) -> Iterator[str]:
    file = folder / VERSION_FILE
    version = file.read_text().strip() if file.exists() else "3.13"
    if not _VERSION.fullmatch(version):
        yield f"{file} says {version}: give a version such as 3.12"
    if not _KERNEL.fullmatch(folder.name):
        yield f"{folder}: a kernel's name has letters, digits, '.', '_' and '-': rename the folder"
