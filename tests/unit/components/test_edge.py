"""Caddy, where TLS ends."""

import json
from pathlib import Path

import pytest
from pulumi import RunError

from components.edge import Edge
from hubconfig.sections.site import SiteArgs
from hubconfig.sections.tls import TlsArgs
from tests.certificates import make
from tests.unit.components.another_program import NOT_REACHED, PHYSICS
from tests.unit.stack_files import HOST, public

ACME = {"certificate": "acme", "email": "admin@example.org"}


def published(declared, name: str) -> list[tuple[int, int]]:
    ports = declared[f"{name}-container"].get("ports", [])
    return [(port["external"], port["internal"]) for port in ports]


@pytest.mark.parametrize(
    ("tls", "sentence"),
    [
        (TlsArgs(), "tls.certificate is missing: set it to acme, files or internal, or declare no"),
        (TlsArgs(certificate="internal"), "site.port is 8000, but with tls it is site.url's, 443"),
    ],
)
def test_an_edge_refuses_what_it_cannot_serve(declare, tls, sentence):
    def program() -> None:
        Edge(
            "physics-edge",
            tls,
            site=SiteArgs(url="https://hub.example.org", port=8000),
            proxy=NOT_REACHED,
            stack=PHYSICS,
            image=NOT_REACHED,
            network=NOT_REACHED,
        )

    with pytest.raises(RunError, match=f"physics-edge: {sentence}"):
        declare(program)


def test_the_key_reaches_the_edge_only_as_a_secret(declare_program, tmp_path):
    files = make(tmp_path, HOST)
    declared = declare_program(public(files.setting))
    uploads = declared["edge-container"]["uploads"]
    assert "value" in uploads, "a secret input arrives wrapped; this one is in the clear"
    key = json.dumps(Path(files.key_file).read_text())
    uploaded = declared["edge-container"].pop("uploads")["value"]
    assert key in json.dumps(uploaded)
    assert key not in json.dumps(declared)


def test_the_edge_is_the_only_door(declare_program):
    declared = declare_program(public(ACME))
    assert published(declared, "edge") == [(443, 8443), (80, 8080)]
    assert published(declared, "proxy") == published(declared, "hub") == []
    [network] = declared["edge-container"]["networksAdvanced"]
    assert network["ipv4Address"] == "172.18.0.4"


def test_only_who_has_the_standard_ports_redirects_and_pins_https(declare_program):
    standard = declare_program(public(ACME))["edge-container"]
    assert "HSTS=hsts" in standard["envs"]
    other = declare_program(public({"certificate": "internal"}, url=f"https://{HOST}:8443"))
    assert published(other, "edge") == [(8443, 8443)]
    assert "HSTS=no-hsts" in other["edge-container"]["envs"]


@pytest.mark.parametrize(
    ("domain", "hsts"),
    [
        (HOST, "hsts-below"),
        (f"people.{HOST}", "hsts"),
        ("people.example.org", "hsts"),
        (None, "hsts"),
    ],
)
def test_names_below_the_hubs_are_pinned_where_all_of_them_are_peoples(
    declare_program, domain, hsts
):
    config = public(ACME)
    config["site"] |= {"user_domains": domain} if domain else {}
    assert f"HSTS={hsts}" in declare_program(config)["edge-container"]["envs"]


def test_on_loopback_nobody_else_comes_in_and_other_ports_stay_http(declare_program):
    declared = declare_program(public({"certificate": "internal"}, url="https://localhost"))
    edge = declared["edge-container"]
    assert {port["ip"] for port in edge["ports"]} == {"127.0.0.1"}
    assert "HSTS=no-hsts" in edge["envs"]


def test_without_tls_there_is_no_edge(declare_program):
    declared = declare_program(public({}, port=8000))
    assert not [name for name in declared if name.startswith("edge")]
    assert published(declared, "proxy") == [(8000, 8000)]
    assert "--no-x-forward" not in declared["proxy-container"]["command"]
