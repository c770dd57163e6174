"""What people see of profiles, of several servers, and of the hub in another site's page."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from playwright.sync_api import expect

from tests.browser.steps import enter, run_cell
from tests.deployment import configured, free_port, until

MARKUP = '<b>"Large" & more</b>'
LINE = "On <b>Friday</b> the hub is away."
PORTAL_PORT = free_port()
POOL = ["GPU-8f6d2a4e-0b1c-4d2e-9f3a-5b6c7d8e9f0a", "GPU-8f6d2a4e-0b1c-4d2e-9f3a-5b6c7d8e9f0b"]
"""No machine's: this one need not have any."""


@pytest.fixture(scope="module")
def profiles(deployment):
    """The stack with profiles; the next module finds it as it was."""
    original = deployment.config
    deployment.remove_notebooks()
    deployment.config = original | {
        "profiles": [
            {"name": "Others", "groups": ["lab/others"], "memory_mib": 512},
            {"name": "Small", "description": "To look at data", "memory_mib": 512},
            {"name": MARKUP, "description": MARKUP, "memory_mib": 768, "image": "sums"},
            {"name": "GPU", "memory_mib": 512, "gpus": 1},
        ],
        "gpus": {"pool": POOL},
        "images": original["images"] | {"environments": {"sums": {"apt": ["bc"]}}},
        "hub": {
            "named_servers": 2,
            "person_memory_mib": 512 + 768,
            "announcement": LINE,
            "embed_in": [f"http://localhost:{PORTAL_PORT}"],
        },
    }
    deployment.up()
    yield deployment
    deployment.remove_notebooks()
    deployment.config = original
    deployment.up()


def test_a_person_chooses_a_profile(page, profiles):
    enter(page, profiles, "ada")
    group = page.get_by_role("group", name="What should your server have?")
    small = group.get_by_role(
        "radio", name="Small", description="To look at data lab, 512 MiB of memory"
    )
    large = group.get_by_role("radio", name=MARKUP, exact=True)
    expect(large).to_have_accessible_description(f"{MARKUP} sums, 768 MiB of memory, 2 processors")
    expect(group.get_by_role("radio")).to_have_count(3)
    expect(small).to_be_checked()
    group.get_by_text(MARKUP, exact=True).first.click()  # a label is as good as its button
    expect(large).to_be_checked()
    page.get_by_role("button", name="Start").click()
    page.wait_for_url(f"{profiles.server('ada')}/lab**")
    memory = profiles.container("notebook-ada").attrs["HostConfig"]["Memory"]
    assert memory == 768 * 1024**2
    assert run_cell(page, "!echo 6*7 | bc") == "42"


def test_the_hubs_home_says_what_a_server_has(page, profiles):
    enter(page, profiles, "ada")  # whose server has the profile of the first test
    page.goto(f"{profiles.url}/hub/home")
    had = f"Your server has the profile {MARKUP}: sums, 768 MiB of memory, 2 processors."
    expect(page.get_by_text(had)).to_be_visible()


def test_the_last_choice_is_preselected(page, profiles):
    enter(page, profiles, "ada")
    page.goto(f"{profiles.url}/hub/home")
    page.wait_for_load_state("networkidle")  # until then its buttons do nothing
    page.get_by_role("button", name="Stop My Server").click()
    page.get_by_role("button", name="Start My Server").click()
    expect(page.get_by_role("radio", name=MARKUP, exact=True)).to_be_checked()
    page.get_by_role("button", name="Start").click()
    page.wait_for_url(f"{profiles.server('ada')}/lab**")


def test_a_page_that_was_tampered_with_gives_nothing_more(page, profiles):
    enter(page, profiles, "ben")
    page.get_by_role("radio", name="Small").evaluate("button => button.value = 'Others'")
    page.get_by_role("button", name="Start").click()
    refusal = f"There is no profile Others for you. Choose one of: Small, {MARKUP}, GPU."
    expect(page.get_by_text(refusal)).to_be_visible()
    expect(page.get_by_role("radio", name="Small")).to_be_checked()


def test_a_person_has_several_servers_with_one_home(page, profiles):
    enter(page, profiles, "ada")
    first = profiles.container("notebook-ada")  # with 768 MiB, from the first test
    page.goto(f"{profiles.url}/hub/home")
    page.get_by_label("server name").fill("second-one")
    page.get_by_role("button", name="Add New Server").click()
    page.get_by_role("row", name="second-one").get_by_role("button", name="start").click()
    page.get_by_role("radio", name="Small").check()
    page.get_by_role("button", name="Start").click()
    page.wait_for_url(f"{profiles.server('ada')}/second-one/lab**")
    second = profiles.container("notebook-ada.second-one")
    assert second.attrs["HostConfig"]["Memory"] == 512 * 1024**2
    assert [each["Name"] for each in second.attrs["Mounts"]] == [
        each["Name"] for each in first.attrs["Mounts"]
    ]
    assert run_cell(page, "6*7") == "42"


