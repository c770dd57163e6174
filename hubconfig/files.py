"""Pulumi's files in a project's folder: where they are, and what is in them."""

import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml

PROJECT_FILE = "Pulumi.yaml"


class _Loader(yaml.SafeLoader):
    """Reads YAML as Pulumi does, for which `no`, `on` and `1:0` are texts, and `1e3` is a number.

    PyYAML follows YAML 1.1 otherwise.
    """

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  # not those of its parent


for _tag, _pattern, _starts in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|[1-9][0-9_]*|0)", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("float", r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", "-+."),
    ("merge", "<<", "<"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
):
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"(?:{_pattern})$"), list(_starts)
    )


def project_folder(start: Path) -> Path | None:
    """Return the nearest folder with a Pulumi.yaml, from `start` upwards, or None."""
    places = (start, *start.parents)
    return next((folder for folder in places if (folder / PROJECT_FILE).is_file()), None)


def project_name(folder: Path) -> str | None:
    """Return the name of the project whose Pulumi.yaml is in a folder, or None."""
    name = content_of(folder / PROJECT_FILE).get("name")
    return name if isinstance(name, str) else None


def stack_files(folder: Path) -> dict[str, Path]:
    """Return the stack files in a folder by the names of their stacks."""
    files = sorted(folder.glob("Pulumi.*.yaml"))
    return {file.name.removeprefix("Pulumi.").removesuffix(".yaml"): file for file in files}


def content_of(file: Path) -> dict[Any, Any]:
    """Return the keys and values of a YAML file; none if it is not readable or has no keys."""
    with suppress(OSError, yaml.YAMLError):
        content = yaml.load(file.read_bytes(), _Loader)  # noqa: S506  # a safe one
        return content if isinstance(content, dict) else {}
    return {}
