"""Merge requests in GitLab's REST API: lib/api/merge_requests.rb. There is no Git behind them."""

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from .context import standin
from .database import now
from .guard import RefusedError, authenticate
from .listing import order, page_of
from .merge_request_rows import all_of, as_json, change, find
from .parameters import allow_long_texts, choice, faults_of_texts, form, refuse_faults
from .people import Source
from .sources import find_project, has_role, require_role

STATE_OF_EVENT = {"close": "closed", "reopen": "opened"}

blueprint = Blueprint("merge_requests", __name__, url_prefix="/api/v4/projects/<path:key>")
blueprint.before_request(allow_long_texts)


@blueprint.post("/merge_requests")
def create_merge_request(key: str) -> ResponseReturnValue:
    """Open a merge request; refuse a second open one from the same source to the same target."""
    caller = authenticate()
    project = find_project(caller, key, "Developer")
    given = form()
    required = ("source_branch", "target_branch", "title")
    refuse_faults(faults_of_texts(given, required, optional=("description",)))
    if not given["title"].strip():
        raise RefusedError(400, message={"title": ["can't be blank"]})
    if given["source_branch"] == given["target_branch"]:
        conflict = "You can't use same project/branch for source and target"
        raise RefusedError(422, message=[conflict])
    refuse_another_open(project, given)
    rows = standin().store.rows(
        "INSERT INTO merge_request (project_id, iid, author_id, title, description, source_branch,"
        " target_branch, created_at, updated_at) SELECT :project_id, coalesce(max(iid), 0) + 1,"
        " :author_id, :title, :description, :source_branch, :target_branch, :time, :time"
        " FROM merge_request WHERE project_id = :project_id RETURNING *",
        project_id=project.id,
        author_id=caller.user.id,
        description=given.get("description"),
        time=now(),
        **{name: given[name] for name in required},
    )
    return as_json(project, rows[0]), 201


@blueprint.get("/merge_requests")
def merge_requests(key: str) -> ResponseReturnValue:
    """List the merge requests, newest first."""
    project = find_project(authenticate(job_token=True), key, "Reporter")
    given = form()
    by, descends = order(given)
    state = choice(given, "state", ("opened", "closed", "locked", "merged", "all"), "all")
    names = ("source_branch", "target_branch")
    wanted: dict[str, Any] = {name: given[name] for name in names if name in given}
    if state != "all":
        wanted["state"] = state
    found = [row for row in all_of(project) if wanted.items() <= row.items()]
    found.sort(key=lambda row: (row[by], row["id"]), reverse=descends)
    return page_of(found, lambda row: as_json(project, row))


@blueprint.get("/merge_requests/<int:iid>")
def merge_request(key: str, iid: int) -> ResponseReturnValue:
    """Describe a merge request."""
    project = find_project(authenticate(job_token=True), key, "Reporter")
    return as_json(project, find(project, iid))


@blueprint.put("/merge_requests/<int:iid>")
def update_merge_request(key: str, iid: int) -> ResponseReturnValue:
    """Change title or description, close or reopen: the author or a Developer may do so."""
    caller = authenticate()
    project = find_project(caller, key, "Reporter")
    found = find(project, iid)
    if found["author_id"] != caller.user.id:
        require_role(caller, project, "Developer")
    given = form()
    texts = ("title", "description")
    refuse_faults(faults_of_texts(given, optional=texts, not_empty=("title",)))
    event = choice(given, "state_event", STATE_OF_EVENT)
    if not given.keys() & {*texts, "state_event"}:
        names = ", ".join((*texts, "state_event"))
        refuse_faults([f"{names} are missing, at least one parameter must be provided"])
    changes = {name: given[name] for name in texts if name in given}
    if event and found["state"] != "merged":
        changes["state"] = STATE_OF_EVENT[event]
        if changes["state"] == "opened" != found["state"]:
            refuse_another_open(project, found)
    return as_json(project, change(found, **changes))


@blueprint.put("/merge_requests/<int:iid>/merge")
def merge(key: str, iid: int) -> ResponseReturnValue:
    """Mark a merge request as merged: a Maintainer may do so, as all branches count as protected.

    A `sha` in the request is stored as the head of the source branch: there is none to compare it
    with.
    """
    caller = authenticate()
    project = find_project(caller, key, "Reporter")
    found = find(project, iid)
    if not has_role(caller, project, "Maintainer"):
        raise RefusedError(401, message="401 Unauthorized")
    if found["state"] != "opened":
        raise RefusedError(405, message="405 Method Not Allowed")
    given = form()
    refuse_faults(faults_of_texts(given, optional=("sha",)))
    return as_json(project, change(found, state="merged", merged_at=now(), sha=given.get("sha")))


def refuse_another_open(project: Source, branches: dict[str, Any]) -> None:
    """Refuse a second open merge request from and to the same branches."""
    wanted = {"state": "opened"} | {n: branches[n] for n in ("source_branch", "target_branch")}
    for row in all_of(project):
        if wanted.items() <= row.items():
            told = "Another open merge request already exists for this source branch:"
            raise RefusedError(409, message=[f"{told} !{row['iid']}"])
