"""What stands before JupyterHub's handlers: whom it believes, and how much it takes and says."""

import time
from collections.abc import Awaitable
from http import HTTPStatus
from typing import Any, ClassVar

from jupyterhub.apihandlers.hub import RootAPIHandler
from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPHeaders, HTTPMessageDelegate, HTTPServerRequest
from tornado.web import HTTPError, OutputTransform

LARGEST_BODY = 1024 * 1024
"""What the hub takes of a request, in bytes; uploads to people's servers do not come this way."""
BODY_SECONDS = 20
"""How long a client may take to send it."""
PASSED_ON = ("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port")
"""Headers that the proxy sets, or adds to."""
NEVER_SET = ("X-Real-Ip", "X-Scheme", "Forwarded")
"""Headers that it passes on as they came, and Tornado or JupyterHub would believe."""

PAGES = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
}
ALL = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}
BANNERS = ("Server", "X-JupyterHub-Version")


class HubServer(HTTPServer):
    """Believes what a request says of its client only where it comes from the proxy."""

    proxy_address: ClassVar[str]

    def start_request(self, server_conn: object, request_conn: Any) -> HTTPMessageDelegate:
        """Return what takes the next request on a connection."""
        believed = request_conn.context.address[0] == self.proxy_address
        return Doubting(super().start_request(server_conn, request_conn), believed=believed)


class Doubting(HTTPMessageDelegate):
    """Passes a request on without what anybody could have written into it."""

    def __init__(self, delegate: HTTPMessageDelegate, *, believed: bool) -> None:
        self.delegate, self.believed = delegate, believed

    def headers_received(self, start_line: Any, headers: HTTPHeaders) -> Awaitable[None] | None:
        """Take out of the headers what is not to be believed."""
        for name in (*NEVER_SET, *(() if self.believed else PASSED_ON)):
            if name in headers:
                del headers[name]
        return self.delegate.headers_received(start_line, headers)

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        """Pass on a part of the body."""
        return self.delegate.data_received(chunk)

    def finish(self) -> None:
        """Pass on that the request is whole."""
        self.delegate.finish()

    def on_connection_close(self) -> None:
        """Pass on that the client has gone."""
        self.delegate.on_connection_close()


def from_outside(request: HTTPServerRequest) -> bool:
    """Tell whether a request came by the proxy; those of notebooks and services do not."""
    connection: Any = request.connection
    return bool(connection.context.address[0] == HubServer.proxy_address)


class Headers(OutputTransform):
    """Adds to each answer what keeps browsers careful, and takes out which versions run here."""

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
    """Two for each sign-in; a whole class signs in from one address."""

    async def prepare(self) -> None:
        """Refuse whoever asks too often."""
        await super().prepare()  # type: ignore[misc]  # of the handler
        if not self.attempts.take(self.request.remote_ip):  # type: ignore[attr-defined]
            raise TooManyError(HTTPStatus.TOO_MANY_REQUESTS, "Too many sign-ins: wait a minute.")
