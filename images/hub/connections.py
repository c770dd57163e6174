"""The hub's connections: whom it believes, and how much it takes of anybody."""

import copy
from collections import Counter
from collections.abc import Awaitable
from http import HTTPStatus
from typing import Any, ClassVar

from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPHeaders, HTTPMessageDelegate, ResponseStartLine

MIB = 1024 * 1024
LARGEST_BODY = MIB
"""What the hub takes of a request, in bytes; uploads to people's servers do not come this way."""
BODY_SECONDS = 20
"""How long a client may take to send it."""
ALL_BODIES = 64 * MIB
"""What it takes of all requests at a time, in bytes: a request holds its body until its answer."""
HEADER_SECONDS = 30
"""How long a connection may be idle, or a client take to send a request's headers."""
CONNECTIONS = 64
"""How many connections one address may have."""
PASSED_ON = ("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port")
"""Headers that the proxy sets, or adds to."""
NEVER_SET = ("X-Real-Ip", "X-Scheme", "Forwarded")
"""Headers that it passes on as they came, and Tornado or JupyterHub would believe."""


class HubServer(HTTPServer):
    """Believes what a request says of its client only where it comes from the proxy.

    The proxy may have any number of connections and keep them: everybody's requests come by it,
    and it sends none before it has all headers.
    """

    proxy_address: ClassVar[str]

    def initialize(self, *args: Any, **kwargs: Any) -> None:
        """Begin without connections."""
        super().initialize(*args, **kwargs)
        self._connected: Counter[str] = Counter()
        self._held: Counter[object] = Counter()
        self._of_others = copy.copy(self.conn_params)
        self._of_others.header_timeout = HEADER_SECONDS

    def handle_stream(self, stream: Any, address: Any) -> None:
        """Take a connection, or close one too many."""
        if address[0] != self.proxy_address and self._connected[address[0]] >= CONNECTIONS:
            stream.close()
            return
        self._connected[address[0]] += 1
        super().handle_stream(stream, address)

    def start_request(self, server_conn: object, request_conn: Any) -> HTTPMessageDelegate:
        """Return what takes the next request on a connection; the one before it is answered."""
        self._held.pop(server_conn, None)
        believed = request_conn.context.address[0] == self.proxy_address
        if not believed:
            request_conn.params = self._of_others
        delegate = super().start_request(server_conn, request_conn)
        return Doubting(delegate, self, server_conn, request_conn, believed=believed)

    def hold(self, server_conn: object, size: int) -> bool:
        """Tell whether so many bytes more can be taken on a connection, and count them."""
        if self._held.total() + size > ALL_BODIES:
            return False
        self._held[server_conn] += size
        return True

    def on_close(self, server_conn: Any) -> None:
        """Forget a connection."""
        super().on_close(server_conn)
        self._held.pop(server_conn, None)
        address = server_conn.context.address[0]
        self._connected[address] -= 1
        if not self._connected[address]:
            del self._connected[address]


class Doubting(HTTPMessageDelegate):
    """Passes a request on without what anybody could have written into it."""

    def __init__(
        self,
        delegate: HTTPMessageDelegate,
        server: HubServer,
        server_conn: object,
        request_conn: Any,
        *,
        believed: bool,
    ) -> None:
        self.delegate, self.believed = delegate, believed
        self.server, self.server_conn, self.request_conn = server, server_conn, request_conn

    def headers_received(self, start_line: Any, headers: HTTPHeaders) -> Awaitable[None] | None:
        """Take out of the headers what is not to be believed."""
        for name in (*NEVER_SET, *(() if self.believed else PASSED_ON)):
            if name in headers:
                del headers[name]
        return self.delegate.headers_received(start_line, headers)

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        """Pass on a part of the body, or refuse it where all bodies are too much."""
        if self.server.hold(self.server_conn, len(chunk)):
            return self.delegate.data_received(chunk)
        status = HTTPStatus.SERVICE_UNAVAILABLE
        headers = HTTPHeaders({"Content-Length": "0", "Connection": "close", "Retry-After": "20"})
        start_line = ResponseStartLine("", status.value, status.phrase)
        self.request_conn.write_headers(start_line, headers)
        self.request_conn.finish()  # which closes the connection, as the request is not whole
        return None

    def finish(self) -> None:
        """Pass on that the request is whole."""
        self.delegate.finish()

    def on_connection_close(self) -> None:
        """Pass on that the client has gone."""
        self.delegate.on_connection_close()
