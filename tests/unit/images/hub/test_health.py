"""What the hub says of a server that its image's health check finds unwell."""

from importlib import import_module
from pathlib import Path
from types import SimpleNamespace as Some
from typing import Any

import pytest
from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader

from hubconfig.servers import Servers
from tests.hub_modules import FOLDER, on_path
from tests.unit.images.docker_gate.spawning import spawner_of, wait

with on_path():
    health = import_module("health")

LOST = "its GPU is lost: nvidia-smi -L fails\n"


def container(status: str | None = None, *said: str, running: bool = True) -> Any:
    """Return what the engine tells of a container, and what its check has said."""
    told = {"Status": status, "Log": [{"ExitCode": 1, "Output": each} for each in said]}
    state = {"Running": running, "ExitCode": 0, "Error": "", "FinishedAt": ""}
    return {"Id": "id", "State": state | ({"Health": told} if status else {})}


@pytest.mark.parametrize(
    ("found", "trouble"),
    [
        (container(), ""),
        (container("none"), ""),
        (container("starting", LOST), ""),
        (container("healthy", LOST), ""),
        (container("healthy", "", LOST), ""),  # once: three times in a row count
        (container("unhealthy", "", LOST), health.LOST_GPU),
        (container("unhealthy", LOST, ""), health.SILENT),
        (container("unhealthy", "Health check exceeded timeout (30s)"), health.SILENT),
        (container("unhealthy", "<script>"), health.SILENT),
        (container("unhealthy"), health.SILENT),
    ],
    ids=str,
)
def test_what_is_wrong_with_a_server_is_said(found, trouble):
    assert health.trouble_of(found) == trouble


def test_the_engine_may_have_nothing_that_the_check_has_said():
    found = container("unhealthy")
    found["State"]["Health"]["Log"] = None
    assert health.trouble_of(found) == health.SILENT
    found["State"]["Health"] = None
    assert health.trouble_of(found) == ""


def test_the_check_says_what_the_hub_looks_for():
    script = Path("images/singleuser/healthcheck.sh").read_text()
    assert f'echo "{health.NO_GPU}' in script


def test_a_poll_takes_note_and_asks_the_engine_once():
    answers = [
        *(container("starting"), container("unhealthy", LOST), container("unhealthy", "")),
        *(container("healthy"), container("unhealthy", LOST), container(running=False)),
    ]
    calls: list[str] = []

    async def engine(method: str, *_: Any) -> Any:
        calls.append(method)
        return answers[len(calls) - 1]

    with spawner_of(Servers(), "ada", ()) as spawner:
        spawner.docker = engine
        noted = []
        for _ in answers:
            wait(spawner.poll())
            noted.append(spawner.trouble)
    assert noted == ["", health.LOST_GPU, health.SILENT, "", health.LOST_GPU, ""]
    assert calls == ["inspect_container"] * len(answers)


@pytest.mark.parametrize(
    ("name", "trouble", "active", "said"),
    [
        (
            *("", health.LOST_GPU, True),
            "Your server is not well: it has lost its GPU. Stop it and start it again.",
        ),
        ("", health.SILENT, True, "Your server does not answer."),
        ("<gpu>", health.SILENT, True, "Your server &lt;gpu&gt; does not answer."),
        ("", "", True, ""),
        ("", health.SILENT, False, ""),
    ],
)
def test_the_home_says_which_server_is_not_well(name, trouble, active, said):
    own = FileSystemLoader(FOLDER / "templates")
    theirs = DictLoader({"templates/home.html": "{% block main %}{% endblock main %}"})
    pages = Environment(loader=ChoiceLoader([own, theirs]), autoescape=True)
    server = Some(active=active, name=name, uses="", trouble=trouble)
    html = pages.get_template("home.html").render(user=Some(spawners={name: server}), in_words=str)
    alert = f'<div class="alert alert-warning text-center" role="alert"> {said} </div>'
    assert " ".join(html.split()) == (alert if said else "")
