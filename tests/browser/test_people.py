"""What people do: sign in through GitLab, work in JupyterLab, leave."""

from playwright.sync_api import expect

from tests.browser.steps import NAMES, choose, forget_consents, run_cell, sign_in
from tests.deployment import configured


def test_the_hub_sends_people_to_gitlab(page, deployment):
    page.goto(deployment.url)
    expect(page.get_by_text("This is not GitLab.")).to_be_visible()
    assert page.url.startswith(f"{deployment.gitlab_url}/users/sign_in")


def test_refusing_consent_is_said_clearly(page, deployment):
    forget_consents(deployment)
    choose(page, deployment, "ben")
    page.get_by_role("button", name="Deny").click()
    expect(page.get_by_role("heading", name="You are not signed in")).to_be_visible()
    page.get_by_role("link", name="Try again").click()
    expect(page.get_by_role("button", name="Authorize")).to_be_visible()


def test_a_person_runs_a_cell(page, deployment):
    sign_in(page, deployment, "ada")
    assert run_cell(page, "1+1") == "2"


def test_notebooks_run_as_the_configured_user(page, deployment):
    sign_in(page, deployment, "ada")
    who = run_cell(page, "import os, getpass; print(getpass.getuser(), os.getuid(), os.getgid())")
    assert who == "ubuntu 1000 100"


def test_people_have_containers_and_files_of_their_own(page, deployment):
    sign_in(page, deployment, "ada")
    seen = "import os, pathlib; pathlib.Path(os.environ['JUPYTERHUB_USER']).touch(); "
    seen += "print(sorted(p.name for p in pathlib.Path().iterdir() if p.name in {'ada', 'ben'}))"
    assert run_cell(page, seen) == "['ada']"

    page.goto(f"{deployment.url}/hub/logout")
    page.goto(deployment.gitlab_url)
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, deployment, "ben")
    assert run_cell(page, seen) == "['ben']"

    notebooks = {user: deployment.container(f"notebook-{user}") for user in ("ada", "ben")}
    assert notebooks["ada"].id != notebooks["ben"].id
    for notebook in notebooks.values():
        assert notebook.labels["pulumi.project"] == "jupyterhub"
        assert notebook.labels["pulumi.stack"] == deployment.stack


def test_signed_out_is_signed_out(page, deployment):
    sign_in(page, deployment, "ada")
    page.goto(f"{deployment.url}/hub/logout")
    page.goto(deployment.gitlab_url)
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{deployment.server('ada')}/lab")
    expect(page.get_by_label(NAMES["ada"])).to_be_visible()


def test_who_is_not_allowed_is_told_so(page, deployment):
    choose(page, deployment, "cleo")  # not a member of the group lab
    page.get_by_role("button", name="Authorize").click()
    expect(page.get_by_role("heading", name="You may not use this hub")).to_be_visible()


def test_replacing_the_hub_ends_no_server_and_signs_nobody_out(page, deployment):
    sign_in(page, deployment, "ada")
    hub, notebook = deployment.container("hub").id, deployment.container("notebook-ada").id
    with configured(deployment, "gitlab", admin_users=[]):
        deployment.up()
        assert deployment.container("hub").id != hub
        assert deployment.container("notebook-ada").id == notebook
        assert run_cell(page, "6*7") == "42"
        page.goto(f"{deployment.url}/hub/home")
        expect(page.get_by_role("button", name="Stop My Server")).to_be_visible()
