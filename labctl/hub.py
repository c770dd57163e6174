"""The hub of a stack, asked through its own API."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import requests

from .stack import StackError, pulumi

PAGE = 100
SECONDS = 10
"""How long an answer may take."""


class HubUnreachableError(Exception):
    """Why the hub could not be asked, in words that hold no secret."""


@dataclass(frozen=True)
class Hub:
    """A hub at `url`, asked with the token of labctl's service, which lists people only."""

    url: str
    token: str

    @classmethod
    def of_stack(cls, stack: str) -> "Hub":
        """Find the hub of a stack, such as `jupyterhub/lab`, in its outputs `url` and
        `hub_api_token`; raise `HubUnreachableError` where they cannot be read.
        """  # noqa: D205
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
        """Count the servers that run or start now; raise `HubUnreachableError`."""
        try:
            return sum(len(user["servers"]) for user in self.users(state="active"))
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
        if answer.status_code != requests.codes.ok:
            msg = f"{self.url} answers {answer.status_code} {answer.reason}"
            raise HubUnreachableError(msg)
        return answer.json()
