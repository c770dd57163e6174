"""The line that every page of the hub shows."""

import pulumi_docker as docker
from pulumi import ComponentResource, ResourceOptions

from hubconfig.stack import ANNOUNCEMENT_LABEL, Stack

from .labels import labels


class Announcement(ComponentResource):
    """A line that the hub shows within 10 s, and no longer than it is declared.

    It is the label of a volume that nothing is in, and not a setting of the hub, whose container
    would be replaced with each change.
    """

    def __init__(
        self, name: str, line: str, *, stack: Stack, opts: ResourceOptions | None = None
    ) -> None:
        super().__init__("jupyterhub:index:Announcement", name, None, opts)
        docker.Volume(
            f"{name}-volume",
            name=stack.announcement,
            labels=labels(stack, **{ANNOUNCEMENT_LABEL: line}),
            # Docker would take the old volume for the new one, which has its name.
            opts=ResourceOptions(parent=self, delete_before_replace=True),
        )
        self.register_outputs({})
