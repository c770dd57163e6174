"""TLS that ends in the stack: what is checked before, and what is declared."""

import base64
import json
from pathlib import Path
from typing import Any

import pulumi
import pytest

from tests.certificates import make
from tests.unit.conftest import CONFIG

HOST = "hub.example.org"
GITLAB = {"url": "https://git.example.org", "allow": {"everyone": True}}
EC_KEY = bytes.fromhex("06072a8648ce3d0201")
"""1.2.840.10045.2.1 in DER: RFC 5480, 2.1.1."""
ACME = {"certificate": "acme", "email": "admin@example.org"}


def config(tls: dict[str, Any], *, url: str = f"https://{HOST}", **site: Any) -> dict[str, Any]:
    given = {"site": {"url": url, **site}, "gitlab": GITLAB, "gitlab:token": "t", "tls": tls}
    return CONFIG | given


def published(declared, name: str) -> list[tuple[int, int]]:
    ports = declared[f"{name}-container"].get("ports", [])
    return [(port["external"], port["internal"]) for port in ports]


@pytest.mark.parametrize(
    ("tls", "site", "sentence"),
    [
        ({"certificate": "internal"}, {"port": 8000}, "site.port is 8000, but with tls it is site"),
        (ACME, {"url": f"https://{HOST}:8443"}, "has to reach the hub at ports 80 and 443"),
        (ACME, {"url": "https://localhost"}, "but site.url is https://localhost: change it"),
        (ACME, {"url": "https://hub.localhost"}, "but site.url is https://hub.localhost: change"),
        (ACME, {"url": "https://192.0.2.7"}, "but site.url is https://192.0.2.7: change it, give"),
        (ACME, {"url": "https://[2001:db8::7]"}, "Let's Encrypt wants a name in the public DNS"),
        (ACME, {"url": "https://hub"}, "is https://hub: change it, give acme_url, or take"),
        (ACME, {"url": "https://hub.local"}, "wants a name in the public DNS"),
        (ACME, {"url": "https://hub.lab.lan"}, "wants a name in the public DNS"),
        (ACME, {"url": "https://hub.internal"}, "wants a name in the public DNS"),
        (ACME, {"url": "https://hub.test"}, "wants a name in the public DNS"),
        ({}, {}, "or set tls.certificate, and TLS ends here"),
    ],
)
def test_tls_that_does_not_fit_the_site_is_refused(declare_program, tls, site, sentence):
    with pytest.raises(pulumi.RunError, match=sentence):
        declare_program(config(tls, **site))


@pytest.mark.parametrize("host", ["hub", "hub.lab.lan", "192.0.2.7"])
def test_an_authority_of_the_sites_own_may_certify_any_host(declare_program, host):
    own = ACME | {"acme_url": "https://ca.example.org/acme/directory"}
    declared = declare_program(config(own, url=f"https://{host}"))
    assert f"SITE_HOST={host}" in declared["edge-container"]["envs"]


@pytest.mark.parametrize(
    ("names", "url"),
    [
        ([HOST], f"https://{HOST}"),
        (["other.example.org", HOST], f"https://{HOST}:8443"),
        (["*.example.org"], f"https://{HOST}"),
        (["10.0.0.7"], "https://10.0.0.7"),
    ],
)
def test_a_certificate_for_the_sites_host_is_taken(declare_program, tmp_path, names, url):
    declared = declare_program(config(make(tmp_path, *names).setting, url=url))
    files = [upload["file"] for upload in declared["edge-container"]["uploads"]["value"]]
    assert files == ["/etc/caddy/site.pem", "/etc/caddy/site.key"]


@pytest.mark.parametrize(
    ("names", "options", "sentence"),
    [
        (["example.org"], {}, f"is for example.org, but site.url is https://{HOST}: give a"),
        (["*.org"], {}, "give a certificate for hub.example.org"),
        (["10.0.0.7"], {}, "is for 10.0.0.7, but"),
        ([], {}, "is for no host, but"),
        ([HOST], {"days": (-9, -1)}, "give a renewed one"),
        ([HOST], {"days": (1, 9)}, "is valid from"),
        ([HOST], {"passphrase": "canary"}, "expected an RSA or ECDSA key, PEM without a pass"),
    ],
)
def test_a_certificate_of_no_use_is_refused(declare_program, tmp_path, names, options, sentence):
    with pytest.raises(pulumi.RunError, match=sentence):
        declare_program(config(make(tmp_path, *names, **options).setting))


