"""Users in GitLab's REST API, and what GitLab says of itself."""

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from .context import standin
from .guard import authenticate, not_found
from .people import User

VERSION = {
    "version": "18.5.0",
    "revision": "standin",
    "kas": {"enabled": False, "externalUrl": None, "version": None},
    "enterprise": False,
}

GHOST = User(0, "ghost", "Ghost User")
"""The author of what was written by a user who does not exist any more."""

blueprint = Blueprint("users", __name__, url_prefix="/api/v4")


@blueprint.get("/version")
@blueprint.get("/metadata")
def version() -> ResponseReturnValue:
    """Answer with a version of GitLab that has everything that the stand-in has."""
    authenticate("read_user")
    return VERSION


@blueprint.get("/user")
def current_user() -> ResponseReturnValue:
    """Describe the caller."""
    user = authenticate("read_user").user
    email = f"{user.username}@example.org"
    private = {"email": email, "public_email": "", "locked": False}
    return user_json(user) | private | ({"is_admin": True} if user.is_admin else {})


@blueprint.get("/users")
def users() -> ResponseReturnValue:
    """List users, or find the one called `username`."""
    authenticate("read_user")
    wanted = request.args.get("username")
    found = standin().people.users if wanted is None else [standin().people.user(wanted)]
    return [user_json(user) for user in found if user]


@blueprint.get("/users/<int:user_id>")
def user(user_id: int) -> ResponseReturnValue:
    """Describe a user."""
    authenticate("read_user")
    found = standin().user(user_id)
    if found is None:
        not_found("User Not Found")
    return user_json(found)


def user_json(user: User) -> dict[str, Any]:
    """Return GitLab's Entities::UserBasic."""
    return {
        "id": user.id,
        "username": user.username,
        "name": user.name,
        "state": user.state,
        "avatar_url": None,
        "web_url": f"{standin().external_url}/{user.username}",
    }


def author_json(user_id: int) -> dict[str, Any]:
    """Describe the author of something."""
    return user_json(standin().user(user_id) or GHOST)
