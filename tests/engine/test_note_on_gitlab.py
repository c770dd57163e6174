"""`labctl note` on a merge request of the stand-in, end to end."""

import ssl
import subprocess
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any

import gitlab
import pytest
from typer.testing import CliRunner, Result

from labctl.__main__ import app
from tests.engine.previews import Kind
from tests.engine.test_note import EVENTS, changed, preview
from tests.engine.test_sign_in import environment

BRANCHES = count()
PROJECT = "lab/notebooks"
PAGE = 20
"""Of GitLab's lists, unless one asks for more."""
GUEST, REPORTER, MAINTAINER = 10, 20, 40
LOADS = "config = load()\n"
TALKS = (LOADS, f"{LOADS}import sys\nprint('an old way of doing this', file=sys.stderr)\n")
"""A program that changes nothing and says something."""

Labctl = Callable[..., Result]


@pytest.fixture(scope="module")
def previews(deployment) -> dict[str, str]:
    """What pulumi says of a change, of another, and of none."""
    kinds = {
        "more": Kind("more", {"notebook.memory_mib": 4096}),
        "most": Kind("most", {"notebook.memory_mib": 8192}),
        "none": Kind("none", edit=("__main__.py", *TALKS)),
        "fault": Kind("fault", {"notebook.memory_mib": 1}),
    }
    found = {}
    for name, kind in kinds.items():
        with changed(deployment, kind):
            found[name] = preview(deployment, *kind.arguments, **EVENTS)
    return found | {"silent": "", "cut": found["none"][:-200]}


@pytest.fixture(scope="module")
def api(deployment) -> Iterator[gitlab.Gitlab]:
    token = environment(deployment.container("gitlab"))["STANDIN_ADMIN_TOKEN"]
    with gitlab.Gitlab(deployment.gitlab_url, private_token=token) as api:
        yield api


@pytest.fixture
def merge_request(api: gitlab.Gitlab) -> Any:
    branch = {"source_branch": f"branch-{next(BRANCHES)}", "target_branch": "main"}
    return api.projects.get(PROJECT).mergerequests.create({**branch, "title": "More memory"})


def token_of(api: gitlab.Gitlab, role: int = REPORTER, scope: str = "api") -> str:
    tokens = api.projects.get(PROJECT).access_tokens
    made = tokens.create({"name": "labctl", "scopes": [scope], "access_level": role})
    return str(made.token)


@pytest.fixture
def labctl(deployment, previews, api, merge_request, monkeypatch) -> Labctl:
    """Run labctl note on a preview as GitLab CI does, with variables changed; None removes one."""
    project = str(api.projects.get(PROJECT).id)
    token = token_of(api)
    monkeypatch.chdir(deployment.folder)

    def run(name: str, **variables: str | None) -> Result:
        given = {
            **deployment.environment,
            "CI_API_V4_URL": f"{deployment.gitlab_url}/api/v4",
            "CI_SERVER_URL": None,
            "CI_PROJECT_ID": project,
            "CI_MERGE_REQUEST_IID": str(merge_request.iid),
            "CI_JOB_URL": "https://gitlab.example.org/lab/notebooks/-/jobs/7",
            "CI_COMMIT_SHORT_SHA": "abc12345",
            "LABCTL_GITLAB_TOKEN": token,
        }
        command = ["note", "--stack", deployment.stack]
        return CliRunner().invoke(app, command, input=previews[name], env=given | variables)

    return run


def bodies(merge_request: Any) -> list[str]:
    found = merge_request.notes.list(get_all=True, order_by="created_at", sort="asc")
    return [note.body for note in found]


def test_a_note_lives_as_long_as_there_is_a_change(labctl, merge_request):
    assert "created" in labctl("more").stdout
    [first] = bodies(merge_request)
    assert "A server may use `4096` MiB of memory instead of `2048`" in first
    assert first.rstrip().endswith(
        "Preview of commit `abc12345` by "
        "[this job](https://gitlab.example.org/lab/notebooks/-/jobs/7)."
    )
    [note] = merge_request.notes.list(get_all=True)

    assert "up to date" in labctl("more").stdout
    assert merge_request.notes.get(note.id).attributes == note.attributes

    assert "updated" in labctl("most").stdout
    [changed] = merge_request.notes.list(get_all=True)
    assert (changed.id, "`8192`" in changed.body) == (note.id, True)

    assert "removed" in labctl("none").stdout
    assert bodies(merge_request) == []
    assert labctl("none").exit_code == 0


def test_somebody_else_s_note_is_left_alone(labctl, merge_request, api):
    """Also where the token's role would let it change and remove that."""
    own = {"LABCTL_GITLAB_TOKEN": token_of(api, MAINTAINER)}
    labctl("more", **own)
    [body] = bodies(merge_request)
    merge_request.notes.create({"body": body})  # quoted by the administrator
    assert [labctl(name, **own).exit_code for name in ("most", "none")] == [0, 0]
    assert bodies(merge_request) == [body]


