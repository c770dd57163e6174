"""Messages on what is wrong with a stack file, in its own terms and without secrets."""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any

import yaml
from pydantic_core import ErrorDetails

from .checking import Path, PlacedFault, example_at, field_at
from .model import Settings, example, models_within

SHAPES = {
    "tuple_type": "expected a list",
    "model_type": "expected keys with values",
    "too_short": "the list is empty: give at least one, or remove the key",
}
"""Messages that replace pydantic's, by type of error. The value that was found is not shown: it can
be a token in the place of a section."""
OF_A_SECRET = "see docs/configuration.md for what is expected"  # noqa: S105  # no secret itself


def errors_told(
    project: str, kind: type[Settings], errors: Iterable[ErrorDetails], secrets: set[str]
) -> Iterator[str]:
    """Yield a line for each error: the key, what is expected, what was found, an example.

    `secrets` has the names of the sections whose values must not be shown.
    """
    for error in errors:
        yield from _told(project, kind, error, secrets)


def faults_told(project: str, faults: Iterable[PlacedFault], secrets: set[str]) -> Iterator[str]:
    """Yield a line for each fault between keys: the path of its model, and what is wrong."""
    for path, fault in faults:
        sections = {str(part) for part in path[:1]} or {key.split(".")[0] for key in fault.keys}
        if not sections & secrets:
            yield f"{key_of(project, path)}: {fault.sentence}"
        elif len(sections) == 1:
            yield f"{key_of(project, path or (*sections,))}: {OF_A_SECRET}"
        else:
            hidden = " and ".join(sorted(sections & secrets))
            yield f"{project}: {hidden}, kept secret, and another section do not fit"


def key_of(project: str, path: Path) -> str:
    """Return a path as `pulumi config set --path` takes it: `jupyterhub:profiles[0].cpus`."""
    parts = "".join(map(_step, path))
    return f"{project}:{parts[1:]}" if path else project


def _step(part: int | str) -> str:
    if isinstance(part, int):
        return f"[{part}]"
    return f'["{part}"]' if "." in part else f".{part}"


def as_yaml(value: Any) -> str:
    """Return a value as it is written in a stack file, on one line."""
    if isinstance(value, str):
        return value
    text: str = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=1000)
    return text.removesuffix("...\n").strip()


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a hint: the known key that `word` was probably meant to be, or all known keys."""
    keys = sorted(known)
    close = get_close_matches(word, keys, n=1)
    return f"did you mean {close[0]}?" if close else f"the keys here are {', '.join(keys)}"


def _told(
    project: str, kind: type[Settings], error: ErrorDetails, secrets: set[str]
) -> Iterator[str]:
    what, path, found = error["type"], error["loc"], error["input"]
    field = field_at(kind, path)
    if what == "extra_forbidden":
        parent = field_at(kind, path[:-1])
        model = next(models_within(parent.annotation)) if parent else kind
        hint = nearest(str(path[-1]), model.model_fields)
        yield f"{key_of(project, path)}: unknown key; {hint}"
        return
    if what == "missing" and field:
        path, value = _first_within(path, example(field))
        key = key_of(project, path)
        yield f"{key}: missing; set it with: pulumi config set --path '{key}' {as_yaml(value)}"
        return
    secret = path[0] in secrets
    reasons = SHAPES.get(what) or error["msg"].removeprefix("Value error, ")
    if secret and what == "value_error":  # the models' own messages quote the value
        reasons = OF_A_SECRET
    if found is None or (found == "" and what in SHAPES):  # which Pulumi makes of no value
        reasons = "it has no value: give one"
        reasons += ", or remove the key" if field and not field.is_required() else ""
    whole = what == "value_error" and isinstance(found, dict | list)
    for reason in reasons.splitlines():
        notes = []
        if secret:
            notes.append("found: a secret")
        elif isinstance(found, str | int | float) and what not in SHAPES:
            notes.append(f"found: {_without_credentials(found)!r}")
        if field and not whole and "such as" not in reason:
            notes.append(f"example: {as_yaml(example_at(kind, path, field))}")
        yield f"{key_of(project, path)}: {reason}" + (f" ({', '.join(notes)})" if notes else "")


def _without_credentials(value: Any) -> Any:
    """Return a value without what can be a password in an address: before its @, or its query."""
    if not isinstance(value, str):
        return value
    shown = re.sub(r"(?s)^(\w+://|(?=[^@]*:)).*@", r"\1…@", value)
    return re.sub(r"(?s)(://[^?#]*)[?#].*", r"\1?…", shown)


def _first_within(path: Path, value: Any) -> tuple[Path, Any]:
    """Return the path of the first single value within a value at `path`, and that single value."""
    while isinstance(value, dict):
        key = next(iter(value))
        path, value = (*path, key), value[key]
    return path, value
