"""What the containers of a stack have in common, and their volumes."""

from typing import Any

from pulumi.runtime.mocks import MockMonitor

from policy.rule import VOLUME
from tests.unit.stack_files import CONFIG, WITH_TLS


def test_every_volume_outlives_its_stack(declare_program, monkeypatch):
    requests, register = [], MockMonitor.RegisterResource

    def noted(monitor: MockMonitor, request: Any) -> Any:
        requests.append(request)
        return register(monitor, request)

    monkeypatch.setattr(MockMonitor, "RegisterResource", noted)
    declare_program(WITH_TLS)
    volumes = [each for each in requests if each.type == VOLUME]
    assert {each.name: each.retainOnDelete for each in volumes} == {
        "edge-data": True,
        "gitlab-data": True,
        "hub-data": True,
        "hub-docker-gate-socket": False,  # holds no data
    }


def test_the_networks_largest_packet_is_as_given(declare_program):
    network = {**CONFIG["network"], "mtu": 1450}
    options = declare_program(CONFIG | {"network": network})["network-bridge"]["options"]
    assert options == {"com.docker.network.driver.mtu": "1450"}
    assert "options" not in declare_program(CONFIG)["network-bridge"]
