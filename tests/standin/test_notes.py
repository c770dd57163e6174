"""Notes of merge requests, as python-gitlab sees them."""

from typing import Any

import pytest
import requests

from tests.standin.test_merge_requests import (
    FORBIDDEN,
    HIDDEN,
    UNAUTHORIZED,
    project_of,
    refused,
)

MISSING = (404, "404 Not found")
LONGEST = 1_000_000


def note_fault(text):
    return 400, f'400 Bad request - Note {{:note=>["{text}"]}}'


def notes_of(api, merge_request):
    project = project_of(api)
    return project.mergerequests.get(merge_request.iid, lazy=True).notes


def test_a_note_lives_from_writing_to_deletion(gitlab_of, merge_request):
    notes = notes_of(gitlab_of("bot"), merge_request)
    made = notes.create({"body": "| a |\n|---|\n| 1 |"})
    assert made.author["name"] == "pipeline"
    assert made.author["username"].startswith("project_21_bot_")
    about = (made.noteable_type, made.noteable_id, made.noteable_iid, made.project_id)
    assert about == ("MergeRequest", merge_request.id, merge_request.iid, 21)
    assert made.system is False
    assert made.created_at == made.updated_at
    assert notes.get(made.id).attributes == made.attributes
    assert merge_request.manager.get(merge_request.iid).updated_at > merge_request.updated_at

    made.body = "changed"
    made.save()
    found = notes.get(made.id)
    assert found.body == "changed"
    assert found.updated_at > found.created_at

    made.delete()
    assert refused(notes.get, made.id) == MISSING
    assert refused(made.delete) == MISSING
    assert notes.list(get_all=True) == []


def test_a_note_may_come_in_the_address_or_as_a_form(server, gitlab_of, merge_request):
    api, path = gitlab_of("ben"), notes_of(gitlab_of("ben"), merge_request).path
    assert api.http_post(path, query_data={"body": "a&b"})["body"] == "a&b"
    forms: list[dict[str, Any]] = [
        {"data": {"body": "x" * LONGEST}},
        {"files": {"body": (None, "x" * LONGEST)}},
    ]
    for form in forms:
        answer = requests.post(
            f"{api.api_url}{path}", headers={"PRIVATE-TOKEN": server.admin_token}, **form
        )
        assert (answer.status_code, len(answer.json()["body"])) == (201, LONGEST)


@pytest.mark.parametrize("character", ["a", "\N{DEGREE SIGN}", "\N{FOX FACE}"])
def test_a_body_has_a_million_characters_at_most(gitlab_of, merge_request, character):
    notes = notes_of(gitlab_of("ben"), merge_request)
    told = note_fault("is too long (maximum is 1000000 characters)")
    longest = notes.create({"body": character * LONGEST})
    assert len(notes.get(longest.id).body) == LONGEST
    assert refused(notes.create, {"body": character * (LONGEST + 1)}) == told
    assert refused(notes.update, longest.id, {"body": character * (LONGEST + 1)}) == told


@pytest.mark.parametrize(
    ("sent", "created", "updated"),
    [
        ({}, (400, "body is missing"), None),
        ({"body": ["x"]}, (400, "body is invalid"), (400, "body is invalid")),
        ({"body": ""}, note_fault("can't be blank"), (400, "body is empty")),
        ({"body": " \n"}, note_fault("can't be blank"), note_fault("can't be blank")),
    ],
    ids=str,
)
def test_a_body_with_a_fault_is_refused(gitlab_of, merge_request, sent, created, updated):
    api, notes = gitlab_of("ben"), notes_of(gitlab_of("ben"), merge_request)
    made = notes.create({"body": "good"})
    assert refused(api.http_post, notes.path, post_data=sent) == created
    assert refused(api.http_put, f"{notes.path}/{made.id}", post_data=sent) == updated


def test_lists_are_ordered_and_paged(gitlab_of, merge_request):
    notes = notes_of(gitlab_of("ben"), merge_request)
    made = [notes.create({"body": f"note {n}"}) for n in range(3)]
    made[0].body = "note 0, changed"
    made[0].save()
    cases: list[tuple[dict[str, Any], list[int]]] = [
        ({}, [2, 1, 0]),
        ({"sort": "asc"}, [0, 1, 2]),
        ({"order_by": "updated_at"}, [0, 2, 1]),
        ({"order_by": "updated_at", "sort": "asc", "per_page": 1}, [1, 2, 0]),
    ]
    for options, expected in cases:
        listed = notes.list(iterator=True, **options)
        assert listed.total == 3
        assert [note.id for note in listed] == [made[n].id for n in expected], options
    assert refused(notes.list, sort="up") == (400, "sort does not have a valid value")


@pytest.mark.parametrize(
    ("who", "create", "change_others"),
    [
        ("ada", None, None),
        ("ben", None, None),
        ("bot", None, None),
        ("cleo", None, FORBIDDEN),
        ("job", UNAUTHORIZED, UNAUTHORIZED),
    ],
)
def test_what_a_role_may_do(gitlab_of, merge_request, who, create, change_others):
    others = notes_of(gitlab_of("ada"), merge_request).create({"body": "ada's"})
    notes = notes_of(gitlab_of(who), merge_request)
    assert notes.list(get_all=True)[0].id == notes.get(others.id).id == others.id
    assert refused(notes.update, others.id, {"body": "changed"}) == change_others
    assert refused(notes.delete, others.id) == change_others
    assert refused(notes.create, {"body": "mine"}) == create
    if create is None:
        mine = notes.create({"body": "mine"})
        mine.body = "changed"
        mine.save()
        mine.delete()


@pytest.mark.usefixtures("outsiders")
def test_guests_and_others_see_nothing(gitlab_of, merge_request):
    made = notes_of(gitlab_of("ben"), merge_request).create({"body": "x"})
    for who, told in [("cleo", MISSING), ("mallory", HIDDEN)]:
        notes = notes_of(gitlab_of(who), merge_request)
        assert refused(notes.list) == told
        assert refused(notes.get, made.id) == told
        assert refused(notes.create, {"body": "x"}) == told


def test_a_note_belongs_to_one_merge_request(gitlab_of, merge_request):
    other = merge_request.manager.create(
        {"source_branch": "other", "target_branch": "other-main", "title": "Other"}
    )
    note = notes_of(gitlab_of("ben"), merge_request).create({"body": "x"})
    assert refused(notes_of(gitlab_of("ben"), other).get, note.id) == MISSING
