"""A client of the REST API of a stack's hub."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import requests

from .stack import StackError, pulumi

PAGE = 100
SECONDS = 10
"""How many seconds an answer may take."""


class HubUnreachableError(Exception):
    """The hub could not be asked; the message says why, and holds no secret."""


class NotThereError(HubUnreachableError):
    """The hub says that it has no such thing."""


@dataclass(frozen=True)
class Hub:
    """A hub at `url`, with the token of labctl's service, which reads of people and servers."""

    url: str
    token: str

    @classmethod
    def of_stack(cls, stack: str) -> "Hub":
        """Return the hub of a stack, such as `jupyterhub/lab`.

        Its address and its token are the stack's outputs `url` and `hub_api_token`. Raises
        `HubUnreachableError` if they cannot be read.
        """
        name = stack.rpartition("/")[2]
        try:
            printed = pulumi("stack", "output", "--json", "--show-secrets", stack=name)
        except StackError as error:
            raise HubUnreachableError(str(error)) from error
        outputs = json.loads(printed)
        missing = [key for key in ("url", "hub_api_token") if not outputs.get(key)]
        if missing:
            msg = f"the stack has no output {' and no output '.join(missing)}"
            raise HubUnreachableError(msg)
        return cls(outputs["url"], outputs["hub_api_token"])

    def users(self, **query: str) -> Iterator[dict[str, Any]]:
        """Yield people as `GET /hub/api/users` lists them, such as with `state="active"`."""
        offset: int | None = 0
        while offset is not None:
            page = self._get("users", {**query, "offset": str(offset), "limit": str(PAGE)})
            yield from page["items"]
            following = page["_pagination"]["next"]
            offset = following["offset"] if following else None

    def running_servers(self) -> int:
        """Return the number of servers that run or start now.

        Raises `HubUnreachableError` if the hub does not answer that.
        """
        with self._being_one():
            return sum(len(user["servers"]) for user in self.users(state="active"))

    def ending(self, user: str, server: str = "") -> dict[str, Any] | None:
        """Return how a person's server has ended, if the hub knows; with `log`, `why` and `when`.

        `server` is its name, empty for the first. Raises `HubUnreachableError` if the hub does not
        answer that.
        """
        wanted = ("server", "log", "why", "when")
        with self._being_one():
            try:
                found = self._get(f"users/{quote(user, safe='')}/ending", {"server": server})
            except NotThereError:
                return None
            return {key: found[key] for key in wanted}

    @contextmanager
    def _being_one(self) -> Iterator[None]:
        """Raise `HubUnreachableError` for what comes of an answer that no JupyterHub gives."""
        try:
            yield
        except (KeyError, TypeError, ValueError) as error:
            msg = f"{self.url} answers something else than JupyterHub does"
            raise HubUnreachableError(msg) from error

    def _get(self, path: str, query: dict[str, str]) -> Any:
        try:
            answer = requests.get(
                f"{self.url}/hub/api/{path}",
                params=query,
                headers={
                    "Authorization": f"token {self.token}",
                    "Accept": "application/jupyterhub-pagination+json",
                },
                timeout=SECONDS,
                allow_redirects=False,  # the token is for the hub alone
            )
        except requests.Timeout as error:
            msg = f"{self.url} does not answer within {SECONDS} s"
            raise HubUnreachableError(msg) from error
        except requests.RequestException as error:
            msg = f"{self.url} cannot be reached ({type(error).__name__})"
            raise HubUnreachableError(msg) from error
        if answer.status_code == requests.codes.not_found:
            msg = f"{self.url} answers 404 {answer.reason}"
            raise NotThereError(msg)
        if answer.status_code != requests.codes.ok:
            msg = f"{self.url} answers {answer.status_code} {answer.reason}"
            raise HubUnreachableError(msg)
        return answer.json()
