"""A merge request's life: previewed, described, merged, deployed as planned, watched for drift.

The jobs' log, and the merge request's page, are kept in .artifacts/, as merge-request.log and .png.
"""

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.browser.conftest import take_picture
from tests.deployment import REPOSITORY
from tests.pipeline.driver import IN_MERGE_REQUESTS, NOTHING, STATE_DIR, Site
from tests.standin.driver import Server

UNPLANNED = "No merge request previewed exactly this change"
UNREAD = "Read it, and retry this job"
UNCHANGED = "No resource changes."


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site") / "checkout"
    folder.mkdir()
    own = 100 + secrets.randbelow(10**6)  # hubs for review are named after the project's number
    with (
        Server(tmp_path_factory.mktemp("gitlab")) as company,
        company.changed(lambda people: people["projects"]["lab/notebooks"].update(id=own)),
    ):
        backend = {"PULUMI_BACKEND_URL": f"file://{folder.parent}"}
        site = Site(folder, company, backend, "merge-request")
        try:
            yield site
        finally:
            site.remove()


def drift(site: Site) -> list[tuple[str, str]]:
    """Run the drift job, which fails; return each operation and the resource that it is for."""
    log = site.job("drift site", "schedule", fails=True)
    return re.findall(r": \((\w+)\)\n.*\[id=.*\]\n.*::(\S+)\]\n", log)


def test_jobs_need_nothing_but_a_clone_and_the_cache(site: Site) -> None:
    site.job("lint", cold=True)
    told = site.job("deploy site", cold=True, fails=True)
    assert UNPLANNED in told
    assert "**What people will notice**" in told
    assert UNREAD in told
    assert not site.docker.containers.list(all=True, filters={"name": f"^{site.prefix}-"})
    plan = site.plan_of_push()
    assert "ciphertext" in plan
    assert site.run("pulumi", "config", "get", "gitlab:token").strip() not in plan

    # What the first job of a runner leaves in the cache; it takes minutes.
    [cache] = (site.folder / STATE_DIR / "cache").glob("*/*/.cache")
    for plugin in cache.parent.glob(".state/pulumi/plugins/*/pulumi-resource-*"):
        assert not plugin.is_symlink() or not plugin.readlink().is_absolute()
    (cache / "jupyterhub-pulumi").mkdir(exist_ok=True)
    ours = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"), "jupyterhub-pulumi")
    for cli in ours.glob("pulumi-*"):
        copy = shutil.copytree if cli.is_dir() else shutil.copy
        copy(cli, cache / "jupyterhub-pulumi" / cli.name)
    site.variables["PATH"] = os.pathsep.join(
        folder
        for folder in os.environ["PATH"].split(os.pathsep)
        if not Path(folder).is_relative_to(REPOSITORY)
    )
    again = site.job("deploy site", cold=True)
    del site.variables["PATH"]
    assert "imported cache" in again
    assert "installed from requirements.lock" in again
    assert UNPLANNED not in again
    assert site.containers_asked_for()


def test_from_a_merge_request_to_the_watch_after_it(site: Site, page: Page) -> None:
    merge_request = site.change(
        "more-memory", "More memory for everybody", notebook={"memory_mib": 3072}
    )
    site.job("preview site", IN_MERGE_REQUESTS)
    [note] = merge_request.notes.list(get_all=True)
    assert "3072" in note.body

    site.config["notebook"]["memory_mib"] = 4096
    site.config["gitlab"]["allow"] = {"groups": ["lab", "guests"]}
    site.commit("More memory, and the guests come in")
    site.job("preview site", IN_MERGE_REQUESTS)
    [updated] = merge_request.notes.list(get_all=True)
    assert updated.id == note.id
    assert "4096" in updated.body
    assert "3072" not in updated.body

    page.goto(merge_request.web_url)
    page.get_by_label("Ada Lovelace").check()
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("What people will notice")).to_be_visible()
    page.get_by_text("Resources and properties").click()
    cells = page.get_by_role("cell", name=str(4096 * 1024**2), exact=True)
    expect(cells).to_have_count(2)  # its memory, and with swap
    take_picture(page, "merge-request", full_page=True)

    site.merge("more-memory", "--no-ff")
    merge_request.merge()
    assert UNPLANNED not in site.job("deploy site")
    assert site.memory_mib() == 4096

    site.job("drift site", "schedule")
    site.container("proxy").stop()
    assert drift(site) == [("update", "proxy-container")]
    site.container("proxy").start()
    site.job("drift site", "schedule")
    site.container("hub").remove(force=True)
    assert drift(site) == [("delete", "hub-container")]


