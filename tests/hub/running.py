"""JupyterHub itself with the hub's own configuration, the stand-in, and no engine."""

import asyncio
import json
import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path
from threading import Thread
from typing import Any

import psutil
import requests
from aiohttp import ClientSession, web

from hubconfig.sections.gitlab import GitLabArgs
from tests.deployment import free_port, until
from tests.hub_modules import FOLDER, asked_for, told
from tests.person import Person
from tests.standin.driver import Server

HERE = Path(__file__).parent
CHANGES = """
from jupyterhub.proxy import Proxy
from jupyterhub.spawner import SimpleLocalProcessSpawner

class NoProxy(Proxy):
    should_start = False
    routes = {}
    async def add_route(self, routespec, target, data):
        self.routes[routespec] = {"routespec": routespec, "target": target, "data": data}
    async def delete_route(self, routespec):
        self.routes.pop(routespec, None)
    async def get_all_routes(self):
        return self.routes

c.JupyterHub.proxy_class = NoProxy
c.JupyterHub.spawner_class = SimpleLocalProcessSpawner
del c.Spawner.options_form, c.Spawner.options_from_form, c.Spawner.apply_user_options
"""


class RunningHub:
    """A hub that people reach at `url`, by what adds the client's address as the proxy does.

    Only the server of one person can run at a time.
    """

    def __init__(self, folder: Path, gitlab: Server, **rules: Any) -> None:
        self.folder, self.gitlab = folder, gitlab
        self.hub_port, self.server_port, self.front_port = free_port(), free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.front_port}"
        self.direct = f"http://127.0.0.1:{self.hub_port}"
        shutil.copytree(FOLDER, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__*"))
        (folder / "containers.json").write_text(json.dumps(asked_for()))
        self.config = (folder / "jupyterhub_config.py").read_text()
        callback = f"{self.url}/hub/oauth_callback"
        made = gitlab.gitlab.applications.create(
            {"name": "hub", "redirect_uri": callback, "scopes": "read_user read_api"}
        )
        self.environment = os.environ | {
            "GITLAB_CLIENT_ID": made.application_id,
            "GITLAB_CLIENT_SECRET": made.secret,
            "CONFIGPROXY_AUTH_TOKEN": secrets.token_hex(16),
            "JPY_COOKIE_SECRET": secrets.token_hex(32),
            "JUPYTERHUB_CRYPT_KEY": secrets.token_hex(32),
            "LABCTL_API_TOKEN": secrets.token_hex(32),
            "PYTHONPATH": str(HERE.parents[1]),
        }
        self.rules = {"allow": {"groups": ["lab"]}, "admin_users": ["ada"]} | rules
        self.process: subprocess.Popen[bytes] | None = None
        Thread(target=asyncio.run, args=(self._pass_on(),), daemon=True).start()

    def start(self, more: str = "", **settings: Any) -> None:
        """Run the hub with more of a configuration, and with other values in settings.json."""
        outside = {"url": self.gitlab.url, "internal_url": "https://gitlab.example.org"}
        content = json.loads(told(gitlab=GitLabArgs.model_validate(outside | self.rules)))
        content |= {"site_url": f"{self.url}/", "proxy_address": "127.0.0.1"} | settings
        content["gitlab"] |= {
            "internal_url": self.gitlab.url,  # it is on this machine
            "callback_url": f"{self.url}/hub/oauth_callback",
            "scopes": ["read_user", "read_api"],
        }
        (self.folder / "settings.json").write_text(json.dumps(content))
        lines = [
            f"c.JupyterHub.db_url = 'sqlite:///{self.folder}/jupyterhub.sqlite'",
            f"c.JupyterHub.hub_bind_url = 'http://127.0.0.1:{self.hub_port}'",
            f"c.JupyterHub.hub_connect_url = 'http://127.0.0.1:{self.hub_port}'",
            f"c.Spawner.port = {self.server_port}",
            f"c.Spawner.cmd = [{sys.executable!r}, '-B', {str(HERE / 'server.py')!r}]",
            f"c.SimpleLocalProcessSpawner.home_dir_template = '{self.folder}/home'",
        ]
        changed = "\n".join([self.config, CHANGES, *lines, more])
        (self.folder / "jupyterhub_config.py").write_text(changed)
        command = [sys.executable, "-B", "-m", "jupyterhub", "--config=jupyterhub_config.py"]
        with (self.folder / "log").open("a") as log:
            self.process = subprocess.Popen(
                command, cwd=self.folder, env=self.environment, stdout=log, stderr=log
            )
        until(self._answers, (self.folder / "log").read_text)

    def _answers(self) -> bool:
        assert self.process
        assert self.process.poll() is None, (self.folder / "log").read_text()
        try:
            return requests.get(f"{self.direct}/hub/health", timeout=5).ok
        except requests.ConnectionError:
            return False

    def stop(self) -> None:
        """End the hub, but no server."""
        assert self.process
        self.process.terminate()
        self.process.wait(20)

    def restart(self, more: str = "", **settings: Any) -> None:
        """Run it with another configuration; every refresh is due then."""
        self.stop()
        self.start(more, **settings)

    def memory_mib(self) -> float:
        assert self.process
        return float(psutil.Process(self.process.pid).memory_info().rss / 2**20)

    def person(self, name: str) -> Person:
        """Return somebody who has signed in."""
        person = Person(self.url)
        assert person.sign_in(name).url.startswith(f"{self.url}/hub/")
        return person

    async def _pass_on(self) -> None:
        application = web.Application(client_max_size=0)
        async with ClientSession(
            auto_decompress=False, skip_auto_headers=["Content-Type"]
        ) as client:

            async def answer(request: web.Request) -> web.StreamResponse:
                port = self.server_port if request.path.startswith("/user/") else self.hub_port
                url = f"http://127.0.0.1:{port}{request.raw_path}"
                headers = request.headers.copy()
                before = headers.get("X-Forwarded-For")
                addresses = [*([before] if before else []), str(request.remote)]
                headers["X-Forwarded-For"] = ",".join(addresses)
                body = request.content if request.body_exists else None
                async with client.request(
                    request.method, url, headers=headers, data=body, allow_redirects=False
                ) as told:
                    return web.Response(
                        status=told.status, body=await told.read(), headers=told.headers
                    )

            application.router.add_route("*", "/{path:.*}", answer)
            runner = web.AppRunner(application)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", self.front_port).start()
            await asyncio.Event().wait()
