"""A docker gate and a stand-in for the engine, both at real sockets."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from aiohttp import ClientSession, UnixConnector, web

from hubconfig.servers import Servers
from tests.gate_modules import main, told

LABELS = {"pulumi.project": "jupyterhub", "pulumi.stack": "test"}
ID = "a" * 64
THERE = {
    "server": LABELS | {"jupyterhub.part": "notebook"},
    "look": LABELS | {"jupyterhub.part": "look"},
    "hub": LABELS,
    "other": {"pulumi.project": "b", "pulumi.stack": "test", "jupyterhub.part": "notebook"},
    "bare": None,
}


@dataclass
class Place:
    """A gate before an engine that only remembers what it was asked."""

    socket: Path
    healthy: tuple[int, Any] = (200, [{"Id": ID}])
    """What the engine answers when it is asked for the stack's firewall."""
    listed: str = "[]"
    """What it answers when it is asked for containers that lease GPUs."""
    asked: list[tuple[str, str, Any]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        """Answer as the engine does, for containers that are there by name."""
        body = await request.read()
        self.asked.append((request.method, request.raw_path, json.loads(body or "null")))
        match request.raw_path.split("/"):
            case ["", "containers", name, "json"] if name in THERE:
                found = {"Id": ID, "Config": {"Labels": THERE[name]}}
                return web.json_response(found)
            case ["", "containers", list_] if list_.startswith("json?filters="):
                status, found = self.healthy
                return web.json_response(found, status=status)
            case ["", "containers", list_] if list_.startswith("json?all=1&filters="):
                return web.Response(text=self.listed, content_type="application/json")
            case ["", "containers", "nobody", _]:
                return web.json_response({"message": "No such container: nobody"}, status=404)
        return web.json_response({"Id": ID})

    async def ask(self, method: str, path: str, content: bytes = b"") -> tuple[int, Any]:
        """Send a request to the gate; return the status and the answer."""
        async with (
            ClientSession(connector=UnixConnector(str(self.socket))) as client,
            client.request(method, f"http://gate{path}", data=content or None) as answer,
        ):
            return answer.status, json.loads(await answer.read() or b"null")

    async def send(self, content: bytes, answers: int = 1) -> list[tuple[int, bytes]]:
        """Send bytes to the gate; return the status and the content of each of its answers."""
        reader, writer = await asyncio.open_unix_connection(str(self.socket))
        found = []
        try:
            writer.write(content)
            async with asyncio.timeout(10):
                for _ in range(answers):
                    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                    length = re.search("content-length: (\\d+)", head)
                    assert length, head
                    empty = content.startswith(b"HEAD ")
                    body = b"" if empty else await reader.readexactly(int(length[1]))
                    found.append((int(head.split()[1]), body))
        finally:
            writer.close()
        return found


@asynccontextmanager
async def served(patch: pytest.MonkeyPatch, servers: Servers) -> AsyncIterator[Place]:
    """Yield a gate that is told of people's servers."""
    with TemporaryDirectory() as folder:  # pytest's are too long for the path of a socket
        place = Place(Path(folder, "gate"))
        patch.setattr(main, "ENGINE", f"{folder}/engine")
        patch.setenv("POLICY", json.dumps(told(servers)))
        engine = web.Application()
        engine.router.add_route("*", "/{anything:.*}", place.answer)
        runners = []
        for app, path in ((engine, f"{folder}/engine"), (await main.application(), place.socket)):
            runners.append(web.AppRunner(app))
            await runners[-1].setup()
            await web.UnixSite(runners[-1], str(path)).start()
        try:
            yield place
        finally:
            for runner in reversed(runners):
                await runner.cleanup()