def test_a_deployment_that_succeeded_can_be_run_again(site: Site) -> None:
    site.run("pulumi", "up", "--yes", "--skip-preview", "--refresh", "--stack", site.stack)
    assert UNCHANGED in site.job("deploy site")


def test_what_the_plan_does_not_have_is_not_done(site: Site) -> None:
    site.change("a-preview", "Less memory", notebook={"memory_mib": 2048})
    site.job("preview site", IN_MERGE_REQUESTS)
    site.merge("a-preview")

    # Between the preview and the deployment somebody removes a container by hand.
    site.container("proxy").remove(force=True)
    site.run("pulumi", "refresh", "--yes", "--skip-preview", "--stack", site.stack)
    refused = site.job("deploy site", fails=True)
    assert "proxy container" in refused[refused.index("**What people will notice**") :]
    assert UNREAD in refused
    assert site.memory_mib() == 4096

    site.job("deploy site")
    assert site.memory_mib() == 2048


def test_a_plan_is_for_one_change_and_not_for_files_that_come_back(site: Site) -> None:
    site.change("previewed-once", "Still less", notebook={"memory_mib": 1536})
    site.job("preview site", IN_MERGE_REQUESTS)
    site.merge("previewed-once")
    assert UNPLANNED not in site.job("deploy site")
    site.set_inputs(production=False)
    site.push("Less than that, for a stack that waits for nobody", notebook={"memory_mib": 1024})
    assert UNPLANNED in site.job("deploy site")
    assert site.memory_mib() == 1024
    site.set_inputs(production=True)
    site.push("As it was previewed once", notebook={"memory_mib": 1536})
    assert UNPLANNED in site.job("deploy site", fails=True)
    assert site.memory_mib() == 1024


def test_a_pipeline_that_was_started_by_hand_takes_no_other_ones_plan(site: Site) -> None:
    site.variables |= {"CI_COMMIT_BEFORE_SHA": NOTHING, "CI_PIPELINE_ID": "2"}
    assert UNREAD in site.job("deploy site", fails=True)
    site.variables["CI_PIPELINE_ID"] = "3"
    assert UNREAD in site.job("deploy site", fails=True)
    assert UNREAD not in site.job("deploy site")
    assert site.memory_mib() == 1536


def test_a_result_that_was_merged_for_the_preview_is_what_the_merge_makes(site: Site) -> None:
    """GitLab's merged-results pipelines work on the merge with what the default branch has now."""
    site.change("behind", "Some more", notebook={"memory_mib": 1792})
    site.run("git", "switch", "--quiet", "main")
    (site.folder / "NEWS").write_text("The default branch has moved on.\n")
    site.run("git", "add", "NEWS")
    site.run("git", "commit", "--quiet", "--message", "News")
    target = site.run("git", "rev-parse", "HEAD").strip()
    site.run("git", "switch", "--quiet", "--detach")
    site.run("git", "merge", "--quiet", "--no-ff", "behind")
    site.variables["CI_MERGE_REQUEST_TARGET_BRANCH_SHA"] = target
    site.job("preview site", IN_MERGE_REQUESTS)
    del site.variables["CI_MERGE_REQUEST_TARGET_BRANCH_SHA"]
    site.merge("behind", "--no-ff")
    assert UNPLANNED not in site.job("deploy site")
    assert site.memory_mib() == 1792


def test_a_broken_policy_stops_what_nobody_previewed(site: Site) -> None:
    service = site.folder / "components/service.py"
    program = service.read_text()
    service.write_text(program.replace("restart=", "privileged=True, restart="))
    site.push("More rights")
    assert "privileged is true" in site.job("deploy site", fails=True)
    assert not site.container("hub").attrs["HostConfig"]["Privileged"]
    service.write_text(program)
    site.push("No more rights")


