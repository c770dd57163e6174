"""What a change of a resource's property means for people. Templates are as in rules.py."""

from typing import Any

from .rules import Rule, Weight

SERVICES = ("hub", "proxy", "edge")
DOORS = ("proxy", "edge")
"""The services of which one, at a time, is published on the host."""
ABSENT = {f"build.args.{name}": "none" for name in ("CONDA_INSTALLER_URL", "OH_MY_ZSH_COMMIT")}
ABSENT["ports"] = "none"
"""What a missing value means, if it does not mean the default."""
PROPERTIES: dict[tuple[str, str], Rule] = {
    **{
        (f"{service}-container", "image"): Rule(
            Weight.QUIET,
            f"The {service} runs another image.",
        )
        for service in SERVICES
    },
    **{
        (f"{service}-container", "memory"): Rule(
            Weight.QUIET,
            f"The {service} may use {{new}} MiB of memory instead of {{old}}{{keeps_running}}.",
        )
        for service in SERVICES
    },
    **{
        (f"{door}-container", "ports[0].external"): Rule(
            Weight.ACCESS,
            "The hub is published on port {new} of the host instead of {old}.",
        )
        for door in DOORS
    },
    **{
        (f"{door}-container", "ports[0].ip"): Rule(
            Weight.ACCESS,
            "The hub is published on the host's address {new} instead of {old}.",
        )
        for door in DOORS
    },
    **{
        (f"{door}-container", "ports"): Rule(
            Weight.ACCESS,
            f"The host's ports on which the {door} is published: {{new}} instead of {{old}}.",
        )
        for door in DOORS
    },
    ("hub-container", "extra_config.py"): Rule(
        Weight.ACCESS,
        "The site's own configuration of the hub (hub.extra_config) changes: it can undo what keys "
        "say. Read it closely.",
    ),
    ("docker-gate-container", "image"): Rule(Weight.QUIET, "The docker gate runs another image."),
    ("docker-gate-container", "envs"): Rule(
        Weight.QUIET, "What the docker gate lets through changes: read its POLICY closely."
    ),
    ("firewall-container", "command"): Rule(
        Weight.ACCESS,
        "The firewall's rules on who reaches what change, at once: see its command.",
    ),
    ("firewall-container", "envs"): Rule(
        Weight.ACCESS,
        "What is open to notebooks by itself, such as GitLab, or the network that the firewall "
        "is for, changes: see its envs.",
    ),
    ("login-application", "redirectUrl"): Rule(
        Weight.SIGN_IN,
        "The callback is {new} instead of {old}.",
    ),
    ("login-application", "scopes"): Rule(
        Weight.SIGN_IN,
        "GitLab asks people to agree to the scopes {new} instead of {old}.",
    ),
    ("foundation-build", "build.args.ROOT_IMAGE"): Rule(
        Weight.QUIET,
        "The root image is {new} instead of {old}: what is built on it is built anew.",
    ),
    ("notebook-foundation-build", "build.args.ROOT_IMAGE"): Rule(
        Weight.NEXT_START,
        "Notebooks' images are built on {new} instead of {old}.",
    ),
    ("lab-build", "build.args.NB_SHELL"): Rule(
        Weight.NEXT_START,
        "Terminals run {new} instead of {old}.",
    ),
    ("base-notebook-build", "build.args.NB_USER"): Rule(
        Weight.NEXT_START,
        "People are {new} in their notebooks instead of {old}.",
    ),
    ("lab-build", "build.args.NB_LANGUAGE"): Rule(
        Weight.NEXT_START,
        "JupyterLab's language is {new} instead of {old}.",
    ),
    ("lab-build", "build.args.CONDA_INSTALLER_URL"): Rule(
        Weight.NEXT_START,
        "Conda in notebooks: {new} instead of {old}.",
    ),
    ("lab-build", "build.args.OH_MY_ZSH_COMMIT"): Rule(
        Weight.NEXT_START,
        "Oh My Zsh in notebooks: {new} instead of {old}.",
    ),
}


def published(ports: Any) -> Any:
    """Return the ports that a container publishes, in words; a value of another form as it is."""
    if not isinstance(ports, list) or not all({"external", "ip"} <= set(port) for port in ports):
        return ports
    return ", ".join(f"{port['external']} on {port['ip']}" for port in ports) or None
