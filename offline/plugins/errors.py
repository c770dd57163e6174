"""Failures that a user can act on; any other exception is a fault of the plug-in."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pulumi.provider.experimental.property_value import PropertyValue


class PluginError(Exception):
    """A failed request, told in one message: the cause, the value and the remedy."""


class InitFailedError(PluginError):
    """The resource exists but is not as declared; `id` and `properties` go into the state.

    A handler gives `outputs`; `properties` are the outputs with their secrets marked. The next
    `pulumi up` replaces the resource, as with the official plug-in.
    """

    def __init__(self, message: str, resource_id: str, outputs: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.id = resource_id
        self.outputs = {**outputs, INCOMPLETE: True}
        self.properties: dict[str, PropertyValue] = {}


INCOMPLETE = "__incomplete"
"""The output that marks a resource whose creation failed half-way."""
