"""A stack of a test's own: it runs beside any other, and nothing of it is left afterwards."""

import json
import os
import random
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from copy import deepcopy
from ipaddress import IPv4Network, ip_network
from pathlib import Path
from typing import Any

import docker
import yaml

from hubconfig.host.fit import ENGINES_MTU
from hubconfig.host.machine import uplink_mtu
from hubconfig.keys import CLIENT_SECRET, TOKEN

REPOSITORY = Path(__file__).parents[1]
PROGRAM = ("Pulumi.yaml", "__main__.py", "components", "hubconfig", "images")
NETS = ("172.29", "10.229", "192.168")
PORTS = iter(random.SystemRandom().sample(range(10000, 20000), k=10000))
"""In no order, as other tests may run on this machine; below those of review stacks, and below
those that the kernel gives to who asks for any, such as Pulumi for its plug-ins."""
TERMINAL = ("COLUMNS", "FORCE_COLOR", "LINES", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE")
"""What says how to print, to programs whose output is read here."""
LARGEST_PACKET = min(uplink_mtu() or ENGINES_MTU, ENGINES_MTU)
"""What previews do not advise against on this machine."""
SECRETS = (TOKEN, f":{CLIENT_SECRET}")
"""What the keys end with whose values are secrets."""
START_SECONDS = 60
COMMAND_SECONDS = 1800
"""An update that has to build every image first."""


class CommandFailedError(AssertionError):
    """A command's whole output, for pytest to show."""


class Deployment:
    """A copy of the program with a stack, a prefix, a subnet and ports of its own."""

    project = "jupyterhub"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.docker = docker.from_env()
        self.stack = f"test-{secrets.token_hex(3)}"
        self.prefix = f"jupyterhub-{self.stack}"
        self.site_port, self.gitlab_port = free_port(), free_port()
        self.url = f"http://localhost:{self.site_port}"
        self.gitlab_url = f"http://localhost:{self.gitlab_port}"
        self.config: dict[str, dict[str, Any]] = {
            "site": {"url": self.url, "user_domains": "none"},
            "network": {"subnet": free_subnet(self.docker), "mtu": LARGEST_PACKET},
            "gitlab": {
                "url": self.gitlab_url,
                "standin": True,
                "allow": {"groups": ["lab"]},
                "admin_users": ["ada"],
            },
            "images": {"site_ca": "machine"},
        }
        self.write_program()
        (folder / "state").mkdir()
        given = {name: value for name, value in os.environ.items() if name not in TERMINAL}
        self.environment = given | {
            "PULUMI_BACKEND_URL": f"file://{folder}/state",
            "PULUMI_CONFIG_PASSPHRASE": "test",
        }
        self._config_file = folder / f"Pulumi.{self.stack}.yaml"
        self.pulumi("stack", "init", self.stack)
        self._salt = yaml.safe_load(self._config_file.read_text())

    def write_program(self) -> None:
        """Copy the program and the environment that it runs in."""
        copy(PROGRAM, self.folder)
        (self.folder / ".venv").symlink_to(REPOSITORY / ".venv")

    def pulumi(self, *arguments: str) -> str:
        """Run a pulumi command in the copy; return what it printed, or raise with it."""
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        if done.returncode:
            message = f"pulumi {' '.join(arguments)}: exit {done.returncode}\n{done.stdout}"
            raise CommandFailedError(message + self.logs())
        return done.stdout

    def labctl(self, command: str, *arguments: str, status: int = 0, **variables: str) -> str:
        """Run a labctl command for the stack, with its output in a file, as CI does; return it."""
        done = subprocess.run(
            [sys.executable, "-m", "labctl", command, "--stack", self.stack, *arguments],
            cwd=self.folder,
            env=self.environment | {"PYTHONPATH": str(REPOSITORY), **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        assert done.returncode == status, done.stdout
        assert "Traceback" not in done.stdout
        return done.stdout

    def up(self, *arguments: str) -> str:
        """Write the configuration and bring the stack to it."""
        self.configure()
        return self.pulumi("up", "--yes", "--skip-preview", *arguments)

    def configure(self) -> None:
        """Write the stack file, in which secrets are encrypted."""
        config = {
            key if ":" in key else f"{self.project}:{key}": value
            for key, value in self.config.items()
        }
        kept = [key for key in config if key.endswith(SECRETS)]
        secrets_given = {key: config.pop(key) for key in kept}
        variables = config.pop(f"{self.project}:secrets", {}).get("environment", {})
        self._config_file.write_text(yaml.safe_dump({"config": config, **self._salt}))
        for name, value in variables.items():
            path = f"{self.project}:secrets.environment.{name}"
            self.pulumi("config", "set", "--secret", "--path", path, value)
        for key, value in secrets_given.items():
            self.pulumi("config", "set", "--secret", key, str(value))

    def outputs(self) -> dict[str, Any]:
        """Return the stack's outputs."""
        outputs: dict[str, Any] = json.loads(self.pulumi("stack", "output", "--json"))
        return outputs

    def server(self, user: str) -> str:
        """Return the address of a person's server."""
        return server_of(self.config["site"] | {"url": self.url}, user)

    def container(self, name: str) -> Any:
        """Return the container `<prefix>-<name>`."""
        return self.docker.containers.get(f"{self.prefix}-{name}")

    def firewalls(self) -> list[Any]:
        """Return the stack's firewall, and its successor or predecessor if both run."""
        labels = [f"pulumi.stack={self.stack}", "jupyterhub.service=firewall"]
        return self.docker.containers.list(ignore_removed=True, filters={"label": labels})

    def wait_for(self, name: str) -> None:
        """Wait until the container `<prefix>-<name>`, which was just started, is healthy."""
        until(
            lambda: self.container(name).attrs["State"]["Health"]["Status"] == "healthy", self.logs
        )

    def environment_of(self, name: str) -> dict[str, str]:
        """Return the environment variables of the container `<prefix>-<name>`."""
        entries = self.container(name).attrs["Config"]["Env"]
        return dict(entry.split("=", 1) for entry in entries)

    @property
    def ours(self) -> dict[str, Any]:
        """What lists of containers, networks and volumes take, to list this stack's only."""
        return {"filters": {"label": f"pulumi.stack={self.stack}"}}

    def things(self) -> set[str]:
        """Name every container, network and volume on the engine that is this stack's."""
        return {
            *(
                container.name
                for container in self.docker.containers.list(
                    all=True, ignore_removed=True, **self.ours
                )
            ),
            *(network.name for network in self.docker.networks.list(**self.ours)),
            *(volume.name for volume in self.docker.volumes.list(**self.ours)),
        }

    def logs(self) -> str:
        """Return the end of every container's log."""
        logs = ""
        for container in self.docker.containers.list(all=True, ignore_removed=True, **self.ours):
            with suppress(docker.errors.APIError):  # a notebook that has stopped removes itself
                end = container.logs(tail=50).decode()
                logs += f"\n--- {container.name} ({container.status})\n{end}"
        return logs

    def remove_notebooks(self) -> None:
        """Remove the servers that the hub has started, as `make down` does."""
        labels = [f"pulumi.stack={self.stack}", "jupyterhub.part=notebook"]
        listed = self.docker.containers.list(
            all=True, ignore_removed=True, filters={"label": labels}
        )
        for notebook in listed:
            with suppress(docker.errors.APIError):  # one that has stopped removes itself
                notebook.remove(force=True)
        until(lambda: not self.docker.api.containers(all=True, filters={"label": labels}))

    def remove(self) -> None:
        """Destroy the stack, and remove the volumes that stay, as `WITH_DATA=1 make down` does."""
        for container in self.docker.containers.list(ignore_removed=True, **self.ours):
            if container.name.endswith("-hub"):
                container.stop()  # nobody starts a server meanwhile
        self.remove_notebooks()
        self.pulumi("destroy", "--yes", "--skip-preview")
        for volume in self.docker.volumes.list(**self.ours):
            volume.remove()


def server_of(site: dict[str, Any], user: str) -> str:
    """Return the address of a person's server, by the section `site`."""
    scheme, _, host = site["url"].partition("://")
    if site.get("user_domains", "none") != "none":
        port = host.rpartition(":")[2]
        host = f"{user}.{site['user_domains']}:{port}"
    return f"{scheme}://{host}/user/{user}"


def copy(parts: tuple[str, ...], folder: Path) -> None:
    """Copy files and folders of the repository to another folder."""
    for part in parts:
        if (REPOSITORY / part).is_dir():
            shutil.copytree(REPOSITORY / part, folder / part)
        else:
            shutil.copy(REPOSITORY / part, folder / part)


def copy_checkout(folder: Path) -> None:
    """Copy every file that git knows, or would add, as it is now."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    files = subprocess.check_output(listed, cwd=REPOSITORY, text=True).split("\0")
    for file in filter(None, files):
        if (REPOSITORY / file).exists():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / file, folder / file)


def free_port() -> int:
    """Return a TCP port that nothing listens on, another one each time."""
    return next(port for port in PORTS if not listens(port))


def listens(port: int) -> bool:
    """Return whether a server of this machine, or of a container, listens on the port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def until(holds: Callable[[], Any], told: Callable[[], str] = str) -> Any:
    """Wait until `holds` returns something; return that, or fail with what `told` returns."""
    deadline = time.monotonic() + START_SECONDS
    while not (found := holds()):
        assert time.monotonic() < deadline, told()
        time.sleep(0.1)
    return found


def free_subnet(engine: docker.DockerClient) -> str:
    """Return a subnet of 256 addresses that no network of the engine has."""
    start = secrets.randbelow(200)
    return first_free(engine, (f"{net}.{n}.0/24" for net in NETS for n in range(start, 255)))


def first_free(engine: docker.DockerClient, subnets: Iterable[str]) -> str:
    """Return the first of the subnets that no network of the engine has a part of."""
    used = {
        IPv4Network(config["Subnet"])
        for network in engine.networks.list()
        for config in network.attrs["IPAM"]["Config"] or []
        if ":" not in config["Subnet"]
    }
    return next(
        subnet
        for subnet in subnets
        if not any(ip_network(subnet).overlaps(network) for network in used)
    )


@contextmanager
def configured(deployment: Deployment, section: str, **settings: Any) -> Iterator[None]:
    """Configure a section for a while; bring the stack back to what it was."""
    before = deepcopy(deployment.config)
    deployment.config[section] |= settings
    try:
        yield
    finally:
        deployment.config = before
        deployment.up()
