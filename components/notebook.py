"""What each person's server is."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pulumi import RunError
from pydantic import Field

from .accounts import FIRST_ID, AccountName, GroupNumber
from .host_directories import Home, overlap
from .mounts import Shared, source_faults, target_faults
from .settings import Settings, Stack

MemoryMib = Annotated[int, Field(ge=256)]
Cpus = Annotated[float, Field(ge=0.01, allow_inf_nan=False)]
"""The engine refuses less: 1 ms of 100."""


class NotebookArgs(Settings):
    """The user that a notebook runs as, what it sees, and what it may use at most."""

    user: AccountName = "ubuntu"
    """The account in the container."""
    uid: int = Field(1000, ge=FIRST_ID, le=60000)
    """Its number, which people's files on the host carry."""
    gid: GroupNumber = Field(100, le=60000)
    """Its group's number."""
    home: Home = Field("volume", examples=["/home/data/jupyterhub/user-data-{username}"])
    """Where people's files are: `volume`, one of Docker's for each person, or a directory of the
    host, in which {username} stands for each person's escaped name."""
    shared: tuple[Shared, ...] = ()
    """Directories and data sets that several people see."""
    system_users: bool = False
    """Run as the host's account of the same name, in its home, instead of `user` in `home`."""
    sudo: bool = False
    """Let people become root in their own container."""
    shell: Literal["/bin/bash", "/bin/zsh"] = Field("/bin/bash", examples=["/bin/zsh"])
    """What terminals run."""
    language: Literal["de_DE", "es_ES", "fr_FR", "ja_JP", "zh_CN"] | None = Field(
        None, examples=["zh_CN"]
    )
    """Of JupyterLab's interface and of the locale; default: English."""
    memory_mib: MemoryMib = 2048
    """The memory a server can use, in MiB; what goes beyond is ended."""
    cpus: Cpus = 2
    """How many processors a server can use; 0.5 is half the time of one."""
    pids: int = Field(4096, ge=64)
    """How many processes and threads a server can have."""

    @property
    def directory(self) -> str:
        """Where people's files are in the container.

        All of their home, so that their settings and the packages that they install stay too.
        """
        return f"/home/{self.user}"

    @property
    def build_arguments(self) -> dict[str, str]:
        """What images/base-notebook and images/lab take."""
        arguments = {
            "NB_USER": self.user,
            "NB_UID": str(self.uid),
            "NB_GID": str(self.gid),
            "NB_SHELL": self.shell,
        }
        if self.language is None:
            return arguments
        locales = {"NB_LOCALE": f"{self.language}.UTF-8", "NB_MORE_LOCALES": "en_US.UTF-8"}
        return arguments | locales | {"NB_LANGUAGE": self.language}

    @property
    def uses_groups(self) -> bool:
        """Tell whether the hub has to know people's GitLab groups."""
        return any(shared.groups for shared in self.shared)

    def faults_with(self, socket: str) -> Iterator[str]:
        """Yield how people would see the engine's socket on the host, or its folder."""
        folder = socket.rpartition("/")[0] or "/"
        for path in (self.home, *(shared.source for shared in self.shared)):
            if path.startswith("/") and overlap(path, folder):
                yield (
                    f"notebook: {path} shows people the engine's socket {socket}, which makes "
                    "them root on the host: give another directory"
                )

    def faults(self) -> Iterator[str]:
        """Yield what people would see that is not theirs, or not see that is."""
        yield from source_faults(self.shared, self.home)
        yield from target_faults(self.shared, self.directory)
        if self.system_users:
            yield from self._faults_of_accounts()

    def _faults_of_accounts(self) -> Iterator[str]:
        if self.sudo:
            yield (
                "system_users and sudo together would let everybody become root on the host, by "
                "a setuid program in their home: choose one"
            )
        if self.home != "volume":
            yield "system_users uses each account's own home: remove home"
        for shared in self.shared:
            if overlap(shared.target, "/home"):
                yield (
                    f"shared: target {shared.target} is among the accounts' homes: give another "
                    "place, such as /data"
                )
            if shared.is_volume and not shared.read_only:
                yield (
                    f"shared: volume {shared.source} cannot belong to every account at once: "
                    "share a directory of the host, with the rights that they need"
                )

    def hub_settings(self, stack: Stack) -> dict[str, Any]:
        """Return what images/hub/spawner_config.py reads, but for the image.

        Raises `RunError` where people would be shown a volume of the stack's own.
        """
        for source in (one.source for one in self.shared if one.is_volume):
            if source in {f"{stack.prefix}-{part}-data" for part in ("hub", "edge", "gitlab")}:
                holds = "secrets of the stack's own"
            elif source.startswith(f"{stack.prefix}-home-"):
                holds = "somebody's files"
            else:
                continue
            msg = f"notebook.shared: the volume {source} holds {holds}: give one of another name"
            raise RunError(msg)
        return {
            "name_prefix": f"{stack.prefix}-notebook",
            "volume_prefix": f"{stack.prefix}-home",
            "directory": self.directory,
            "uid": self.uid,
            "gid": self.gid,
            "home": self.home,
            "shared": [shared.model_dump() for shared in self.shared],
            "system_users": self.system_users,
            "sudo": self.sudo,
            "memory_mib": self.memory_mib,
            "cpus": self.cpus,
            "pids": self.pids,
        }
