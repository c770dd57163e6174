"""What the hub takes, whom it believes, and what its answers say."""

import select
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress

import pytest
import requests
from requests.cookies import RequestsCookieJar

from tests.deployment import until

MIB = 2**20
ELSEWHERE = "127.0.0.9"
"""An address of this machine that is not the proxy's, as a notebook has."""


def send(hub, request, *, source="127.0.0.1"):
    """Send bytes to the hub itself, and return the answer's beginning."""
    with socket.create_connection(
        ("127.0.0.1", hub.hub_port), timeout=40, source_address=(source, 0)
    ) as connection:
        try:
            for part in request:
                connection.sendall(part)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the hub has read enough
        try:
            return connection.recv(65536).decode()
        except ConnectionResetError:
            return ""


def large(mib):
    yield (
        f"POST /hub/login HTTP/1.1\r\nHost: hub\r\nContent-Length: {mib * MIB}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    ).encode()
    yield from (b"x" * MIB for _ in range(mib))


def chunked(mib):
    yield b"POST /hub/login HTTP/1.1\r\nHost: hub\r\nTransfer-Encoding: chunked\r\n\r\n"
    for _ in range(mib):
        yield b"100000\r\n" + b"x" * MIB + b"\r\n"
    yield b"0\r\n\r\n"


@pytest.mark.parametrize("request_of", [large, chunked])
def test_large_requests_leave_the_hubs_memory_flat(hub, request_of):
    requests.get(f"{hub.url}/hub/login")
    before = hub.memory_mib()
    with ThreadPoolExecutor(15) as pool:
        answers = [*pool.map(lambda _: send(hub, request_of(99)), range(100))]
    assert hub.memory_mib() < before + 60
    assert not [answer for answer in answers if "200 OK" in answer]
    assert requests.get(f"{hub.url}/hub/health").ok


@pytest.mark.parametrize(("more", "status"), [(0, "403"), (1, "400")])
def test_a_mebibyte_is_taken_and_not_a_byte_more(hub, more, status):
    head = (
        "POST /hub/api/users HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\n"
        f"Authorization: token none\r\nContent-Length: {MIB + more}\r\n\r\n"
    )
    answer = send(hub, [head.encode(), b"x" * (MIB + more)])
    assert answer[9:12] == status or (more and not answer), "it may not arrive"


def test_what_does_not_come_is_not_waited_for(hub):
    def seconds(head, source):
        began = time.monotonic()
        assert "200 OK" not in send(hub, [head], source=source)
        return time.monotonic() - began

    headers = b"POST /hub/login HTTP/1.1\r\nHost: hub\r\nContent-Length: 1000\r\n"
    with ThreadPoolExecutor() as pool:
        body = pool.submit(seconds, headers + b"\r\nx", "127.0.0.1")
        assert pool.submit(seconds, headers, ELSEWHERE).result() < 35
    assert body.result() < 25


@contextmanager
def connections(hub, number, source="127.0.0.1"):
    with ExitStack() as open_ones:
        address = ("127.0.0.1", hub.hub_port)
        yield [
            open_ones.enter_context(
                socket.create_connection(address, timeout=30, source_address=(source, 0))
            )
            for _ in range(number)
        ]


def refused(connections):
    """Return those that are answered, or closed."""
    return [one for one in connections if select.select([one], [], [], 0)[0]]


def test_many_bodies_at_once_leave_the_hubs_memory_flat(hub):
    head = f"POST /hub/login HTTP/1.1\r\nHost: hub\r\nContent-Length: {MIB}\r\n\r\n".encode()
    before = hub.memory_mib()
    with connections(hub, 150) as all_of_them:
        for one in all_of_them:
            with suppress(ConnectionError):
                one.sendall(head + b"x" * (MIB - 1))
        assert requests.get(f"{hub.url}/hub/health").ok
        assert hub.memory_mib() < before + 100
        until(lambda: len(refused(all_of_them)) >= 150 - 64)
        assert hub.memory_mib() < before + 100
    answer = until(lambda: send(hub, [head, b"x" * MIB]))
    assert " 403 " in answer.splitlines()[0], "there is room again"


def test_one_notebook_cannot_take_all_connections(hub):
    with connections(hub, 100, ELSEWHERE) as all_of_them:
        assert requests.get(f"{hub.direct}/hub/health").ok
        until(lambda: len(refused(all_of_them)) == 100 - 64)
    health = [b"GET /hub/health HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n"]
    until(lambda: "200 OK" in send(hub, health, source=ELSEWHERE))
    with connections(hub, 100):
        assert requests.get(f"{hub.url}/hub/health").ok, "the proxy has as many as it needs"


PLANTED = {"X-Real-Ip": "203.0.113.7", "X-Forwarded-For": "203.0.113.7", "X-Scheme": "https"}


def seen(hub, source, **headers):
    """Return the address that the hub writes down for a request."""
    log = hub.folder / "log"
    mark = f"/hub/api/nothing-{time.monotonic_ns()}"
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    request = f"GET {mark} HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n{lines}\r\n"
    send(hub, [request.encode()], source=source)
    line = until(lambda: [one for one in log.read_text().splitlines() if f"GET {mark} (" in one])[0]
    return line.split("@", 1)[1].split(")")[0]


@pytest.mark.parametrize(
    ("source", "headers", "address"),
    [
        (ELSEWHERE, {}, ELSEWHERE),
        (ELSEWHERE, PLANTED, ELSEWHERE),
        (ELSEWHERE, {"Forwarded": "for=203.0.113.7"}, ELSEWHERE),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.1"}, "192.0.2.1"),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.7, 192.0.2.1"}, "192.0.2.1"),
        ("127.0.0.1", PLANTED | {"X-Forwarded-For": "203.0.113.7,192.0.2.1"}, "192.0.2.1"),
        # By a server in front that the stack file names.
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.1, 10.0.0.5"}, "192.0.2.1"),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.7, 192.0.2.1, 10.0.0.5"}, "192.0.2.1"),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.1, 10.0.0.6"}, "10.0.0.6"),
    ],
    ids=str,
)
def test_only_the_proxy_and_named_fronts_tell_where_somebody_is(fronted, source, headers, address):
    assert seen(fronted, source, **headers) == address


