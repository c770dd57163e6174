"""Merge requests, as python-gitlab sees them."""

import gitlab
import pytest

WANTED = {"source_branch": "feature", "target_branch": "main", "title": "Feature"}
UNAUTHORIZED = (401, "401 Unauthorized")
FORBIDDEN = (403, "403 Forbidden")
HIDDEN = (404, "404 Project Not Found")
DIFFERS = (422, ["You can't use same project/branch for source and target"])


def project_of(api, key="lab/notebooks"):
    return api.projects.get(key, lazy=True)


def refused(call, *args, **kwargs):
    """Return what a call that must fail is told, or None when it does not."""
    try:
        call(*args, **kwargs)
    except gitlab.GitlabError as error:
        return error.response_code, error.error_message
    return None


def demote_ben(people):
    people["projects"]["lab/notebooks"]["members"]["ben"] = "Reporter"
    people["groups"]["lab"]["members"]["ben"] = "Reporter"


@pytest.mark.parametrize("key", [21, "lab/notebooks"])
def test_a_merge_request_lives_from_opening_to_merging(server, gitlab_of, key):
    requests = project_of(gitlab_of("ben"), key).mergerequests
    made = requests.create(WANTED | {"description": "# Why"})
    assert made.state == "opened"
    assert made.author["username"] == "ben"
    assert made.project_id == 21
    assert made.web_url == f"{server.url}/lab/notebooks/-/merge_requests/{made.iid}"
    assert (made.merged_at, made.sha) == (None, None)
    assert requests.get(made.iid).attributes == made.attributes

    made.title, made.description = "Better", "Because"
    made.save()
    found = requests.get(made.iid)
    assert (found.title, found.description) == ("Better", "Because")
    assert found.created_at < found.updated_at
    for event, state in [("close", "closed"), ("reopen", "opened")]:
        found.state_event = event
        found.save()
        assert requests.get(made.iid).state == state

    merged = found.merge(sha="5" * 40)
    assert merged["state"] == "merged"
    assert merged["sha"] == "5" * 40
    assert merged["merged_at"] > found.created_at
    assert refused(found.merge) == (405, "405 Method Not Allowed")
    found.state_event = "reopen"
    found.save()
    assert requests.get(made.iid).state == "merged"


def test_a_closed_one_is_not_merged(merge_request):
    merge_request.state_event = "close"
    merge_request.save()
    assert refused(merge_request.merge) == (405, "405 Method Not Allowed")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"title": None, "target_branch": None},
            (400, "target_branch is missing, title is missing"),
        ),
        ({"title": ["x"]}, (400, "title is invalid")),
        ({"title": " "}, (400, {"title": ["can't be blank"]})),
        ({"source_branch": "main"}, DIFFERS),
    ],
    ids=str,
)
def test_one_with_a_fault_is_refused(server, changes, told):
    wanted = {key: value for key, value in (WANTED | changes).items() if value is not None}
    path = "/projects/21/merge_requests"
    assert refused(server.gitlab.http_post, path, post_data=wanted) == told


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"title": ""}, (400, "title is empty")),
        ({"description": 5}, (400, "description is invalid")),
        ({"state_event": "merge"}, (400, "state_event does not have a valid value")),
        (
            {},
            (
                400,
                "title, description, state_event are missing,"
                " at least one parameter must be provided",
            ),
        ),
    ],
    ids=str,
)
def test_a_change_with_a_fault_is_refused(merge_request, changes, told):
    assert refused(merge_request.manager.update, merge_request.iid, changes) == told


def test_there_is_one_open_from_a_branch_to_another(merge_request):
    again = {name: getattr(merge_request, name) for name in WANTED}
    exists = "Another open merge request already exists for this source branch:"
    told = (409, [f"{exists} !{merge_request.iid}"])
    assert refused(merge_request.manager.create, again) == told
    merge_request.state_event = "close"
    merge_request.save()
    second = merge_request.manager.create(again)
    assert second.iid == merge_request.iid + 1
    merge_request.state_event = "reopen"
    assert refused(merge_request.save) == (409, [f"{exists} !{second.iid}"])


