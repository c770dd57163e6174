"""People's servers at host names of their own: what proxy, edge and hub are told."""

import json

import pytest

from tests.unit.stack_files import CONFIG, HOST, public

OWN = CONFIG | {"site": {"url": "http://localhost:8000", "user_domains": "localhost"}}
AT_HUB = [CONFIG, CONFIG | {"site": {"url": "http://localhost:8000", "user_domains": "none"}}]


def settings(declared) -> dict[str, object]:
    [found] = [
        json.loads(upload["content"])
        for upload in declared["hub-container"]["uploads"]
        if upload["file"].endswith("/settings.json")
    ]
    return found


def test_the_proxy_goes_by_names_and_the_hub_gets_its_own_alone(declare_program):
    declared = declare_program(OWN)
    command = declared["proxy-container"]["command"]
    assert "--host-routing" in command
    assert "--default-target=http://172.18.0.2:8081/hub/elsewhere" in command
    assert settings(declared)["user_domains"] == "localhost"


@pytest.mark.parametrize("config", AT_HUB)
def test_without_a_domain_the_hub_gets_every_name(declare_program, config):
    declared = declare_program(config)
    command = declared["proxy-container"]["command"]
    assert "--host-routing" not in command
    assert "--default-target=http://172.18.0.2:8081" in command
    assert settings(declared)["user_domains"] == config["site"].get("user_domains")


@pytest.mark.parametrize(
    ("domains", "file"),
    [(None, "Caddyfile"), ("none", "Caddyfile"), (HOST, "domains.caddyfile")],
)
def test_the_edge_serves_names_below_the_domain(declare_program, domains, file):
    given = {} if domains is None else {"user_domains": domains}
    edge = declare_program(public({"certificate": "internal"}, **given))["edge-container"]
    assert f"/etc/caddy/{file}" in edge["command"]
    assert f"USER_DOMAINS={HOST if domains == HOST else ''}" in edge["envs"]
    assert "KNOWN=http://172.18.0.2:8081/hub/known" in edge["envs"]
