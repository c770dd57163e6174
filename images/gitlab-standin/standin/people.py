"""Users, groups and projects, and who is a member of which."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

ACCESS_LEVELS = {"Guest": 10, "Reporter": 20, "Developer": 30, "Maintainer": 40, "Owner": 50}
"""GitLab's roles; docs.gitlab.com/api/members."""


@dataclass(frozen=True)
class User:
    """An account; a blocked one cannot do anything."""

    id: int
    username: str
    name: str
    is_admin: bool = False
    state: str = "active"

    @property
    def is_blocked(self) -> bool:
        """Whether GitLab would refuse this user."""
        return self.state != "active"


@dataclass(frozen=True)
class Source:
    """A group or a project: in GitLab's words, the source of a membership."""

    id: int
    full_path: str
    name: str
    members: dict[str, str] = field(default_factory=dict)
    """The roles of the direct members, by user name."""
    invited: dict[str, str] = field(default_factory=dict)
    """The highest role that members of an invited group have here, by the group's full path."""


class People:
    """Users, groups, projects and memberships, as a JSON file has them.

    Raises ValueError, TypeError or LookupError if something in the file is not possible.
    """

    def __init__(self, path: Path) -> None:
        content: dict[str, list[dict[str, Any]]] = json.loads(path.read_text())
        self.users = tuple(User(**user) for user in content["users"])
        self.groups = tuple(Source(**group) for group in content["groups"])
        self.projects = tuple(Source(**project) for project in content["projects"])
        administrators = [user for user in self.users if user.is_admin]
        if not administrators:
            msg = "no user has is_admin"
            raise ValueError(msg)
        self.administrator = administrators[0]
        """The user to whom the administrator token belongs."""
        for source in (*self.groups, *self.projects):
            self.all_members_of(source)  # so that an unknown user, group or role is found now

    def user(self, key: int | str | None) -> User | None:
        """Return a user by number, or by name in upper or lower case; None without one."""
        name = key.lower() if isinstance(key, str) else key
        return next((u for u in self.users if name in (u.id, u.username.lower())), None)

    def members_of(self, source: Source) -> dict[User, int]:
        """Return the direct members with their access levels."""
        users = {user.username: user for user in self.users}
        return {users[name]: ACCESS_LEVELS[role] for name, role in source.members.items()}

    def inherited_members_of(self, source: Source) -> dict[User, int]:
        """Return direct and inherited members; of several access levels, the highest counts."""
        levels: dict[User, int] = {}
        for group in (*self.groups, source):
            if f"{source.full_path}/".startswith(f"{group.full_path}/"):
                for user, level in self.members_of(group).items():
                    levels[user] = max(level, levels.get(user, 0))
        return levels

    def all_members_of(self, source: Source) -> dict[User, int]:
        """Return direct and inherited members, and those of invited groups."""
        levels = self.inherited_members_of(source)
        groups = {group.full_path: group for group in self.groups}
        for path, role in source.invited.items():
            for user, level in self.members_of(groups[path]).items():
                levels[user] = max(min(level, ACCESS_LEVELS[role]), levels.get(user, 0))
        return levels


class _Reading(NamedTuple):
    version: tuple[int, int]
    people: People


class PeopleFile:
    """The people in a JSON file, which may change at any time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._last: _Reading | None = None
        self.current()

    def current(self) -> People:
        """Return what the file says now; raises as `People` does, and OSError."""
        status = self._path.stat()
        version = (status.st_mtime_ns, status.st_ino)
        if self._last is None or self._last.version != version:
            self._last = _Reading(version, People(self._path))
        return self._last.people
