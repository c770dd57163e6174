"""Merge requests as the database has them, and as GitLab's API describes them."""

from typing import Any

from .context import standin
from .database import now
from .guard import not_found
from .people import Source
from .users import author_json

MergeRequest = dict[str, Any]
"""A row of the table."""


def all_of(project: Source) -> list[MergeRequest]:
    """Return a project's merge requests."""
    statement = "SELECT * FROM merge_request WHERE project_id = :id"
    return standin().store.rows(statement, id=project.id)


def find(project: Source, iid: int) -> MergeRequest:
    """Return a merge request by its number in the project; refuse an unknown one."""
    found = next((row for row in all_of(project) if row["iid"] == iid), None)
    if found is None:
        not_found("Not found")
    return found


def change(found: MergeRequest, **changes: object) -> MergeRequest:
    """Store the changed columns; return the whole row."""
    columns = found | changes | {"updated_at": now()}
    changeable = ("title", "description", "state", "sha", "merged_at", "updated_at")
    standin().store.rows(
        "UPDATE merge_request SET title = :title, description = :description, state = :state,"
        " sha = :sha, merged_at = :merged_at, updated_at = :updated_at WHERE id = :id",
        id=found["id"],
        **{name: columns[name] for name in changeable},
    )
    return columns


def as_json(project: Source, found: MergeRequest) -> dict[str, Any]:
    """Return the part of GitLab's Entities::MergeRequest that is used here."""
    path = f"{project.full_path}/-/merge_requests/{found['iid']}"
    return {
        **{name: value for name, value in found.items() if name != "author_id"},
        "author": author_json(found["author_id"]),
        "merge_commit_sha": None,
        "web_url": f"{standin().external_url}/{path}",
    }
