"""The addresses of GitLab's OAuth: consent in the browser, tokens for the application."""

from typing import Any

from authlib.oauth2 import OAuth2Error
from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from .authorization_server import DESCRIPTIONS, describe, server
from .context import standin
from .credentials import SCOPES
from .guard import bearer_token, invalid_token, require_usable
from .pages import require_csrf_token, signed_in

blueprint = Blueprint("oauth", __name__, url_prefix="/oauth")


@blueprint.route("/authorize", methods=["GET", "POST"])
def authorize() -> ResponseReturnValue:
    """Ask the user for consent, unless it was given before, and send them back to the application.

    As in GitLab, an invalid request is explained on the page and never redirected.
    """
    user = signed_in()
    if user is None:
        session["return_to"] = request.full_path
        return redirect(url_for("pages.sign_in"))
    try:
        grant = server.get_consent_grant(end_user=user)
    except OAuth2Error as error:
        abort(400, describe(error))
    except ValueError:  # a response_type with characters that Authlib's own error may not hold
        abort(400, DESCRIPTIONS["unsupported_response_type"])

    application, scope = grant.client, grant.request.scope
    if request.method == "POST":
        require_csrf_token()
        consents = request.form.get("decision") == "authorize"
    elif application.confidential and standin().store.has_consented(user.id, application.id, scope):
        consents = True
    else:
        scopes = [SCOPES[name] for name in scope.split()]
        return render_template(
            "authorize.html",
            application=application,
            scopes=scopes,
            redirect_uri=grant.redirect_uri,
        )
    answer: ResponseReturnValue = server.create_authorization_response(
        grant_user=user if consents else None, grant=grant
    )
    return answer


@blueprint.post("/token")
def token() -> Any:
    """Exchange a code or a refresh token for a pair of tokens."""
    return server.create_token_response()


@blueprint.post("/revoke")
def revoke() -> Any:
    """Revoke a pair of tokens."""
    return server.create_endpoint_response("revocation")


@blueprint.get("/token/info")
def token_info() -> dict[str, Any]:
    """Tell what the presented access token is good for."""
    found = standin().store.token(bearer_token() or "")
    if found is None:
        invalid_token("The access token is invalid")
    require_usable(found)
    uid = next(app.uid for app in standin().store.applications() if app.id == found.application_id)
    return {
        "resource_owner_id": found.user_id,
        "scope": found.scope.split(),
        "expires_in": found.expires_in,
        "application": {"uid": uid},
        "created_at": found.created_at,
    }
