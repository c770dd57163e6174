"""What JupyterHub itself says to people of GPUs that are taken, on its pages and by its API."""

import json
import time

import pytest

from hubconfig.servers import Servers
from tests.hub_modules import asked_for, told

MORE = """
import json
import requests
from docker.errors import NotFound
from notebook_spawner import NotebookSpawner
from pathlib import Path
from profiles import apply_options, options_form, options_from_form

class WithoutEngine(NotebookSpawner):
    async def docker(self, method, *arguments, **named):
        if method == "containers":
            return json.loads(Path("leases.json").read_text())
        answer = requests.Response()
        answer.status_code = 404
        raise NotFound(method, response=answer)

c.JupyterHub.spawner_class = WithoutEngine
c.DockerSpawner.pull_policy = "skip"
c.Spawner.options_form = options_form
c.Spawner.options_from_form = options_from_form
c.Spawner.apply_user_options = apply_options
"""
SERVERS = Servers.model_validate(
    {
        "gpus": {"pool": [0, 1]},
        "profiles": [{"name": "GPU", "gpus": 1}, {"name": "Two", "gpus": 2}, {"name": "Small"}],
    }
)
TAKEN = "All 2 GPUs are taken; this profile needs 1. Stop a server, or try again later."


@pytest.fixture(scope="module")
def leasing(hub):
    """Return what has the engine say that GPUs are leased."""

    def lease(*gpus):
        held = [
            {
                "Id": f"{number:064}",
                "Created": int(time.time()) - 60,
                "State": "running",
                "Labels": {"jupyterhub.gpus": each},
            }
            for number, each in enumerate(gpus)
        ]
        (hub.folder / "leases.json").write_text(json.dumps(held))

    lease()
    (hub.folder / "containers.json").write_text(json.dumps(asked_for(SERVERS)))
    content = json.loads(told(SERVERS))
    hub.restart(MORE, **{key: content[key] for key in ("profiles", "gpu_pool", "people_per_gpu")})
    return lease


@pytest.fixture(scope="module")
def ben(hub, leasing):
    del leasing
    return hub.person("ben")


def form(person):
    return person.session.get(f"{person.site}/hub/spawn").text


def test_the_page_says_what_is_free(leasing, ben):
    leasing("1")
    page = form(ben)
    assert "1 GPU of 2, 1 free" in page
    assert "Only 1 of 2 GPUs is free; taken since" in page


def test_who_asks_for_what_is_taken_is_told_by_the_page_and_by_the_api(leasing, ben):
    leasing("0", "1")
    assert "All 2 GPUs are taken: since" in form(ben)
    answer = ben.ask("POST", "users/ben/server", json={"profile": "GPU"})
    assert (answer.status_code, answer.json()["message"]) == (400, TAKEN)
    leasing("0")
    assert "1 GPU of 2, 1 free" in form(ben), "the refusal keeps nothing"


def test_a_hub_that_starts_again_says_the_same(hub, leasing, ben):
    leasing("0,1")
    hub.stop()
    (hub.folder / "jupyterhub.sqlite").unlink()
    content = json.loads(told(SERVERS))
    hub.start(MORE, **{key: content[key] for key in ("profiles", "gpu_pool", "people_per_gpu")})
    del ben
    assert "All 2 GPUs are taken: since" in form(hub.person("ben"))
