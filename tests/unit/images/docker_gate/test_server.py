"""The docker gate between a client and a stand-in for the engine, both at real sockets."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import ClientSession, UnixConnector

from hubconfig.servers import Servers
from tests.gate_modules import engine, server
from tests.unit.images.docker_gate.gates import ID, Place, served
from tests.unit.images.docker_gate.spawning import requests, wait

SERVERS = Servers.model_validate({"notebook": {"home": "/srv/home/{username}"}})


Test = Callable[[Place], Awaitable[None]]


@pytest.fixture
def with_gate(monkeypatch) -> Callable[[Test], None]:
    """Run a test's asynchronous part with a gate."""

    def run(test: Test) -> None:
        async def whole() -> None:
            async with served(monkeypatch, SERVERS) as place:
                await test(place)

        wait(whole())

    return run


PASSES = [
    ("GET", "/_ping", "/_ping"),
    ("GET", "/version", "/version"),
    ("GET", "/v1.41/version", "/version"),
    ("GET", "/images/image/json", "/images/image/json"),
    ("GET", "/containers/server/json", f"/containers/{ID}/json"),
    ("GET", "/v1.24/containers/server/json", f"/containers/{ID}/json"),
    ("POST", "/containers/server/start", f"/containers/{ID}/start"),
    ("POST", "/containers/server/stop?t=10", f"/containers/{ID}/stop?t=10"),
    (
        "DELETE",
        "/containers/server?v=1&force=True&link=0",
        f"/containers/{ID}?v=1&force=True&link=0",
    ),
    ("POST", "/containers/look/wait", f"/containers/{ID}/wait"),
    ("GET", "/containers/server/logs?tail=100", f"/containers/{ID}/logs?tail=100"),
    ("GET", "/containers/look/logs?stdout=1&follow=0", f"/containers/{ID}/logs?stdout=1&follow=0"),
]


@pytest.mark.parametrize(("method", "path", "engine"), PASSES)
def test_what_the_hub_needs_is_asked_of_the_engine_in_the_gates_words(
    with_gate, method, path, engine, capfd
):
    async def test(place: Place) -> None:
        status, _ = await place.ask(method, path)
        assert (status, place.asked[-1]) == (200, (method, engine, None))

    with_gate(test)
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize("answer", [(200, []), (500, {"message": "not now"})])
def test_nothing_starts_while_the_firewall_is_not_healthy(with_gate, monkeypatch, answer):
    async def test(place: Place) -> None:
        place.healthy = answer
        status, told = await place.ask("POST", "/containers/server/start")
        assert (status, "docker gate: " in told["message"]) == (503, True)
        assert not any("/start" in path for _, path, _ in place.asked)
        starting = asyncio.create_task(place.ask("POST", "/containers/server/start"))
        await asyncio.sleep(0.1)
        place.healthy = (200, [{"Id": ID}])
        assert (await starting)[0] == 200

    monkeypatch.setattr(server, "GUARD_SECONDS", 0.3)
    monkeypatch.setattr(server, "LOOK_SECONDS", 0.01)
    with_gate(test)


def test_the_firewall_is_known_by_labels_that_no_server_may_have(with_gate):
    async def test(place: Place) -> None:
        await place.ask("POST", "/containers/server/start")
        [path] = [path for _, path, _ in place.asked if "filters=" in path]
        assert json.loads(parse_qs(urlsplit(path).query)["filters"][0]) == {
            "label": [
                "pulumi.project=jupyterhub",
                "pulumi.stack=test",
                "jupyterhub.service=firewall",
            ],
            "health": ["healthy"],
        }

    with_gate(test)


