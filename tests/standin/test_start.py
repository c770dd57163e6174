"""What the stand-in refuses to start with."""

import json
import subprocess
import sys

import pytest

from tests.standin.driver import IMAGE

GOOD = {"STANDIN_EXTERNAL_URL": "http://localhost:8929", "STANDIN_ADMIN_TOKEN": "canary"}
NOT_LOOPBACK = "people sign in without a password here, so it must be a loopback address"
ADA = {"id": 1, "username": "ada", "name": "Ada Lovelace", "is_admin": True}


def group(username, role):
    return {"id": 11, "full_path": "lab", "name": "Lab", "members": {username: role}}


def start(folder, **changes):
    """Go as far as a server would before it listens."""
    environment = GOOD | {"STANDIN_DATA": str(folder / "standin.sqlite3")} | changes
    return subprocess.run(
        [sys.executable, "-B", "-c", "import standin; standin.create_app()"],
        cwd=IMAGE,
        env={key: value for key, value in environment.items() if value is not None},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"STANDIN_ADMIN_TOKEN": None}, "STANDIN_ADMIN_TOKEN: set it to a secret"),
        ({"STANDIN_ADMIN_TOKEN": ""}, "STANDIN_ADMIN_TOKEN: set it to a secret"),
        *(
            ({"STANDIN_EXTERNAL_URL": url}, f"STANDIN_EXTERNAL_URL: {NOT_LOOPBACK}")
            for url in (
                None,
                "",
                "localhost:8929",
                "ftp://localhost",
                "http://",
                "http://[",
                "http://0.0.0.0:8929",
                "http://192.168.1.5:8929",
                "http://localhost.example.org",
                "http://localhost@example.org",
                "https://gitlab.example.org",
            )
        ),
        ({"STANDIN_PEOPLE": "/nowhere.json"}, "STANDIN_PEOPLE: /nowhere.json: FileNotFoundError"),
        ({"STANDIN_PEOPLE": "requirements.in"}, "STANDIN_PEOPLE: requirements.in: JSONDecodeError"),
        ({"STANDIN_DATA": "/nowhere/x.sqlite3"}, "its folder must exist and be writable"),
    ],
    ids=str,
)
def test_a_wrong_environment_ends_the_program_with_the_reason(changes, said, tmp_path):
    ended = start(tmp_path, **changes)
    assert ended.returncode == 1
    assert ended.stderr.startswith("gitlab-standin: ")
    assert said in ended.stderr
    assert "canary" not in ended.stderr


@pytest.mark.parametrize(
    ("people", "said"),
    [
        ({"users": [ADA], "groups": [group("eve", "Owner")]}, "KeyError('eve')"),
        ({"users": [ADA], "groups": [group("ada", "King")]}, "KeyError('King')"),
        ({"users": [ADA | {"password": "x"}], "groups": []}, "'password'"),
        ({"users": [ADA | {"is_admin": False}], "groups": []}, "no user has is_admin"),
        ({"users": [ADA]}, "KeyError('groups')"),
    ],
)
def test_people_that_cannot_be_are_named(people, said, tmp_path):
    file = tmp_path / "people.json"
    file.write_text(json.dumps(people | {"projects": []}))
    ended = start(tmp_path, STANDIN_PEOPLE=str(file))
    assert ended.returncode == 1
    assert f"STANDIN_PEOPLE: {file}: " in ended.stderr
    assert said in ended.stderr


@pytest.mark.parametrize(
    "url",
    ["http://localhost:8929/", "http://127.1.2.3", "http://[::1]:1", "https://gitlab.localhost"],
)
def test_loopback_addresses_are_accepted(url, tmp_path):
    ended = start(tmp_path, STANDIN_EXTERNAL_URL=url)
    assert (ended.returncode, ended.stderr) == (0, "")
