"""How a resource's properties would change."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

from .secrecy import SECRET
from .values import paths_of, revealed

NAMES = ("target", "profile", "group")
"""The keys by which objects in a list are told apart."""
State = dict[str, Any]
"""The state of a resource in a preview: its `inputs`, `outputs`, …"""


@dataclass(frozen=True)
class Difference:
    """A property with its old and new value, without secrets; None means that there is no value.

    A file that is uploaded into a container is a property with the file's name, and the keys of
    JSON in it are properties too: `settings.json.gitlab.admin_users`. Objects in a list that have a
    `target`, a `profile` or a `group`, are named by it:
    `settings.json.notebook.shared[/data].groups`.
    """

    path: str
    old: Any
    new: Any


def inputs(state: State) -> dict[str, Any]:
    """Return the inputs of a resource, without secrets; uploads are by file names.

    A name is left out if Pulumi chooses it, which with each replacement is another.
    """
    given = dict(state.get("inputs") or {})
    if "name" in (given.get("__defaults") or ()):
        del given["name"]
    if isinstance(given.get("uploads"), list):  # neither secret nor unknown
        given["uploads"] = _files(given["uploads"])
    plain: dict[str, Any] = revealed(given)
    return plain


def _files(uploads: list[Any]) -> dict[str, Any]:
    """Return uploads by name; one that is secret or unknown as a whole has only a number."""
    files: dict[str, Any] = {}
    for number, upload in enumerate(uploads):
        match upload:
            case {"file": str(file), "content": content}:
                name = PurePosixPath(file).name
                with suppress(TypeError, ValueError):
                    content = json.loads(content)
                files[file if name in files else name] = content
            case _:
                files[f"upload {number}"] = upload
    return files


def differences(old: State, new: State, changed: list[str]) -> Iterator[Difference]:
    """Yield the differences of two states; `changed` has the paths that the plug-in names.

    All secrets look alike here, so only those paths tell that a secret has changed.
    """
    before, after = inputs(old), inputs(new)
    found = {difference.path: difference for difference in _compare("", before, after)}
    hidden = list(paths_of(SECRET, after))
    for path in (_named(path, after) for path in changed):
        if not any(_related(path, seen) for seen in found):
            secrets = [secret for secret in hidden if _related(path, secret)]
            found |= {secret: Difference(secret, SECRET, SECRET) for secret in secrets}
            if not secrets:  # somebody changed it by hand
                top = re.split(r"[.\[]", path.removeprefix('["'), maxsplit=1)[0]
                was = revealed((old.get("outputs") or {}).get(top))
                found[top] = Difference(top, was, after.get(top))
    for difference in found.values():
        yield replace(difference, path=difference.path.removeprefix("uploads."))


def _named(path: str, given: dict[str, Any]) -> str:
    """Return a path with an upload's name in place of its number."""
    number, files = re.match(r"uploads\[(\d+)\]", path), given.get("uploads")
    names = list(files) if number and isinstance(files, dict) else []
    return f"uploads.{names[int(number[1])]}" if number and int(number[1]) < len(names) else path


def _related(one: str, other: str) -> bool:
    """Tell whether one of two paths is, or lies in, the other."""
    short, long = sorted([one, other], key=len)
    return long.startswith(short) and long[len(short) : len(short) + 1] in {"", ".", "["}


def _compare(path: str, old: Any, new: Any) -> Iterator[Difference]:
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in old | new:
            yield from _compare(f"{path}.{key}".lstrip("."), old.get(key), new.get(key))
    elif not (_objects(old) and _objects(new)):
        yield Difference(path, old, new)
    elif name := next((key for key in NAMES if all(key in one for one in [*old, *new])), None):
        before, after = ({one[name]: one for one in state} for state in (old, new))
        if before == after:  # in another order
            yield Difference(path, old, new)
        for item in before | after:
            yield from _compare(f"{path}[{item}]", before.get(item), after.get(item))
    elif len(old) == len(new):
        for number, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _compare(f"{path}[{number}]", one, other)
    else:
        yield Difference(path, old, new)


def _objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)
