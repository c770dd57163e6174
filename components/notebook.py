"""What each person's server is."""

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from .accounts import FIRST_ID, AccountName, GroupNumber
from .mounts import Home, Shared, check_sources, check_targets, overlap
from .settings import Settings, Stack


class NotebookArgs(Settings):
    """The user that a notebook runs as, what it sees, and what it may use at most."""

    user: AccountName = Field("ubuntu", pattern=r"^[a-z_][a-z0-9_-]{0,31}$")
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
    shell: Literal["/bin/bash", "/bin/zsh"] = "/bin/bash"
    """What terminals run."""
    language: Literal["de_DE", "es_ES", "fr_FR", "ja_JP", "zh_CN"] | None = Field(
        None, examples=["zh_CN"]
    )
    """Of JupyterLab's interface and of the locale; default: English."""
    memory_mib: int = Field(2048, ge=256)
    """The memory a server can use; what goes beyond is ended."""
    cpus: float = Field(2, gt=0, allow_inf_nan=False)
    """The processors a server can use."""
    pids: int = Field(4096, ge=64)
    """The processes and threads a server can have."""

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

    def keep_off(self, socket: str) -> None:
        """Raise `ValueError` if people would see the engine's socket or its folder."""
        folder = socket.rpartition("/")[0] or "/"
        for path in (self.home, *(shared.source for shared in self.shared)):
            if path.startswith("/") and overlap(path, folder):
                msg = (
                    f"notebook: {path} shows people the engine's socket {socket}, which makes "
                    "them root on the host: give another directory"
                )
                raise ValueError(msg)

    @model_validator(mode="after")
    def _mounts_fit(self) -> Self:
        check_sources(self.shared, self.home)
        check_targets(self.shared, self.directory)
        return self

    @model_validator(mode="after")
    def _accounts_keep_their_place(self) -> Self:
        if not self.system_users:
            return self
        if self.sudo:
            msg = (
                "system_users and sudo together would let everybody become root on the host, by "
                "a setuid program in their home: choose one"
            )
            raise ValueError(msg)
        if self.home != "volume":
            msg = "system_users uses each account's own home: remove home"
            raise ValueError(msg)
        for shared in self.shared:
            if overlap(shared.target, "/home"):
                msg = (
                    f"shared: target {shared.target} is among the accounts' homes: give another "
                    "place, such as /data"
                )
                raise ValueError(msg)
            if shared.is_volume and not shared.read_only:
                msg = (
                    f"shared: volume {shared.source} cannot belong to every account at once: "
                    "share a directory of the host, with the rights that they need"
                )
                raise ValueError(msg)
        return self

    def hub_settings(self, stack: Stack) -> dict[str, Any]:
        """Return what images/hub/spawner_config.py reads, but for the image."""
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
