"""How a container is looked after."""

from collections.abc import Iterator

from pulumi_policy import EnforcementLevel, ResourceValidationArgs

from ..rule import CONTAINER, NETWORK, VOLUME, project_and_stack, rule


@rule(CONTAINER, level=EnforcementLevel.ADVISORY)
def containers_are_limited(container: ResourceValidationArgs) -> Iterator[str]:
    """Have memory and logs limited.

    A service that leaks memory, or fills the disk with its log, takes the others with it.
    """
    props = container.props
    if not props.get("memory"):
        yield "memory is not limited; set memory, in MiB"
    if "max-size" not in (props.get("logOpts") or {}):
        yield "the log is not limited; set logOpts max-size and max-file"


@rule(CONTAINER, level=EnforcementLevel.ADVISORY)
def containers_come_back(container: ResourceValidationArgs) -> Iterator[str]:
    """Have containers restarted by the engine.

    After a crash, or a reboot of the host, nobody should have to start services by hand.
    """
    if (restart := container.props.get("restart") or "no") not in {"always", "unless-stopped"}:
        yield f"restart is {restart}; set it to unless-stopped"


@rule(CONTAINER, level=EnforcementLevel.ADVISORY)
def containers_prove_their_health(container: ResourceValidationArgs) -> Iterator[str]:
    """Have updates wait until a container is healthy.

    Then an update fails where a service does not work, or has no HEALTHCHECK to tell.
    """
    if not container.props.get("wait"):
        yield "wait is not set; set wait, and give the image a HEALTHCHECK if it has none"


@rule(CONTAINER, NETWORK, VOLUME, level=EnforcementLevel.ADVISORY)
def things_are_labelled(thing: ResourceValidationArgs) -> Iterator[str]:
    """Have containers, networks and volumes labelled with project and stack.

    Logs, clean-up and people find what belongs to a stack by its labels.
    """
    labels = {label["label"]: label["value"] for label in thing.props.get("labels") or ()}
    project, stack = project_and_stack(thing.urn)
    for key, value in {"pulumi.project": project, "pulumi.stack": stack}.items():
        if labels.get(key) != value:
            yield f"label {key} is {labels.get(key)}, not {value}; set labels=stack.docker_labels"
