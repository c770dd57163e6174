"""Signing in with many tabs, old pages and other names: everybody gets in, or has a way on."""

import pytest
import requests

from tests.person import Person

OF_THE_HUB = ("jupyterhub-", "oauthenticator-", "_xsrf")


@pytest.fixture
def ben(hub):
    """Ben, who is signed in to GitLab, and whose session in the hub has ended."""
    ben = hub.person("ben")
    forget(ben)
    return ben


def forget(person, *names):
    for cookie in [*person.session.cookies]:
        if cookie.name.startswith(names or OF_THE_HUB):
            person.session.cookies.clear(cookie.domain, cookie.path, cookie.name)


def asked(hub, person, page):
    """Open a page in a tab; return where GitLab sends it back to."""
    url = f"{hub.url}/hub/{page}"
    while not url.startswith(f"{hub.url}/hub/oauth_callback"):
        answer = person.session.get(url, allow_redirects=False)
        assert answer.status_code in {302, 303}, answer.text
        url = requests.compat.urljoin(url, answer.headers["Location"])
    return url


@pytest.mark.parametrize("order", [1, -1], ids=["in turn", "the last first"])
def test_every_tab_gets_to_its_page(hub, ben, order):
    pages = [f"token?tab={number}" for number in range(5)]
    callbacks = {page: asked(hub, ben, page) for page in pages}
    for page in pages[::order]:
        answer = ben.session.get(callbacks[page])
        assert (answer.status_code, answer.url) == (200, f"{hub.url}/hub/{page}")


def test_the_back_button_leads_to_the_page(hub, ben):
    callback = asked(hub, ben, "token")
    for _ in range(2):
        answer = ben.session.get(callback)
        assert (answer.status_code, answer.url) == (200, f"{hub.url}/hub/token")


@pytest.mark.parametrize(
    "change",
    [
        lambda url: url,  # in another browser, and of a code that was used
        lambda url: url.replace("state=", "state=x"),
        lambda url: url.partition("&state")[0],
        lambda url: url.partition("?")[0],
        lambda url: f"{url.partition('?')[0]}?code=a&state=W10=",
        lambda url: f"{url.partition('?')[0]}?code=a&state=%C3%A9",
    ],
)
def test_an_old_page_has_a_button_that_leads_in(hub, ben, change):
    callback = change(asked(hub, ben, "token"))
    answer = requests.get(callback)
    assert answer.status_code == 400
    assert 'href="/hub/home"' in answer.text.partition("not signed in")[2]


def test_a_code_that_was_used_has_a_button_that_leads_in(hub, ben):
    callback = asked(hub, ben, "token")
    assert ben.session.get(callback).ok
    forget(ben, "jupyterhub-")
    answer = ben.session.get(callback)
    assert answer.status_code == 400
    assert "Sign-in: this one is over" in answer.text


def test_nobody_is_signed_in_by_a_link_of_somebody_elses(hub, ben):
    cleo = hub.person("cleo")
    forget(cleo)
    callback = asked(hub, cleo, "token")
    asked(hub, ben, "token")  # and so has a browser that the hub knows
    answer = ben.session.get(callback)
    assert answer.status_code == 400


def test_who_comes_by_another_name_gets_to_the_hubs_own(hub):
    other = hub.url.replace("127.0.0.1", "localhost")
    person = Person(hub.url)
    page = person.session.get(f"{other}/hub/token?tab=1")
    assert page.url.startswith(hub.gitlab.url)
    page = person.answer(page, username="ben")
    if "/oauth/authorize" in page.url:
        page = person.answer(page, decision="authorize")
    assert page.url == f"{hub.url}/hub/token?tab=1"


def test_a_front_that_changes_names_is_no_circle(hub):
    answer = requests.get(f"{hub.url}/hub/login?by-name=1", headers={"Host": "inside:1"})
    assert answer.url.startswith(hub.gitlab.url)
