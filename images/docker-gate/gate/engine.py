"""What the gate asks of the engine, and how it answers in the engine's form."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientResponse, ClientSession, web

LARGEST_ANSWER = 1024 * 1024
"""Of an answer, the first bytes are passed on: a log has lines of any length."""
PART = 64 * 1024


class AnsweredError(Exception):
    """There is an answer already, such as that there is no such container."""

    def __init__(self, answer: web.Response) -> None:
        super().__init__()
        self.answer = answer


class Engine:
    """The engine, in the form in which the gate's clients are answered."""

    def __init__(self, session: ClientSession) -> None:
        self._session = session

    async def ask(
        self, method: str, address: str, query: dict[str, str] | None = None, body: Any = None
    ) -> web.Response:
        """Ask the engine; return its answer."""
        url = f"http://engine{address}" + (f"?{urlencode(query)}" if query else "")
        sent = {} if body is None else {"json": body}
        async with self._session.request(method, url, allow_redirects=False, **sent) as answer:
            return web.Response(
                status=answer.status,
                body=await _beginning(answer),
                headers={"Content-Type": answer.headers.get("Content-Type", "text/plain")},
            )


def fault(status: HTTPStatus, message: str) -> web.Response:
    """Return an answer of the gate's own."""
    return web.json_response({"message": f"docker gate: {message}"}, status=status)


async def _beginning(answer: ClientResponse) -> bytes:
    """Return an answer's content, as much of it as may be."""
    found = bytearray()
    async for part in answer.content.iter_chunked(PART):
        found += part[: LARGEST_ANSWER - len(found)]
        if len(found) == LARGEST_ANSWER:
            answer.close()
            break
    return bytes(found)
