"""What people see when their server does not start, and how they get on."""

import re

from playwright.sync_api import Route, expect

from tests.browser.steps import enter, forget_consents, sign_in
from tests.deployment import until
from tests.people import run

BROKEN = "c.ServerApp.contents_manager_class = '</pre><b id=injected>gone</b>.Away'"


def test_a_start_that_fails_is_told_and_a_start_without_the_settings_works(page, deployment):
    sign_in(page, deployment, "ben")
    home = deployment.container("notebook-ben")
    run(home, f'mkdir -p ~/.jupyter; echo "{BROKEN}" >~/.jupyter/jupyter_server_config.py')
    page.goto(f"{deployment.url}/hub/home")
    page.wait_for_load_state("networkidle")  # until then its buttons do nothing
    page.get_by_role("button", name="Stop My Server").click()
    page.get_by_role("button", name="Start My Server").click()
    expect(page.get_by_text("Your server has ended while it started.")).to_be_visible()
    expect(page.locator("pre")).to_contain_text("gone</b>.Away' could not be imported")
    expect(page.locator("#injected")).to_have_count(0)
    page.get_by_role("link", name="Try again").click()
    expect(page.get_by_text("Your server has ended while it started.")).to_be_visible()
    page.get_by_role("link", name="Start without my settings").click()
    page.wait_for_url(f"{deployment.server('ben')}/lab**")
    expect(page.locator("#jp-main-dock-panel")).to_be_visible()
    run(deployment.container("notebook-ben"), "rm ~/.jupyter/jupyter_server_config.py")


def test_administrators_see_how_servers_have_ended(page, deployment):
    enter(page, deployment, "ada")
    page.goto(f"{deployment.url}/hub/home")
    page.get_by_role("link", name="Ended servers").click()
    page.get_by_text("ben").click()
    expect(page.locator("pre", has_text="Bad config encountered")).to_be_visible()
    expect(page.locator("#injected")).to_have_count(0)


def test_restored_tabs_all_get_in(page, deployment):
    forget_consents(deployment)
    enter(page, deployment, "ben")
    context = page.context
    page.wait_for_url(f"{deployment.server('ben')}/lab**")
    context.clear_cookies(name=re.compile("jupyterhub|_xsrf|oauthenticator"))
    tabs = [context.new_page() for _ in range(5)]
    for number, tab in enumerate(tabs):
        tab.goto(f"{deployment.url}/hub/token?tab={number}", wait_until="commit")
    for number, tab in enumerate(tabs):
        tab.wait_for_url(f"{deployment.url}/hub/token?tab={number}")
        expect(tab.get_by_role("button", name="Request new API token")).to_be_visible()


START = """() => void fetch(`${jhdata.base_url}api/users/ben/server?_xsrf=${jhdata.xsrf_token}`,
    {method: "POST", keepalive: true})"""


def test_a_page_that_is_refused_its_news_of_a_start_asks_again(page, deployment):
    sign_in(page, deployment, "ben")
    page.goto(f"{deployment.url}/hub/home")
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Stop My Server").click()
    expect(page.get_by_role("button", name="Start My Server")).to_be_visible()
    refused: list[Route] = []

    def refuse(route: Route) -> None:
        refused.append(route)
        route.fulfill(status=400)

    page.route("**/progress?*", refuse, times=1)
    page.evaluate(START)
    until(lambda: "starting up" in page.goto(f"{deployment.url}/hub/spawn-pending/ben").text())
    page.wait_for_url(f"{deployment.server('ben')}/lab**")
    assert len(refused) == 1