OTHERS = [
    *(
        (method, "/containers/server")
        for method in ("GET", "POST", "PUT", "PATCH", "HEAD", "TRACE")
    ),
    *(
        (method, f"/containers/server/{end}")
        for method, end in [
            *(
                ("POST", "exec"),
                ("POST", "attach"),
                ("GET", "attach/ws"),
                ("GET", "archive?path=/"),
            ),
            *(
                ("PUT", "archive?path=/"),
                ("HEAD", "archive"),
                ("GET", "export"),
                ("GET", "logs?follow=1"),
            ),
            *(("GET", "changes"), ("GET", "top"), ("POST", "update"), ("POST", "rename?name=x")),
            *(("POST", "kill"), ("POST", "pause"), ("POST", "resize"), ("POST", "wait")),
            *(("POST", "restart"), ("GET", "start"), ("POST", "json"), ("POST", "start/")),
            *(("POST", "start?detachKeys=a"), ("POST", "stop?t=10&t=9"), ("POST", "stop?signal=9")),
            *(
                ("GET", "json?size=1"),
                ("GET", "stats"),
                ("GET", "stats?stream=0"),
                ("GET", "stats?stream=1"),
                ("GET", "JSON"),
            ),
        ]
    ),
    *(
        ("GET", path)
        for path in [
            *(
                "/",
                "//_ping",
                "/_ping/",
                "/./_ping",
                "/x/../_ping",
                "/_Ping",
                "/_ping;a",
                "/_ping?a=1",
            ),
            *(
                "/%5fping",
                "/_ping%00",
                "/v1.41/v1.41/_ping",
                "/v1/_ping",
                "/v0.1/_ping",
                "/v1.4/_ping",
            ),
            *(
                "/v1.\u0664\u0661/_ping",
                "/V1.41/_ping",
                "/v1.41//_ping",
                "/v1.999/_ping",
                "/_ping#a",
            ),
            *("/info", "/events", "/containers/json", "/images/json", "/volumes", "/networks"),
            *(
                "/images/image2/json",
                "/images/image/history",
                "/images/get",
                "/system/df",
                "/secrets",
            ),
            *(
                "/containers/%2e%2e/json",
                "/containers/../images/image/json",
                "/containers/a%2Fb/json",
            ),
            *(
                "/containers/server%2Fjson",
                "/containers//json",
                "/volumes/hub-hub-data",
                "/volumes/hub-home-ada",
                "/plugins",
            ),
            *("/images/image/../../info/json", "/images/..%2f..%2finfo/json", "/nodes", "/swarm"),
        ]
    ),
    *(("POST", path) for path in ("/build", "/commit?container=server", "/images/create", "/auth")),
    *(("POST", path) for path in ("/volumes/create", "/volumes/prune", "/networks/create")),
    *(("POST", path) for path in ("/containers/prune", "/session", "/grpc", "/images/load")),
    ("DELETE", "/volumes/hub-home-ada"),
    ("DELETE", "/images/image"),
    ("DELETE", "/containers/server?link=1"),
    ("OPTIONS", "*"),
]


@pytest.mark.parametrize(("method", "path"), OTHERS)
def test_nothing_else_is_asked(with_gate, method, path, capfd):
    async def test(place: Place) -> None:
        request = f"{method} {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode()
        [(status, body)] = await place.send(request)
        assert status in {400, 403, 404}, body
        if body and status != 400:
            assert json.loads(body)["message"]
        assert [one for one in place.asked if one[1] != "/containers/server/json"] == []

    with_gate(test)
    assert [json.loads(line) for line in capfd.readouterr().out.splitlines()] or path


@pytest.mark.parametrize("end", ["json", "start", "stop", "wait", ""])
@pytest.mark.parametrize("name", ["hub", "other", "bare"])
def test_containers_of_others_are_not_touched(with_gate, name, end, capfd):
    async def test(place: Place) -> None:
        method = {"json": "GET", "": "DELETE"}.get(end, "POST")
        status, answer = await place.ask(method, f"/containers/{name}/{end}".rstrip("/"))
        assert (status, answer["message"]) == (
            403,
            "docker gate: that container is not one that the hub has made",
        )
        assert place.asked == [("GET", f"/containers/{name}/json", None)]

    with_gate(test)
    [line] = capfd.readouterr().out.splitlines()
    assert json.loads(line)["target"].startswith(f"/containers/{name}")


def test_a_container_that_is_gone_is_the_engines_to_tell(with_gate):
    async def test(place: Place) -> None:
        assert await place.ask("GET", "/containers/nobody/json") == (
            404,
            {"message": "No such container: nobody"},
        )

    with_gate(test)


