"""Steps that people take on their way to JupyterLab."""

import requests
from playwright.sync_api import Page, expect

from tests.people import run

NAMES = {"ada": "Ada Lovelace", "ben": "Ben Franklin", "cleo": "Cleo Patra"}


def choose(page: Page, deployment, user: str) -> None:
    """Open the hub and say in GitLab who one is."""
    page.goto(deployment.url)
    page.get_by_label(NAMES[user]).check()
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/users/sign_in" not in url)


def forget_consents(deployment) -> None:
    """Have GitLab ask everybody for consent again."""
    change = (
        "import sqlite3; db = sqlite3.connect('/data/standin.sqlite3'); "
        "db.execute('DELETE FROM token'); db.commit()"
    )
    done = deployment.container("gitlab").exec_run(["python3", "-c", change])
    assert done.exit_code == 0, done.output


def enter(page: Page, deployment, user: str) -> None:
    """Get into the hub; GitLab asks for consent the first time only."""
    choose(page, deployment, user)
    if page.url.startswith(deployment.gitlab_url):
        page.get_by_role("button", name="Authorize").click()


def sign_in(page: Page, deployment, user: str) -> None:
    """Get to one's own JupyterLab."""
    enter(page, deployment, user)
    page.wait_for_url(f"{deployment.server(user)}/lab**")


def run_cell(page: Page, code: str) -> str:
    """Run `code` in a new notebook; return what it printed."""
    page.goto(f"{page.url.split('?')[0]}?reset")  # without the notebooks of earlier tests
    page.locator('.jp-LauncherCard[data-category="Notebook"]').click()
    notebook = page.locator(".jp-NotebookPanel")
    expect(page.get_by_text("| Idle")).to_be_visible()  # until then a cell is not run
    notebook.locator(".cm-content").first.click()
    page.keyboard.type(code)
    page.keyboard.press("Shift+Enter")
    output = notebook.locator(".jp-OutputArea-output").first
    expect(output).to_be_visible()
    return output.inner_text().strip()


STANDIN_COOKIE = "_gitlab_standin_session"
"""The stand-in's own, on the same host, by http."""


def work_over_tls(page: Page, deployment) -> None:
    """Run a cell, and see that all goes by TLS: WebSockets, and the hub's cookies."""
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    sign_in(page, deployment, "ada")
    assert run_cell(page, "6*7") == "42"
    assert any(url.startswith(deployment.server("ada").replace("https", "wss")) for url in sockets)
    ours = [one for one in page.context.cookies() if one["name"] != STANDIN_COOKIE]
    assert {one["path"] for one in ours} == {"/", "/hub/", "/user/ada/"}
    assert all(one["secure"] for one in ours), ours


UPLOAD_MIB = 16


def upload_a_large_file(client: requests.Session, deployment) -> None:
    """Send a file to the server of ada, who has signed in, and see that it is there."""
    command = "jupyterhub token ada --config=/etc/jupyterhub/jupyterhub_config.py"
    token = run(deployment.container("hub"), f"setpriv --reuid=jupyterhub {command}")
    client.headers["Authorization"] = f"token {token}"
    content = {"type": "file", "format": "text", "content": "x" * UPLOAD_MIB * 1024**2}
    file = f"{deployment.server('ada')}/api/contents/large.txt"
    assert client.put(file, json=content).status_code == 201
    assert client.get(f"{file}?content=0").json()["size"] == UPLOAD_MIB * 1024**2
