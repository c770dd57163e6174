"""Where people find the hub."""

import pytest

from hubconfig.sections.site import SiteArgs
from tests.unit.hubconfig.tables import Row, each
from tests.unit.stack_files import changed

BAD: list[Row] = [
    (
        "site",
        None,
        "jupyterhub:site.url: missing; set it with: pulumi config set --path "
        "'jupyterhub:site.url' https://hub.example.org",
    ),
    ("site.url", None, "jupyterhub:site.url: missing; set it with: pulumi config set --path"),
    ("site.url", "http://hub.example.org", "in the clear: use https, such as https://hub"),
    ("site.url", "HTTP://hub.example.org", "in the clear: use https, such as https://hub"),
    ("site", "text", "jupyterhub:site: expected keys with values (example: {url: 'https://hub"),
    ("site.url", "http://localhost:8000/jupyter", "the hub is at /: give scheme, host and port"),
    ("site.url", "https://*.example.org", "url https://*.example.org: its host is no host name"),
    ("site.url", "https://a_b", "give one of letters, digits, hyphens and dots, such as hub.ex"),
    ("site.url", "https://hub..example.org", "its host is no host name"),
    ("site.url", "https://hub-.example.org", "its host is no host name"),
    ("site.url", "https://10.0.0.256", "its host is no host name"),
    *(
        (
            "site.bind_address",
            address,
            "site.bind_address: it is an address of many hosts: give one",
        )
        for address in ("224.0.0.1", "255.255.255.255", "ff02::1")
    ),
    ("site.bind_address", 127001, "site.bind_address: expected an address with dots, or with colo"),
    ("site.bind_address", True, "site.bind_address: true and false are not expected here"),
    ("site.port", 0, "site.port: Input should be greater than or equal to 1 (found: 0, "),
    ("site.port", True, "site.port: true and false are not expected here (found: True, exa"),
    ("site.port", 70000, "less than or equal to 65535 (found: 70000, example: 8000)"),
    (
        "site",
        {"url": "http://localhost:18500", "port": 18599},
        "site: port is 18599, but url http://localhost:18500 has people come to port 18500: remove",
    ),
    (
        "site.bind_address",
        "localhost",
        "site.bind_address: value is not a valid IPv4 or IPv6 address (found: 'localhost', exam",
    ),
    (
        "site.prefix",
        "-bad",
        "site.prefix: expected lower-case letters, digits and hyphens, 41 at most and no hyphen "
        "first, such as jupyterhub-lab (found: '-bad')",
    ),
    ("site.prefix", "Bad", "site.prefix: expected lower-case letters, digits and hyphens"),
    ("site.prefix", "bad\n", "site.prefix: expected lower-case letters, digits and hyphens"),
    (
        "site.user_domains",
        "*.example.org",
        "site.user_domains: expected a domain in lower-case letters, digits, hyphens and dots, "
        "such as hub.example.org, or none (found: '*.example.org'",
    ),
    ("site.user_domains", "Hub.example.org", "site.user_domains: expected a domain in lower-case"),
    ("site.user_domains", "10.0.0.1", "site.user_domains: expected a domain in lower-case letters"),
    ("site.user_domains", "", "site.user_domains: expected a domain in lower-case letters"),
    ("site.user_domains", True, "site.user_domains: true and false are not expected here"),
    ("site.user_domains", f"{'a.' * 94}localhost", "has 197 characters, which leaves no room for"),
    (
        "site",
        {"url": "https://hub.example.org", "port": 8000, "user_domains": "example.org"},
        "user_domains example.org: a person called hub would get the hub's own host "
        "hub.example.org: give a domain that the hub is not in, such as hub.example.org itself",
    ),
    (
        "site",
        {"url": "https://a.b.example.org", "port": 8000, "user_domains": "example.org"},
        "a person called a.b would get the hub's own host",
    ),
    (
        "site",
        {"url": "http://127.0.0.1:8000", "user_domains": "localhost"},
        "url http://127.0.0.1:8000 has an address and no name: give url a host name, or set",
    ),
    (
        "site",
        {"url": "https://localhost", "user_domains": "localhost"},
        "nobody accepts a certificate for *.localhost: give a domain with a dot in it, such as peo",
    ),
    ("site.user_domains", "hub.example.org", "either both or none of them can be loopback"),
    (
        "site",
        {"url": "https://hub.example.org", "port": 8000, "user_domains": "a.localhost"},
        "user_domains is a.localhost, but url is https://hub.example.org: either both or none",
    ),
    ("site.ulr", "x", "site.ulr: unknown key; did you mean url?"),
]


@each(BAD)
def test_bad_configuration_is_named(refusal, path, value, sentence):
    assert sentence in refusal(changed(path, value))


@pytest.mark.parametrize("host", ["127.0.0.2", "[::1]"])
def test_a_loopback_address_is_published_as_itself(host):
    site = SiteArgs(url=f"http://{host}:8000")
    assert str(site.bind_address) == host.strip("[]")


@pytest.mark.parametrize(
    ("given", "domain"),
    [
        (None, None),
        ("none", None),
        ("hub.example.org", "hub.example.org"),
        ("people.hub.example.org", "people.hub.example.org"),
        ("example.net", "example.net"),
        ("xhub.example.org", "xhub.example.org"),
    ],
)
def test_servers_are_below_a_domain_that_the_hub_is_not_in(given, domain):
    site = SiteArgs(url="https://hub.example.org", port=8000, user_domains=given)
    assert site.domain == domain
