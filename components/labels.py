"""A stack's labels, in the form that the Docker plug-in takes."""

from typing import TypedDict

from pulumi import Input

from hubconfig.stack import Stack


class Label(TypedDict):
    """One label of a container, a network or a volume."""

    label: Input[str]
    value: Input[str]


def labels(stack: Stack, **own: str) -> list[Label]:
    """Return the labels of everything that belongs to a stack, and a thing's own, by name."""
    told = {**stack.labels, **own}
    return [{"label": key, "value": value} for key, value in sorted(told.items())]
