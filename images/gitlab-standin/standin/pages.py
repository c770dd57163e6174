"""What people see apart from consent: signing in and out, without a password."""

import secrets

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from .context import standin
from .people import User

BLOCKED = (
    "Your account has been blocked. Please contact your GitLab administrator if you think this "
    "is an error."
)
"""GitLab's words."""

blueprint = Blueprint("pages", __name__)


def signed_in() -> User | None:
    """Return who is signed in, if that account is not blocked by now."""
    return standin().active_user(session.get("user_id"))


def csrf_token() -> str:
    """Return the token that this session's forms carry."""
    token: str = session.setdefault("csrf_token", secrets.token_urlsafe(32))
    return token


def require_csrf_token() -> None:
    """Refuse a form that this session was not given, with GitLab's status."""
    given = request.form.get("csrf_token", "")
    if not secrets.compare_digest(given.encode(), csrf_token().encode()):
        abort(422, "The change you requested was rejected: go back, reload the page, try again.")


@blueprint.app_context_processor
def for_every_page() -> dict[str, object]:
    """Give the templates what the frame around every page shows."""
    return {"csrf_token": csrf_token, "user": signed_in()}


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """Say who is signed in."""
    return render_template("home.html")


@blueprint.route("/users/sign_in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Let the visitor choose whom to be, and go on to where they were going."""
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


@blueprint.get("/-/health")
def health() -> ResponseReturnValue:
    """Answer as GitLab does when it serves."""
    return "GitLab OK\n", {"Content-Type": "text/plain"}
