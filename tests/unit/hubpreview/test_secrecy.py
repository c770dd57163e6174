"""What looks like a secret, and what does not."""

import pytest

from hubpreview.secrecy import SECRET, redacted
from hubpreview.values import UNKNOWN, revealed
from tests.unit.hubpreview.events import ENCRYPTED, PEM, UNKNOWN_STRING


@pytest.mark.parametrize(
    "value",
    [
        ENCRYPTED,
        ["a", {"b": [ENCRYPTED]}],
        {"client_secret": "canary", "accessToken": "canary"},
        "https://ada:canary@example.org/path",
        ["PATH=/bin", "GITLAB_CLIENT_SECRET=canary", "JUPYTERHUB_CRYPT_KEY=canary"],
        f"before {PEM} after",
        "glpat-canary0123456789abcd",
        "v1:canary0=/+:canary12345=",
        {"tokens": ["canary"]},
        {"credentials": {"user": {"name": "canary"}}},
        {"password": 0xCA7A21},
        {"uploads": {"site.key": "canary"}},
        {"envs": ["API_AUTH_TOKEN=a canary", "TLS_KEY=a'canary"]},
        "https://u:p@canary@host",
        "TLS_KEY=canary SIGNING_KEY=canary --db-password=canary,canary",
        "PASSWORD='a canary' token = canary",
        '{"password": "a canary", "pin_key": "a\\"canary"}',
        r"{\"password\": \"canary\"}",
        '{"tokens": ["a", "canary"]}',
        "{'apiKey': 'canary'}",
        "password: canary",
        "Authorization: token canary",
        "curl -H 'Authorization: Basic canary' https://example.org",
        '{"Authorization": "token canary"}',
        "the header was: Bearer canary",
        "mysql --password canary --user ada",
        "https://ada:ca/canary@example.org/path",
        '{"secrets": {"a": {"b": 1}, "c": "canary"}}',
        '{"tokens": [["a"], "canary',
        "PRIVATE_KEY_PEM=canary SMTP_PASS=canary PGPASSWORD=canary",
        f"site.key: {PEM}",
        {"envs": ["DATABASE_URL=postgres://hub:canary@db/hub"]},
        {"command": ["--verbose", "--password", "canary", "--api-token=canary"]},
        {"labels": [{"label": "api_token", "value": "canary"}]},
    ],
)
def test_what_looks_like_a_secret_is_none_in_what_is_shown(value):
    shown = str(revealed(value))
    assert "canary" not in shown
    assert str(0xCA7A21) not in shown
    assert SECRET in shown


@pytest.mark.parametrize(
    "value",
    [
        "http://localhost:8888/",
        "jupyterhub-lab:49f1b57dd2c1",
        "v1:2",
        "Missing required configuration key: hub",
        "pulumi config set --secret jupyterhub:gitlabClientSecret",
        "GITLAB_TOKEN_FILE=/run/secrets/token",
        "TOKENIZERS_PARALLELISM=false MONKEY=banana COMPASS=north",
        "OAUTH2_TOKEN_URL=https://gitlab.example.org/oauth/token",
        "SSH_PUBLIC_KEY=ssh-ed25519",
        "https://registry.example.org:8443/@scope/package",
        "labctl up --show-secrets --stack lab",
        "urn:pulumi:lab::hub::random:index/randomPassword:RandomPassword::hub-crypt-key",
    ],
)
def test_what_does_not_is_shown(value):
    assert redacted(value) == value
    assert revealed({"image": value, "gone": UNKNOWN_STRING}) == {
        "image": value,
        "gone": UNKNOWN,
    }
