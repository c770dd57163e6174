"""The interface of the handlers of resource types, and what they are given."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from .values import Values


@dataclass
class Call:
    """One request about one resource, as its handler sees it."""

    urn: str
    name: str
    cancelled: threading.Event
    report: Callable[..., None]
    secrets: set[str] = field(default_factory=set)
    """Texts that must not be shown."""

    def log(self, line: str, *, passing: bool = False) -> None:
        """Show a line beside the resource; a `passing` line only until the next one."""
        self.report(self.urn, self.masked(line), passing=passing)

    def masked(self, text: str) -> str:
        """Return `text` without secrets."""
        for secret in sorted(self.secrets, key=len, reverse=True):
            text = text.replace(secret, "[secret]")
        return text


class Handler:
    """Manages resources of one type. Methods block, and raise `PluginError` if they fail."""

    def check(self, inputs: Values) -> None:
        """Add to checked `inputs`, in place, what the contract cannot express."""

    def create(self, call: Call, inputs: Values) -> tuple[str, Values]:
        """Make the resource; return its id and outputs."""
        raise NotImplementedError

    def read(
        self, call: Call, resource_id: str, inputs: Values, outputs: Values
    ) -> tuple[Values, Values] | None:
        """Return the inputs and outputs as they are now; None if the resource is gone."""
        raise NotImplementedError

    def update(self, call: Call, resource_id: str, olds: Values, news: Values) -> Values:
        """Bring a resource with outputs `olds` to inputs `news`; return its outputs."""
        raise NotImplementedError

    def delete(self, call: Call, resource_id: str, outputs: Values) -> None:
        """Remove the resource; one that is gone already is no failure."""
        raise NotImplementedError
