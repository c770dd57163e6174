"""Project access tokens, as python-gitlab sees them."""

from datetime import UTC, date, datetime, timedelta

import gitlab
import pytest

from tests.standin.driver import change_data
from tests.standin.test_merge_requests import project_of, refused

WANTED = {"name": "pipeline", "scopes": ["api"]}
DENIED = (400, "400 Bad request - User does not have permission to create project access token")
TODAY = datetime.now(UTC).date()


def reason(text):
    return 400, f"400 Bad request - {text}"


@pytest.fixture
def token(gitlab_of):
    return project_of(gitlab_of("ben")).access_tokens.create(WANTED)


@pytest.fixture
def bot(server, token):
    with gitlab.Gitlab(server.url, private_token=token.token) as bot:
        yield bot


def test_a_token_has_a_user_who_is_a_member(token, bot):
    assert token.token.startswith("glpat-")
    assert (token.access_level, token.scopes, token.active) == (40, ["api"], True)
    made = date.fromisoformat(token.created_at[:10])
    assert token.expires_at == str(made + timedelta(days=365))
    bot.auth()
    assert bot.user.id == token.user_id
    assert bot.user.name == "pipeline"
    project = bot.projects.get("lab/notebooks")
    for members in (project.members, project.members_all):
        assert members.get(token.user_id).access_level == 40
    assert refused(bot.groups.get, "lab") == (404, "404 Group Not Found")
    assert [found.id for found in bot.projects.list(get_all=True)] == [21]


def test_a_token_also_comes_as_bearer(server, token):
    with gitlab.Gitlab(server.url, oauth_token=token.token) as bot:
        assert bot.projects.get(21).id == 21


def test_a_revoked_token_is_worth_nothing(gitlab_of, token, bot):
    tokens = project_of(gitlab_of("ben")).access_tokens
    tokens.delete(token.id)
    assert refused(bot.projects.get, 21) == (401, "invalid_token")
    assert refused(tokens.delete, token.id) == (404, "404 project Access Token Not Found")
    members = gitlab_of("ben").projects.get(21).members_all
    assert refused(members.get, token.user_id) == (404, "404 Not found")


def test_an_expired_token_is_worth_nothing(server, token, bot):
    change_data(server, "UPDATE access_token SET expires_at = ? WHERE id = ?", str(TODAY), token.id)
    assert refused(bot.projects.get, 21) == (401, "invalid_token")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": None, "scopes": None}, (400, "name is missing, scopes is missing")),
        ({"scopes": ["sudo"]}, (400, "scopes does not have a valid value")),
        ({"scopes": "api"}, (400, "scopes does not have a valid value")),
        ({"access_level": 41}, (400, "access_level does not have a valid value")),
        ({"expires_at": "soon"}, (400, "expires_at is invalid")),
        (
            {"access_level": 50},
            reason("Could not provision owner access to the access token"),
        ),
    ],
    ids=str,
)
def test_one_with_a_fault_is_refused(gitlab_of, changes, told):
    wanted = {key: value for key, value in (WANTED | changes).items() if value is not None}
    path = "/projects/21/access_tokens"
    assert refused(gitlab_of("ben").http_post, path, post_data=wanted) == told


def test_none_is_good_for_more_than_a_year(gitlab_of):
    status, told = refused(
        gitlab_of("ben").http_post,
        "/projects/21/access_tokens",
        post_data=WANTED | {"expires_at": "9999-12-31"},
    )
    assert status == 400
    limit = told.removeprefix("400 Bad request - Expiration date must be before ")
    assert timedelta(days=364) < date.fromisoformat(limit) - TODAY < timedelta(days=367)


def test_maintainers_make_and_revoke_them_and_no_token_makes_another(gitlab_of, token, bot):
    assert refused(project_of(gitlab_of("cleo")).access_tokens.create, WANTED) == DENIED
    assert refused(project_of(bot).access_tokens.create, WANTED) == DENIED
    told = reason("Cleo Patra cannot delete pipeline")
    assert refused(project_of(gitlab_of("cleo")).access_tokens.delete, token.id) == told


@pytest.mark.parametrize(
    ("scopes", "level", "read", "write"),
    [
        (["api"], 40, None, None),
        (["api"], 20, None, (403, "403 Forbidden")),
        (["read_api"], 40, None, (403, "insufficient_scope")),
        (["read_user"], 40, (403, "insufficient_scope"), (403, "insufficient_scope")),
    ],
)
def test_scope_and_level_decide(gitlab_of, scopes, level, read, write):
    tokens = project_of(gitlab_of("ben")).access_tokens
    made = tokens.create({"name": "t", "scopes": scopes, "access_level": level})
    wanted = {"source_branch": str(made.id), "target_branch": "tokens", "title": "Token's"}
    with gitlab.Gitlab(tokens.gitlab.url, private_token=made.token) as bot:
        requests = project_of(bot).mergerequests
        assert refused(requests.list, get_all=True) == read
        assert refused(requests.create, wanted) == write
