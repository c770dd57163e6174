"""Tables of bad values: a row has the key that is set, its value, and part of what is told."""

from typing import Any

import pytest
from pydantic import ValidationError

from hubconfig.model import Settings

Row = tuple[str, Any, str]


def each(rows: list[Row]) -> pytest.MarkDecorator:
    """Run a test with each row of a table."""
    named = [f"{path}={value}" for path, value, _ in rows]
    return pytest.mark.parametrize(("path", "value", "sentence"), rows, ids=named)


def only_fault(kind: type[Settings], given: dict[str, Any]) -> tuple[str, str, Any]:
    """Return the key, the words and the value of the only thing that a model refuses."""
    with pytest.raises(ValidationError) as caught:
        kind.model_validate(given)
    [fault] = caught.value.errors()
    return ".".join(map(str, fault["loc"])), fault["msg"], fault["input"]
