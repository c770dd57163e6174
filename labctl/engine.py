"""A stack's containers and volumes on its Docker Engine."""

import json
import secrets
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

from hubconfig.configuration import Configuration
from hubconfig.stack import PART_LABEL, Stack

from . import client
from .stack import StackError, configuration, not_up, project, pulumi, selected


@dataclass(frozen=True)
class Engine:
    """A stack on its engine. Methods raise `StackError` if a command fails."""

    stack: Stack
    config: Configuration
    image: str
    """The image of notebooks, which contains tar."""

    @classmethod
    def of_stack(cls, stack: str | None) -> "Engine":
        """Return the engine of a stack; None means the stack that is selected."""
        name = selected(stack)
        config = configuration(name)
        outputs = json.loads(pulumi("stack", "output", "--json", stack=stack))
        if "notebook_image" not in outputs:
            raise not_up(name, "output notebook_image")
        named = Stack.named(project(), name, config.site.prefix)
        return cls(named, config, outputs["notebook_image"])

    @property
    def home(self) -> str:
        """`volume`, or the directory of the host with {username} in it."""
        return self.config.notebook.home

    @property
    def labels(self) -> list[str]:
        """The labels of everything that belongs to the stack, each as `<name>=<value>`."""
        return [f"{key}={value}" for key, value in self.stack.labels.items()]

    def docker(self, *arguments: str, **streams: IO[bytes]) -> str:
        """Run a docker command for the stack's engine; return what it prints."""
        return client.docker(self.config.docker, *arguments, **streams)

    def listed(self, *command: str, part: str = "") -> list[str]:
        """Return the lines that `docker ps` or `docker volume ls` prints about the stack, sorted.

        With `part`, only lines about things with that `PART_LABEL` are returned. Each line begins
        with a name; what the stack had under another prefix is left out.
        """
        labels = [*self.labels, *([f"{PART_LABEL}={part}"] if part else [])]
        lines = self.docker(*command, *(f"--filter=label={one}" for one in labels)).splitlines()
        return sorted(line for line in lines if line.startswith(f"{self.stack.prefix}-"))

    def volumes(self) -> list[str]:
        """Return the names of the stack's volumes with data in them, people's homes among them."""
        return [*filter(self.stack.keeps, self.listed("volume", "ls", "--format={{.Name}}"))]

    def status(self, service: str) -> str:
        """Return the state of a service's container: `running`, `paused`, …; empty without one."""
        lines = self.listed("ps", "--all", "--format={{.Names}} {{.State}}")
        states = dict(line.split(maxsplit=1) for line in lines)
        return states.get(self.stack.container(service), "")

    def run(self, mount: str, *command: str, **streams: IO[bytes]) -> str:
        """Run a command as root in a short-lived container; return what it prints.

        `mount` is `<volume or directory>:<target>[:ro]`; a directory that is missing is made.
        """
        name = f"{self.stack.prefix}-tar-{secrets.token_hex(3)}"
        options = [f"--name={name}", f"--volume={mount}", f"--entrypoint={command[0]}", "--rm"]
        options += ["--user=root", "--network=none", "--read-only"]
        # The engine must not log all that tar writes, nor pull an image of that name.
        options += ["--log-driver=none", "--pull=never", *(["-i"] if "stdin" in streams else [])]
        try:
            return self.docker("run", *options, self.image, *command[1:], **streams)
        except StackError as error:
            msg = f"{mount.partition(':')[0]}: {error}"
            raise StackError(msg) from error
        except KeyboardInterrupt:
            with suppress(StackError):  # the container has ended by itself
                self.docker("rm", "--force", name)
            raise