def test_lists_are_filtered_and_ordered(merge_request):
    requests = merge_request.manager
    first = requests.create(WANTED | {"source_branch": "list-1", "target_branch": "list"})
    second = requests.create(WANTED | {"source_branch": "list-2", "target_branch": "list"})
    first.merge()
    for filters, expected in [
        ({}, [second, first]),
        ({"sort": "asc"}, [first, second]),
        ({"order_by": "updated_at"}, [first, second]),
        ({"state": "merged"}, [first]),
        ({"state": "opened"}, [second]),
        ({"state": "closed"}, []),
        ({"source_branch": "list-2"}, [second]),
        ({"source_branch": "nowhere"}, []),
    ]:
        found = requests.list(target_branch="list", get_all=True, **filters)
        assert [one.iid for one in found] == [one.iid for one in expected], filters
    for wrong in ({"state": "open"}, {"order_by": "title"}, {"sort": "up"}):
        [name] = wrong
        told = (400, f"{name} does not have a valid value")
        assert refused(requests.list, **wrong, get_all=True) == told


def test_lists_come_in_pages(merge_request):
    requests = merge_request.manager
    for number in range(3):
        requests.create(WANTED | {"source_branch": f"page-{number}", "target_branch": "pages"})
    listed = requests.list(target_branch="pages", per_page=2, iterator=True)
    assert (listed.total, listed.total_pages, listed.next_page) == (3, 2, 2)
    assert [one.source_branch for one in listed] == ["page-2", "page-1", "page-0"]
    assert requests.list(target_branch="pages", per_page=2, page=3) == []
    assert refused(requests.list, page="x") == (400, "page is invalid")
    answer = requests.gitlab.http_request(
        "get", requests.path, query_data={"target_branch": "pages", "per_page": 1, "page": 2}
    )
    assert {"prev", "next", "first", "last"} == answer.links.keys()
    assert answer.links["last"]["url"].endswith("?target_branch=pages&per_page=1&page=3")


@pytest.mark.parametrize(
    ("who", "create", "merge"),
    [
        ("ada", None, None),
        ("ben", None, None),
        ("bot", None, None),
        ("cleo", FORBIDDEN, UNAUTHORIZED),
        ("job", UNAUTHORIZED, UNAUTHORIZED),
    ],
)
def test_what_a_role_may_do(gitlab_of, merge_request, who, create, merge):
    requests = project_of(gitlab_of(who)).mergerequests
    assert merge_request.iid in [one.iid for one in requests.list(get_all=True)]
    assert refused(requests.create, WANTED | {"source_branch": f"by-{who}"}) == create
    assert refused(requests.update, merge_request.iid, {"title": "New"}) == create
    assert refused(requests.get(merge_request.iid).merge) == merge


@pytest.mark.usefixtures("outsiders")
def test_guests_and_others_see_nothing(gitlab_of, merge_request):
    for who, told in [("cleo", FORBIDDEN), ("mallory", HIDDEN)]:
        requests = project_of(gitlab_of(who)).mergerequests
        assert refused(requests.list, get_all=True) == told
        assert refused(requests.get, merge_request.iid) == told
        assert refused(requests.create, WANTED) == told


def test_an_author_may_change_it_with_any_role(server, merge_request):
    with server.changed(demote_ben):
        merge_request.title = "Still mine"
        merge_request.save()


def test_what_is_not_there_is_not_found(gitlab_of):
    requests = project_of(gitlab_of("ben")).mergerequests
    assert refused(requests.get, 999) == (404, "404 Not found")
    assert refused(project_of(gitlab_of("ben"), "no/where").mergerequests.list) == HIDDEN


def test_what_an_unknown_user_wrote_is_a_ghosts(server, merge_request):
    def rename(people):
        people["users"]["ben"]["id"] = 77

    with server.changed(rename):
        found = server.gitlab.projects.get(21).mergerequests.get(merge_request.iid)
        assert found.author["username"] == "ghost"
