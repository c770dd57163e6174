"""The OAuth server: codes with PKCE, refresh tokens that rotate, revocation. No ID tokens."""

import os
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2 import OAuth2Error, OAuth2Request
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from flask import Flask, Response

from .context import standin
from .credentials import Application, Code, Token
from .people import User

CLIENT_AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none"]
DESCRIPTIONS = {
    "access_denied": "The resource owner or authorization server denied the request.",
    "invalid_client": "Client authentication failed due to unknown client, no client "
    "authentication included, or unsupported authentication method.",
    "invalid_grant": "The provided authorization grant is invalid, expired, revoked, does not "
    "match the redirection URI used in the authorization request, or was issued to another client.",
    "invalid_redirect_uri": "The redirect URI included is not valid.",
    "invalid_scope": "The requested scope is invalid, unknown, or malformed.",
    "unsupported_response_type": "The authorization server does not support this response type.",
}
"""Messages from GitLab's config/locales/doorkeeper.en.yml; other errors have Authlib's."""


def describe(error: OAuth2Error) -> str:
    """Return what went wrong in GitLab's words."""
    description: str = DESCRIPTIONS.get(error.error) or error.get_error_description()
    return description


class Server(AuthorizationServer):
    """Authlib's server with GitLab's errors."""

    def handle_error_response(self, request: OAuth2Request, error: OAuth2Error) -> Response:
        """Answer as Doorkeeper does: 401 wherever the client is not who it says."""
        error.description = describe(error)
        if error.error == "invalid_client":
            error.status_code = 401
        answer: Response = super().handle_error_response(request, error)
        return answer


class CodeGrant(AuthorizationCodeGrant):
    """Gives a code for a consent, and a pair of tokens for a code."""

    TOKEN_ENDPOINT_AUTH_METHODS = CLIENT_AUTH_METHODS

    @staticmethod
    def validate_authorization_redirect_uri(request: OAuth2Request, client: Application) -> str:
        """Require a registered address, and say so without repeating what was sent."""
        redirect_uri: str = request.payload.redirect_uri
        if client.check_redirect_uri(redirect_uri):
            return redirect_uri
        raise OAuth2Error(error="invalid_redirect_uri")

    def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
        """Store a code, with who consented to what."""
        standin().store.add_code(
            code,
            application_id=request.client.id,
            user_id=request.user.id,
            scope=request.scope,
            redirect_uri=request.payload.redirect_uri,
            code_challenge=request.payload.data.get("code_challenge"),
            code_challenge_method=request.payload.data.get("code_challenge_method"),
        )

    def query_authorization_code(self, code: str, client: Application) -> Code | None:
        """Take the code out of the store, so that it is used up even if the request is refused."""
        found = standin().store.take_code(code, client.id)
        return None if found is None or found.is_expired else found

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """Do nothing: the code was taken already."""

    def authenticate_user(self, authorization_code: Code) -> User | None:
        """Find the user, who may have been blocked meanwhile."""
        return standin().active_user(authorization_code.user_id)


class RefreshGrant(RefreshTokenGrant):
    """Gives a new pair of tokens for an old one."""

    TOKEN_ENDPOINT_AUTH_METHODS = CLIENT_AUTH_METHODS
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> Token | None:
        """Take the refresh token, so that of two requests with it only one succeeds."""
        return standin().store.take_refresh_token(refresh_token, self.request.client.id)

    def authenticate_user(self, refresh_token: Token) -> User | None:
        """Find the user, who may have been blocked meanwhile."""
        return standin().active_user(refresh_token.user_id)

    def revoke_old_credential(self, refresh_token: Token) -> None:
        """Do nothing: the refresh token was taken already."""


class Revocation(RevocationEndpoint):
    """Revokes both tokens of a pair by either of them."""

    CLIENT_AUTH_METHODS = CLIENT_AUTH_METHODS

    def query_token(self, token_string: str, token_type_hint: str | None) -> Token | None:  # noqa: ARG002, D102
        return standin().store.pair(token_string)

    def revoke_token(self, token: Token, request: OAuth2Request) -> None:  # noqa: ARG002, D102
        standin().store.revoke(token)


def query_client(uid: str) -> Application | None:
    """Find an application by its client id."""
    return standin().store.application(uid)


def save_token(token: dict[str, Any], request: OAuth2Request) -> None:
    """Store the tokens, and add to the answer what else GitLab tells about them."""
    kept = standin().store.add_token(
        token["access_token"],
        token["refresh_token"],
        application_id=request.client.id,
        user_id=request.user.id,
        scope=token["scope"],
    )
    token["created_at"] = kept.created_at


server = Server()
server.register_grant(CodeGrant, [CodeChallenge(required=True)])
server.register_grant(RefreshGrant)
server.register_endpoint(Revocation)


def init_app(app: Flask) -> None:
    """Let `server` serve `app`."""
    # The hub's container asks http://gitlab:8080: plain HTTP to a name, though on this machine.
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    app.config["OAUTH2_REFRESH_TOKEN_GENERATOR"] = True
    app.config["OAUTH2_TOKEN_EXPIRES_IN"] = dict.fromkeys(
        ("authorization_code", "refresh_token"), Token.LIFETIME_SECONDS
    )
    server.init_app(app, query_client, save_token)
