"""What is wrong, in the stack file's own words; never with a secret's value."""

import pytest

from hubconfig.checking import check
from hubconfig.configuration import Configuration
from hubconfig.words import errors_told
from tests.unit.stack_files import CONFIG, changed

SECRETS: list[tuple[str, str, str]] = [
    ("site", '{"url": "canary"}', "jupyterhub:site.url: see docs/configuration.md"),
    ("site", '{"url": "http://canary"}', "jupyterhub:site: see docs/configuration.md"),
    ("site", '{"url": "https://canary", "port": 1}', "jupyterhub: site, kept secret, and an"),
    ("site", '{"url": "http://localhost", "port": "canary"}', "valid integer, unable to parse"),
    ("gitlab", "glpat-canary", "jupyterhub:gitlab: expected keys with values (found: a secret, "),
    (
        "gitlab",
        '{"url": "http://canary.org", "allow": {}}',
        "jupyterhub:gitlab: see docs/conf",
    ),
    ("gpus", '{"notebooks": "canary"}', "jupyterhub:gpus.notebooks: see docs/configuration.md"),
    ("docker", '{"host": "tcp://canary"}', "jupyterhub:docker: see docs/configuration.md"),
    (
        "profiles",
        '[{"name": "canary"}, {"name": "canary"}]',
        "jupyterhub:profiles: see docs/configuration.md",
    ),
    ("profiles", '"canary"', "jupyterhub:profiles: expected a list (found: a secret, example: ["),
]


@pytest.mark.parametrize(("section", "value", "sentence"), SECRETS)
def test_a_secret_section_is_never_quoted(refusal, section, value, sentence):
    said = refusal(CONFIG | {section: value}, [f"jupyterhub:{section}"])
    assert sentence in said


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("tls", "jupyterhub:tls: it has no value: give one, or remove the key (example: {certif"),
        ("site", "jupyterhub:site: it has no value: give one (example: {url: 'https://hub.exam"),
        ("profiles", "jupyterhub:profiles: it has no value: give one, or remove the key (example"),
        ("hub.memory_mib", "jupyterhub:hub.memory_mib: it has no value: give one, or remove the"),
        ("site.url", "jupyterhub:site.url: it has no value: give one (example: https://hub.exam"),
    ],
)
@pytest.mark.parametrize("nothing", [None, ""])
def test_a_key_without_a_value_is_told_to_go(path, told, nothing):
    section, _, key = path.partition(".")
    config = CONFIG | {section: {key: None} if key else nothing}
    found = check(Configuration, config)
    assert next(errors_told("jupyterhub", Configuration, found.errors, set())).startswith(told)


def test_what_can_be_a_password_in_an_address_is_not_quoted(refusal):
    said = refusal(changed("site.url", "http://localhost:8000?token=canary"))
    assert "(found: 'http://localhost:8000?…', exam" in said
