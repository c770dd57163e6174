"""What is wrong, in the stack file's own words; never with a secret's value."""

import pytest

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


def test_what_can_be_a_password_in_an_address_is_not_quoted(refusal):
    said = refusal(changed("site.url", "http://localhost:8000?token=canary"))
    assert "(found: 'http://localhost:8000?…', exam" in said
