"""What people who are root in their own server can do to the host: notebook.sudo."""

from collections.abc import Iterator

from pulumi_policy import EnforcementLevel, ResourceValidationArgs

from ..rule import CONTAINER, hub_containers, hub_settings, rule


@rule(CONTAINER, level=EnforcementLevel.ADVISORY)
def root_leaves_no_files_on_the_host(container: ResourceValidationArgs) -> Iterator[str]:
    """Have nobody root in a server that writes to a directory of the host.

    Root's files there are root's on the host, which anybody with an account on it may start.
    """
    rooted = any(
        server["container"].get("User") == "root"
        for told in hub_containers(container)
        for server in told["servers"]
    )
    for notebook in (settings["notebook"] for settings in hub_settings(container) if rooted):
        shared = [one["source"] for one in notebook["shared"] if not one.get("read_only")]
        for source in [notebook["home"], *shared]:
            if source.startswith("/"):
                yield (
                    f"{source} gets root's files on the host's disk: a setuid program there is "
                    "root on the host; mount the disk with nosuid,nodev"
                )
