"""A stack's labels, in the form that the Docker plug-in takes."""

from typing import TypedDict

from pulumi import Input

from hubconfig.stack import Stack


class Label(TypedDict):
    """One label of a container, a network or a volume."""

    label: Input[str]
    value: Input[str]


def labels(stack: Stack) -> list[Label]:
    """Return the labels of everything that belongs to a stack, sorted by name."""
    return [{"label": key, "value": value} for key, value in sorted(stack.labels.items())]
