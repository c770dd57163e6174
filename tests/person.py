"""Somebody with a browser, who signs in through the stand-in."""

import re
from typing import Any

import requests


class Person:
    """Somebody with a browser."""

    def __init__(self, site: str) -> None:
        self.site, self.session = site, requests.Session()

    def sign_in(self, username: str) -> requests.Response:
        """Follow the hub to GitLab and back; return the page on which that ends."""
        page = self.answer(self.session.get(f"{self.site}/hub/home"), username=username)
        return self.answer(page, decision="authorize") if "/oauth/authorize" in page.url else page

    def answer(self, page: requests.Response, **form: str) -> requests.Response:
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        assert token, page.text
        return self.session.post(page.url, data={"csrf_token": token[1], **form})

    def home(self) -> requests.Response:
        return self.session.get(f"{self.site}/hub/home")

    def ask(self, method: str, path: str, **given: Any) -> requests.Response:
        """Call the hub's API as this person's pages do."""
        xsrf = next(str(cookie.value) for cookie in self.session.cookies if cookie.name == "_xsrf")
        url = f"{self.site}/hub/api/{path}"
        return self.session.request(method, url, headers={"X-XSRFToken": xsrf}, **given)

    def api(self, method: str, path: str, **given: Any) -> Any:
        """Call it, and return what it says."""
        answer = self.ask(method, path, **given)
        answer.raise_for_status()
        return answer.json()
