"""What every component's settings share."""

from collections.abc import Iterator
from typing import Any, get_args

import pulumi
from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """Base of every model: unknown keys are refused, values never change.

    The string under a field is its description in docs/configuration.md.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


def models_within(annotation: Any) -> Iterator[type[Settings]]:
    """Yield the models that a field's type is made of."""
    if isinstance(annotation, type) and issubclass(annotation, Settings):
        yield annotation
    for argument in get_args(annotation):
        yield from models_within(argument)


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
        """Describe the running program's stack; `prefix` defaults to `<project>-<stack>`."""
        project, stack = pulumi.get_project(), pulumi.get_stack()
        return cls(
            prefix=prefix or f"{project}-{stack}",
            labels={"pulumi.project": project, "pulumi.stack": stack},
        )
