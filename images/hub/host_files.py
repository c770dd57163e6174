"""Looks at the host's directories and accounts, which the hub's container cannot see.

Each look runs a container of the notebooks' image for a moment. It has no network, a read-only file
system, and no capability of root's except, where needed, the one to change a directory's owner.
"""

from dataclasses import dataclass

import docker
from containers import Body, look


@dataclass(frozen=True)
class Account:
    """An account in /etc/passwd, with the ids of the groups that list it in /etc/group."""

    uid: int
    gid: int
    home: str
    groups: list[int]


@dataclass(frozen=True)
class HostFiles:
    """Looks at the engine's host; every method takes about 0.3 s, and blocks.

    Raises `docker.errors.APIError` where the engine refuses, as it does if a directory is missing.
    """

    looks: dict[str, Body]
    """The containers that look, as containers.json has them."""

    def take(self, source: str) -> str:
        """Make the directory or volume `source`, if it is missing, for the notebooks' user alone.

        Returns the owner that it then has, as `uid:gid`.
        """
        return _output(look(self.looks["take"], source))

    def owner(self, directory: str) -> str:
        """Return the owner of `directory` as `uid:gid`."""
        return _output(look(self.looks["owner"], directory))

    def account(self, name: str) -> Account | None:
        """Return the account of that name in the host's /etc/passwd, or None."""
        lines = _output(self.looks["accounts"]).splitlines()
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


def _output(body: Body) -> str:
    """Run a container to its end; return what it printed."""
    client = docker.APIClient(version="auto")
    try:
        made = client.create_container_from_config(body)["Id"]
        try:
            client.start(made)
            status = client.wait(made)["StatusCode"]
            output = client.logs(made).decode().strip()
        finally:
            client.remove_container(made, force=True)
    finally:
        client.close()
    if status:
        msg = f"a look at the host ended with {status}: {output}"
        raise RuntimeError(msg)
    return str(output)
