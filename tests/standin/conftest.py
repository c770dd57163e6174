"""Fixtures: a running stand-in, an application of its, a browser."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from typing import Any

import gitlab
import pytest
from gitlab.v4.objects import ProjectMergeRequest

from tests.standin.driver import Browser, Client, Server, change_data

BRANCHES = count()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("standin")) as server:
        yield server


@pytest.fixture
def client(server: Server) -> Client:
    return Client(server)


@pytest.fixture
def browser(server: Server) -> Iterator[Browser]:
    with Browser(server) as browser:
        yield browser


@pytest.fixture
def gitlab_of(server: Server) -> Iterator[Callable[[str], gitlab.Gitlab]]:
    """Return python-gitlab as a user; "bot" is a project access token, "job" a job's."""
    clients: dict[str, gitlab.Gitlab] = {}
    with ExitStack() as stack:

        def make(username: str) -> gitlab.Gitlab:
            if username not in clients:
                clients[username] = stack.enter_context(
                    gitlab.Gitlab(server.url, **credentials(server, username))
                )
            return clients[username]

        yield make
    change_data(server, "DELETE FROM access_token")  # bot users are members, whom other tests count


def credentials(server: Server, username: str) -> dict[str, Any]:
    if username == "job":
        return {"job_token": server.job_token}
    if username == "bot":
        tokens = server.gitlab.projects.get("lab/notebooks").access_tokens
        return {"private_token": tokens.create({"name": "pipeline", "scopes": ["api"]}).token}
    return {"oauth_token": Client(server, "api").tokens(username)["access_token"]}


@pytest.fixture
def merge_request(gitlab_of: Callable[[str], gitlab.Gitlab]) -> ProjectMergeRequest:
    """A merge request that ben opened."""
    project = gitlab_of("ben").projects.get("lab/notebooks")
    branch = f"branch-{next(BRANCHES)}"
    made = project.mergerequests.create(
        {"source_branch": branch, "target_branch": "main", "title": "More memory"}
    )
    assert isinstance(made, ProjectMergeRequest)
    return made


@pytest.fixture
def outsiders(server: Server) -> Iterator[None]:
    """Let cleo be a Guest of the project, and mallory, unblocked, no member."""

    def change(people: dict[str, Any]) -> None:
        people["users"]["mallory"].pop("state")
        del people["groups"]["lab"]["members"]["mallory"]
        people["projects"]["lab/notebooks"]["members"]["cleo"] = "Guest"

    with server.changed(change):
        yield
