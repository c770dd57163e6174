"""Keys that nobody reads, and secrets that are none, or are for everybody to read."""

from pathlib import Path
from typing import Any

import pytest

from hubconfig.given import Given
from hubconfig.keys import unprotected, unread
from tests.unit.hubconfig.tables import Row, each
from tests.unit.stack_files import CONFIG, by_whole_keys, changed

BAD: list[Row] = [
    ("gpu", {"notebooks": "all"}, "jupyterhub:gpu: unknown key; did you mean gpus?"),
    ("backups", {}, "jupyterhub:backups: unknown key; did you mean backup?"),
    (
        "",
        {"notebook:sudo": "canary"},
        "notebook:sudo: nobody reads it; write it as jupyterhub:notebook.sudo, a key of the "
        "section jupyterhub:notebook",
    ),
]


@each(BAD)
def test_bad_configuration_is_named(refusal, path, value, sentence):
    assert sentence in refusal(changed(path, value))


def given(keys: dict[str, Any], *secrets: str, outside: tuple[str, ...] = ()) -> Given:
    """Return a stack's configuration with keys besides the usual ones."""
    values = by_whole_keys(CONFIG) | keys
    return Given("jupyterhub", "lab", Path("/"), values, frozenset(secrets), outside=outside)


def test_what_is_read_is_not_told_of():
    known = by_whole_keys({"backup": {}, "gitlabClientSecret": "x"})
    assert list(unread(given({"gitlab:token": "x", "pulumi:tags": {}, **known}))) == []


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("site:url", "write it as jupyterhub:site.url, a key of the section jupyterhub:site"),
        (
            "hub:memory_mib",
            "write it as jupyterhub:hub.memory_mib, a key of the section jupyterhub:",
        ),
        (
            "gitlab:allow.groups",
            "write it as jupyterhub:gitlab.allow, a key of the section jupyterhub:gitlab",
        ),
        ("gitlab:baseUrl", "in the section jupyterhub:gitlab, did you mean url?"),
        ("gitlab:cacertFile", "in the section jupyterhub:gitlab, did you mean ca_file?"),
        (
            "hub:debug",
            "in the section jupyterhub:hub, the keys here are active_servers, announcement, ",
        ),
        ("tls", "did you mean jupyterhub:tls?"),
        ("jupyterhubb:hub", "did you mean jupyterhub:hub?"),
        ("jupyterhub-lab:notebook", "did you mean jupyterhub:notebook?"),
        ("jupyterhub-lab:notebook.sudo", "did you mean jupyterhub:notebook?"),
        ("hub-two:gitlabClientSecret", "did you mean jupyterhub:gitlabClientSecret?"),
        ("gitlb:token", "did you mean gitlab:token?"),
        ("gitlab:tokn", "did you mean gitlab:token?"),
        ("aws:region", "the keys that are read begin with jupyterhub:, and gitlab:token is one"),
        ("region", "the keys that are read begin with jupyterhub:, and gitlab:token is one"),
    ],
)
def test_a_key_in_another_namespace_is_told_with_where_it_belongs(key, told):
    [line] = unread(given({key: "canary"}))
    assert line.startswith(f"{key}: nobody reads it; {told}")
    assert "canary" not in line


@pytest.mark.parametrize("key", ["gitlabClientSecrt", "noteboks", "region"])
def test_a_key_that_is_no_section_is_told_with_those_that_are(key):
    [line] = unread(given({f"jupyterhub:{key}": "canary"}))
    assert line.startswith(f"jupyterhub:{key}: unknown key; ")
    known = {"gitlabClientSecrt": "did you mean gitlabClientSecret?", "noteboks": "did you mean no"}
    assert known.get(key, "the keys here are backup, docker, ") in line
    assert "canary" not in line


@pytest.mark.parametrize("key", ["notebook.sudo", "gitlab.allow.groups"])
def test_a_key_of_a_section_that_is_set_without_its_path_is_told_with_it(key):
    [line] = unread(given({f"jupyterhub:{key}": "canary"}))
    section, _, within = key.partition(".")
    assert line == (
        f"jupyterhub:{key}: unknown key; write {within} below jupyterhub:{section}, or set it "
        f"with: pulumi config set --stack lab --path 'jupyterhub:{key}'"
    )


def test_a_key_beside_config_is_told_to_move():
    lines = list(unread(given({}, outside=("jupyterhub:hub", "gitlab:token"))))
    assert lines == [
        f"{key}: nobody reads it, since it stands beside config: in Pulumi.lab.yaml; move it below "
        "config:"
        for key in ("jupyterhub:hub", "gitlab:token")
    ]


def test_the_section_of_secrets_is_encrypted():
    whole = {"jupyterhub:secrets": {"environment": {"WANDB_API_KEY": "canary"}}}
    [line] = unprotected(given(whole))
    assert line == (
        "jupyterhub:secrets: what it has is in Pulumi.lab.yaml in the clear, where others read it: "
        "set each value with: pulumi config set --stack lab --secret --path "
        "'jupyterhub:secrets.environment.<NAME>'"
    )
    assert list(unprotected(given(whole, "jupyterhub:secrets"))) == []


KEYS = ("gitlab:token", "jupyterhub:gitlabClientSecret")
CLEAR = "it is in Pulumi.lab.yaml in the clear, where others read it: revoke it in GitLab, make a"
NONE = "what it has takes the place of a secret and is none; set it with: pulumi config set --stack"


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("value", ["glpat-canary0123", "gloas-canary", "canary-password", "tokens"])
def test_a_secret_in_the_clear_is_told_without_its_value(key, value):
    [line] = unprotected(given({key: value}))
    assert line.startswith(f"{key}: {CLEAR}")
    assert line.endswith(f"pulumi config set --stack lab --secret {key}")
    assert value not in line
    assert list(unprotected(given({key: value}, key))) == []


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("secret", [True, False])
@pytest.mark.parametrize(
    "value",
    [
        *("", " ", "<canary>", "glpat-canary…", "glpat-canary...", "your canary", "a\ncanary"),
        *("xxxx", "XXXXXXXX", "changeme", "change-me", "CHANGEME", "example", "password"),
        *("placeholder", "secret", "todo", "TOKEN"),
    ],
)
def test_what_takes_the_place_of_a_secret_is_told_without_its_value(key, secret, value):
    [line] = unprotected(given({key: value}, *[key] * secret))
    assert line == f"{key}: {NONE} lab --secret {key}"


@pytest.mark.parametrize("value", [None, 5, ["canary"], {"canary": "canary"}])
def test_what_is_no_text_is_no_secret(value):
    [line] = unprotected(given({"gitlab:token": value}))
    assert line == f"gitlab:token: {NONE} lab --secret gitlab:token"


def test_of_what_cannot_be_read_here_nothing_is_told():
    assert list(unprotected(given({key: {"secure": "v1:canary"} for key in KEYS}, *KEYS))) == []
