"""What JupyterHub's handlers say to whom, and how often one address may ask them."""

import time
from http import HTTPStatus
from typing import Any, ClassVar

from connections import HubServer
from jupyterhub.apihandlers.hub import RootAPIHandler
from tornado.httputil import HTTPHeaders, HTTPServerRequest
from tornado.web import HTTPError, OutputTransform

CONTENT = "Content-Security-Policy"
PAGES = {
    CONTENT: (
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors "
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
}
ALL = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}
BANNERS = ("Server", "X-JupyterHub-Version")


def from_outside(request: HTTPServerRequest) -> bool:
    """Tell whether a request came by the proxy; those of notebooks and services do not."""
    connection: Any = request.connection
    return bool(connection.context.address[0] == HubServer.proxy_address)


class Headers(OutputTransform):
    """Adds to each answer what keeps browsers careful, and takes out which versions run here."""

    embed_in: ClassVar[list[str]] = []
    """Sites whose pages may show the hub's in theirs."""

    def __init__(self, request: HTTPServerRequest) -> None:
        # Servers compare the hub's version with theirs when they start.
        self.banners = BANNERS if from_outside(request) else BANNERS[:1]

    def transform_first_chunk(
        self, status_code: int, headers: HTTPHeaders, chunk: bytes, finishing: bool
    ) -> tuple[int, HTTPHeaders, bytes]:
        """Return an answer's status and body as they are, and its headers changed."""
        del finishing
        for name in self.banners:
            headers.pop(name, None)
        headers.update(ALL)
        if headers.get("Content-Type", "").startswith("text/html"):
            headers.update(PAGES)
            headers[CONTENT] += " ".join(self.embed_in) or "'none'"
        return status_code, headers, chunk


class RootHandler(RootAPIHandler):
    """Tells the hub's version to who has a token, and to notebooks and services."""

    def get(self) -> None:
        """Answer with the version."""
        if self.current_user is None and from_outside(self.request):
            raise HTTPError(HTTPStatus.FORBIDDEN)
        super().get()


HANDLERS = [(r"/api/?", RootHandler)]


class Attempts:
    """Counts what each address attempts; `most` at once, and as many a minute after that."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._used: dict[str, tuple[float, float]] = {}

    def take(self, address: str) -> bool:
        """Tell whether there is one left for an address, and count it."""
        now = time.monotonic()
        used, before = self._used.get(address, (0.0, now))
        used = max(0.0, used - (now - before) * self.most / 60)
        if used >= self.most:
            return False
        self._used[address] = (used + 1, now)
        if len(self._used) > 10 * self.most:
            self._used = {key: one for key, one in self._used.items() if now - one[1] < 60}
        return True


class TooManyError(HTTPError):
    """Somebody asks too often; JupyterHub adds the headers to its page."""

    headers: ClassVar = {"Retry-After": "60"}


class Limited:
    """A handler that one address may not ask for too often."""

    attempts = Attempts(120)
    """Three for each sign-in, /login, /oauth_login and /oauth_callback; a class has one address."""

    async def prepare(self) -> None:
        """Refuse whoever asks too often."""
        await super().prepare()  # type: ignore[misc]  # of the handler
        if not self.attempts.take(self.request.remote_ip):  # type: ignore[attr-defined]
            raise TooManyError(HTTPStatus.TOO_MANY_REQUESTS, "Too many sign-ins: wait a minute.")
