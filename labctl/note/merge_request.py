"""The note on a merge request, through GitLab's API."""

import os
from typing import Any

import gitlab
from gitlab.exceptions import GitlabError

from ..stack import StackError

REMEDIES = {
    "CI_SERVER_URL": "GitLab CI sets it, and CI_API_V4_URL; elsewhere: GitLab's address",
    "CI_PROJECT_ID": "GitLab CI sets it; elsewhere: the project's number or path",
    "CI_MERGE_REQUEST_IID": "GitLab CI sets it in merge request pipelines only: give the job "
    "rules: [if: $CI_PIPELINE_SOURCE == 'merge_request_event']",
    "LABCTL_GITLAB_TOKEN": "make a project access token with the scope api and the role Reporter, "
    "and add it as a masked CI/CD variable",
}
"""The variables that are needed, each with what to do if it is missing."""
SECONDS = 30
"""How many seconds an answer of GitLab's may take."""


class NoteError(StackError):
    """The note cannot be kept; the message says why, and what the user has to do first."""


def keep(body: str | None, marker: str) -> str:
    """Create, update or, without `body`, remove the note that begins with `marker`.

    Returns a sentence on what was done. Raises `NoteError` if a variable or a right is missing, or
    if GitLab cannot be reached.
    """
    server = os.environ.get("CI_API_V4_URL", "").removesuffix("/api/v4")
    given = dict(os.environ) | ({"CI_SERVER_URL": server} if server else {})
    missing = [f"{name} is missing: {REMEDIES[name]}" for name in REMEDIES if not given.get(name)]
    if missing:
        raise NoteError("\n".join(missing))
    url, project = given["CI_SERVER_URL"], given["CI_PROJECT_ID"]
    iid, token = given["CI_MERGE_REQUEST_IID"], given["LABCTL_GITLAB_TOKEN"]
    try:
        with gitlab.Gitlab(url, private_token=token, timeout=SECONDS) as api:
            api.auth()
            merge_request = api.projects.get(project, lazy=True).mergerequests.get(iid, lazy=True)
            return _upsert(merge_request.notes, api.user.id if api.user else None, body, marker)
    except GitlabError as error:
        raise NoteError(_refused(error, f"{project}!{iid}", url)) from error
    except OSError as error:  # those of requests, or a missing file of authorities
        msg = f"{url} cannot be reached: {error}"
        raise NoteError(msg) from error


def _upsert(notes: Any, author: int | None, body: str | None, marker: str) -> str:
    """Leave one note of the author with the marker, or without `body` none; say what was done."""
    listed = notes.list(iterator=True, order_by="created_at", sort="asc")
    ours = [n for n in listed if n.author["id"] == author and n.body.startswith(marker)]
    for stray in ours[1:] if body else ours:
        stray.delete()
    if body is None:
        return f"Nothing changes: {'the note is removed' if ours else 'there is no note'}."
    if not ours:
        return f"Note {notes.create({'body': body}).id} created."
    note = ours[0]
    if note.body.strip() == body.strip():  # GitLab strips it
        return f"Note {note.id} is up to date."
    note.body = body
    note.save()
    return f"Note {note.id} updated."


def _refused(error: GitlabError, merge_request: str, url: str) -> str:
    reasons = {
        401: "LABCTL_GITLAB_TOKEN is not valid there, or has expired",
        403: "LABCTL_GITLAB_TOKEN needs the scope api, and the role Reporter in the project",
        404: f"there is no {merge_request}, or the user of LABCTL_GITLAB_TOKEN does not see it: "
        "that needs the scope api, and the role Reporter in the project",
    }
    return f"{url} answers {error}: {reasons.get(error.response_code or 0, 'try again later')}"
