"""Where TLS ends, and whose certificate the hub has."""

import pytest

from tests.unit.hubconfig.tables import Row, each
from tests.unit.stack_files import HOST, changed, public

ACME = {"certificate": "acme", "email": "admin@example.org"}
BAD: list[Row] = [
    ("site.url", "https://hub.example.org", "port is missing: TLS ends in front of the hub"),
    ("site.url", "HTTPS://hub.example.org", "port is missing: TLS ends in front of the hub"),
    ("tls", {"certificate": "internal"}, "site.url is http://localhost:8000: begin it with https"),
    ("tls.certificate", "letsencrypt", "tls.certificate: Input should be 'acme', 'files' or"),
    ("tls.email", "a@example.org", "email is for certificate acme, not none: change certificate"),
    (
        "tls",
        {"certificate": "acme"},
        "jupyterhub:tls: certificate acme needs email too, such as admin@",
    ),
    ("tls", {"certificate": "acme", "email": "admin"}, "tls.email: expected an address, such as"),
    (
        "tls",
        {"certificate": "files", "certificate_file": "site.pem"},
        "certificate files needs key_file too",
    ),
    (
        "tls",
        {"certificate": "internal", "acme_url": "https://ca.example.org"},
        "acme_url is for certificate acme, not internal",
    ),
    (
        "tls",
        {"certificate": "files", "certificate_file": "", "key_file": ""},
        "tls.certificate_file: String should have at least 1 character (found: '', example: /etc",
    ),
    ("tls.certficate", "acme", "tls.certficate: unknown key; did you mean certificate?"),
]


@each(BAD)
def test_bad_configuration_is_named(refusal, path, value, sentence):
    assert sentence in refusal(changed(path, value))


@pytest.mark.parametrize(
    ("tls", "site", "sentence"),
    [
        ({"certificate": "internal"}, {"port": 8000}, "site.port is 8000, but with tls it is site"),
        ({"certificate": "internal"}, {"fronts": ["10.0.0.5"]}, "with tls it ends here, and addre"),
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
        (
            ACME,
            {"user_domains": "people.lan"},
            "wants a name in the public DNS, but site.user_domains is people.lan: change it",
        ),
        ({}, {}, "or set tls.certificate, and TLS ends here"),
    ],
)
def test_tls_that_does_not_fit_the_site_is_refused(refusal, tls, site, sentence):
    assert sentence in refusal(public(tls, **site))


@pytest.mark.parametrize("host", ["hub", "hub.lab.lan", "192.0.2.7"])
def test_an_authority_of_the_sites_own_may_certify_any_host(declare_program, host):
    own = ACME | {"acme_url": "https://ca.example.org/acme/directory"}
    declared = declare_program(public(own, url=f"https://{host}"))
    assert f"SITE_HOST={host}" in declared["edge-container"]["envs"]
