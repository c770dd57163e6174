"""Runs the gate: it listens at a socket that the hub has, and asks the engine at its own."""

import os
from collections.abc import AsyncIterator

from aiohttp import ClientSession, ClientTimeout, UnixConnector, web
from aiohttp.typedefs import Handler

from .engine import Engine
from .policy import Policy
from .server import LARGEST_BODY, Gate

SOCKET = "/run/docker-gate/docker.sock"
"""In a volume that the hub has too."""
ENGINE = "/var/run/docker.sock"
ENGINE_SECONDS = 300
"""How long the engine may take to answer, as it does when a container is stopped, or waited for."""


async def application() -> web.Application:
    """Return the gate as a web application."""
    policy = Policy.parse(os.environ["POLICY"])

    async def engine(app: web.Application) -> AsyncIterator[None]:
        timeout = ClientTimeout(total=ENGINE_SECONDS)
        async with ClientSession(
            connector=UnixConnector(ENGINE, limit=0), timeout=timeout
        ) as session:
            app[GATE] = Gate(policy, Engine(session))
            yield

    # Not a route: of these, aiohttp has its own opinion on what an address is.
    @web.middleware
    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:  # noqa: ARG001
        return await app[GATE].answer(request)

    app = web.Application(client_max_size=LARGEST_BODY, middlewares=[answer])
    app.cleanup_ctx.append(engine)
    return app


GATE: web.AppKey[Gate] = web.AppKey("gate", Gate)

if __name__ == "__main__":
    os.umask(0o117)  # for the gate, and the group that the hub is in
    web.run_app(application(), path=SOCKET, access_log=None, print=None)
