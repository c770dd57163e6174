"""A real browser: Debian's Chromium, driven by Playwright."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

ARTIFACTS = Path(__file__).parents[2] / ".artifacts"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    # Whenever Docker gives a container an interface on this machine, Chromium breaks off what it
    # loads over HTTP/2 with ERR_NETWORK_CHANGED.
    "--disable-http2",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
STEP_MILLISECONDS = 60_000
"""The longest step is a server's first start, on a machine that does other things too."""


@pytest.fixture(scope="module")  # while Playwright runs, no other test can use asyncio
def browser() -> Iterator[Browser]:
    """One Chromium for a module's tests."""
    expect.set_options(timeout=STEP_MILLISECONDS)
    chromium = shutil.which("chromium")
    assert chromium, "Chromium is not installed: make test installs it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page in a profile of its own, which trusts authorities that only a test has.

    How it looked at the end is kept in .artifacts/.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 800}, ignore_https_errors=True)
    context.set_default_timeout(STEP_MILLISECONDS)
    page = context.new_page()
    yield page
    take_picture(page, request.node.name)
    context.close()


def take_picture(page: Page, name: str, **options: Any) -> None:
    """Keep how a page looks, for people; Chromium sometimes refuses, which says nothing of it."""
    ARTIFACTS.mkdir(exist_ok=True)
    with suppress(Error):
        page.screenshot(path=ARTIFACTS / f"{name}.png", **options)
