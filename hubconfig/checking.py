"""Checks a stack's values completely: a wrong value hides nothing that is wrong with others."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from .model import LATER, Fault, Settings, example, models_within

ATTEMPTS = 4
"""How many times wrong values are replaced. Then what contains them can turn out to be wrong too,
such as a list."""

Path = tuple[int | str, ...]
"""The keys and list indexes that lead to a value, such as `("profiles", 0, "cpus")`."""
PlacedFault = tuple[Path, Fault]
"""A fault between keys, after the path of the model that yields it."""
Model = TypeVar("Model", bound=Settings)


@dataclass(frozen=True)
class Checked(Generic[Model]):
    """The result of a check: a model, and the `errors` of single values.

    `wrong` has the paths of the values that are wrong or unknown. `model` has examples in their
    place, and is None if it is wrong even so.
    """

    model: Model | None
    errors: list[ErrorDetails]
    wrong: list[Path]

    def telling(self, faults: Iterable[PlacedFault]) -> list[PlacedFault]:
        """Return the faults that do not depend on an example in the place of a wrong value."""
        return [
            (path, fault)
            for path, fault in faults
            if not any(_meets((*path, *_parts(key)), self.wrong) for key in fault.keys)
        ]


def check(kind: type[Model], given: Any, unknown: Iterable[Path] = ()) -> Checked[Model]:
    """Check each value that is `given` for a model, except those at `unknown` paths.

    Faults between keys are not looked for here: `within` collects them.
    """
    errors: list[ErrorDetails] = []
    left_out = [*unknown]
    mended = deepcopy(given)
    for path in left_out:
        _mend(kind, mended, path)
    for _ in range(ATTEMPTS):
        try:
            model = kind.model_validate(mended, context=LATER)
        except ValidationError as found:
            new = [error for error in found.errors() if not _follows(error)]
            errors += [error for error in new if not _meets(error["loc"], left_out)]
            left_out += [error["loc"] for error in new]
            for error in new:
                _mend(kind, mended, error["loc"], known=error["type"] != "extra_forbidden")
        else:
            return Checked(model, errors, left_out)
    return Checked(None, errors, left_out)


def within(
    model: Settings, faults: Callable[[Settings], Iterator[Fault]], path: Path = ()
) -> Iterator[PlacedFault]:
    """Yield what `faults` yields for a model and for all models in it, with the model's path."""
    yield from ((path, fault) for fault in faults(model))
    for key in type(model).model_fields:
        value = getattr(model, key)
        items: Iterable[tuple[Any, Any]] = [(None, value)]
        if isinstance(value, tuple | dict):
            items = value.items() if isinstance(value, dict) else enumerate(value)
        for place, item in items:
            if isinstance(item, Settings):
                yield from within(item, faults, (*path, key, *([] if place is None else [place])))


def _parts(key: str) -> Path:
    """Return the path that a fault's key is, such as `profiles.0.name`."""
    return tuple(int(part) if part.isdecimal() else part for part in key.split("."))


def field_at(kind: type[Settings], path: Path) -> FieldInfo | None:
    """Return the field at a path, or None; for an item of a list or a dict, the field of that."""
    field, inner, named = None, [kind], False
    for part in path:
        if isinstance(part, int) or named:  # it tells items apart
            named = False
            continue
        if field:
            inner = [*models_within(field.annotation)]
        if not inner:
            break
        field = inner[0].model_fields.get(part)
        named = field is not None and get_origin(field.annotation) is dict
    return field


def example_at(kind: type[Settings], path: Path, field: FieldInfo) -> Any:
    """Return an example for the value at a path; for an item, the example's first item."""
    value = example(field)
    if isinstance(path[-1], int):
        return value[0]
    is_item = field_at(kind, path[:-1]) is field  # of a dict, by its name
    return next(iter(value.values())) if is_item else value


def _follows(error: ErrorDetails) -> bool:
    """Tell whether an error is only the consequence of another one.

    It is so for a default that is derived from a wrong value, and for a list that is too short
    since its items are wrong.
    """
    kind, found = error["type"], error["input"]
    return kind == "default_factory_not_called" or (kind == "too_short" and len(found) > 0)


def _meets(path: Path, others: Iterable[Path]) -> bool:
    """Tell whether a path is the same as one of the others, lies in it or contains it."""
    return any(_overlap(path, other) for other in others)


def _overlap(one: Path, other: Path) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def _mend(kind: type[Settings], given: Any, path: Path, *, known: bool = True) -> None:
    """Put an example at a path of what is given, or remove the key there if it is not `known`."""
    *parents, last = path
    with suppress(KeyError, IndexError, TypeError):  # a value above it is wrong, too
        for part in parents:
            given = given[part]
        if not known:
            del given[last]
        elif field := field_at(kind, path):
            given[last] = example_at(kind, path, field)
