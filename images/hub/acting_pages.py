"""Pages that do something where they are asked for: they start a server, or end a session."""

from http import HTTPStatus
from typing import ClassVar

from front import Headers
from jupyterhub.handlers.pages import SpawnHandler
from oauthenticator.oauth2 import OAuthLogoutHandler
from sessions import end_sessions
from tornado.httputil import HTTPServerRequest
from tornado.web import HTTPError


def is_led(request: HTTPServerRequest) -> bool:
    """Tell whether a page of another site or host leads here, by what the browser says."""
    return request.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}


class GoneTo:
    """A page that does something where it is asked for: only for who goes there themselves.

    The hub's cookie comes along with what pages of people's servers embed, load or load ahead.
    """

    shown_from: ClassVar = {"same-origin"}
    """Where one may come from in another site's page, as `Sec-Fetch-Site` has it."""

    async def prepare(self) -> None:
        """Refuse what a browser says is for anything but its window.

        In another site's page that may show the hub, who comes from the hub's own pages goes on,
        and everybody else is led to one with a button.
        """
        headers = self.request.headers  # type: ignore[attr-defined]  # of the handler
        place = headers.get("Sec-Fetch-Dest", "document")
        if place == "iframe" and Headers.embed_in and "Sec-Purpose" not in headers:
            if headers.get("Sec-Fetch-Site") not in self.shown_from:
                self.redirect(f"{self.hub.base_url}home")  # type: ignore[attr-defined]
                return
        elif place != "document" or "Sec-Purpose" in headers:
            raise HTTPError(HTTPStatus.FORBIDDEN, "This page opens in a window of its own only.")
        await super().prepare()  # type: ignore[misc]


class SignOutHandler(GoneTo, OAuthLogoutHandler):
    """Ends the person's sessions in every browser, not only in this one.

    Where a page of another site or host leads here, as JupyterLab's at a host name of its own, only
    this browser is signed out.
    """

    shown_from: ClassVar = {"same-origin", "same-site"}

    async def handle_logout(self) -> None:
        """End them; JupyterHub has taken this browser's cookies already."""
        await super().handle_logout()
        if self.current_user and not is_led(self.request):
            end_sessions(self.current_user)


class StartHandler(GoneTo, SpawnHandler):
    """Starts a server, or asks which.

    A link on a page of another site or host cannot make one that is not there yet.
    """

    async def get(self, user_name: str | None = None, server_name: str = "") -> None:
        """Start it, or ask; lead who may not come from there to the hub's page."""
        if is_led(self.request) and server_name and self.current_user:
            user = self.find_user(user_name)
            if user and server_name not in user.orm_spawners:
                self.redirect(f"{self.hub.base_url}home")
                return
        await super().get(user_name, server_name)


HANDLERS = [(f"/spawn{names}", StartHandler) for names in ("", "/([^/]+)", "/([^/]+)/([^/]+)")]
