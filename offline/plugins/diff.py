"""Compares the inputs that a resource was made with and those that it should have."""

from collections.abc import Iterator
from typing import Any

from pulumi.provider.experimental import provider as sdk
from pulumi.provider.experimental.provider import PropertyDiffKind as Kind

from .contract import DEFAULTS, contract
from .errors import INCOMPLETE
from .values import Values, decode, plain

OLD_INPUTS = "__oldInputs"
"""The key of the old state under which `serve.py` passes on the old inputs."""

REPLACING = {
    Kind.ADD: Kind.ADD_REPLACE,
    Kind.DELETE: Kind.DELETE_REPLACE,
    Kind.UPDATE: Kind.UPDATE_REPLACE,
}


def compare(token: str, request: sdk.DiffRequest) -> sdk.DiffResponse:
    """Return the answer to a request; a resource whose creation failed half-way is replaced."""
    old, new = plain(request.old_state[OLD_INPUTS]), decode(request.new_inputs)
    kinds = differences(token, old, new, request.ignore_changes)
    if INCOMPLETE in request.old_state:
        kinds[INCOMPLETE] = Kind.DELETE_REPLACE
    replaced = [path for path, kind in kinds.items() if kind in REPLACING.values()]
    spec = contract()["resources"][token]
    # As the official plug-ins do, since two resources cannot have one name at the same time.
    named = spec.get("autonamed") and "name" not in new.get(DEFAULTS, ())
    return sdk.DiffResponse(
        changes=bool(kinds),
        replaces=sorted({root(path) for path in replaced}),
        diffs=sorted({root(path) for path in kinds}),
        detailed_diff={
            path: sdk.PropertyDiff(kind, path != INCOMPLETE) for path, kind in kinds.items()
        },
        delete_before_replace=bool(replaced and (named or spec.get("deleteBeforeReplace"))),
    )


def differences(token: str, olds: Values, news: Values, ignored: list[str]) -> dict[str, Kind]:
    """Return the kind of difference by property path, such as `envs[1]` or `build.args.X`.

    Paths under one of `ignored` are left out. The order of lists that are sets means nothing.
    """
    specs = contract()["resources"][token]["inputs"]
    return {
        path: REPLACING[kind] if specs.get(root(path), {}).get("replaces") else kind
        for path, kind in _objects(specs, olds, news, "")
        if not any(path == i or path.startswith((f"{i}.", f"{i}[")) for i in ignored)
    }


def root(path: str) -> str:
    """Return the property that a path starts with."""
    return path.partition(".")[0].partition("[")[0]


def _objects(specs: Values, olds: Values, news: Values, path: str) -> Iterator[tuple[str, Kind]]:
    for name in sorted({*olds, *news} - {DEFAULTS}):
        where = f"{path}{name}"
        if name not in news:
            if not specs.get(name, {}).get("computed"):
                yield where, Kind.DELETE
        elif name not in olds:
            yield where, Kind.ADD
        else:
            yield from _values(specs.get(name, {}), olds[name], news[name], where)


def _values(spec: Values, old: Any, new: Any, path: str) -> Iterator[tuple[str, Kind]]:
    kind = spec.get("type", "")
    fields = contract()["types"].get(kind, {}).get("properties", {})
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _objects(fields, old, new, f"{path}.")
    elif isinstance(old, list) and isinstance(new, list):
        item = {"type": kind.removeprefix("list of ")}
        left, added = dict(enumerate(old)), dict(enumerate(new))
        if spec.get("set"):
            left, added = _unmatched(item, left, added)
        for i in sorted({*left, *added}):
            if i not in added:
                yield f"{path}[{i}]", Kind.DELETE
            elif i not in left:
                yield f"{path}[{i}]", Kind.ADD
            else:
                yield from _values(item, left[i], added[i], f"{path}[{i}]")
    elif old != new:
        yield path, Kind.UPDATE


Members = dict[int, Any]


def _unmatched(item: Values, olds: Members, news: Members) -> tuple[Members, Members]:
    """Return the members of each of two sets, by index, that have no equal in the other."""
    olds, news = dict(olds), dict(news)
    for i, new in list(news.items()):
        for j, old in list(olds.items()):
            if not any(_values(item, old, new, "")):
                del olds[j], news[i]
                break
    return olds, news
