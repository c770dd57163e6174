"""JupyterHub itself stops servers whose lease of GPUs is over, and says so before."""

import re

import pytest

from tests.deployment import until

MORE = """
import lease_ends

class Leasing(SimpleLocalProcessSpawner):
    settings = settings
    uses = {
        **{"image": "lab", "memory_mib": 2048, "cpus": 2, "shm_mib": 1024},
        **{"gpus": ["0"], "leases": True},
    }

lease_ends.LOOK_SECONDS = 0.2
c.JupyterHub.spawner_class = Leasing
"""
UNTIL = r'<p class="(.*?)">\s*It has its GPUs until (20..-..-.. )?..:.. UTC, and is stopped then\.'


@pytest.fixture(scope="module")
def ben(hub):
    hub.restart(MORE, gpu_hours=24)
    return hub.person("ben")


def server_of(person):
    return person.api("GET", "users/ben")["servers"].get("")


def test_a_server_runs_until_its_lease_is_over_also_while_the_hub_restarts(hub, ben):
    ben.ask("POST", "users/ben/server")
    until(lambda: (server_of(ben) or {}).get("ready"))
    for hours, kind in ((24, "text-center"), (0.5, "text-center alert alert-warning")):
        hub.restart(MORE, gpu_hours=hours)
        found = re.search(UNTIL, ben.home().text)
        assert found
        assert found[1] == kind
        assert server_of(ben)["ready"]
    hub.restart(MORE, gpu_hours=0.0001)  # as of a server that has run for long
    until(lambda: server_of(ben) is None, (hub.folder / "log").read_text)
    log = (hub.folder / "log").read_text()
    assert "Stopping ben. Its lease of GPUs was over, after 0.0001 hours." in log
    assert "Removing user ben from proxy (/user/ben/)" in log
    assert "may have to stop" not in log


def test_a_server_can_be_started_again_then(ben):
    assert ben.ask("POST", "users/ben/server").status_code in {201, 202}
    until(lambda: server_of(ben) is None)
