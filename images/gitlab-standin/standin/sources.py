"""Groups, projects and members in GitLab's REST API: what OAuthenticator asks for, and more."""

from typing import Any
from urllib.parse import quote

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from .context import standin
from .guard import Caller, RefusedError, authenticate, not_found
from .listing import page_of
from .people import ACCESS_LEVELS, Source, User
from .users import user_json

blueprint = Blueprint("sources", __name__, url_prefix="/api/v4")


@blueprint.get("/<any(groups, projects):kind>")
def sources(kind: str) -> ResponseReturnValue:
    """List the groups or projects that the caller may see.

    With `min_access_level`, list those of which the caller is a member; members of invited groups
    do not count then, as in GitLab's app/finders/groups_finder.rb. Pages have 20 items unless
    `per_page` says otherwise.
    """
    caller = authenticate()
    level = request.args.get("min_access_level", 0, type=int)
    if level:
        of = standin().people.inherited_members_of
        found = [source for source in all_of(kind) if of(source).get(caller.user, 0) >= level]
    else:
        found = [source for source in all_of(kind) if standin().level_of(caller.user, source)]
    return page_of(found, lambda source: source_json(kind, source))


@blueprint.get("/<any(groups, projects):kind>/<path:key>")
def source(kind: str, key: str) -> ResponseReturnValue:
    """Describe a group or a project."""
    return source_json(kind, find(kind, key))


@blueprint.get("/<any(groups, projects):kind>/<path:key>/members")
def members(kind: str, key: str) -> ResponseReturnValue:
    """List the direct members."""
    found = standin().members_of(find(kind, key))
    return [member_json(user, level) for user, level in found.items()]


@blueprint.get("/<any(groups, projects):kind>/<path:key>/members/all")
def all_members(kind: str, key: str) -> ResponseReturnValue:
    """List the members, inherited ones too."""
    found = standin().all_members_of(find(kind, key))
    return [member_json(user, level) for user, level in found.items()]


@blueprint.get("/<any(groups, projects):kind>/<path:key>/members/<int:user_id>")
def member(kind: str, key: str, user_id: int) -> ResponseReturnValue:
    """Describe a direct member."""
    return pick(standin().members_of(find(kind, key)), user_id)


@blueprint.get("/<any(groups, projects):kind>/<path:key>/members/all/<int:user_id>")
def any_member(kind: str, key: str, user_id: int) -> ResponseReturnValue:
    """Describe a direct or inherited member."""
    return pick(standin().all_members_of(find(kind, key)), user_id)


def all_of(kind: str) -> tuple[Source, ...]:
    """Return all groups, or all projects."""
    return standin().people.groups if kind == "groups" else standin().people.projects


def find(kind: str, key: str) -> Source:
    """Return a group or project that the caller may see, by number or by full path, URL-encoded."""
    return find_for(authenticate(), kind, key)


def find_project(caller: Caller, key: str, role: str) -> Source:
    """Return a project in which the caller has a role, such as Reporter, or a higher one."""
    project = find_for(caller, "projects", key)
    require_role(caller, project, role)
    return project


def find_for(caller: Caller, kind: str, key: str) -> Source:
    """Return a group or project that a caller may see; refuse all others."""
    found = next((s for s in all_of(kind) if key in (str(s.id), s.full_path)), None)
    if quote(key, safe="").lower() not in request.environ["REQUEST_URI"].lower():
        found = None  # a slash that is not encoded separates parts of an address
    if found is None or not standin().level_of(caller.user, found):
        not_found("Group Not Found" if kind == "groups" else "Project Not Found")
    return found


def has_role(caller: Caller, source: Source, role: str) -> bool:
    """Tell whether a caller has a role or a higher one."""
    return standin().level_of(caller.user, source) >= ACCESS_LEVELS[role]


def require_role(caller: Caller, source: Source, role: str) -> None:
    """Refuse a caller with a lower role."""
    if not has_role(caller, source, role):
        raise RefusedError(403, message="403 Forbidden")


def pick(members: dict[User, int], user_id: int) -> ResponseReturnValue:
    """Describe one of `members`; refuse anybody else."""
    user = standin().user(user_id)
    if user not in members:
        not_found("Not found")
    return member_json(user, members[user])


def member_json(user: User, level: int) -> dict[str, Any]:
    """Return GitLab's Entities::Member."""
    return user_json(user) | {"access_level": level, "expires_at": None}


def source_json(kind: str, source: Source) -> dict[str, Any]:
    """Return the part of GitLab's Entities::Group or Entities::Project that is used here."""
    named = {
        "id": source.id,
        "name": source.name,
        "path": source.full_path.rpartition("/")[2],
        "visibility": "private",
        "web_url": f"{standin().external_url}/{source.full_path}",
    }
    return named | {"full_path" if kind == "groups" else "path_with_namespace": source.full_path}
