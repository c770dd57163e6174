"""What every component's settings share."""

import re
from collections.abc import Iterator
from typing import Any, Self, get_args, get_origin

import pulumi
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    ModelWrapValidatorHandler,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError


class Settings(BaseModel):
    """Base of every model: unknown keys are refused, values never change.

    The string under a field is its description in docs/configuration.md.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    def faults(self) -> Iterator[str]:
        """Yield what is wrong between the keys, a sentence each."""
        yield from ()

    @field_validator("*", mode="before")
    @classmethod
    def _is_no_boolean(cls, given: Any, info: ValidationInfo) -> Any:
        """Refuse what pydantic takes for 1."""
        field = cls.model_fields[str(info.field_name)]
        if isinstance(given, bool) and field.annotation is not bool:
            msg = "true and false are not expected here"
            raise ValueError(msg)
        return given

    @model_validator(mode="wrap")
    @classmethod
    def _with_all_faults(cls, given: Any, validate: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            made = validate(given)
        except ValidationError as error:
            errors = [_raised_again(fault) for fault in error.errors()]
            wrong = {fault["loc"][0] for fault in error.errors() if fault["loc"]}
            found = list(cls._faults_without(wrong, given, validate)) if wrong else []
        else:
            errors, found = [], list(made.faults())
        if found:
            between_keys = PydanticCustomError("value_error", "\n".join(found))
            errors.append({"type": between_keys, "input": given})
        if errors:
            raise ValidationError.from_exception_data(cls.__name__, errors)
        return made

    @classmethod
    def _faults_without(
        cls, wrong: set[int | str], given: Any, validate: ModelWrapValidatorHandler[Self]
    ) -> Iterator[str]:
        """Yield the faults in which the keys that are `wrong`, now examples, have no part."""
        right = {key: value for key, value in given.items() if key not in wrong}
        fields = {key: field for key, field in cls.model_fields.items() if key in wrong}
        try:
            made = validate(right | {key: example(field) for key, field in fields.items()})
        except ValidationError:
            return
        for fault in made.faults():
            if not any(re.search(rf"\b{key}\b", fault) for key in fields):
                yield fault


def _raised_again(fault: ErrorDetails) -> InitErrorDetails:
    error = PydanticCustomError(fault["type"], fault["msg"])
    return {"type": error, "loc": fault["loc"], "input": fault["input"]}


def matching(pattern: str, expected: str) -> AfterValidator:
    """Refuse text that `pattern` does not match as a whole, saying what is `expected`."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            msg = f"expected {expected}"
            raise ValueError(msg)
        return text

    return AfterValidator(check)


def models_within(annotation: Any) -> Iterator[type[Settings]]:
    """Yield the models that a field's type is made of."""
    if isinstance(annotation, type) and issubclass(annotation, Settings):
        yield annotation
    for argument in get_args(annotation):
        yield from models_within(argument)


def example(field: FieldInfo) -> Any:
    """Return a value that a field takes, in the form of a stack file's."""
    if field.examples:
        return field.examples[0]
    for model in models_within(field.annotation):
        fields = model.model_fields
        keys = [key for key in fields if fields[key].is_required()] or list(fields)[:1]
        value = {key: example(fields[key]) for key in keys}
        return [value] if get_origin(field.annotation) is tuple else value
    return not field.default if isinstance(field.default, bool) else field.default


class Stack(Settings):
    """What tells one stack's things on a Docker host from another's."""

    prefix: str
    """Starts the name of every container, network and volume."""
    labels: dict[str, str]
    """Carried by all of them, notebooks included."""

    @property
    def docker_labels(self) -> list[Any]:
        """The labels in the form that the Docker provider takes."""
        return [{"label": key, "value": value} for key, value in sorted(self.labels.items())]

    @classmethod
    def current(cls, prefix: str | None) -> "Stack":
        """Describe the running program's stack."""
        project, stack = pulumi.get_project(), pulumi.get_stack()
        return cls(
            prefix=prefix_of(project, stack, prefix),
            labels={"pulumi.project": project, "pulumi.stack": stack},
        )


def prefix_of(project: str, stack: str, given: str | None) -> str:
    """Return what the names of a stack begin with, `given` or not."""
    return given or f"{project}-{stack}"
