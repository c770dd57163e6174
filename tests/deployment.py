"""A stack of a test's own: it runs beside any other, and nothing of it is left afterwards."""

import json
import os
import secrets
import shutil
import socket
import subprocess
from contextlib import suppress
from ipaddress import IPv4Network, ip_network
from pathlib import Path
from typing import Any

import docker
import yaml

REPOSITORY = Path(__file__).parents[1]
PROGRAM = ("Pulumi.yaml", "__main__.py", "components", "images")
NETS = ("172.29", "10.229", "192.168")
COMMAND_SECONDS = 1800
"""An update that has to build every image first."""


class CommandFailedError(AssertionError):
    """A command's whole output, for pytest to show."""


class Deployment:
    """A copy of the program with a stack, a prefix, a subnet and ports of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.docker = docker.from_env()
        self.stack = f"test-{secrets.token_hex(3)}"
        self.prefix = f"jupyterhub-{self.stack}"
        self.site_port, self.gitlab_port = free_port(), free_port()
        self.url = f"http://localhost:{self.site_port}"
        self.gitlab_url = f"http://localhost:{self.gitlab_port}"
        self.config: dict[str, dict[str, Any]] = {
            "site": {"url": self.url},
            "network": {"subnet": self._free_subnet()},
            "gitlab": {
                "url": self.gitlab_url,
                "standin": True,
                "allow": {"groups": ["lab"]},
                "admin_users": ["ada"],
            },
            "images": {"site_ca": "machine"},
        }
        for part in PROGRAM:
            if (REPOSITORY / part).is_dir():
                shutil.copytree(REPOSITORY / part, folder / part)
            else:
                shutil.copy(REPOSITORY / part, folder / part)
        (folder / ".venv").symlink_to(REPOSITORY / ".venv")
        (folder / "state").mkdir()
        self.environment = os.environ | {
            "PULUMI_BACKEND_URL": f"file://{folder}/state",
            "PULUMI_CONFIG_PASSPHRASE": "test",
        }
        self._config_file = folder / f"Pulumi.{self.stack}.yaml"
        self.pulumi("stack", "init", self.stack)
        self._salt = yaml.safe_load(self._config_file.read_text())

    def _free_subnet(self) -> str:
        used = {
            IPv4Network(config["Subnet"])
            for network in self.docker.networks.list()
            for config in network.attrs["IPAM"]["Config"] or []
            if ":" not in config["Subnet"]
        }
        start = secrets.randbelow(200)
        return next(
            subnet
            for subnet in (f"{net}.{n}.0/24" for net in NETS for n in range(start, 255))
            if not any(ip_network(subnet).overlaps(network) for network in used)
        )

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

    def up(self, *arguments: str) -> str:
        """Write the configuration and bring the stack to it."""
        self.configure()
        return self.pulumi("up", "--yes", "--skip-preview", *arguments)

    def configure(self) -> None:
        """Write the stack file."""
        config = {f"jupyterhub:{section}": value for section, value in self.config.items()}
        self._config_file.write_text(yaml.safe_dump({"config": config, **self._salt}))

    def outputs(self) -> dict[str, Any]:
        """Return the stack's outputs."""
        outputs: dict[str, Any] = json.loads(self.pulumi("stack", "output", "--json"))
        return outputs

    def container(self, name: str) -> Any:
        """Return the container `<prefix>-<name>`."""
        return self.docker.containers.get(f"{self.prefix}-{name}")

    def things(self) -> set[str]:
        """Name every container, network and volume on the engine that is this stack's."""
        ours = {"filters": {"label": f"pulumi.stack={self.stack}"}}
        return {
            *(container.name for container in self.docker.containers.list(all=True, **ours)),
            *(network.name for network in self.docker.networks.list(**ours)),
            *(volume.name for volume in self.docker.volumes.list(**ours)),
        }

    def logs(self) -> str:
        """Return the end of every container's log."""
        ours = {"filters": {"label": f"pulumi.stack={self.stack}"}}
        return "".join(
            f"\n--- {container.name} ({container.status})\n{container.logs(tail=50).decode()}"
            for container in self.docker.containers.list(all=True, **ours)
        )

    def remove_notebooks(self) -> None:
        """Remove the servers that the hub has started, as `make down` does."""
        labels = [f"pulumi.stack={self.stack}", "jupyterhub.part=notebook"]
        for notebook in self.docker.containers.list(all=True, filters={"label": labels}):
            notebook.remove(force=True)

    def remove(self) -> None:
        """Destroy the stack, and people's volumes with it."""
        with suppress(docker.errors.NotFound):
            self.container("hub").stop()  # nobody starts a server meanwhile
        self.remove_notebooks()
        self.pulumi("destroy", "--yes", "--skip-preview")
        labels = [f"pulumi.stack={self.stack}", "jupyterhub.part=home"]
        for volume in self.docker.volumes.list(filters={"label": labels}):
            volume.remove()


def free_port() -> int:
    """Return a TCP port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
