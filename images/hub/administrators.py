"""What an administrator of the hub may do: look after people and their servers.

JupyterHub's own `admin` may read everybody's GitLab token, make tokens in everybody's name and stop
the hub, and a page that an administrator opens could do so in their name. So no person is one.
"""

from typing import Any

from jupyterhub.apihandlers.users import UserAPIHandler, UserListAPIHandler
from jupyterhub.roles import get_default_roles
from jupyterhub.scopes import define_custom_scopes, needs_scope

NAME = "administrator"
ADD = "custom:add-users"
"""JupyterHub's `admin:users`, for which it asks who adds people, reads their GitLab tokens too."""
READ_ENDINGS = "custom:read-endings"
"""To read how everybody's server has ended, with the end of its log."""
define_custom_scopes(
    {
        ADD: {"description": "Add users."},
        READ_ENDINGS: {"description": "Read how servers have ended."},
    }
)
SCOPES = ["admin-ui", "list:users", "read:users", ADD, READ_ENDINGS, "delete:users", "servers"]
SCOPES += ["list:groups", "read:groups"]
OPEN_SERVERS = "access:servers"
NOBODY: dict[str, Any] = {"name": "admin", "users": [], "services": [], "groups": []}
"""JupyterHub's own role, which whoever has it in the database loses when the hub starts."""

Role = dict[str, Any]


def role(*, opens_servers: bool) -> Role:
    """Return the role of administrators, who may open everybody's server or not."""
    return {
        "name": NAME,
        "description": "Looks after people and their servers",
        "scopes": [*SCOPES, *([OPEN_SERVERS] if opens_servers else [])],
    }


def roles_of_a_person(administrators_role: Role | None) -> list[Role]:
    """Return all roles of a person; JupyterHub takes from them those that are not among these."""
    [user] = (role for role in get_default_roles() if role["name"] == "user")
    return [user, *([administrators_role] if administrators_role else [])]


class UsersHandler(UserListAPIHandler):
    """Adds people for whoever may add people."""

    post = needs_scope(ADD)(UserListAPIHandler.post.__wrapped__)


class UserHandler(UserAPIHandler):
    """Adds a person for whoever may add people."""

    post = needs_scope(ADD)(UserAPIHandler.post.__wrapped__)


HANDLERS = [(r"/api/users", UsersHandler), (r"/api/users/([^/]+)", UserHandler)]