@pytest.mark.parametrize(
    ("key", "content", "sentence"),
    [
        ("certificate_file", None, "cannot read it: No such file or directory; give a PEM file"),
        ("certificate_file", "canary", "expected PEM certificates, the hub's first"),
        ("key_file", None, "cannot read it: No such file"),
        ("key_file", "canary", "expected an RSA or ECDSA key"),
        # What openssl writes before a certificate or a key of a PKCS #12 file.
        ("certificate_file", b"friendlyName: Universit\xe4t", "but this is not text in UTF-8"),
        ("key_file", b"friendlyName: Universit\xe4t", "but this is not text in UTF-8"),
    ],
)
def test_files_that_are_something_else_are_refused(
    declare_program, tmp_path, key, content, sentence
):
    files = make(tmp_path, HOST).setting
    if isinstance(content, bytes):
        Path(files[key]).write_bytes(content + b"\n" + Path(files[key]).read_bytes())
    elif content:
        Path(files[key]).write_text(content)
    else:
        Path(files[key]).unlink()
    with pytest.raises(pulumi.RunError, match=sentence) as caught:
        declare_program(config(files))
    assert f"{key} {files[key]}" in str(caught.value)
    assert "canary" not in str(caught.value)


def test_a_certificate_with_its_key_in_the_same_file_is_refused(declare_program, tmp_path):
    files = make(tmp_path, HOST).setting
    both = Path(files["certificate_file"])
    both.write_text(both.read_text() + Path(files["key_file"]).read_text())
    with pytest.raises(pulumi.RunError, match="has a private key in it, which previews would"):
        declare_program(config(files))


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("certificate_file", "is not the key of the first certificate in"),
        ("key_file", "expected an RSA or ECDSA key"),
    ],
)
def test_keys_of_an_unknown_kind_are_refused(declare_program, tmp_path, key, sentence):
    files = make(tmp_path, HOST).setting
    head, *body, tail = Path(files[key]).read_text().splitlines()
    content = base64.b64decode("".join(body)).replace(EC_KEY, EC_KEY[:-1] + b"\x7f")
    text = "\n".join([head, base64.b64encode(content).decode(), tail])
    Path(files[key]).write_text(text)
    with pytest.raises(pulumi.RunError, match=sentence):
        declare_program(config(files))


def test_another_certificates_key_is_refused(declare_program, tmp_path):
    other = make(tmp_path / "other", HOST).setting
    files = make(tmp_path, HOST).setting | {"key_file": other["key_file"]}
    with pytest.raises(pulumi.RunError, match="is not the key of the first certificate in"):
        declare_program(config(files))


def test_the_key_reaches_the_edge_only_as_a_secret(declare_program, tmp_path):
    files = make(tmp_path, HOST)
    declared = declare_program(config(files.setting))
    uploads = declared["edge-container"]["uploads"]
    assert "value" in uploads, "a secret input arrives wrapped; this one is in the clear"
    key = json.dumps(Path(files.key_file).read_text())
    uploaded = declared["edge-container"].pop("uploads")["value"]
    assert key in json.dumps(uploaded)
    assert key not in json.dumps(declared)


def test_the_edge_is_the_only_door(declare_program):
    declared = declare_program(config(ACME))
    assert published(declared, "edge") == [(443, 8443), (80, 8080)]
    assert published(declared, "proxy") == published(declared, "hub") == []
    [network] = declared["edge-container"]["networksAdvanced"]
    assert network["ipv4Address"] == "172.18.0.4"


def test_only_who_has_the_standard_ports_redirects_and_pins_https(declare_program):
    standard = declare_program(config(ACME))["edge-container"]
    assert "HSTS=hsts" in standard["envs"]
    other = declare_program(config({"certificate": "internal"}, url=f"https://{HOST}:8443"))
    assert published(other, "edge") == [(8443, 8443)]
    assert "HSTS=no-hsts" in other["edge-container"]["envs"]


def test_on_loopback_nobody_else_comes_in_and_other_ports_stay_http(declare_program):
    declared = declare_program(config({"certificate": "internal"}, url="https://localhost"))
    edge = declared["edge-container"]
    assert {port["ip"] for port in edge["ports"]} == {"127.0.0.1"}
    assert "HSTS=no-hsts" in edge["envs"]


def test_without_tls_there_is_no_edge(declare_program):
    declared = declare_program(config({}, port=8000))
    assert not [name for name in declared if name.startswith("edge")]
    assert published(declared, "proxy") == [(8000, 8000)]
    assert "--no-x-forward" not in declared["proxy-container"]["command"]


@pytest.mark.parametrize(
    ("taken", "edge"),
    [
        ({}, "172.18.0.4"),
        ({"gateway": "172.18.0.4"}, "172.18.0.5"),
        # Not what the hub had before: it could still have it when the edge moves.
        ({"hub_address": "172.18.0.10"}, "172.18.0.4"),
    ],
)
def test_the_edge_gets_an_address_that_nobody_has_or_had(declare_program, taken, edge):
    network = CONFIG["network"] | taken
    declared = declare_program(config(ACME) | {"network": network})
    [endpoint] = declared["edge-container"]["networksAdvanced"]
    assert endpoint["ipv4Address"] == edge
