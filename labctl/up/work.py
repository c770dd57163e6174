"""What an update does to a resource."""

import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from hubpreview.names import in_words

Step = dict[str, Any]
"""The metadata of an event of Pulumi's engine: what is done to which resource."""
VERBS = {
    "create": "created",
    "create-replacement": "replaced",
    "delete": "removed",
    "delete-replaced": "removed",
    "import": "imported",
    "update": "updated",
}
CONTAINER = "docker:index/container:Container"
PHASES = {"docker:index/image:Image": "Images", "docker:index/network:Network": "Network"}
"""The phases of types of resources; all other types are of the phase Services."""


@dataclass
class Work:
    """What is being done to a resource. Times are of `time.monotonic()`, in seconds."""

    noun: str
    phase: str
    verb: str
    container: str = ""  # its name on the engine, where one is made
    detail: str = ""
    output: deque[str] = field(default_factory=lambda: deque(maxlen=10))  # of a build
    since: float = field(default_factory=time.monotonic)
    detail_since: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> int:
        """How many seconds it has been under way."""
        return int(time.monotonic() - self.since)


def begun(step: Step) -> Work | None:
    """Return the work that a step begins; None for components and plug-ins, or without work."""
    kind, operation = step["type"], step["op"]
    if "/" not in kind or operation not in VERBS:
        return None
    phase, verb = PHASES.get(kind, "Services"), VERBS[operation]
    if phase == "Images" and operation != "delete":
        verb = "built"
    made = (step.get("new") or {}).get("inputs") or {}
    container = made.get("name", "") if kind == CONTAINER else ""
    return Work(in_words(step["urn"]), phase, verb, container)
