"""What a change of a resource's property means for people; texts are as in rules.py."""

from typing import Any

from .rules import Text, Weight

IT = ("hub", "proxy", "edge")
DOORS = ("proxy", "edge")
ABSENT = {f"build.args.{name}": "none" for name in ("CONDA_INSTALLER_URL", "OH_MY_ZSH_COMMIT")}
ABSENT["ports"] = "none"
"""What no value means, where it is not the default."""
PROPERTIES: dict[tuple[str, str], Text] = {
    **{(f"{it}-container", "image"): (Weight.QUIET, f"The {it} runs another image.") for it in IT},
    **{
        (f"{it}-container", "memory"): (
            Weight.QUIET,
            f"The {it} may use {{new}} MiB of memory instead of {{old}}{{keeps_running}}.",
        )
        for it in IT
    },
    **{
        (f"{door}-container", "ports[0].external"): (
            Weight.ACCESS,
            "The hub is published on port {new} of the host instead of {old}.",
        )
        for door in DOORS
    },
    **{
        (f"{door}-container", "ports[0].ip"): (
            Weight.ACCESS,
            "The hub is published on the host's address {new} instead of {old}.",
        )
        for door in DOORS
    },
    **{
        (f"{door}-container", "ports"): (
            Weight.ACCESS,
            f"The host's ports on which the {door} is published: {{new}} instead of {{old}}.",
        )
        for door in DOORS
    },
    ("login-application", "redirectUrl"): (
        Weight.SIGN_IN,
        "The callback is {new} instead of {old}.",
    ),
    ("login-application", "scopes"): (
        Weight.SIGN_IN,
        "GitLab asks people to agree to the scopes {new} instead of {old}.",
    ),
    ("foundation-build", "build.args.ROOT_IMAGE"): (
        Weight.QUIET,
        "The root image is {new} instead of {old}: what is built on it is built anew.",
    ),
    ("notebook-foundation-build", "build.args.ROOT_IMAGE"): (
        Weight.NEXT_START,
        "Notebooks' images are built on {new} instead of {old}.",
    ),
    ("lab-build", "build.args.NB_SHELL"): (
        Weight.NEXT_START,
        "Terminals run {new} instead of {old}.",
    ),
    ("base-notebook-build", "build.args.NB_USER"): (
        Weight.NEXT_START,
        "People are {new} in their notebooks instead of {old}.",
    ),
    ("lab-build", "build.args.NB_LANGUAGE"): (
        Weight.NEXT_START,
        "JupyterLab's language is {new} instead of {old}.",
    ),
    ("lab-build", "build.args.CONDA_INSTALLER_URL"): (
        Weight.NEXT_START,
        "Conda in notebooks: {new} instead of {old}.",
    ),
    ("lab-build", "build.args.OH_MY_ZSH_COMMIT"): (
        Weight.NEXT_START,
        "Oh My Zsh in notebooks: {new} instead of {old}.",
    ),
}


def published(ports: Any) -> Any:
    """Return a container's ports of the host in words; what is another form, as it is."""
    if not isinstance(ports, list) or not all({"external", "ip"} <= set(port) for port in ports):
        return ports
    return ", ".join(f"{port['external']} on {port['ip']}" for port in ports) or None
