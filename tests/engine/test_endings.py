"""Servers that end, while they start or later, on a real engine."""

import json
import urllib.request
from typing import Any

import pytest

from labctl.hub import Hub
from tests.deployment import Deployment, until
from tests.people import SECONDS, People, deploy, run

BROKEN = "c.ServerApp.contents_manager_class = '</pre><script>gone()</script>.Away'"
LONG = "a.very_long-name." * 15


@pytest.fixture(scope="module")
def people(plain: Deployment) -> People:
    return deploy(plain)


@pytest.fixture
def broken(people: People) -> str:
    """Somebody whose home keeps their server from starting."""
    server = people.start("broken", rescue=True)
    run(server, f'mkdir -p ~/.jupyter; echo "{BROKEN}" >~/.jupyter/jupyter_server_config.py')
    people.stop()
    return "broken"


def failure(people: People, user: str, **options: Any) -> dict[str, Any]:
    """Start a server that ends; return the last event that the page gets which waits for it."""
    people.ask("POST", f"users/{user}/server", options or None)
    request = urllib.request.Request(
        f"{people.deployment.url}/hub/api/users/{user}/server/progress",
        headers={"Authorization": f"token {people.token}"},
    )
    with urllib.request.urlopen(request, timeout=SECONDS) as events:
        told = [json.loads(line[6:]) for line in events if line.startswith(b"data: ")]
    assert told[-1]["failed"]
    last: dict[str, Any] = told[-1]
    return last


def ending_of(people: People, user: str) -> Any:
    """Return how the server of somebody has ended, as labctl is told it; None if it has not."""
    token = people.deployment.environment_of("hub")["LABCTL_API_TOKEN"]
    return Hub(people.deployment.url, token).ending(user)


def test_a_server_that_ends_while_it_starts_says_why_and_starts_without_the_settings(
    people, broken
):
    last = failure(people, broken)
    assert "has ended while it started. It ended with exit code 1." in last["message"]
    page = last["html_message"]
    assert "&lt;script&gt;gone()" in page
    assert "<script>" not in page
    assert f'href="/hub/spawn/{broken}"' in page
    assert f'href="/hub/spawn/{broken}?opt-rescue=1"' in page
    assert "gone()</script>.Away" in ending_of(people, broken)["log"]
    rescued = people.start(broken, rescue=True)
    assert "JUPYTERHUB_RESCUE=1" in rescued.attrs["Config"]["Env"]
    assert BROKEN in run(rescued, "cat ~/.jupyter/jupyter_server_config.py")
    people.stop()
    assert ending_of(people, broken)["why"] == "It was stopped."
    assert "opt-rescue" in failure(people, broken)["html_message"]  # it was for one start


def test_who_looks_after_the_hub_reads_the_last_log(people, broken):
    failure(people, broken)
    told = people.deployment.labctl("logs", broken)
    assert "gone()</script>.Away" in told
    assert f"The server of {broken} ended at " in told
    assert "It ended with exit code 1." in told


def test_a_server_that_was_killed_is_noticed_and_its_log_is_kept(people):
    server = people.start("killed")
    server.kill()
    people.until("killed", lambda servers: not servers)
    until(lambda: ending_of(people, "killed"), people.deployment.logs)
    assert ending_of(people, "killed")["why"] == "It was killed from outside."
    assert "is running at" in ending_of(people, "killed")["log"]
    people.start("killed")


def test_a_container_that_was_removed_is_noticed(people):
    people.start("removed").remove(force=True)
    people.until("removed", lambda servers: not servers)
    people.start("removed")


def test_the_longest_names_have_a_server_each(people):
    names = [LONG[:254] + end for end in "ab"]
    servers = [people.start(name) for name in names]
    assert len({server.name for server in servers}) == 2
    sources = {server.attrs["Mounts"][0]["Name"] for server in servers}
    assert len(sources) == 2
    assert all(len(source) <= 240 for source in sources)


def address_of(server: Any) -> str:
    [network] = server.attrs["NetworkSettings"]["Networks"].values()
    return str(network["IPAddress"])


def test_nobody_gets_the_address_of_a_server_that_has_ended(people):
    """The proxy leads its owner there until the hub knows."""
    ended = people.start("ended")
    before = address_of(ended)
    ended.kill()
    assert address_of(people.start("next")) != before
    assert address_of(people.start("after-that")) != before


def test_who_takes_a_name_does_not_read_the_log_of_who_had_it(people):
    people.start("leaver")
    people.stop()
    assert ending_of(people, "leaver")["server"] == "leaver"
    assert people.ask("DELETE", "users/leaver")[0] == 204
    people.add("leaver")
    assert ending_of(people, "leaver") is None
