"""The application that people sign in with: one, registered by the program or made by hand."""

import pytest

from tests.unit.stack_files import ANYBODY, CONFIG, changed

TOKEN, SECRET = "gitlab:token", "jupyterhub:gitlabClientSecret"


def test_a_real_gitlab_needs_a_token(refusal):
    assert "gitlab:token" in refusal(changed("gitlab", ANYBODY))


@pytest.mark.parametrize(
    ("gitlab", "config", "found"),
    [
        ({}, {}, "neither a token nor an application"),
        ({"client_id": "i"}, {}, "jupyterhub:gitlab.client_id;"),
        ({}, {SECRET: "canary"}, "jupyterhub:gitlabClientSecret;"),
        ({"client_id": "i"}, {TOKEN: "canary"}, "(gitlab:token, or gitlab.standin's) and jupy"),
        ({}, {TOKEN: "canary", SECRET: "canary"}, "standin's) and jupyterhub:gitlabClientSecret;"),
        (
            {"client_id": "i"},
            {TOKEN: "canary", SECRET: "canary"},
            "standin's) and jupyterhub:gitlab.client_id and jupyterhub:gitlabClientSecret;",
        ),
        ({"client_id": "i", "standin": True, "url": "http://localhost:1"}, {}, "client_id;"),
    ],
)
def test_anything_but_one_application_is_an_error(refusal, gitlab, config, found):
    section = ANYBODY | gitlab | {"admin_groups": ["ops"]}
    said = refusal(CONFIG | {"gitlab": section} | config)
    assert said.startswith("sign-in: found ")
    assert found in said
    assert "pulumi config set --secret gitlab:token" in said
    assert "redirect URI http://localhost:8000/hub/oauth_callback and the scopes" in said
    assert "scopes read_user read_api," in said
