"""The contract of each resource type: which inputs it takes, and which outputs follow from them.

`contract.json` holds, for each type and each of its inputs: `type`; `replaces`, if a change
replaces the resource; `default`; `computed`, if an input that is no longer given keeps its value;
`set`, if the order of the list means nothing; `pattern`, which a text has to match as a whole;
`empty`, what the official plug-in records for an input that is not given; `official`, if only the
official plug-in covers the input.
"""

import hashlib
import json
import re
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from .values import UNKNOWN, Values

DEFAULTS = "__defaults"
"""The input that lists the inputs beside it that the plug-in has filled in."""

PYTHON_TYPES = {"string": str, "boolean": bool, "integer": int}


@cache
def contract() -> dict[str, Any]:
    """Return the content of `contract.json`."""
    table: dict[str, Any] = json.loads(Path(__file__).with_name("contract.json").read_text())
    return table


class Check:
    """Checks one resource's inputs and fills in defaults.

    `inputs` are the checked inputs; `failures` are pairs of a property path and a reason.
    """

    def __init__(self, token: str, name: str, news: Values, olds: Values, seed: bytes) -> None:
        self.spec = contract()["resources"][token]
        self.what = f"{token.rpartition(':')[2]} '{name}'"
        self.failures: list[tuple[str, str]] = []
        self.marks = self.spec.get("recordsDefaults", False)
        filled = {"name": auto_name(name, olds, seed)} if self.spec.get("autonamed") else {}
        self.inputs = self.fill(self.spec["inputs"], self.spec["required"], news, "", filled)

    def fill(
        self, specs: Values, required: list[str], given: Values, path: str, filled: Values
    ) -> Values:
        """Return `given` checked against `specs`, with defaults and what was `filled` in."""
        values = {
            name: self.value(specs.get(name), value, f"{path}{name}", specs)
            for name, value in given.items()
            if name != DEFAULTS
        }
        for name in required:
            if name not in values:
                self.fail(f"{path}{name}", "is required; set it")
        defaults = {n: s["default"] for n, s in specs.items() if "default" in s} | filled
        missing = {n: v for n, v in sorted(defaults.items()) if n not in values}
        return values | missing | ({DEFAULTS: list(missing)} if self.marks else {})

    def value(self, spec: Values | None, value: Any, path: str, siblings: Values) -> Any:
        """Return one value, checked against `spec`; an unknown value passes."""
        if spec is None:
            near = get_close_matches(path.rpartition(".")[2], siblings, n=3)
            known = ", ".join(near or sorted(siblings))
            return self.fail(path, f"is not an input; known ones are {known}")
        if "official" in spec:
            return self.fail(path, "is covered by the official plug-in only; leave it out here")
        if value == UNKNOWN:
            return value
        checked = self.typed(spec["type"], value, path)
        pattern = spec.get("pattern")
        if pattern and isinstance(value, str) and not re.fullmatch(f"({pattern})?", value):
            self.fail(path, f"must match {pattern}")
        return checked

    def typed(self, kind: str, value: Any, path: str) -> Any:
        """Return `value` checked against the type named `kind`."""
        if kind.startswith("list of ") and isinstance(value, list):
            item = {"type": kind.removeprefix("list of ")}
            return [self.value(item, v, f"{path}[{i}]", {}) for i, v in enumerate(value)]
        if kind.startswith("map of ") and isinstance(value, dict):
            item = {"type": kind.removeprefix("map of ")}
            return {k: self.value(item, v, f"{path}.{k}", {}) for k, v in value.items()}
        if kind in contract()["types"] and isinstance(value, dict):
            fields = contract()["types"][kind]
            return self.fill(fields["properties"], fields["required"], value, f"{path}.", {})
        if type(value) is not PYTHON_TYPES.get(kind):  # a bool is an int to isinstance
            return self.fail(path, f"is a {type(value).__name__}; it must be a {kind}")
        return value

    def fail(self, path: str, reason: str) -> None:
        """Note a failure. Values are never quoted, since they may be secrets."""
        self.failures.append((path, f"{self.what}: {path} {reason}"))


def auto_name(logical: str, olds: Values, seed: bytes) -> str:
    """Return `<logical>-<7 hexadecimal digits>`, or the name that the resource already has."""
    if "name" in olds.get(DEFAULTS, ()):
        return str(olds["name"])
    return f"{logical}-{hashlib.sha256(seed).hexdigest()[:7]}"


def completed(token: str, inputs: Values) -> Values:
    """Return the outputs for `inputs`; those that are not given are null or empty."""
    spec = contract()["resources"][token]
    outputs = {**spec.get("emptyOutputs", {})}
    for name, value in inputs.items():
        if name != DEFAULTS:
            outputs[name] = _completed(spec["inputs"][name]["type"], value)
    return outputs | ({"__meta": spec["meta"]} if "meta" in spec else {})


def _completed(kind: str, value: Any) -> Any:
    if kind.startswith("list of "):
        return [_completed(kind.removeprefix("list of "), item) for item in value]
    if kind in contract()["types"]:
        specs = contract()["types"][kind]["properties"]
        return {
            name: _completed(spec.get("type", "string"), value[name])
            if name in value
            else spec.get("empty")
            for name, spec in specs.items()
        }
    return value
