"""What the models have in common."""

from collections.abc import Iterator
from typing import Any

from pydantic import create_model
from pydantic.fields import FieldInfo

from hubconfig.configuration import Configuration
from hubconfig.model import Settings, example, models_within

FILES = {"ca_file", "site_ca"}
"""Whose examples are not on this machine."""


def fields(model: type[Settings]) -> Iterator[tuple[str, FieldInfo]]:
    for key, field in model.model_fields.items():
        yield key, field
        for within in models_within(field.annotation):
            yield from fields(within)


def test_every_example_is_taken():
    for key, field in fields(Configuration):
        if key not in FILES:
            kind: Any = field.annotation
            create_model(key, one=(kind, field)).model_validate({"one": example(field)})
