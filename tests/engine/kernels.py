"""Kernels of people's servers, as a browser reaches them."""

import asyncio
import json
import uuid
from collections.abc import Callable
from typing import Any, NamedTuple, Self

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse
from tornado.websocket import WebSocketClientConnection, websocket_connect

from tests.people import SECONDS, People

MIB = 2**20
ENDS = {"restarting", "dead"}


class Output(NamedTuple):
    """What stands below a cell, and what the kernel is after that."""

    text: str
    state: str


class Client:
    """A page at somebody's server, connected with a kernel: a new one, unless its id is given.

    `kind` is the name of the new one's kernelspec, by default the server's own.
    """

    def __init__(self, people: People, user: str, kernel: str = "", *, kind: str = "") -> None:
        self.site = f"{people.deployment.url}/user/{user}/api"
        self.token = {"Authorization": f"token {people.token}"}
        self.kernel, self.wanted = kernel, {"name": kind} if kind else {}
        self.socket: WebSocketClientConnection

    async def __aenter__(self) -> Self:
        """Connect."""
        if not self.kernel:
            self.kernel = json.loads((await self.ask("POST", "kernels", self.wanted)).body)["id"]
        url = f"{self.site.replace('http', 'ws', 1)}/kernels/{self.kernel}/channels"
        request = HTTPRequest(url, headers=self.token)
        self.socket = await websocket_connect(request, max_message_size=200 * MIB)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the page."""
        self.socket.close()

    async def ask(self, method: str, path: str, body: Any = None) -> HTTPResponse:
        """Send a request to the server; return its answer, whatever the status."""
        request = HTTPRequest(
            *(f"{self.site}/{path}", method, self.token),
            body=None if body is None else json.dumps(body),
        )
        return await AsyncHTTPClient().fetch(request, raise_error=False)

    async def send(self, code: str) -> str:
        """Ask the kernel to run a cell; return the request's id."""
        cell = uuid.uuid4().hex
        header = {"msg_id": cell, "msg_type": "execute_request", "version": "5.3"}
        message = {
            "header": header | {"username": "", "session": uuid.uuid4().hex},
            "parent_header": {},
            "metadata": {},
            "content": {"code": code, "silent": False, "store_history": False},
            "channel": "shell",
        }
        await self.socket.write_message(json.dumps(message))
        return cell

    async def output(self, cell: str) -> Output:
        """Return what a cell prints, once it or the kernel has ended."""
        text = ""
        while (told := await self.socket.read_message()) is not None:
            found = json.loads(told)
            state, its = found["content"].get("execution_state"), found["parent_header"]
            if found["msg_type"] == "stream" and its["msg_id"] == cell:
                text += found["content"]["text"]
            if state in ENDS or (state == "idle" and its.get("msg_id") == cell):
                return Output(text.strip(), state)
        pytest.fail(f"the connection has ended: {self.socket.close_code}")

    async def run(self, code: str) -> Output:
        """Run a cell."""
        return await self.output(await self.send(code))


def at(people: People, user: str, work: Callable[[Client], Any], *, kind: str = "") -> Any:
    """Return what `work` does with a new kernel at somebody's server."""

    async def done() -> Any:
        async with Client(people, user, kind=kind) as client:
            return await work(client)

    return asyncio.run(asyncio.wait_for(done(), SECONDS))
