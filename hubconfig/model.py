"""The base class of the models of a stack file, and helpers for their fields."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self, get_args, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, field_validator, model_validator
from pydantic import ValidationInfo as Info
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

LATER = object()
"""The validation context with which `checking.py` leaves out faults between keys until later."""


@dataclass(frozen=True)
class Fault:
    """A sentence on what does not fit together, and the keys that it is about.

    Keys are relative to the model that yields the fault, such as `gateway`, `allow.groups`
    or `profiles.0.name`.
    """

    keys: tuple[str, ...]
    sentence: str


class Settings(BaseModel):
    """The base of every model: unknown keys are refused, and values cannot be changed.

    The string under a field is its description in docs/configuration.md. Building a model in Python
    raises pydantic's `ValidationError` with everything that is wrong with it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    def faults(self) -> Iterator[Fault]:
        """Yield a fault for each set of keys that do not fit together."""
        yield from ()

    def faults_here(self) -> Iterator[Fault]:
        """Yield what is wrong with the files of this machine that the keys name."""
        yield from ()

    @field_validator("*", mode="before")
    @classmethod
    def _is_no_boolean(cls, given: Any, info: Info) -> Any:
        """Refuse true and false where another value is expected: pydantic takes true for 1."""
        field = cls.model_fields[str(info.field_name)]
        if isinstance(given, bool) and field.annotation is not bool:
            msg = "true and false are not expected here"
            raise ValueError(msg)
        return given

    @model_validator(mode="after")
    def _fits_together(self, info: Info) -> Self:
        found = [] if info.context is LATER else [fault.sentence for fault in self.faults()]
        if found:
            kind = "value_error"
            raise PydanticCustomError(kind, "\n".join(found))
        return self


def matching(pattern: str, expected: str) -> AfterValidator:
    """Return a validator that refuses a text unless `pattern` matches it as a whole.

    Its `ValueError` says what is `expected`.
    """

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            msg = f"expected {expected}"
            raise ValueError(msg)
        return text

    return AfterValidator(check)


def models_within(annotation: Any) -> Iterator[type[Settings]]:
    """Yield the models that are a part of a field's type."""
    if isinstance(annotation, type) and issubclass(annotation, Settings):
        yield annotation
    for argument in get_args(annotation):
        yield from models_within(argument)


def example(field: FieldInfo) -> Any:
    """Return an example of a field's value, in the form that it has in a stack file."""
    if field.examples:
        return field.examples[0]
    for model in models_within(field.annotation):
        fields = model.model_fields
        keys = [key for key in fields if fields[key].is_required()] or list(fields)[:1]
        value = {key: example(fields[key]) for key in keys}
        return [value] if get_origin(field.annotation) is tuple else value
    return not field.default if isinstance(field.default, bool) else field.default
