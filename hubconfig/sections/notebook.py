"""The section `notebook`."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from ..model import Fault, Settings
from ..values.accounts import AccountName, GroupNumber, UserNumber
from ..values.addresses import ContainerAddress
from ..values.directories import Home, overlap
from ..values.variables import Hosts, TimeZone, Ulimits, Variables
from .shared import Shared, home_faults, source_faults, target_faults

MemoryMib = Annotated[int, Field(ge=256, le=16 * 1024 * 1024)]
"""An amount of memory in MiB: at most 16 TiB, which is more than any host has."""
Cpus = Annotated[float, Field(ge=0.01, le=8192, allow_inf_nan=False)]
"""A number of processors. The engine refuses less than 1 ms of each 100 ms, which is 0.01, and
Linux supports at most 8192."""
ShmMib = Annotated[int, Field(ge=1, le=16 * 1024 * 1024)]
"""An amount of shared memory in MiB, of which Linux can give as much as there is memory."""
MOST_PIDS = 4 * 1024 * 1024
"""The most processes and threads that Linux can have: PID_MAX_LIMIT in include/linux/threads.h."""


class NotebookArgs(Settings):
    """The account that notebooks run as, the directories that they see, and their limits."""

    user: AccountName = "ubuntu"
    """The name of the account in the container."""
    uid: UserNumber = 1000
    """The account's user id, to which people's files on the host belong."""
    gid: GroupNumber = 100
    """The account's group id."""
    home: Home = Field("volume", examples=["/home/data/jupyterhub/user-data-{username}"])
    """Where people's files are kept. `volume` means a Docker volume for each person. Any other
    value is a directory of the host, in which {username} stands for the person's escaped name."""
    shared: tuple[Shared, ...] = ()
    """Directories and volumes that several people see in their notebooks."""
    system_users: bool = False
    """Whether each person's notebook runs as the host's account of the same name and in that
    account's home, instead of as `user` in `home`."""
    sudo: bool = False
    """Whether people can become root in their own container."""
    shell: Literal["/bin/bash", "/bin/zsh"] = Field("/bin/bash", examples=["/bin/zsh"])
    """The shell that terminals run."""
    language: Literal["de_DE", "es_ES", "fr_FR", "ja_JP", "zh_CN"] | None = Field(
        None, examples=["zh_CN"]
    )
    """The language of JupyterLab's interface and of the locale; by default English."""
    memory_mib: MemoryMib = 2048
    """How much memory a server can use, in MiB. A process that needs more is killed."""
    cpus: Cpus = 2
    """How many processors a server can use; 0.5 means half the time of one."""
    pids: int = Field(4096, ge=64, le=MOST_PIDS)
    """How many processes and threads a server can have."""
    shm_mib: ShmMib | None = Field(None, examples=[4096])
    """How much shared memory (/dev/shm) a server can use, in MiB, as a part of its memory; half of
    that by default. PyTorch's workers and others pass data through it."""
    image: str = Field("lab", examples=["science"])
    """The environment that servers have, unless their profile says another: `lab`, `science`,
    `pytorch`, or one of `images.environments`."""
    environment: Variables = Field({}, examples=[{"HF_HOME": "/data/models"}])
    """Variables that servers have, and people's programs in them, from their next start on. Secrets
    go into `secrets.environment`."""
    timezone: TimeZone | None = Field(None, examples=["Europe/Berlin"])
    """The time zone of servers; by default UTC."""
    ulimits: Ulimits = Field({}, examples=[{"memlock": -1, "nofile": 65536}])
    """Limits of each process: as, cpu, data, fsize, locks, memlock, nofile, rss, stack, as in
    `man limits.conf`; -1 means none. What is not named is as the engine has it."""
    extra_hosts: Hosts = Field({}, examples=[{"license.example.org": "10.0.0.7"}])
    """Addresses of hosts that servers do not find in the DNS. Private ones have to be in
    `network.notebooks_reach`, too. For `pulumi config set --path`, the name is in quotes:
    `notebook.extra_hosts["license.example.org"]`."""
    dns: tuple[ContainerAddress, ...] = Field((), examples=[["10.0.0.53"]])
    """The servers that answer notebooks' questions to the DNS; by default those of the host."""

    @property
    def directory(self) -> str:
        """The path of people's files in the container.

        It is their whole home, so that their settings and the packages that they install are kept.
        """
        return f"/home/{self.user}"

    @property
    def uses_groups(self) -> bool:
        """Whether the hub has to know people's GitLab groups."""
        return any(shared.groups for shared in self.shared)

    def faults_with(self, socket: str) -> Iterator[Fault]:
        """Yield a fault for each directory that would show people the engine's `socket`."""
        folder = socket.rpartition("/")[0] or "/"
        places = {f"shared.{number}.source": one.source for number, one in enumerate(self.shared)}
        for key, path in {"home": self.home, **places}.items():
            if path.startswith("/") and overlap(path, folder):
                yield Fault(
                    (f"notebook.{key}", "docker.socket", "docker.host"),
                    f"notebook: {path} shows people the engine's socket {socket}, which makes "
                    "them root on the host: give another directory",
                )

    def faults(self) -> Iterator[Fault]:
        """Yield a fault for what would show people others' files, or hide their own."""
        yield from source_faults(self.shared, self.home)
        if self.shm_mib and self.shm_mib > self.memory_mib:
            yield Fault(
                ("shm_mib", "memory_mib"),
                f"shm_mib {self.shm_mib} is more than memory_mib {self.memory_mib}, of which it is "
                "a part: give less",
            )
        yield from target_faults(self.shared)
        if self.system_users:
            yield from self._faults_of_accounts()
        else:
            yield from home_faults(self.shared, self.directory)

    def _faults_of_accounts(self) -> Iterator[Fault]:
        if self.sudo:
            yield Fault(
                ("system_users", "sudo"),
                "system_users and sudo together would let everybody become root on the host, by "
                "a setuid program in their home: choose one",
            )
        for number, shared in enumerate(self.shared):
            key = f"shared.{number}"
            if overlap(shared.target, "/home"):
                yield Fault(
                    ("system_users", f"{key}.target"),
                    f"shared: target {shared.target} is among the accounts' homes: give another "
                    "place, such as /data",
                )
            if shared.is_volume and not shared.read_only:
                yield Fault(
                    ("system_users", f"{key}.source", f"{key}.read_only"),
                    f"shared: volume {shared.source} cannot belong to every account at once: "
                    "share a directory of the host, with the rights that they need",
                )
