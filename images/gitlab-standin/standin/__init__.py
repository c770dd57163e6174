"""A stand-in for GitLab where there is none: on a laptop, in tests.

It speaks as much of GitLab's OAuth and REST API as the GitLab provider, OAuthenticator and the
pipeline of a merge request use. It asks for no passwords: whoever reaches it can sign in as
anybody, so it serves loopback addresses only.
"""

import logging
import os
import sqlite3
from ipaddress import ip_address
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote, urlsplit

from flask import Flask, Response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from . import (
    access_tokens,
    applications,
    authorization_server,
    merge_requests,
    notes,
    oauth,
    packages,
    pages,
    sources,
    users,
)
from .context import Standin
from .guard import RefusedError
from .people import PeopleFile
from .store import Store

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""No form-action: browsers would apply it to the redirect that follows consent."""

LOG = logging.getLogger(__name__)


def create_app() -> Flask:
    """Build the application from the environment, or end the process saying what is wrong there.

    - `STANDIN_EXTERNAL_URL`: the loopback address that browsers use.
    - `STANDIN_ADMIN_TOKEN`: the token that may create applications.
    - `STANDIN_JOB_TOKEN`: the JOB-TOKEN of the administrator's CI/CD jobs; if it is not set, no
      job's token is accepted.
    - `STANDIN_DATA`: the SQLite file, made if it is missing.
    - `STANDIN_PEOPLE`: users, groups, projects and memberships, read again when it changes;
      `demo.json` shows the format.
    """
    external_url = os.environ.get("STANDIN_EXTERNAL_URL", "").rstrip("/")
    if not is_loopback(external_url):
        refuse(
            "STANDIN_EXTERNAL_URL",
            "people sign in without a password here, so it must be a loopback address such as "
            f"http://localhost:8929, not {external_url!r}",
        )
    admin_token = os.environ.get("STANDIN_ADMIN_TOKEN", "")
    if not admin_token:
        refuse(
            "STANDIN_ADMIN_TOKEN", "set it to a secret, such as what `openssl rand -hex 24` prints"
        )
    people_file = Path(os.environ.get("STANDIN_PEOPLE", Path(__file__).with_name("demo.json")))
    try:
        people = PeopleFile(people_file)
    except (OSError, ValueError, TypeError, LookupError) as error:
        refuse("STANDIN_PEOPLE", f"{people_file}: {error!r}; demo.json shows what is expected")
    data_file = Path(os.environ.get("STANDIN_DATA", "/data/standin.sqlite3"))
    try:
        store = Store(data_file)
    except sqlite3.Error as error:
        refuse("STANDIN_DATA", f"{data_file}: {error}; its folder must exist and be writable")

    app = Flask(__name__)
    app.extensions["standin"] = Standin(
        people, store, admin_token, os.environ.get("STANDIN_JOB_TOKEN", ""), external_url
    )
    app.config.update(
        SECRET_KEY=store.session_key(),
        SESSION_COOKIE_NAME="_gitlab_standin_session",  # ports of localhost share their cookies
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=external_url.startswith("https:"),
        MAX_CONTENT_LENGTH=64 * 1024,
    )
    authorization_server.init_app(app)
    for module in (
        access_tokens,
        applications,
        merge_requests,
        notes,
        oauth,
        packages,
        pages,
        sources,
        users,
    ):
        app.register_blueprint(module.blueprint)
    app.register_error_handler(RefusedError, lambda error: (error.body, error.status))
    app.register_error_handler(HTTPException, explain)
    app.after_request(finish)
    LOG.setLevel(logging.INFO)
    return app


def is_loopback(url: str) -> bool:
    """Tell whether only this machine can open `url`."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme not in ("http", "https"):
            return False
        return host == "localhost" or host.endswith(".localhost") or ip_address(host).is_loopback
    except ValueError:
        return False


def refuse(variable: str, problem: str) -> NoReturn:
    """End the process."""
    msg = f"gitlab-standin: {variable}: {problem}"
    raise SystemExit(msg)


def explain(error: HTTPException) -> ResponseReturnValue:
    """Answer an error as JSON to programs and as a page to people."""
    if request.path.startswith("/api/"):
        return {"error": f"{error.code} {error.name}"}, error.code or 500
    page = render_template("error.html", title=error.name, detail=error.description)
    return page, error.code or 500


def finish(response: Response) -> Response:
    """Add what every answer carries, and log the request without its query: codes are in there."""
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    if request.path != "/-/health":
        LOG.info("%s %s %d", request.method, quote(request.path), response.status_code)
    return response