def test_two_of_ours_become_one(labctl, merge_request, api):
    own = {"LABCTL_GITLAB_TOKEN": token_of(api)}
    labctl("more", **own)
    [body] = bodies(merge_request)
    with gitlab.Gitlab(api.url, private_token=own["LABCTL_GITLAB_TOKEN"]) as bot:
        place = bot.projects.get(PROJECT).mergerequests.get(merge_request.iid, lazy=True)
        place.notes.create({"body": body})
        another_stack = place.notes.create({"body": body.replace("jupyterhub/", "another/")})
    labctl("most", **own)
    ours, other = merge_request.notes.list(get_all=True, order_by="created_at", sort="asc")
    assert ("`8192`" in ours.body, other.id) == (True, another_stack.id)


def test_a_note_is_found_after_a_page_of_others(labctl, merge_request):
    for number in range(PAGE + 1):
        merge_request.notes.create({"body": f"Looks good {number}"})
    assert "created" in labctl("more").stdout
    assert "updated" in labctl("most").stdout
    assert len(bodies(merge_request)) == PAGE + 2


def test_a_failed_preview_is_told(labctl, merge_request):
    labctl("fault")
    [body] = bodies(merge_request)
    assert "it failed" in body
    assert "jupyterhub:notebook.memory_mib" in body


@pytest.mark.parametrize("name", ["silent", "cut"])
def test_a_preview_that_did_not_end_takes_the_place_of_the_last(labctl, merge_request, name):
    labctl("more")
    done = labctl(name)
    assert (done.exit_code, "updated" in done.stdout) == (0, True)
    [body] = bodies(merge_request)
    assert "it failed" in body
    assert "Pulumi did not finish this preview" in body


def test_gitlab_is_found_by_either_address(labctl, deployment, merge_request):
    found = labctl("more", CI_API_V4_URL=None, CI_SERVER_URL=deployment.gitlab_url)
    assert (found.exit_code, len(bodies(merge_request))) == (0, 1)


@pytest.mark.parametrize(
    ("variable", "remedy"),
    [
        ("CI_API_V4_URL", "CI_SERVER_URL is missing: GitLab CI sets it"),
        ("CI_PROJECT_ID", "CI_PROJECT_ID is missing: GitLab CI sets it"),
        ("CI_MERGE_REQUEST_IID", "merge request pipelines only"),
        ("LABCTL_GITLAB_TOKEN", "project access token with the scope api and the role Reporter"),
    ],
)
def test_what_is_missing_is_named_with_its_remedy(labctl, variable, remedy):
    done = labctl("more", **{variable: None})
    assert done.exit_code == 1
    assert remedy in done.stderr
    assert all(len(line) for line in done.stderr.splitlines())


@pytest.mark.parametrize(
    ("rights", "said"),
    [
        ({"scope": "read_api"}, "needs the scope api, and the role Reporter"),
        ({"role": GUEST}, "does not see it: that needs the scope api, and the role Reporter"),
    ],
)
def test_missing_rights_are_named(labctl, api, merge_request, rights, said):
    token = token_of(api, **rights)
    done = labctl("more", LABCTL_GITLAB_TOKEN=token)
    assert (done.exit_code, bodies(merge_request)) == (1, [])
    assert said in done.stderr
    assert token not in done.output


def test_a_bad_token_and_a_silent_gitlab_are_named(labctl):
    assert "not valid there, or has expired" in labctl("more", LABCTL_GITLAB_TOKEN="no").stderr
    assert "cannot be reached" in labctl("more", CI_API_V4_URL="http://127.0.0.1:9/api/v4").stderr


def test_an_authority_of_one_s_own_is_trusted(labctl, tmp_path):
    """By the variable that requests reads; what answers behind it says 401."""
    with tls_server(tmp_path) as (url, authority):
        refused = labctl("more", CI_API_V4_URL=f"{url}/api/v4")
        assert "CERTIFICATE_VERIFY_FAILED" in refused.stderr
        trusted = labctl("more", CI_API_V4_URL=f"{url}/api/v4", REQUESTS_CA_BUNDLE=authority)
        assert f"{url} answers 401" in trusted.stderr
        missing = labctl("more", CI_API_V4_URL=f"{url}/api/v4", REQUESTS_CA_BUNDLE="/none.pem")
        assert "/none.pem" in missing.stderr


class tls_server:  # noqa: N801  # used as a function
    """A server that knows nobody, with a certificate of its own."""

    def __init__(self, folder: Path) -> None:
        self.certificate, key = folder / "certificate.pem", folder / "key.pem"
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
                *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
                *("-keyout", str(key), "-out", str(self.certificate)),
            ],
            check=True,
            capture_output=True,
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        self.server = HTTPServer(("127.0.0.1", 0), Nobody)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)

    def __enter__(self) -> tuple[str, str]:
        Thread(target=self.server.serve_forever, daemon=True).start()
        return f"https://localhost:{self.server.server_port}", str(self.certificate)

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


class Nobody(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(401)
        self.end_headers()
        self.wfile.write(b'{"message": "401 Unauthorized"}')

    def log_message(self, *_: object) -> None:
        """Say nothing."""
