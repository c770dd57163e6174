"""The hub's own pages, which allow browsers less than JupyterHub does by itself."""

from playwright.sync_api import expect

from tests.browser.steps import enter


def test_pages_work_and_break_no_policy(page, deployment):
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    enter(page, deployment, "ada")
    page.goto(f"{deployment.url}/hub/token", wait_until="networkidle")  # until it has its script
    page.get_by_role("button", name="Request new API token").click()
    expect(page.locator("#token-result")).to_be_visible()
    page.goto(f"{deployment.url}/hub/admin")
    expect(page.get_by_role("row", name="ada")).to_be_visible()
    page.goto(f"{deployment.url}/hub/admin#/add-users")
    page.locator("textarea").fill("dora")
    page.get_by_role("button", name="Add Users").click()
    expect(page.get_by_role("row", name="dora")).to_be_visible()
    page.goto(f"{deployment.url}/hub/home")
    expect(page.get_by_role("link", name="Admin")).to_be_visible()
    assert complaints == []