@pytest.fixture(scope="module")
def fronted(hub):
    hub.restart(fronts=["10.0.0.5"])
    return hub


def test_sign_ins_from_one_address_are_limited(hub):
    def attempt(address, path="oauth_callback?code=x&state=x"):
        headers = {"X-Forwarded-For": address}
        return requests.get(f"{hub.direct}/hub/{path}", headers=headers, allow_redirects=False)

    answers = [attempt("192.0.2.9").status_code for _ in range(180)]
    assert answers[:100] == [400] * 100
    assert 429 in answers
    refused = attempt("192.0.2.9", "login")
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "60"
    assert attempt("192.0.2.10").status_code == 400, "others come in"
    assert requests.get(f"{hub.direct}/hub/health").ok


@pytest.fixture(scope="module")
def ben(hub):
    return hub.person("ben")


PATHS = ["home", "token", "spawn", "nowhere", "api/user", "api/nowhere", "static/css/style.min.css"]
PATHS += ["logo", "login", "oauth_login", "error/503", "metrics", "health"]


@pytest.mark.parametrize("path", PATHS)
def test_answers_keep_browsers_careful_and_name_no_version(hub, ben, path):
    answer = ben.session.get(f"{hub.url}/hub/{path}", allow_redirects=False)
    headers = answer.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "X-JupyterHub-Version" not in headers
    assert "Tornado" not in headers.get("Server", "")
    if headers.get("Content-Type", "").startswith("text/html"):
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        policy = headers["Content-Security-Policy"]
        assert all(part in policy for part in ("frame-ancestors 'none'", "object-src 'none'"))
    if path.startswith("api/"):
        assert "default-src 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["api", "api/", "api/info", "metrics", "api/metrics", "api/users"])
def test_what_runs_here_is_told_to_nobody_without_a_token(hub, path):
    answer = requests.get(f"{hub.url}/hub/{path}", allow_redirects=False)
    assert answer.status_code == 403
    assert "6.1" not in answer.text


def test_a_notebook_learns_the_hubs_version_when_it_starts(hub):
    request = b"GET /hub/api HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n"
    assert "X-Jupyterhub-Version: 6" in send(hub, [request], source=ELSEWHERE).title()


class WithoutTls(RequestsCookieJar):
    """Sends the hub what is for https alone; what adds TLS is not there."""

    def set_cookie(self, cookie, *args, **kwargs):
        cookie.secure = False
        return super().set_cookie(cookie, *args, **kwargs)


def cookies_of(hub):
    """Return what the hub's cookies say of themselves, all lower case, while ben signs in."""
    person, found = hub.person("ben"), {}

    def keep(answer, **_):
        for header in answer.raw.headers.getlist("Set-Cookie"):
            name, _, value = header.partition("=")
            if answer.url.startswith(f"{hub.url}/hub") and not value.startswith('""'):
                found[name] = header.lower()

    person.session.cookies = WithoutTls()
    person.session.hooks["response"] = keep
    person.sign_in("ben")
    return found


def test_cookies_are_for_the_hub_alone(hub):
    found = cookies_of(hub)
    assert {"jupyterhub-hub-login", "jupyterhub-session-id", "_xsrf"} <= found.keys()
    for cookie in found.values():
        assert "; httponly" in cookie
        assert "; samesite=lax" in cookie
        assert "; secure" not in cookie, "the site is http"


def test_cookies_are_secure_where_the_site_is_https(hub):
    hub.restart(site_url="https://hub.example.org/")
    answer = requests.get(f"{hub.url}/hub/oauth_login", allow_redirects=False)
    page = requests.get(f"{hub.url}/hub/error/404")
    for told in (answer, page):
        headers = told.raw.headers.getlist("Set-Cookie")
        assert headers
        assert all("; secure" in header.lower() for header in headers), headers


def test_no_neighbour_can_plant_a_cookie_of_the_hubs_where_people_have_domains(hub):
    here = f"from signing_in import WelcomeHandler\nWelcomeHandler.site_url = '{hub.url}/'"
    hub.restart(here, site_url="https://hub.example.org/", user_domains="hub.example.org")
    found = cookies_of(hub)
    assert {"__Host-jupyterhub-hub-login", "__Host-oauthenticator-state"} <= found.keys()
    for name, cookie in found.items():
        parts = {part.strip() for part in cookie.split(";")}
        assert name.startswith("__Host-") or name in {"_xsrf", "jupyterhub-session-id"}, cookie
        assert not name.startswith("__Host-") or {"path=/", "secure"} <= parts, cookie
        assert "domain=" not in cookie


def test_the_sites_own_configuration_comes_last(hub):
    own = hub.folder / "extra_config.py"
    own.write_text("c.JupyterHub.template_vars.update({'announcement': 'Closed on Monday'})\n")
    try:
        hub.restart()
        assert "Closed on Monday" in requests.get(f"{hub.url}/hub/error/404").text
    finally:
        own.unlink()
        hub.restart()


def test_a_mistake_in_it_ends_the_hub_which_says_where(hub):
    own = hub.folder / "extra_config.py"
    own.write_text("\nmistake\n")
    hub.stop()
    try:
        with pytest.raises(AssertionError, match=r"extra_config\.py\S*, line 2"):
            hub.start()
    finally:
        own.unlink()
        hub.start()
