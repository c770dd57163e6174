"""The pages other than consent: sign-in without a password, sign-out, and merge requests."""

import secrets

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from . import markdown, merge_request_rows, notes
from .context import standin
from .people import ACCESS_LEVELS, User

BLOCKED = (
    "Your account has been blocked. Please contact your GitLab administrator if you think this "
    "is an error."
)
"""GitLab's message."""

blueprint = Blueprint("pages", __name__)
blueprint.add_app_template_filter(markdown.render, "markdown")


def signed_in() -> User | None:
    """Return who is signed in; None if nobody is, or the account is blocked now."""
    return standin().active_user(session.get("user_id"))


def csrf_token() -> str:
    """Return the token that this session's forms carry."""
    token: str = session.setdefault("csrf_token", secrets.token_urlsafe(32))
    return token


def require_csrf_token() -> None:
    """Refuse, with GitLab's status, a form that does not come from this session."""
    given = request.form.get("csrf_token", "")
    if not secrets.compare_digest(given.encode(), csrf_token().encode()):
        abort(422, "The change you requested was rejected: go back, reload the page, try again.")


@blueprint.app_context_processor
def for_every_page() -> dict[str, object]:
    """Return what the frame around every page shows, for the templates."""
    return {"csrf_token": csrf_token, "user": signed_in()}


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """Say who is signed in."""
    return render_template("home.html")


@blueprint.route("/users/sign_in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Let visitors choose who they are, and send them on to where they were going."""
    problem, status = None, 200
    if request.method == "POST":
        require_csrf_token()
        chosen = standin().people.user(request.form.get("username"))
        if chosen and not chosen.is_blocked:
            return_to = session.get("return_to", url_for("pages.home"))
            session.clear()  # a new session for a new user, as GitLab's
            session["user_id"] = chosen.id
            return redirect(return_to, 303)
        problem, status = BLOCKED if chosen else "Choose one of the users below.", 401
    people = standin().people.users
    return render_template("sign_in.html", people=people, problem=problem), status


@blueprint.post("/users/sign_out")
def sign_out() -> ResponseReturnValue:
    """Forget who is signed in; tokens stay valid, as GitLab's do."""
    require_csrf_token()
    session.clear()
    return redirect(url_for("pages.sign_in"), 303)


@blueprint.get("/<path:project_path>/-/merge_requests/<int:iid>")
def merge_request(project_path: str, iid: int) -> ResponseReturnValue:
    """Show a merge request with its notes, oldest first, to those who may read it."""
    user = signed_in()
    if user is None:
        session["return_to"] = request.full_path
        return redirect(url_for("pages.sign_in"))
    projects = standin().people.projects
    project = next((p for p in projects if p.full_path == project_path), None)
    if project is None or standin().level_of(user, project) < ACCESS_LEVELS["Reporter"]:
        abort(404)
    rows = merge_request_rows.all_of(project)
    row = next((row for row in rows if row["iid"] == iid), None) or abort(404)
    return render_template(
        "merge_request.html",
        project=project,
        found=merge_request_rows.as_json(project, row),
        notes=[notes.as_json(row, note) for note in notes.notes_of(row)],
    )


@blueprint.get("/-/health")
def health() -> ResponseReturnValue:
    """Answer as GitLab does when it serves."""
    return "GitLab OK\n", {"Content-Type": "text/plain"}
