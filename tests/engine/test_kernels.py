"""What the stack file gives people's servers, and their kernels, as a browser reaches them."""

import asyncio
import json
import uuid
from typing import Any

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import websocket_connect

from tests.deployment import Deployment
from tests.people import SECONDS, People, deploy, run

MIB = 2**20
GIVEN = {
    "memory_mib": 1024,
    "environment": {"HF_HOME": "/data/models"},
    "timezone": "Europe/Berlin",
    "ulimits": {"nofile": 5000},
    "extra_hosts": {"license.example.org": "10.0.0.7"},
    "dns": ["10.0.0.53"],
}


@pytest.fixture(scope="module")
def people(plain: Deployment) -> People:
    return deploy(plain, notebook=GIVEN)


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
        if found["content"].get("execution_state") in {"restarting", "dead"}:
            socket.close()
            return "the kernel has ended"
    pytest.fail(f"the connection has ended: {socket.close_code} {socket.close_reason}")


def test_a_message_of_many_mib_gets_to_a_kernel(people):
    people.start("heavy")
    length = 32 * MIB
    code = f"print(len({'x' * length!r}))"
    assert asyncio.run(asyncio.wait_for(answer_of(people, "heavy", code), SECONDS)) == str(length)


def test_a_server_has_what_the_stack_file_gives(people):
    server = people.start("given")
    script = (
        "echo $HF_HOME; date +%:z; ulimit -n; getent hosts license.example.org | tr -s ' ';"
        "stat --file-system --format='%b %S' /dev/shm"
    )
    variable, zone, files, host, shared = run(server, script).splitlines()
    assert (variable, files, host) == ("/data/models", "5000", "10.0.0.7 license.example.org")
    assert zone in {"+01:00", "+02:00"}
    blocks, size = map(int, shared.split())
    assert blocks * size == 512 * MIB
    assert server.attrs["HostConfig"]["Dns"] == ["10.0.0.53"]


def test_a_kernel_that_takes_all_memory_is_ended_and_the_server_stays(people):
    server = people.start("greedy")
    hog = "taken = [bytes(2**20).replace(bytes(1), b'x') for _ in range(2048)]"
    work = answer_of(people, "greedy", hog)
    assert asyncio.run(asyncio.wait_for(work, SECONDS)) == "the kernel has ended"
    server.reload()
    assert server.status == "running"
    assert (
        asyncio.run(asyncio.wait_for(answer_of(people, "greedy", "print(6 * 7)"), SECONDS)) == "42"
    )
