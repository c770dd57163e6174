"""The generic package registry, as python-gitlab and plain requests see it."""

import os
from hashlib import sha256

import pytest
import requests

from tests.standin.driver import Server
from tests.standin.test_merge_requests import FORBIDDEN, HIDDEN, project_of, refused

MISSING = (404, "404 Not found")
FILE = ("preview", "1.2.3", "plan.json")


@pytest.mark.parametrize("who", ["ben", "bot", "job"])
@pytest.mark.parametrize("content", [b"x", os.urandom(20 * 1024 * 1024)], ids=len)
def test_a_file_comes_back_as_it_went(server, gitlab_of, who, content):
    packages = project_of(gitlab_of(who)).generic_packages
    name = (f"by-{who}", "1.0", f"{len(content)}.bin")
    assert packages.upload(*name, data=content).message == "201 Created"
    assert packages.download(*name) == content
    address = f"{server.url}/api/v4/projects/lab%2Fnotebooks/packages/generic/{'/'.join(name)}"
    head = requests.head(address, headers={"PRIVATE-TOKEN": server.admin_token})
    assert head.status_code == 200
    assert head.headers["Content-Length"] == str(len(content))
    assert head.headers["X-Checksum-SHA256"] == sha256(content).hexdigest()


def test_the_last_of_several_is_served_and_an_empty_file_is_one(server, gitlab_of):
    packages = project_of(gitlab_of("ben")).generic_packages
    for content in (b"first", b"second"):
        packages.upload(*FILE, data=content)
        assert packages.download(*FILE) == content
    address = f"{server.url}/api/v4/projects/21/packages/generic/{'/'.join(FILE)}"
    answer = requests.put(address, data=b"", headers={"PRIVATE-TOKEN": server.admin_token})
    assert (answer.status_code, answer.json()) == (201, {"message": "201 Created"})
    assert packages.download(*FILE) == b""
    assert not list(server.data.with_name("packages").glob("tmp*"))


@pytest.mark.parametrize(
    "name",
    [
        ("a.b_c-d+e", "1.0+x_y-z", "f~g.tar.gz"),
        ("9", "v1", "F"),
    ],
)
def test_names_that_gitlab_takes(gitlab_of, name):
    packages = project_of(gitlab_of("ben")).generic_packages
    packages.upload(*name, data=b"x")
    assert packages.download(*name) == b"x"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (("a b", "1", "f"), "package_name is invalid"),
        (("a~b", "1", "f"), "package_name is invalid"),
        (("a", "1..2", "f"), "package_version is invalid"),
        (("a", "1~2", "f"), "package_version is invalid"),
        (("a", "1", "~f"), "file_name is invalid"),
        (("a", "1", "f~"), "file_name is invalid"),
        (("a", "1", "f@2"), "file_name is invalid"),
        (("ä", "1 ", "f"), "package_name is invalid, package_version is invalid"),
    ],
)
def test_names_that_gitlab_refuses(gitlab_of, name, told):
    packages = project_of(gitlab_of("ben")).generic_packages
    assert refused(packages.upload, *name, data=b"x") == (400, told)
    assert refused(packages.download, *name) == (400, told)


@pytest.mark.parametrize(
    ("name"), [("preview", "1.2.3", "other"), ("preview", "0", "plan.json"), ("x", "1", "y")]
)
def test_what_is_not_there_is_not_found(gitlab_of, name):
    packages = project_of(gitlab_of("ben")).generic_packages
    packages.upload(*FILE, data=b"x")
    assert refused(packages.download, *name) == MISSING


def test_who_may_do_what(server, gitlab_of):
    name = ("roles", "1", "file")
    project_of(gitlab_of("ben")).generic_packages.upload(*name, data=b"x")
    reporter = project_of(gitlab_of("cleo")).generic_packages
    assert reporter.download(*name) == b"x"
    assert refused(reporter.upload, *name, data=b"y") == FORBIDDEN
    address = f"{server.url}/api/v4/projects/21/packages/generic/{'/'.join(name)}"
    for headers in ({}, {"JOB-TOKEN": "wrong"}, {"JOB-TOKEN": ""}, {"PRIVATE-TOKEN": "wrong"}):
        for method in ("GET", "PUT"):
            answer = requests.request(method, address, headers=headers, data=b"z")
            assert (answer.status_code, answer.json()) == (401, {"message": "401 Unauthorized"})
    assert reporter.download(*name) == b"x"


def test_a_jobs_token_is_a_header_or_of_a_download_the_password(server):
    address = f"{server.url}/api/v4/projects/21/packages/generic/passwords/1/file"
    header, password = {"JOB-TOKEN": server.job_token}, ("gitlab-ci-token", server.job_token)
    assert requests.put(address, headers=header, data=b"x").status_code == 201
    assert requests.get(address, auth=password).content == b"x"
    assert requests.put(address, auth=password, data=b"y").status_code == 401
    assert requests.get(address, auth=("gitlab-ci-token", "wrong")).status_code == 401


def test_without_a_job_token_there_are_no_jobs(tmp_path):
    server = Server(tmp_path)
    server.job_token = ""
    with server:
        address = f"{server.url}/api/v4/projects/21/packages/generic/a/1/b"
        for headers in ({}, {"JOB-TOKEN": ""}, {"JOB-TOKEN": "x"}):
            assert requests.put(address, headers=headers, data=b"x").status_code == 401


@pytest.mark.usefixtures("outsiders")
def test_guests_and_others_get_nothing(gitlab_of):
    for who, told in [("cleo", FORBIDDEN), ("mallory", HIDDEN)]:
        packages = project_of(gitlab_of(who)).generic_packages
        assert refused(packages.upload, *FILE, data=b"x") == told
        assert refused(packages.download, *FILE) == told