def test_what_is_made_is_what_was_compared(with_gate):
    asked = requests(SERVERS, "ada")

    async def test(place: Place) -> None:
        for name, body in asked:
            spaced = json.dumps(body, indent=3).encode("utf-16")
            query = f"?name={name}" if name else ""
            status, _ = await place.ask("POST", f"/v1.41/containers/create{query}", spaced)
            assert (status, place.asked.pop()) == (
                200,
                ("POST", f"/containers/create{query}", body),
            )

    with_gate(test)


def test_what_is_not_declared_is_refused_with_its_place(with_gate, capfd):
    *_, (name, body) = requests(SERVERS, "ada")
    body["HostConfig"]["Privileged"] = True

    async def test(place: Place) -> None:
        status, answer = await place.ask(
            "POST", f"/containers/create?name={name}", json.dumps(body).encode()
        )
        assert (status, place.asked) == (403, [])
        assert answer == {
            "message": "docker gate: HostConfig.Privileged of a notebook is not as the stack "
            "declares it"
        }

    with_gate(test)
    line = json.loads(capfd.readouterr().out)
    assert line["refused"].startswith("HostConfig.Privileged")


HEAD = b"POST /containers/create HTTP/1.1\r\nHost: a\r\n"


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (HEAD + b"Content-Length: 2\r\n\r\n{}", 403),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 403),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ", 400),
        (HEAD + b"Content-Length: -1\r\n\r\n", 400),
        (HEAD + b"Content-Length: 300000\r\n\r\n" + b" " * 300_000, 413),
        (HEAD + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", 400),
        (HEAD + b"Upgrade: tcp\r\nConnection: Upgrade\r\nContent-Length: 2\r\n\r\n{}", 403),
        (HEAD + b"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n\r\n", 403),
        (b"GET http://engine/info HTTP/1.1\r\nHost: a\r\n\r\n", 403),
        (b"GET http://engine/_ping HTTP/1.1\r\nHost: a\r\n\r\n", 403),
        (b"CONNECT engine:80 HTTP/1.1\r\nHost: a\r\n\r\n", 403),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        (b"GET /in fo HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"\x00\x01\x02\r\n\r\n", 400),
        (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ],
    ids=lambda value: value[:90].decode("latin-1") if isinstance(value, bytes) else None,
)
def test_a_request_that_is_no_request_reaches_nobody(with_gate, content, status):
    async def test(place: Place) -> None:
        [(found, body)] = await place.send(content)
        assert found == status, body
        assert place.asked == []

    with_gate(test)


def test_requests_one_after_another_are_each_judged(with_gate):
    async def test(place: Place) -> None:
        ping, info = (
            b"GET /_ping HTTP/1.1\r\nHost: a\r\n\r\n",
            b"GET /info HTTP/1.1\r\nHost: a\r\n\r\n",
        )
        found = await place.send(ping + info + ping + info, answers=4)
        assert [status for status, _ in found] == [200, 403, 200, 403]
        assert [path for _, path, _ in place.asked] == ["/_ping", "/_ping"]

    with_gate(test)


def test_who_never_sends_the_body_is_sent_away(with_gate, monkeypatch):
    monkeypatch.setattr(server, "BODY_SECONDS", 0.1)

    async def test(place: Place) -> None:
        reader, writer = await asyncio.open_unix_connection(str(place.socket))
        writer.write(HEAD + b"Content-Length: 2\r\n\r\n{")
        status = await asyncio.wait_for(reader.readline(), 10)
        writer.close()
        assert status.split()[1] == b"408"
        assert place.asked == []

    with_gate(test)


def test_an_engine_that_is_away_is_told(with_gate):
    async def test(place: Place) -> None:
        (place.socket.parent / "engine").unlink()
        status, answer = await place.ask("GET", "/_ping")
        assert status == 502
        assert answer["message"].startswith("docker gate: no answer: ")

    with_gate(test)


VERSION_URL = "http://gate/version"


def test_of_a_long_answer_the_beginning_is_passed_on(with_gate, monkeypatch):
    async def test(place: Place) -> None:
        connector = UnixConnector(str(place.socket))
        async with ClientSession(connector=connector) as client, client.get(VERSION_URL) as answer:
            assert await answer.read() == json.dumps({"Id": ID}).encode()[:10]

    monkeypatch.setattr(engine, "LARGEST_ANSWER", 10)
    with_gate(test)
