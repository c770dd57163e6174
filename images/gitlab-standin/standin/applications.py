"""Applications that sign people in, in GitLab's REST API: lib/api/applications.rb."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint
from flask.typing import ResponseReturnValue

from .context import standin
from .credentials import SCOPES, Application
from .guard import RefusedError, authenticate_administrator, not_found
from .parameters import faults_of_texts, form, refuse_faults

BOOLEANS = {"true": True, "1": True, "false": False, "0": False}

blueprint = Blueprint("applications", __name__, url_prefix="/api/v4/applications")
blueprint.before_request(authenticate_administrator)


@blueprint.get("")
def applications() -> ResponseReturnValue:
    """List all applications."""
    return [as_json(application) for application in standin().store.applications()]


@blueprint.post("")
def create_application() -> ResponseReturnValue:
    """Create an application; only this answer has its secret."""
    given = form()
    confidential = BOOLEANS.get(str(given.get("confidential", True)).lower())
    faults = faults_of_texts(
        given, required=("name", "redirect_uri", "scopes"), not_empty=("scopes",)
    )
    if confidential is None:
        faults.append("confidential is invalid")
    refuse_faults(faults)
    wrong = {}
    if not given["name"].strip():
        wrong["name"] = ["can't be blank"]
    if faults := redirect_uri_faults(given["redirect_uri"]):
        wrong["redirect_uri"] = faults
    if not set(given["scopes"].split()) <= SCOPES.keys():
        wrong["scopes"] = ["doesn't match configured on the server."]
    if wrong:
        raise RefusedError(400, message=wrong)
    application, secret = standin().store.add_application(
        name=given["name"],
        redirect_uri=given["redirect_uri"],
        scopes=given["scopes"],
        confidential=confidential,
    )
    return {**as_json(application), "secret": secret}, 201


@blueprint.delete("/<int:number>")
def delete_application(number: int) -> ResponseReturnValue:
    """Delete an application with all its tokens, by `id` and not by `application_id`."""
    if not standin().store.remove_application(number):
        not_found("Application Not Found")
    return "", 204


def redirect_uri_faults(addresses: str) -> list[str]:
    """Return what is wrong with addresses, as Doorkeeper's RedirectUriValidator does."""
    if not addresses.strip():
        return ["can't be blank"]
    faults = {}
    for address in addresses.split():
        try:
            parts = urlsplit(address)
        except ValueError:
            faults["must be a valid URI."] = True
            continue
        faults |= {
            "is forbidden by the server.": parts.scheme in ("data", "vbscript", "javascript"),
            "cannot contain a fragment.": bool(parts.fragment),
            "must be an absolute URI.": not parts.scheme or not parts.netloc,
        }
    return [fault for fault, is_so in faults.items() if is_so]


def as_json(application: Application) -> dict[str, Any]:
    """Return GitLab's Entities::Application."""
    return {
        "id": application.id,
        "application_id": application.uid,
        "application_name": application.name,
        "callback_url": application.redirect_uri,
        "confidential": bool(application.confidential),
    }
