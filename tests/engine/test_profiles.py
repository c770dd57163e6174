"""What people choose to start, how many may run and for how long, and who may see that."""

from contextlib import suppress

import pytest

from tests.engine.previews import filled, key
from tests.people import People, deploy

PROFILES = [
    {"name": "Small", "groups": ["lab"], "memory_mib": 512, "cpus": 1},
    {"name": "Vision 100%", "groups": ["lab/vision"], "memory_mib": 1024, "cpus": 1.5},
    {"name": "GPU", "groups": ["lab/gpu"], "gpus": "all"},
]
LONG_AGO = """
import sqlite3
with sqlite3.connect("/srv/jupyterhub/jupyterhub.sqlite") as database:
    [changed] = database.execute(
        "UPDATE spawners SET last_activity = datetime('now', '-2 hours') "
        "WHERE user_id = (SELECT id FROM users WHERE name = 'idle') RETURNING id"
    )
"""
SMALL, VISION = (512, 1), (1024, 1.5)


@pytest.fixture(scope="module")
def people(plain) -> People:
    """People with a choice, of whom two can work at a time."""
    hub = {"memory_mib": 512, "active_servers": 2, "idle_hours": 1}
    return deploy(plain, profiles=PROFILES, hub=hub)


def limits(notebook) -> tuple[float, float]:
    """Return the memory (MiB) and the processors that a container can use."""
    config = notebook.attrs["HostConfig"]
    assert config["Memory"] == config["MemorySwap"]
    return config["Memory"] / 1024**2, config["CpuQuota"] / config["CpuPeriod"]


def test_who_chooses_nothing_gets_their_first_profile(people):
    assert limits(people.start("newcomer", "lab")) == SMALL
    assert limits(people.start("viewer", "lab/vision")) == VISION


def test_a_server_is_as_its_profile_says_until_another_is_chosen(people):
    for options, expected in [
        ({"profile": "Vision 100%"}, VISION),
        ({}, VISION),  # the last choice
        ({"profile": "Small"}, SMALL),
    ]:
        assert limits(people.start("member", "lab", "lab/vision", **options)) == expected
        people.stop()


@pytest.mark.parametrize("profile", ["Vision 100%", "small", "", ["Small"], None], ids=str)
def test_a_profile_that_is_not_for_them_is_refused(people, profile):
    assert limits(people.start("chooser", "lab", profile="Small")) == SMALL
    people.stop()
    message = people.refusal("chooser", profile=profile)
    assert message == f"There is no profile {profile} for you. Choose one of: Small."
    assert limits(people.start("chooser")) == SMALL, "the refused one is forgotten"


@pytest.mark.parametrize("options", [{"image": "x"}, {"profile": "Small", "image": "x"}])
def test_only_a_profile_can_be_chosen(people, options):
    assert limits(people.start("meddler", "lab", **options)) == SMALL
    people.stop()
    assert limits(people.start("meddler")) == SMALL, "a later start is not refused either"


def test_who_leaves_a_group_loses_its_profile(people):
    people.start("leaver", "lab", "lab/vision", profile="Vision 100%")
    people.stop()
    people.ask("DELETE", "groups/lab%2Fvision/users", {"users": ["leaver"]})
    assert "Choose one of: Small" in people.refusal("leaver")


def test_who_has_no_profile_is_refused(people):
    assert "None of this hub's profiles is for you" in people.refusal("stranger")


def test_a_profiles_gpus_are_asked_of_the_engine(people):
    if "nvidia" in people.deployment.docker.info()["Runtimes"]:
        pytest.skip("this engine has GPUs to give")
    reason = 'could not select device driver "nvidia" with capabilities: [[gpu]]'
    assert reason in people.refusal("trainer", "lab/gpu")


def test_no_more_servers_run_than_the_hub_allows(people):
    people.start("first", "lab")
    people.start("second", "lab")
    assert "Active user limit exceeded" in people.refusal("third", "lab", expected=429)


def make_idle_long_ago(people):
    hub = people.deployment.container("hub")
    hub.stop()  # it would write what it has in its memory; the culler looks when it starts
    people.deployment.docker.containers.run(
        hub.image,
        ["python", "-c", LONG_AGO],
        entrypoint=[],
        user="jupyterhub",
        volumes_from=[hub.id],
        network_mode="none",
        remove=True,
    )
    people.deployment.up("--refresh")


def test_only_a_server_that_is_idle_is_stopped(people):
    people.start("idle", "lab")
    people.start("busy", "lab")
    for _ in range(3):  # what the proxy last saw of it may come before the culler's first look
        make_idle_long_ago(people)
        with suppress(AssertionError):
            people.until("idle", lambda servers: not servers)
            break
    assert not people.ask("GET", "users/idle")[1]["servers"]
    servers = people.until("busy", lambda servers: servers)
    assert servers[""]["ready"]


def test_servers_are_looked_at_as_often_as_they_report(people):
    processes = people.deployment.container("hub").top(ps_args="-eo pid,args")["Processes"]
    [culler] = [command for _, command in processes if "jupyterhub_idle_culler" in command]
    assert culler.endswith(" --timeout=3600 --cull-every=300")


def as_labctl(deployment) -> People:
    """Return the hub's API, as labctl sees it."""
    people = People(deployment)
    people.token = deployment.pulumi("stack", "output", "hub_api_token", "--show-secrets").strip()
    return people


def test_labctl_sees_who_works_and_can_do_nothing_to_them(people):
    people.start("worker", "lab")
    labctl = as_labctl(people.deployment)
    status, users = labctl.ask("GET", "users?state=active")
    assert status == 200
    [worker] = users
    assert worker["name"] == "worker"
    assert worker["servers"][""]["ready"]
    assert worker.keys().isdisjoint({"auth_state", "roles", "groups"})
    assert "state" not in worker["servers"][""]
    for method, path in [
        ("DELETE", "users/worker/server"),
        ("POST", "users/worker/server"),
        ("POST", "users/worker/tokens"),
        ("DELETE", "users/worker"),
        ("GET", "groups"),
        ("POST", "shutdown"),
    ]:
        assert labctl.ask(method, path)[0] in {403, 404}, path


def test_a_replaced_token_of_labctls_is_worth_nothing(people):
    deployment = people.deployment
    before = as_labctl(deployment)
    assert before.ask("GET", "users")[0] == 200
    _, *arguments = key("Hub", "hub-api-token")
    deployment.up(*(filled(argument, deployment) for argument in arguments))
    assert before.ask("GET", "users")[0] == 403
    assert as_labctl(deployment).ask("GET", "users")[0] == 200
