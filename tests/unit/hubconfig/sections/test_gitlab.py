"""Where GitLab is, and who may sign in."""

import pytest

from hubconfig.sections.gitlab import GitLabArgs
from tests.unit.hubconfig.tables import Row, each, only_fault
from tests.unit.stack_files import ANYBODY, changed

URL = ANYBODY["url"]
BAD: list[Row] = [
    *(
        ("gitlab.url", url, f"such as http://localhost:8929, which is where it listens, not {url}")
        for url in (
            *("http://127.0.0.2:8929", "http://[::1]:8929", "https://localhost:8929"),
            *("http://localhost:8929/gitlab", "http://localhost.example.org:8929"),
        )
    ),
    ("gitlab.url", "https://git.example.org", "without a password: url must be a loopback ad"),
    (
        "gitlab",
        {"url": "http://localhost:8080", "allow": {"everyone": True}},
        "url http://localhost:8080 is the hub's own container to the hub: set internal_url to an",
    ),
    (
        "gitlab",
        {
            "url": "https://git.example.org",
            "internal_url": "http://127.0.0.1:8080",
            "allow": {"everyone": True},
        },
        "internal_url http://127.0.0.1:8080 is the hub's own container to the hub",
    ),
    ("gitlab.url", None, "jupyterhub:gitlab.url: missing"),
    (
        "gitlab",
        {"url": "http://git.example.org", "allow": {"everyone": True}},
        "gitlab: url http://git.example.org would send the application's secret and people's tok",
    ),
    ("gitlab.internal_url", "HTTP://git.lan", "internal_url http://git.lan would send the app"),
    (
        "gitlab.internal_url",
        "http://git.lan",
        "gitlab: internal_url http://git.lan would send the application's secret and people's tok",
    ),
    (
        "gitlab",
        ANYBODY | {"insecure": True},
        f"insecure is for a GitLab at an http address of a network, but {URL} is none: remove it",
    ),
    *(
        (
            "gitlab",
            ANYBODY | {key: f"{of}{page}"},
            f"gitlab: {key} {of}{page} is one of GitLab's pages, or its API: give GitLab's own "
            f"address, {of}",
        )
        for key, of, page in (
            ("url", URL, "/api/v4"),
            ("url", URL, "/users/sign_in"),
            ("url", f"{URL}/gitlab", "/-/profile"),
            *(("url", URL, page) for page in ("/groups/lab", "/help", "/help/api", "/lab/p.git")),
            ("internal_url", URL, "/api/v4/projects"),
        )
    ),
    ("gitlab.allow", {}, "gitlab: only administrators could sign in: set allow.users, allow.gr"),
    ("gitlab.allow", None, "gitlab: only administrators could sign in: set allow.users, allow"),
    (
        "gitlab",
        {"url": "https://git.example.org"},
        "gitlab: nobody could sign in: set allow.users, allow.groups, allow.projects or "
        "allow.everyone, such as allow: {groups: [lab]}",
    ),
    ("gitlab.allow.everybody", True, "gitlab.allow.everybody: unknown key; did you mean everyone?"),
    ("gitlab.allow.groups", "lab", "gitlab.allow.groups: expected a list (example: [lab, "),
    ("gitlab.allow.users", "ada", "gitlab.allow.users: expected a list (example: [ada, ben])"),
    ("gitlab.callback", "https://x", "gitlab.callback: unknown key"),
]


@each(BAD)
def test_bad_configuration_is_named(refusal, path, value, sentence):
    assert sentence in refusal(changed(path, value))


def test_an_application_has_an_id():
    key, said, found = only_fault(GitLabArgs, ANYBODY | {"client_id": ""})
    assert (key, found) == ("client_id", "")
    assert "at least 1 character" in said


@pytest.mark.parametrize(
    "text",
    [
        *("gloas-canary", "glpat-canary", "your-canary", "my canary", "<canary>"),
        *("client_id", "Application ID", "x", "secret", "…"),
    ],
)
def test_a_secret_or_a_placeholder_for_an_id_is_told_without_it(refusal, text):
    said = refusal(changed("gitlab", ANYBODY | {"client_id": text}))  # it holds no canary
    assert "jupyterhub:gitlab: client_id is no application's id" in said


@pytest.mark.parametrize("text", ["5b1d6f0c93ae47", "f" * 64, "glab", "yours", "by-hand", "token1"])
def test_an_id_may_be_any_other_text(text):
    assert GitLabArgs.model_validate(ANYBODY | {"client_id": text}).client_id == text


@pytest.mark.parametrize("path", ["", "/gitlab", "/apiary", "/lab/users", "/groups", "/git"])
def test_gitlab_may_be_below_any_path_of_its_own(path):
    assert GitLabArgs(url=f"{URL}{path}", allow={"everyone": True}).url == f"{URL}{path}"


@pytest.mark.parametrize(
    ("rules", "scopes"),
    [
        ({"allow": {"everyone": True}}, "read_user"),
        ({"allow": {"users": ["ada"]}, "admin_users": ["ada"]}, "read_user"),
        ({"allow": {"groups": ["lab"]}}, "read_user read_api"),
        ({"allow": {"projects": [21]}}, "read_user read_api"),
        ({"allow": {"everyone": True}, "admin_groups": ["lab"]}, "read_user read_api"),
    ],
)
def test_scopes_follow_from_the_rules(rules, scopes):
    assert GitLabArgs(url=URL, **rules).scopes(groups_used=False) == scopes.split()


def test_gitlab_is_reached_in_the_clear_where_the_stack_says_so():
    given = ANYBODY | {"url": "http://git.lan", "insecure": True}
    assert GitLabArgs.model_validate(given).hub_url == "http://git.lan"
