"""What is wrong with a configuration, in the words of a stack file; never a secret's value."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from .settings import Settings, example, models_within

SHAPES = {
    "tuple_type": "expected a list",
    "model_type": "expected keys with values",
    "too_short": "the list is empty: give at least one, or remove the key",
}
"""In place of pydantic's words for these faults. What was found is not shown: it can be a token in
the place of a section."""
OF_A_SECRET = "see docs/configuration.md for what is expected"  # noqa: S105  # no secret itself

Path = tuple[int | str, ...]


def explain(
    project: str, model: type[Settings], error: ValidationError, secrets: set[str]
) -> list[str]:
    """Say what is wrong, a line each: the key, what is expected, what was found, an example.

    `secrets` are the sections of which nothing may be shown.
    """
    return [
        line
        for fault in error.errors()
        if not _follows_from_another(fault)
        for line in _lines(project, model, fault, secrets)
    ]


def _follows_from_another(fault: ErrorDetails) -> bool:
    """Tell whether a default lacks what it is made of, or a list what was refused of it."""
    kind, found = fault["type"], fault["input"]
    return kind == "default_factory_not_called" or (kind == "too_short" and len(found) > 0)


def _lines(
    project: str, model: type[Settings], fault: ErrorDetails, secrets: set[str]
) -> Iterator[str]:
    kind, path = fault["type"], fault["loc"]
    field = _field(model, path)
    if kind == "extra_forbidden":
        yield f"{_key(project, path)}: unknown key; {_nearest(model, path)}"
        return
    if kind == "missing" and field:
        path, value = _first_within(path, example(field))
        key = _key(project, path)
        yield f"{key}: missing; set it with: pulumi config set --path '{key}' {as_yaml(value)}"
        return
    secret = path[0] in secrets if path else bool(secrets)
    reasons = SHAPES.get(kind) or fault["msg"].removeprefix("Value error, ")
    if secret and kind == "value_error":  # the models' own words quote what they found
        kept = " and ".join(sorted(secrets))
        reasons = OF_A_SECRET if path else f"{kept}, kept secret, and another section do not fit"
    whole = kind == "value_error" and isinstance(fault["input"], dict | list)
    for reason in reasons.splitlines():
        notes = []
        if secret:
            notes.append("found: a secret")
        elif isinstance(fault["input"], str | int | float) and kind not in SHAPES:
            notes.append(f"found: {_without_credentials(fault['input'])!r}")
        if field and not whole and "such as" not in reason:
            notes.append(f"example: {as_yaml(_example_at(field, path))}")
        yield f"{_key(project, path)}: {reason}" + (f" ({', '.join(notes)})" if notes else "")


def as_yaml(value: Any) -> str:
    """Write a value as it stands in a stack file, on one line."""
    if isinstance(value, str):
        return value
    text: str = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=1000)
    return text.removesuffix("...\n").strip()


def _without_credentials(value: Any) -> Any:
    """Leave out what can be a password in an address: what is before its @, and its query."""
    if not isinstance(value, str):
        return value
    shown = re.sub(r"(?s)^(\w+://|(?=[^@]*:)).*@", r"\1…@", value)
    return re.sub(r"(?s)(://[^?#]*)[?#].*", r"\1?…", shown)


def _key(project: str, path: Path) -> str:
    """Write a path as `pulumi config set --path` takes it."""
    parts = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return f"{project}:{parts[1:]}" if path else project


def _field(model: type[Settings], path: Path) -> FieldInfo | None:
    """Return the field at a path, or the list in which the path ends."""
    field = None
    for part in path:
        if isinstance(part, str):
            if field:
                model = next(models_within(field.annotation))
            field = model.model_fields.get(part)
    return field


def _example_at(field: FieldInfo, path: Path) -> Any:
    value = example(field)
    return value[0] if isinstance(path[-1], int) else value


def _first_within(path: Path, value: Any) -> tuple[Path, Any]:
    """Return the first single value in what a key can be set to, and its path."""
    while isinstance(value, dict):
        [key, *_] = value
        path, value = (*path, key), value[key]
    return path, value


def _nearest(model: type[Settings], path: Path) -> str:
    """Name the key that was probably meant, or all that there are."""
    parent = _field(model, path[:-1])
    keys = sorted((next(models_within(parent.annotation)) if parent else model).model_fields)
    close = get_close_matches(str(path[-1]), keys, n=1)
    return f"did you mean {close[0]}?" if close else f"the keys here are {', '.join(keys)}"