@contextmanager
def leased(profiles, *gpus: str) -> Iterator[None]:
    """Have a container of somebody else's, as of another hub of this host, lease GPUs."""
    image = profiles.container("notebook-ada").image
    labels = {"jupyterhub.gpus": ",".join(gpus)}
    other = profiles.docker.containers.run(
        image, ["sleep", "600"], entrypoint=[], labels=labels, detach=True, network_mode="none"
    )
    try:
        yield
    finally:
        other.remove(force=True)


def test_the_form_says_which_gpus_are_free_and_a_start_without_one_is_refused(page, profiles):
    enter(page, profiles, "ben")
    form = f"{profiles.url}/hub/spawn/ben"
    gpu = page.get_by_role("radio", name="GPU", exact=True)
    with leased(profiles, POOL[1]):
        page.goto(form)
        expect(gpu).to_have_accessible_description(re.compile("1 GPU of 2, 1 free$"))
        gpu.check()
        with leased(profiles, POOL[0]):  # while ben looks at the form
            page.get_by_role("button", name="Start").click()
            refused = "All 2 GPUs are taken; this profile needs 1. Stop a server, or try again"
            expect(page.get_by_text(refused)).to_be_visible()
            page.goto(form)
            expect(gpu).to_be_disabled()
            taken = re.compile(r"All 2 GPUs are taken: since \d\d:\d\d UTC, since \d\d:\d\d UTC\.$")
            expect(gpu).to_have_accessible_description(taken)


def test_several_servers_have_no_more_than_a_person_may(page, profiles):
    profiles.container("hub").restart()  # what runs already counts after it, too
    profiles.wait_for("hub")
    enter(page, profiles, "ada")
    page.goto(f"{profiles.url}/hub/spawn/ada/third")
    page.get_by_role("radio", name="Small").check()
    page.get_by_role("button", name="Start").click()
    refusal = "Your servers may use 1280 MiB of memory together. Those that run have 1280 MiB"
    expect(page.get_by_text(refusal)).to_be_visible()


def test_the_line_on_every_page_changes_while_the_hub_runs(page, profiles):
    enter(page, profiles, "ada")
    page.goto(f"{profiles.url}/hub/home")
    line = page.locator(".announcement")
    expect(line).to_have_text(LINE)
    began = profiles.container("hub").attrs["State"]["StartedAt"]
    with configured(profiles, "hub", announcement="On Monday, too."):
        profiles.up()
        until(lambda: page.reload() and line.inner_text() == "On Monday, too.")
    with configured(profiles, "hub", announcement=None):
        profiles.up()
        until(lambda: page.reload() and not line.count())
    assert profiles.container("hub").attrs["State"]["StartedAt"] == began


@contextmanager
def portal(port: int, shown: str) -> Iterator[None]:
    """Serve a page on localhost that shows another in a frame."""

    class Portal(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f"<iframe src='{shown}' width=1200 height=700></iframe>".encode())

        log_message = partial(print)

    with HTTPServer(("127.0.0.1", port), Portal) as server:
        Thread(target=server.serve_forever).start()
        try:
            yield
        finally:
            server.shutdown()


def test_a_site_that_may_shows_the_hub_in_its_page(page, profiles):
    enter(page, profiles, "ben")
    with portal(PORTAL_PORT, profiles.url):
        page.goto(f"http://localhost:{PORTAL_PORT}")
        frame = page.frame_locator("iframe")
        frame.get_by_role("button", name="Start My Server").click()
        frame.get_by_role("radio", name="Small").check()
        frame.get_by_role("button", name="Start").click()
        expect(frame.locator("#jp-main-dock-panel")).to_be_visible()


def test_another_site_does_not_show_the_hub(page, profiles):
    enter(page, profiles, "ben")
    port = free_port()
    with portal(port, f"{profiles.url}/hub/home"):
        page.goto(f"http://localhost:{port}")
        until(lambda: page.frames[1].url.startswith("chrome-error:"))
    with portal(port, f"{profiles.server('ben')}/lab"):
        page.goto(f"http://localhost:{port}")
        until(lambda: page.frames[1].url.startswith("chrome-error:"))
