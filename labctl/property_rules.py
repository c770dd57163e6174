"""What a change of a resource's property means for people; texts are as in rules.py."""

from .rules import Text, Weight

IT = ("hub", "proxy", "edge")
DOORS = ("proxy", "edge")
ABSENT = {"build.args.CONDA_INSTALLER_URL": "none", "build.args.OH_MY_ZSH_COMMIT": "none"}
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
