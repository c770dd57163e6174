"""What every component's settings share, and how a stack's configuration is read."""

from typing import Any, TypeVar

import pulumi
from pulumi.runtime.config import is_config_secret
from pydantic import BaseModel, ConfigDict, ValidationError


class Settings(BaseModel):
    """Base of every model: unknown keys are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


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


S = TypeVar("S", bound=Settings)


def load(model: type[S]) -> S:
    """Read the stack's configuration, an object for each field of `model`.

    Raises `RunError` with all faults at once, a line each: the key, what was found there
    (never a secret) and what is expected.
    """
    config = pulumi.Config()
    objects = {section: config.get_object(section) for section in model.model_fields}
    given = {section: value for section, value in objects.items() if value is not None}
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise pulumi.RunError("\n".join(_faults(config.name, error))) from None


def _faults(project: str, error: ValidationError) -> list[str]:
    lines = []
    for fault in error.errors():
        if fault["type"] == "default_factory_not_called":
            continue  # it follows from another fault
        path = [str(part) for part in fault["loc"]]
        key = ":".join([project, ".".join(path)]) if path else project
        reason = fault["msg"].removeprefix("Value error, ")
        if fault["type"] == "missing":
            lines.append(f"{key}: missing; set it with: pulumi config set --path '{key}' <value>")
        elif isinstance(fault["input"], str | int | float) and not is_config_secret(
            f"{project}:{path[0]}"
        ):
            lines.append(f"{key}: {reason} (found: {fault['input']!r})")
        else:
            lines.append(f"{key}: {reason}")
    return lines
