"""Looks at the host's directories and accounts, which the hub's container cannot see.

Each look runs a container of the notebooks' image for a moment. It has no network, a read-only file
system, and no capability of root's except, where needed, the one to change a directory's owner.
"""

from dataclasses import dataclass
from typing import Any

import docker
from docker.types import LogConfig, Mount

TAKE = """
if [ "$(stat -c %u /directory)" = 0 ] && [ -z "$(ls -A /directory)" ]; then
    chmod 0700 /directory
    chown "$0" /directory
fi
stat -c %u:%g /directory
"""
"""Gives /directory to the owner `$0` if it is root's and empty, as those are that the engine makes.
Any other directory keeps its owner. Prints the owner that it has then."""


@dataclass(frozen=True)
class Account:
    """An account in /etc/passwd, with the ids of the groups that list it in /etc/group."""

    uid: int
    gid: int
    home: str
    groups: list[int]


@dataclass(frozen=True)
class HostFiles:
    """Looks at the engine's host; every method takes about 0.3 s, and blocks."""

    image: str
    labels: dict[str, str]

    def take(self, source: str, owner: str) -> str:
        """Make the directory or volume `source` if it is missing, for `owner` alone (mode 0700).

        Returns the owner that it then has. Both owners are written `uid:gid`.
        """
        return self._run(
            *("sh", "-euc", TAKE, owner),
            user="0:0",
            cap_add=["CHOWN"],
            volumes={source: {"bind": "/directory"}},  # unlike a mount, this makes what is missing
        )

    def owner(self, directory: str) -> str:
        """Return the owner of `directory` as `uid:gid`.

        Raises `docker.errors.APIError` if the directory is missing.
        """
        return self._run("stat", "-c", "%u:%g", "/directory", mounts=[_seen(directory)])

    def account(self, name: str) -> Account | None:
        """Return the account of that name in the host's /etc/passwd, or None."""
        files = ("/passwd", "/group")
        mounts = [_seen(f"/etc{file}", file) for file in files]
        lines = self._run("cat", *(mount["Target"] for mount in mounts), mounts=mounts).splitlines()
        groups = [
            int(gid)
            for _, _, gid, members in (line.split(":") for line in lines if line.count(":") == 3)
            if name in members.split(",")
        ]
        for line in lines:
            match line.split(":"):
                case [found, _, uid, gid, _, home, _] if found == name:
                    return Account(int(uid), int(gid), home, groups)
        return None

    def _run(self, *command: str, user: str = "65534:65534", **access: Any) -> str:
        client = docker.from_env()
        try:
            output: bytes = client.containers.run(
                self.image,
                command,
                entrypoint=[],
                user=user,
                working_dir="/",
                network_mode="none",
                read_only=True,
                cap_drop=["ALL"],
                security_opt=["no-new-privileges"],
                mem_limit="64m",
                pids_limit=16,
                log_config=LogConfig(type="json-file"),  # the engine's default may not be readable
                labels={**self.labels, "jupyterhub.part": "look"},
                remove=True,
                **access,
            )
        finally:
            client.close()
        return output.decode().strip()


def _seen(source: str, name: str = "") -> Mount:
    return Mount(f"/directory{name}", source, type="bind", read_only=True)
