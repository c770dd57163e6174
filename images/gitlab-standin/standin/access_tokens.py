"""Project access tokens in GitLab's REST API: lib/api/resource_access_tokens.rb."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, NoReturn

from flask import Blueprint
from flask.typing import ResponseReturnValue

from .context import standin
from .credentials import SCOPES, AccessToken
from .guard import RefusedError, authenticate, not_found
from .parameters import choice, faults_of_texts, form, refuse_faults
from .people import ACCESS_LEVELS
from .sources import find_for, has_role

LIFETIME = timedelta(days=365)
"""GitLab's longest lifetime of a token, which is also the default."""

blueprint = Blueprint("access_tokens", __name__, url_prefix="/api/v4/projects/<path:key>")


@blueprint.post("/access_tokens")
def create_access_token(key: str) -> ResponseReturnValue:
    """Create a token with a bot user of its own; only this answer has the token."""
    caller = authenticate()
    project = find_for(caller, "projects", key)
    given = form()
    faults = faults_of_texts(given, required=("name",))
    scopes = given.get("scopes")
    if scopes is None:
        faults.append("scopes is missing")
        scopes = []
    elif not isinstance(scopes, list) or not set(map(str, scopes)) <= SCOPES.keys():
        faults.append("scopes does not have a valid value")
    today = datetime.now(UTC).date()
    expires_at = day(given.get("expires_at", str(today + LIFETIME)))
    if expires_at is None:
        faults.append("expires_at is invalid")
        expires_at = today
    refuse_faults(faults)
    level = choice(given, "access_level", ACCESS_LEVELS.values(), ACCESS_LEVELS["Maintainer"])
    if not has_role(caller, project, "Maintainer") or caller.is_bot:
        refuse("User does not have permission to create project access token")
    if level > standin().level_of(caller.user, project):
        role = next(name for name, known in ACCESS_LEVELS.items() if known == level)
        refuse(f"Could not provision {role.lower()} access to the access token")
    if expires_at > today + LIFETIME:
        refuse(f"Expiration date must be before {today + LIFETIME}")
    token, secret = standin().store.add_access_token(
        project_id=project.id,
        name=given["name"],
        scope=" ".join(scopes),
        access_level=level,
        expires_at=str(expires_at),
    )
    return as_json(token) | {"token": secret}, 201


@blueprint.delete("/access_tokens/<int:token_id>")
def revoke_access_token(key: str, token_id: int) -> ResponseReturnValue:
    """Revoke a token; its bot user is a member no longer."""
    caller = authenticate()
    project = find_for(caller, "projects", key)
    tokens = standin().store.access_tokens()
    found = next((t for t in tokens if (t.project_id, t.id) == (project.id, token_id)), None)
    if found is None or found.revoked:
        not_found("project Access Token Not Found")
    if not has_role(caller, project, "Maintainer"):
        refuse(f"{caller.user.name} cannot delete {found.name}")
    standin().store.revoke_access_token(found)
    return "", 204


def day(text: object) -> date | None:
    """Return the day in a text, which is written YYYY-MM-DD; None if it is not."""
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


def refuse(reason: str) -> NoReturn:
    """Refuse a request with a reason, as GitLab's service does."""
    raise RefusedError(400, message=f"400 Bad request - {reason}")


def as_json(token: AccessToken) -> dict[str, Any]:
    """Return GitLab's Entities::ResourceAccessToken."""
    return {
        "id": token.id,
        "name": token.name,
        "user_id": token.user_id,
        "scopes": token.scope.split(),
        "access_level": token.access_level,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "active": not token.revoked and token.expires_in > 0,
        "revoked": bool(token.revoked),
    }
