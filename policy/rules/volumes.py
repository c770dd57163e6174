"""Data outlives changes of the program."""

from collections.abc import Iterator

from pulumi_policy import ResourceValidationArgs

from hubconfig.stack import ANNOUNCEMENT_LABEL

from ..rule import VOLUME, rule

REPLACING = ("driver", "driverOpts", "labels")
"""The inputs, besides the name, that Docker cannot change without another volume."""


@rule(VOLUME)
def data_is_not_replaced(volume: ResourceValidationArgs) -> Iterator[str]:
    """Keep an edit of labels or driver from replacing a volume.

    Docker cannot change a volume: it would be deleted, with what is in it, and created empty. There
    is nothing in an announcement's.
    """
    named = str(volume.props.get("name")).endswith("-announcement")
    labels = {each["label"] for each in volume.props.get("labels") or ()}
    if named and ANNOUNCEMENT_LABEL in labels:
        return
    ignored = volume.opts.ignore_changes
    given = [key for key in REPLACING if key in volume.props and key not in ignored]
    if given and not volume.opts.protect and "*" not in ignored:
        yield (
            f"a change of {', '.join(given)} would lose its data; give it "
            f"ResourceOptions(ignore_changes=[{', '.join(map(repr, given))}]), or protect=True"
        )
