"""What every request needs: the stand-in, kept on the application."""

from dataclasses import dataclass
from typing import cast

from flask import current_app

from .credentials import AccessToken
from .people import ACCESS_LEVELS, People, PeopleFile, Source, User
from .store import Store


@dataclass(frozen=True)
class Standin:
    """The parts of a running stand-in."""

    people_file: PeopleFile
    store: Store
    admin_token: str
    job_token: str
    """The token that the administrator's CI/CD jobs present; empty for none."""
    external_url: str

    @property
    def people(self) -> People:
        """The people that the file has now."""
        return self.people_file.current()

    def active_user(self, key: int | str | None) -> User | None:
        """Return a user who is not blocked, or None."""
        user = self.people.user(key)
        return None if user is None or user.is_blocked else user

    def user(self, user_id: int) -> User | None:
        """Return a user or a bot user by number, or None."""
        bots = (bot(token) for token in self.store.access_tokens() if token.user_id == user_id)
        return self.people.user(user_id) or next(bots, None)

    def members_of(self, source: Source) -> dict[User, int]:
        """Return the direct members, bot users too, with their access levels."""
        return self.people.members_of(source) | self._bots_of(source)

    def all_members_of(self, source: Source) -> dict[User, int]:
        """Return all members, bot users too, with their access levels."""
        return self.people.all_members_of(source) | self._bots_of(source)

    def level_of(self, user: User, source: Source) -> int:
        """Return a user's access level; with 0 they see nothing, as all sources are private."""
        if user.is_admin:
            return ACCESS_LEVELS["Owner"]
        return self.all_members_of(source).get(user, 0)

    def _bots_of(self, source: Source) -> dict[User, int]:
        """Return the bot users of a project's access tokens that are still good."""
        if source not in self.people.projects:
            return {}
        tokens = self.store.access_tokens()
        return {
            bot(token): token.access_level
            for token in tokens
            if token.project_id == source.id and not token.revoked and token.expires_in > 0
        }


def bot(token: AccessToken) -> User:
    """Return the user that a project access token acts as."""
    return User(token.user_id, f"project_{token.project_id}_bot_{token.id}", token.name)


def standin() -> Standin:
    """Return the stand-in that serves the current request."""
    return cast("Standin", current_app.extensions["standin"])
