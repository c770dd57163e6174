"""How people sign in, in any number of tabs at once."""

import hashlib
import hmac
import json
import secrets
from base64 import urlsafe_b64encode
from http import HTTPStatus
from typing import Any, ClassVar
from urllib.parse import urlsplit

from front import Limited
from jupyterhub.handlers.login import LoginHandler
from oauthenticator import oauth2
from tornado.httpclient import HTTPClientError
from tornado.httputil import url_concat
from tornado.web import HTTPError

STATE = "oauth-state"
STATE_DAYS = 1
"""How long somebody may be at GitLab until they come back."""
AGAIN = "Sign-in: this one is over, or began in another browser."
NO_ANSWER = "Sign-in: GitLab does not answer. Try again in a minute."
BY_NAME = "by-name"


class WelcomeHandler(Limited, LoginHandler):
    """Sends people to the next, at the hub's own address.

    Browsers keep cookies for a name, so a sign-in that begins at another one cannot end.
    """

    site_url: ClassVar[str]

    async def get(self) -> None:
        """Redirect who comes by another name, once: a web server in front may change names."""
        if self.request.host != urlsplit(self.site_url).netloc and not self.get_argument(
            BY_NAME, ""
        ):
            path = str(self.request.uri).lstrip("/")
            self.redirect(url_concat(f"{self.site_url}{path}", {BY_NAME: "1"}))
            return
        await super().get()


class AskHandler(Limited, oauth2.OAuthLoginHandler):
    """Sends people to GitLab.

    What differs from tab to tab is in the state, which GitLab sends back, and the tabs of a browser
    have one cookie. OAuthenticator has it all in the cookie: only the last of the tabs gets in.
    """

    def _generate_state_id(self) -> str:
        self.browser = browser_of(self) or secrets.token_urlsafe(32)
        told = [marked(self.browser), self._get_next_url(), secrets.token_urlsafe(8)]
        self.state_id = str(self.create_signed_value(STATE, json.dumps(told)).decode())
        return self.state_id

    def _generate_pkce_params(self) -> tuple[str, str]:
        verifier = verifier_of(self.browser, self.state_id)
        return verifier, base64url(hashlib.sha256(verifier.encode()).digest())

    def set_state_cookie(self, state_cookie_value: str) -> None:
        """Set the browser's cookie, whatever the state."""
        del state_cookie_value
        super().set_state_cookie(self.browser)


class SignInHandler(Limited, oauth2.OAuthCallbackHandler):
    """Begins a session with an id of its own, whatever id the browser came with."""

    _state_cookie: str | None

    def set_login_cookie(self, user: Any) -> None:
        """Set the cookies of a new session."""
        self.set_session_cookie()
        self.set_hub_cookie(user)
        super().set_login_cookie(user)

    def get_state_cookie(self) -> str:
        """Return what OAuthenticator would have in a cookie; empty if the state is not ours."""
        if self._state_cookie is None:
            self._state_cookie = self._state()
        return self._state_cookie

    def _state(self) -> str:
        try:
            state_id = str(oauth2._deserialize_state(self.get_argument("state", ""))["state_id"])
        except (ValueError, TypeError, KeyError):
            return ""
        told = self.get_signed_cookie(STATE, state_id, max_age_days=STATE_DAYS)
        browser = browser_of(self)
        if not told or not browser:
            return ""
        mark, next_url, _ = json.loads(told)
        if not hmac.compare_digest(mark, marked(browser)):
            return ""
        state = {"state_id": state_id, "next_url": next_url}
        state["code_verifier"] = verifier_of(browser, state_id)
        return str(oauth2._serialize_state(state))

    async def get(self) -> None:
        """Sign in; who is signed in by another tab, or came by the back button, just goes on."""
        try:
            await super().get()
        except HTTPClientError as error:  # of GitLab, as for a code that was used already
            gone = error.code >= HTTPStatus.INTERNAL_SERVER_ERROR
            self._go_on(HTTPError(HTTPStatus.BAD_REQUEST, NO_ANSWER if gone else AGAIN))
        except HTTPError as error:
            if error.status_code != HTTPStatus.BAD_REQUEST:
                raise
            refused = str(error.log_message).startswith("OAuth error")  # by the person, at GitLab
            self._go_on(error if refused else HTTPError(HTTPStatus.BAD_REQUEST, AGAIN))

    def _go_on(self, error: HTTPError) -> None:
        if self.current_user is None:
            raise error
        self.redirect(self.get_next_url(self.current_user))


def browser_of(handler: Any) -> str:
    """Return the secret by which the hub knows a browser that is signing in; empty without."""
    found = handler.get_signed_cookie(oauth2.STATE_COOKIE_NAME, max_age_days=STATE_DAYS)
    return (found or b"").decode(errors="replace")


def marked(browser: str) -> str:
    """Return what tells whose state it is, and is no secret."""
    return hashlib.sha256(browser.encode()).hexdigest()


def verifier_of(browser: str, state_id: str) -> str:
    """Return the secret of one sign-in for GitLab (RFC 7636), which nobody has to keep."""
    return base64url(hmac.digest(browser.encode(), state_id.encode(), "sha256"))


def base64url(content: bytes) -> str:
    """Return base64 without what addresses do not take."""
    return urlsafe_b64encode(content).decode().rstrip("=")


HANDLERS = [(r"/login", WelcomeHandler)]
