"""People of a stack without GitLab: everybody may sign in, and comes from the hub's API."""

import json
import time
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import quote

from tests.deployment import Deployment

ANYBODY = """
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.admin_users = {"ada"}
"""
SECONDS = 60


class People:
    """The hub's API, as its administrator."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        command = "jupyterhub token ada --config=/etc/jupyterhub/jupyterhub_config.py"
        self.token = run(deployment.container("hub"), f"setpriv --reuid=jupyterhub {command}")
        self.started: set[str] = set()

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Send a request; return the status and what the answer says."""
        request = urllib.request.Request(
            f"{self.deployment.url}/hub/api/{path}",
            method=method,
            headers={"Authorization": f"token {self.token}"},
            data=None if body is None else json.dumps(body).encode(),
        )
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:
                return answer.status, json.loads(answer.read() or "null")
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    def add(self, user: str, *groups: str) -> str:
        """Make `user` a member of `groups`; return the name that a sign-in would give it."""
        self.ask("POST", "users", {"usernames": [user]})
        for group in groups:
            self.ask("POST", f"groups/{quote(group, safe='')}")
            self.ask("POST", f"groups/{quote(group, safe='')}/users", {"users": [user]})
        return user.lower()

    def start(self, user: str, *groups: str, **options: Any) -> Any:
        """Start the server of `user`, a member of `groups`; return its container."""
        name = self.add(user, *groups)
        status, answer = self.ask("POST", f"users/{quote(name)}/server", options or None)
        assert status in {201, 202}, f"{answer}\n{self.deployment.logs()}"
        self.started.add(name)
        [server] = self.until(name, lambda servers: servers and servers[""]["ready"]).values()
        return self.deployment.docker.containers.get(server["state"]["object_id"])

    def refusal(self, user: str, *groups: str, expected: int = 400, **options: Any) -> str:
        """Return why the server of `user` does not start."""
        name = self.add(user, *groups)
        status, answer = self.ask("POST", f"users/{quote(name)}/server", options or None)
        assert status == expected, answer
        message: str = answer["message"]
        return message

    def stop(self) -> None:
        """Stop every server."""
        for name in self.started:
            self.ask("DELETE", f"users/{quote(name)}/server")
        while self.started:
            self.until(self.started.pop(), lambda servers: not servers)

    def until(self, user: str, holds: Any) -> Any:
        """Wait until `holds` of the servers of `user`; return them."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            servers = self.ask("GET", f"users/{quote(user)}")[1]["servers"]
            if holds(servers):
                return servers
            time.sleep(0.05)
        raise AssertionError(servers)


def run(container: Any, command: str, **options: Any) -> str:
    """Run a shell command as the notebook's user; return what it printed, or fail with it.

    The two streams of a command come in no certain order: only the first is returned.
    """
    status, (output, errors) = container.exec_run(["sh", "-c", command], demux=True, **options)
    assert status == 0, (output, errors)
    return (output or b"").decode().strip()


def deploy(plain: Deployment, **sections: Any) -> People:
    """Bring the stack to these sections of its configuration."""
    plain.remove_notebooks()
    plain.config = plain.config | sections
    plain.up()
    return People(plain)
