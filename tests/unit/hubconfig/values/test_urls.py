"""Addresses of web servers."""

from tests.unit.hubconfig.tables import Row, each
from tests.unit.stack_files import changed

BAD: list[Row] = [
    ("site.url", "hub.example.org", "site.url: expected the address of a web server"),
    ("site.url", "ftp://hub.example.org", "site.url: expected the address of a web server"),
    ("site.url", "http://[::1", "site.url: expected the address of a web server"),
    ("site.url", "https://hub\n.example.org", "site.url: expected the address of a web server"),
    ("site.url", "https://hub.example.org?", "site.url: expected the address of a web server"),
    ("site.url", "https://hub.example.org#", "site.url: expected the address of a web server"),
    ("site.url", "https://a b", "site.url: expected the address of a web server"),
    ("site.url", "https://0.0.0.0", "site.url: 0.0.0.0 is no one host's address: give the server"),
    ("site.url", "https://[::]:8000", "site.url: :: is no one host's address: give the server's"),
    ("gitlab.url", "https://224.0.0.1", "gitlab.url: 224.0.0.1 is no one host's address: give"),
    ("gitlab.url", "localhost:8929", "gitlab.url: expected the address of a web server"),
    ("gitlab.url", "https://user:pw", "gitlab.url: expected the address of a web server"),
    ("images.mirrors.apt", "mirror.example.org", "images.mirrors.apt: expected the address"),
    (
        "site.url",
        "http://ada:canary@localhost:8000",
        "for others to read: leave it out (found: 'http://…@localhost:8000', example: https://hub",
    ),
    ("gitlab.url", "https://a:canary@git.example.org", "gitlab.url: a name or password in it"),
    (
        "images.mirrors.pypi",
        "https://me:canary@mirror.example.org",
        "images.mirrors.pypi: the name and password in it would stay in images and in Pulumi",
    ),
    (
        "images.mirrors.git",
        "me:can/ary@mirror.example.org:canary@h",
        "images.mirrors.git: expected the address of a web server, with http:// or https:// "
        "(found: '…@h', example: https://mirror.example.org/github.com)",
    ),
    (
        "images.conda",
        {"url": "https://me:canary@c.example.org", "sha256": "0" * 64},
        "images.conda.url: the name and password in it would stay in images and in Pulumi's state",
    ),
]


@each(BAD)
def test_bad_configuration_is_named(refusal, path, value, sentence):
    assert sentence in refusal(changed(path, value))
