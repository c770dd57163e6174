"""Notes of merge requests in GitLab's REST API: lib/api/notes.rb."""

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from . import merge_request_rows
from .context import standin
from .database import now
from .guard import Caller, RefusedError, authenticate, not_found
from .listing import order, page_of
from .merge_request_rows import MergeRequest
from .parameters import allow_long_texts, faults_of_texts, form, refuse_faults
from .people import Source
from .sources import find_for, has_role, require_role
from .users import author_json

MAX_BODY_CHARACTERS = 1_000_000

Note = dict[str, Any]
"""A row of the table."""

blueprint = Blueprint(
    "notes", __name__, url_prefix="/api/v4/projects/<path:key>/merge_requests/<int:iid>/notes"
)
blueprint.before_request(allow_long_texts)


@blueprint.get("")
def notes(key: str, iid: int) -> ResponseReturnValue:
    """List the notes of a merge request, newest first."""
    _, _, noteable = find_noteable(key, iid, job_token=True)
    by, descends = order(form())
    found = notes_of(noteable)
    found.sort(key=lambda note: (note[by], note["id"]), reverse=descends)
    return page_of(found, lambda note: as_json(noteable, note))


@blueprint.post("")
def create_note(key: str, iid: int) -> ResponseReturnValue:
    """Write a note."""
    caller, _, noteable = find_noteable(key, iid)
    given = form()
    refuse_faults(faults_of_texts(given, required=("body",)))
    rows = standin().store.rows(
        "INSERT INTO note VALUES (NULL, :merge_request_id, :author_id, :body, :time, :time)"
        " RETURNING *",
        merge_request_id=noteable["id"],
        author_id=caller.user.id,
        body=checked(given["body"]),
        time=now(),
    )
    merge_request_rows.change(noteable)
    return as_json(noteable, rows[0]), 201


@blueprint.get("/<int:note_id>")
def note(key: str, iid: int, note_id: int) -> ResponseReturnValue:
    """Describe a note."""
    _, _, noteable = find_noteable(key, iid, job_token=True)
    return as_json(noteable, find(noteable, note_id))


@blueprint.put("/<int:note_id>")
def update_note(key: str, iid: int, note_id: int) -> ResponseReturnValue:
    """Change a note's body: its author or a Maintainer may do so."""
    caller, project, noteable = find_noteable(key, iid)
    found = find(noteable, note_id)
    require_right(caller, project, found)
    given = form()
    refuse_faults(faults_of_texts(given, optional=("body",), not_empty=("body",)))
    rows = standin().store.rows(
        "UPDATE note SET body = :body, updated_at = :time WHERE id = :id RETURNING *",
        body=checked(given["body"] if "body" in given else found["body"]),
        time=now(),
        id=note_id,
    )
    return as_json(noteable, rows[0])


@blueprint.delete("/<int:note_id>")
def delete_note(key: str, iid: int, note_id: int) -> ResponseReturnValue:
    """Delete a note: its author or a Maintainer may do so."""
    caller, project, noteable = find_noteable(key, iid)
    require_right(caller, project, find(noteable, note_id))
    standin().store.rows("DELETE FROM note WHERE id = :id", id=note_id)
    return "", 204


def find_noteable(
    key: str, iid: int, *, job_token: bool = False
) -> tuple[Caller, Source, MergeRequest]:
    """Return a merge request whose notes the caller may read and write; a job may only read."""
    caller = authenticate(job_token=job_token)
    project = find_for(caller, "projects", key)
    if not has_role(caller, project, "Reporter"):
        not_found("Not found")
    return caller, project, merge_request_rows.find(project, iid)


def notes_of(noteable: MergeRequest) -> list[Note]:
    """Return the notes of a merge request, oldest first."""
    statement = "SELECT * FROM note WHERE merge_request_id = :id ORDER BY id"
    return standin().store.rows(statement, id=noteable["id"])


def find(noteable: MergeRequest, note_id: int) -> Note:
    """Return a note of a merge request; refuse an unknown one."""
    found = next((note for note in notes_of(noteable) if note["id"] == note_id), None)
    if found is None:
        not_found("Not found")
    return found


def require_right(caller: Caller, project: Source, found: Note) -> None:
    """Refuse a caller who may not change a note."""
    if found["author_id"] != caller.user.id:
        require_role(caller, project, "Maintainer")


def checked(body: str) -> str:
    """Return a body; refuse one that GitLab's model does not take."""
    fault = None
    if not body.strip():
        fault = "can't be blank"
    if len(body) > MAX_BODY_CHARACTERS:
        fault = f"is too long (maximum is {MAX_BODY_CHARACTERS} characters)"
    if fault:
        raise RefusedError(400, message=f'400 Bad request - Note {{:note=>["{fault}"]}}')
    return body


def as_json(noteable: MergeRequest, found: Note) -> dict[str, Any]:
    """Return the part of GitLab's Entities::Note that is used here."""
    return {
        **{name: found[name] for name in ("id", "body", "created_at", "updated_at")},
        "author": author_json(found["author_id"]),
        "system": False,
        "noteable_id": noteable["id"],
        "noteable_iid": noteable["iid"],
        "noteable_type": "MergeRequest",
        "project_id": noteable["project_id"],
    }
