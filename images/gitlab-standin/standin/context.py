"""What every request needs, kept on the application."""

from dataclasses import dataclass
from typing import cast

from flask import current_app

from .people import People, PeopleFile, User
from .store import Store


@dataclass(frozen=True)
class Standin:
    """The parts of a running stand-in."""

    people_file: PeopleFile
    store: Store
    admin_token: str
    external_url: str

    @property
    def people(self) -> People:
        """Who there is now."""
        return self.people_file.current()

    def active_user(self, key: int | str | None) -> User | None:
        """Find a user who is not blocked."""
        user = self.people.user(key)
        return None if user is None or user.is_blocked else user


def standin() -> Standin:
    """Return the stand-in that serves the current request."""
    return cast("Standin", current_app.extensions["standin"])
