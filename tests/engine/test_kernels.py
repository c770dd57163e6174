"""Kernels of people's servers, by the way that a browser has to them."""

import asyncio
import json
import uuid
from typing import Any

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import websocket_connect

from tests.deployment import Deployment
from tests.people import SECONDS, People, deploy

MIB = 2**20


@pytest.fixture(scope="module")
def people(plain: Deployment) -> People:
    return deploy(plain)


async def answer_of(people: People, user: str, code: str) -> str:
    """Run code in a new kernel; return what it prints."""
    site, token = f"{people.deployment.url}/user/{user}", {"Authorization": f"token {people.token}"}
    asked = HTTPRequest(f"{site}/api/kernels", method="POST", headers=token, body="{}")
    kernel = json.loads((await AsyncHTTPClient().fetch(asked)).body)["id"]
    channels = f"{site.replace('http', 'ws', 1)}/api/kernels/{kernel}/channels"
    asked = HTTPRequest(channels, headers=token)
    socket = await websocket_connect(asked, max_message_size=200 * MIB)
    header = {"msg_id": uuid.uuid4().hex, "msg_type": "execute_request", "version": "5.3"}
    message: dict[str, Any] = {
        "header": header | {"username": "", "session": uuid.uuid4().hex},
        "parent_header": {},
        "metadata": {},
        "content": {"code": code, "silent": False, "store_history": False},
        "channel": "shell",
    }
    await socket.write_message(json.dumps(message))
    while (told := await socket.read_message()) is not None:
        found = json.loads(told)
        if found["msg_type"] == "stream":
            socket.close()
            return str(found["content"]["text"]).strip()
    pytest.fail(f"the connection has ended: {socket.close_code} {socket.close_reason}")


def test_a_message_of_many_mib_gets_to_a_kernel(people):
    people.start("heavy")
    length = 32 * MIB
    code = f"print(len({'x' * length!r}))"
    assert asyncio.run(asyncio.wait_for(answer_of(people, "heavy", code), SECONDS)) == str(length)
