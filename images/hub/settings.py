"""The content of settings.json, which components/hub_settings.py writes."""

import json
from dataclasses import dataclass, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints

Kind = TypeVar("Kind")


@dataclass(frozen=True)
class GitLab:
    """Where GitLab is, and who may sign in."""

    url: str
    internal_url: str
    """The address at which this container reaches GitLab; `url` is the one for browsers."""
    ca_file: str | None
    callback_url: str
    scopes: list[str]
    allow_everyone: bool
    allowed_users: list[str]
    allowed_groups: list[str]
    allowed_projects: list[str]
    admin_users: list[str]
    admin_groups: list[str]
    admins_open_servers: bool


@dataclass(frozen=True)
class Shared:
    """A directory of the host or a volume that several people see; `groups` None means everyone."""

    source: str
    target: str
    groups: list[str] | None
    read_only: bool


@dataclass(frozen=True)
class Notebook:
    """What all servers have in common."""

    name_prefix: str
    volume_prefix: str
    directory: str
    uid: int
    gid: int
    home: str
    """`volume`, or a directory of the host with {username} in it."""
    shared: list[Shared]
    system_users: bool


@dataclass(frozen=True)
class Profile:
    """A kind of server that people may choose; `groups` None means everyone."""

    name: str
    description: str
    groups: list[str] | None


@dataclass(frozen=True)
class GpuLimit:
    """How many GPUs of the pool the members of a group may lease at a time together."""

    group: str
    gpus: int


@dataclass(frozen=True)
class Settings:
    """The content of the whole file."""

    site_url: str
    user_domains: str | None
    """The domain under which each person's server has a name of its own; None, or `none`, if their
    servers are at the hub's host."""
    hub_address: str
    proxy_api_url: str
    proxy_address: str
    fronts: list[str]
    """Addresses of servers in front of the proxy, whose word on clients' addresses is believed."""
    network: str
    addresses: str
    """The part of its subnet that people's servers are in."""
    labels: dict[str, str]
    gitlab: GitLab
    notebook: Notebook
    profiles: list[Profile]
    gpu_pool: list[str]
    """The GPUs of which servers lease some, by index or UUID."""
    people_per_gpu: int
    """How many servers may have the same of these at a time."""
    gpu_hours: float | None
    """How long a server may have them, in hours; None means until it ends."""
    gpu_limits: list[GpuLimit]
    active_servers: int | None
    named_servers: int
    """How many servers a person may have besides the first."""
    person_memory_mib: int | None
    idle_hours: float | None
    computing_is_active: bool
    """Whether a computation counts as activity, though it prints nothing."""
    session_hours: float
    announcement_volume: str
    """The volume whose label is the line that every page shows, if there is one."""
    embed_in: list[str]
    """Sites whose pages may show the hub's, and those of servers, in theirs."""

    @property
    def named_groups(self) -> set[str]:
        """The groups that profiles, shared directories and limits are for."""
        named = [each.groups for each in self.profiles]
        named += [each.groups for each in self.notebook.shared]
        named.append([limit.group for limit in self.gpu_limits])
        return {group for groups in named for group in groups or ()}


def read(file: Path) -> Settings:
    """Read the file; raise `TypeError` for a key that is missing or unknown to this hub."""
    return made(Settings, json.loads(file.read_text()))


def made(kind: type[Kind], given: dict[str, Any]) -> Kind:
    """Return a dataclass from the values of a JSON object, with the dataclasses in it."""
    hints = get_type_hints(kind)
    return kind(**{key: _value(hints.get(key), value) for key, value in given.items()})


def _value(hint: Any, value: Any) -> Any:
    item = next(iter(get_args(hint)), None)
    if isinstance(item, type) and is_dataclass(item):
        return [made(item, each) for each in value]
    return made(hint, value) if isinstance(hint, type) and is_dataclass(hint) else value
