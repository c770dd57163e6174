"""What programs are told of the site's proxy."""

import pytest

from hubconfig.configuration import Configuration
from tests.unit.hubconfig.tables import Row, each
from tests.unit.stack_files import CONFIG, changed

URL = "http://proxy.example.org:3128"
BAD: list[Row] = [
    ("proxy.url", "http://ada:secret@proxy.lan:3128", "a name or password in it would be"),
    ("proxy.url", "socks5://proxy.lan", "proxy.url: expected the address of a web server"),
    ("proxy.url", "http://localhost:3128", "proxy: url http://localhost:3128 is each container it"),
    ("proxy.url", "http://proxy.lan:3128/x", "has a path, which no proxy has: give scheme, host"),
    ("proxy.no_proxy", [".lan"], "proxy: no_proxy is for a proxy: give url, or remove it"),
    *(
        ("proxy", {"url": URL, "no_proxy": [bad]}, "proxy.no_proxy[0]: expected a host, a domain")
        for bad in ("*", "*.lan", "", "10.0.0.0/99", "http://lan", "a,b")
    ),
    (
        "",
        {"proxy": {"url": URL}, "notebook": {"environment": {"https_proxy": URL}}},
        "proxy.url and notebook.environment both set https_proxy: remove it from the latter",
    ),
]


@each(BAD)
def test_bad_configuration_is_named(refusal, path, value, sentence):
    assert sentence in refusal(changed(path, value))


def direct(**sections):
    """Return what is reached without the proxy."""
    config = Configuration.model_validate(CONFIG | {"proxy": {"url": URL}} | sections)
    return config.servers.proxied["no_proxy"].split(",")


def test_every_program_is_told_of_the_proxy():
    config = Configuration.model_validate(CONFIG | {"proxy": {"url": URL}})
    told = config.servers.proxied
    assert {told[name] for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")} == {
        URL
    }
    assert told["NO_PROXY"] == told["no_proxy"]


def test_without_a_proxy_nobody_is_told_of_one():
    assert Configuration.model_validate(CONFIG).servers.proxied == {}


def test_the_stacks_own_parts_are_reached_directly():
    own = {"hub", "proxy", "gitlab", "localhost", "172.18.0.2", "172.18.0.3", "172.18.0.0/24"}
    assert own <= {*direct()}


@pytest.mark.parametrize(
    ("url", "is_direct"), [("https://gitlab.lan", True), ("https://gitlab.com", False)]
)
def test_a_gitlab_of_ones_own_is_reached_directly(url, is_direct):
    gitlab = {"url": url, "allow": {"everyone": True}}
    assert (url.removeprefix("https://") in direct(gitlab=gitlab)) is is_direct


def test_the_site_and_peoples_domains_are_reached_directly():
    site = {"url": "https://hub.example.org", "port": 8000, "user_domains": "hub.example.org"}
    gitlab = {"url": "https://gitlab.com", "allow": {"everyone": True}}
    assert {"hub.example.org", ".hub.example.org"} <= {*direct(site=site, gitlab=gitlab)}


def test_what_the_stack_file_names_is_reached_directly():
    named = [".lan", "10.0.0.0/8", "10.1.2.3", "files.example.org"]
    assert [*direct(proxy={"url": URL, "no_proxy": named})[-4:]] == named


def test_notebooks_may_go_to_the_proxy():
    config = Configuration.model_validate(CONFIG | {"proxy": {"url": URL}})
    assert "proxy.example.org:3128" in config.openings.reached
