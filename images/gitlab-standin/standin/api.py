"""Users, groups, projects and members, in GitLab's REST API: what OAuthenticator asks."""

from typing import Any
from urllib.parse import quote, urlencode

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from .context import standin
from .guard import Caller, authenticate, not_found
from .people import Source, User

VERSION = {
    "version": "18.5.0",
    "revision": "standin",
    "kas": {"enabled": False, "externalUrl": None, "version": None},
    "enterprise": False,
}

blueprint = Blueprint("api", __name__, url_prefix="/api/v4")


@blueprint.get("/version")
@blueprint.get("/metadata")
def version() -> ResponseReturnValue:
    """Claim to be a GitLab that has all that is here."""
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
    found = standin().people.user(user_id)
    if found is None:
        not_found("User Not Found")
    return user_json(found)


@blueprint.get("/<any(groups, projects):kind>")
def sources(kind: str) -> ResponseReturnValue:
    """List what the caller may see, or is a member of; invited groups' members don't count here.

    As in GitLab: app/finders/groups_finder.rb, and pages of 20 unless `per_page` says otherwise.
    """
    caller = authenticate()
    level = request.args.get("min_access_level", 0, type=int)
    if level:
        of = standin().people.inherited_members_of
        found = [source for source in all_of(kind) if of(source).get(caller.user, 0) >= level]
    else:
        found = [source for source in all_of(kind) if may_see(caller, source)]
    page = request.args.get("page", 1, type=int)
    size = request.args.get("per_page", 20, type=int)
    more = len(found) > page * size
    listed = [source_json(kind, source) for source in found[(page - 1) * size : page * size]]
    headers = {"X-Next-Page": str(page + 1) if more else ""}
    if more:
        query = urlencode({**request.args, "page": page + 1})
        headers["Link"] = f'<{request.base_url}?{query}>; rel="next"'
    return listed, 200, headers


@blueprint.get("/<any(groups, projects):kind>/<path:key>")
def source(kind: str, key: str) -> ResponseReturnValue:
    """Describe a group or a project."""
    return source_json(kind, find(kind, key))


@blueprint.get("/<any(groups, projects):kind>/<path:key>/members")
def members(kind: str, key: str) -> ResponseReturnValue:
    """List the direct members."""
    found = standin().people.members_of(find(kind, key))
    return [member_json(user, level) for user, level in found.items()]


@blueprint.get("/<any(groups, projects):kind>/<path:key>/members/all")
def all_members(kind: str, key: str) -> ResponseReturnValue:
    """List the members, inherited ones too."""
    found = standin().people.all_members_of(find(kind, key))
    return [member_json(user, level) for user, level in found.items()]


@blueprint.get("/<any(groups, projects):kind>/<path:key>/members/<int:user_id>")
def member(kind: str, key: str, user_id: int) -> ResponseReturnValue:
    """Describe a direct member."""
    return pick(standin().people.members_of(find(kind, key)), user_id)


@blueprint.get("/<any(groups, projects):kind>/<path:key>/members/all/<int:user_id>")
def any_member(kind: str, key: str, user_id: int) -> ResponseReturnValue:
    """Describe a member, also an inherited one."""
    return pick(standin().people.all_members_of(find(kind, key)), user_id)


def all_of(kind: str) -> tuple[Source, ...]:
    """Return all groups, or all projects."""
    return standin().people.groups if kind == "groups" else standin().people.projects


def may_see(caller: Caller, source: Source) -> bool:
    """Tell whether a caller may see a group or project; all of them are private."""
    return caller.user.is_admin or caller.user in standin().people.all_members_of(source)


def find(kind: str, key: str) -> Source:
    """Find a group or project that the caller may see, by number or by full path, URL-encoded."""
    caller = authenticate()
    found = next((s for s in all_of(kind) if key in (str(s.id), s.full_path)), None)
    if quote(key, safe="").lower() not in request.environ["REQUEST_URI"].lower():
        found = None  # a slash as it is parts an address of the API
    if found is None or not may_see(caller, found):
        not_found("Group Not Found" if kind == "groups" else "Project Not Found")
    return found


def pick(members: dict[User, int], user_id: int) -> ResponseReturnValue:
    """Describe one of `members`."""
    user = standin().people.user(user_id)
    if user not in members:
        not_found("Not found")
    return member_json(user, members[user])


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


def member_json(user: User, level: int) -> dict[str, Any]:
    """Return GitLab's Entities::Member."""
    return user_json(user) | {"access_level": level, "expires_at": None}


def source_json(kind: str, source: Source) -> dict[str, Any]:
    """Return what Entities::Group and Entities::Project are asked for here."""
    named = {
        "id": source.id,
        "name": source.name,
        "path": source.full_path.rpartition("/")[2],
        "visibility": "private",
        "web_url": f"{standin().external_url}/{source.full_path}",
    }
    return named | {"full_path" if kind == "groups" else "path_with_namespace": source.full_path}