class Redirect(BaseHTTPRequestHandler):
    """GitLab, which keeps its files in another server's store; both are this one."""

    asked: list[tuple[str, str]]
    server: HTTPServer

    def do_GET(self) -> None:  # the name is http.server's
        self.asked.append((self.path, self.headers.as_string()))
        in_store = self.path == "/store"
        self.send_response(503 if in_store else 302)
        if not in_store:
            self.send_header("Location", f"http://localhost:{self.server.server_port}/store")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_the_jobs_token_is_for_gitlab_alone_and_without_an_answer_nothing_is_deployed(
    site: Site,
) -> None:
    site.push("A bit more", notebook={"memory_mib": 2560})
    given = dict(site.variables)
    Redirect.asked = []
    with HTTPServer(("127.0.0.1", 0), Redirect) as gitlab:
        Thread(target=gitlab.serve_forever, daemon=True).start()
        site.variables["CI_API_V4_URL"] = f"http://127.0.0.1:{gitlab.server_port}/api/v4"
        refused = site.job("deploy site", fails=True)
        gitlab.shutdown()
    site.variables = given | {"CI_JOB_TOKEN": "wrong"}
    assert "answers 401, so nobody knows" in site.job("deploy site", fails=True)
    site.variables = given

    assert "answers 503, so nobody knows" in refused
    [(_, to_gitlab), (path, to_store)] = Redirect.asked
    assert path == "/store"
    assert "Authorization: Basic" in to_gitlab
    assert "Authorization" not in to_store
    assert given["CI_JOB_TOKEN"] not in to_store
    assert site.memory_mib() == 1792


def test_a_broken_policy_fails_the_preview_and_stands_in_the_note(site: Site) -> None:
    site.run("git", "switch", "--quiet", "--create", "privileged", "main")
    service = site.folder / "components/service.py"
    program = service.read_text()
    service.write_text(program.replace("restart=", "privileged=True, restart="))
    site.commit("More rights")
    merge_request = site.open_merge_request("More rights")
    site.job("preview site", IN_MERGE_REQUESTS, fails=True)
    [note] = merge_request.notes.list(get_all=True)
    assert "**mandatory**" in note.body
    assert "privileged is true" in note.body
    site.run("git", "switch", "--quiet", "main")


def test_a_review_stack_lives_as_long_as_its_merge_request(site: Site) -> None:
    site.run("git", "switch", "--quiet", "--create", "to-be-reviewed", "main")
    merge_request = site.open_merge_request("Have a look")
    stack = f"review-{site.project.id}-{merge_request.iid}"
    ours = {"filters": {"label": f"pulumi.stack={stack}"}}
    port = site.first_port + 2 * merge_request.iid
    subnet = f"{site.network}.{merge_request.iid // 4}.{merge_request.iid % 4 * 64}/26"

    site.job("review", IN_MERGE_REQUESTS)
    site.run("git", "commit", "--quiet", "--allow-empty", "--message", "A second push")
    site.job("review", IN_MERGE_REQUESTS, cold=True)
    [report] = (site.folder / STATE_DIR / "artifacts/review").rglob("review.env")
    url = f"http://localhost:{port}"
    assert report.read_text() == f"REVIEW_URL={url}\n"
    assert requests.get(f"{url}/hub/health", timeout=10).ok
    assert requests.get(f"http://localhost:{port + 1}/-/health", timeout=10).ok
    [network] = site.docker.networks.list(**ours)
    assert network.attrs["IPAM"]["Config"][0]["Subnet"] == subnet
    assert site.docker.containers.list(**ours)

    site.job("stop review", IN_MERGE_REQUESTS)
    assert not site.docker.containers.list(all=True, **ours)
    assert not site.docker.volumes.list(**ours)
    assert stack not in site.run("pulumi", "stack", "ls", "--all")


def test_a_review_that_fails_leaves_nothing(site: Site) -> None:
    site.run("git", "switch", "--quiet", "--create", "not-to-be-reviewed", "main")
    dockerfile = site.folder / "images/hub/Dockerfile"
    dockerfile.write_text(dockerfile.read_text() + "RUN echo out of wood; exit 3\n")
    site.commit("An image that cannot be built")
    merge_request = site.open_merge_request("An image that cannot be built")
    log = site.job("review", IN_MERGE_REQUESTS, fails=True)
    assert "out of wood" in log
    assert "network" in log
    ours = {"filters": {"label": f"pulumi.stack=review-{site.project.id}-{merge_request.iid}"}}
    assert not site.docker.containers.list(all=True, **ours)
    assert not site.docker.networks.list(**ours)
    assert not site.docker.volumes.list(**ours)
