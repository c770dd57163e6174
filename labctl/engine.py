"""What a stack has on its Docker Engine."""

import json
import secrets
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any

from . import client
from .stack import StackError, not_up, project, pulumi, settings

SECTIONS = ("site", "notebook", "docker", "backup")


@dataclass(frozen=True)
class Engine:
    """What a stack has on its engine; every method raises `StackError`."""

    project: str
    stack: str
    settings: dict[str, dict[str, Any]]
    """`SECTIONS` of its stack file."""
    image: str
    """Of notebooks, which has tar."""

    @classmethod
    def of_stack(cls, stack: str | None) -> "Engine":
        """Find the engine of a stack, or of the one selected."""
        name = pulumi("stack", "--show-name", stack=stack).strip().rpartition("/")[2]
        outputs = json.loads(pulumi("stack", "output", "--json", stack=stack))
        if "notebook_image" not in outputs:
            raise not_up(name, "output notebook_image")
        return cls(project(), name, settings(SECTIONS, stack), outputs["notebook_image"])

    @property
    def prefix(self) -> str:
        """What starts the name of everything that is the stack's."""
        return self.settings["site"].get("prefix") or f"{self.project}-{self.stack}"

    @property
    def home(self) -> str:
        """`volume`, or the directory of the host with {username} in it."""
        home: str = self.settings["notebook"].get("home", "volume")
        return home

    @property
    def labels(self) -> list[str]:
        """What everything of the stack's is labelled with."""
        return [f"pulumi.project={self.project}", f"pulumi.stack={self.stack}"]

    def docker(self, *arguments: str, **streams: IO[bytes]) -> str:
        """Run a docker command for the engine that `docker.host` names; return what it prints."""
        return client.docker(self.settings["docker"], *arguments, **streams)

    def listed(self, *command: str, part: str = "") -> list[str]:
        """Return what `docker ps` or `docker volume ls` lists of the stack, or of a part of it.

        Each line begins with a name; what the stack had under another prefix is left out.
        """
        labels = [*self.labels, *([f"jupyterhub.part={part}"] if part else [])]
        lines = self.docker(*command, *(f"--filter=label={one}" for one in labels)).splitlines()
        return sorted(line for line in lines if line.startswith(f"{self.prefix}-"))

    def volumes(self) -> list[str]:
        """Name the stack's volumes, people's homes among them."""
        return self.listed("volume", "ls", "--format={{.Name}}")

    def status(self, service: str) -> str:
        """Return whether a service's container is running, paused, …; nothing without one."""
        lines = self.listed("ps", "--all", "--format={{.Names}} {{.State}}")
        states = dict(line.split(maxsplit=1) for line in lines)
        return states.get(f"{self.prefix}-{service}", "")

    def run(self, mount: str, *command: str, **streams: IO[bytes]) -> str:
        """Run a command as root in a short-lived container, on what is mounted.

        `mount` is `<volume or directory>:<target>[:ro]`; a directory that is missing is made.
        """
        name = f"{self.prefix}-tar-{secrets.token_hex(3)}"
        options = [f"--name={name}", f"--volume={mount}", f"--entrypoint={command[0]}", "--rm"]
        options += ["--user=root", "--network=none", "--read-only"]
        # No log of all that tar writes; no image of that name from elsewhere.
        options += ["--log-driver=none", "--pull=never", *(["-i"] if "stdin" in streams else [])]
        try:
            return self.docker("run", *options, self.image, *command[1:], **streams)
        except StackError as error:
            msg = f"{mount.partition(':')[0]}: {error}"
            raise StackError(msg) from error
        except KeyboardInterrupt:
            with suppress(StackError):  # it ended by itself
                self.docker("rm", "--force", name)
            raise
