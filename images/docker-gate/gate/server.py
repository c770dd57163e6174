"""The gate's server: it understands a request, lets the policy decide, and asks the engine itself.

Nothing of a request is passed on as it came: address and query are put together anew from what was
understood, and a body is written anew from what was parsed.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from aiohttp import ClientError, web

from .calls import FLAG, NAME, NO, VERSION, Call, Route
from .comparison import RefusedError
from .engine import AnsweredError, Engine, fault
from .leases import leases
from .policy import Policy

LARGEST_BODY = 256 * 1024
BODY_SECONDS = 10
"""How long a client may take to send a body."""
GUARD_SECONDS = 8
"""How long a start waits for the guard: at the host's boot, the engine starts all at once. After 10
JupyterHub answers a person that the server takes its time, and no longer why it does not start."""
LOOK_SECONDS = 0.5


class Gate:
    """Passes on to an engine what a policy allows."""

    def __init__(self, policy: Policy, engine: Engine) -> None:
        self._policy, self._engine = policy, engine
        removal = {"v": FLAG, "force": FLAG, "link": NO}
        log = {"stdout": FLAG, "stderr": FLAG, "timestamps": NO, "follow": NO}
        log["tail"] = r"all|\d{1,3}"
        both = self._made("look", "notebook")
        self._routes = [
            Route("GET", "/_ping", {}, _anything),
            Route("GET", "/version", {}, _anything),
            Route("GET", "/images/{image}/json", {}, self._image),
            Route("GET", "/volumes/{volume}", {}, self._volume),
            Route("POST", "/containers/create", {"name": NAME}, self._create),
            Route("GET", "/containers/{container}/json", {}, both),
            Route("POST", "/containers/{container}/start", {}, self._start),
            Route("POST", "/containers/{container}/stop", {"t": r"\d{1,3}"}, both),
            Route("DELETE", "/containers/{container}", removal, both),
            Route("GET", "/containers/{container}/logs", log, both),
            Route("POST", "/containers/{container}/wait", {}, self._made("look")),
            *([leases(engine)] if policy.leases else []),
        ]

    async def answer(self, request: web.Request) -> web.Response:
        """Answer a request as the engine does, or refuse it in the engine's form."""
        target = request.raw_path
        status = HTTPStatus.FORBIDDEN
        try:
            try:
                async with asyncio.timeout(BODY_SECONDS):
                    content = await request.read()
            except TimeoutError:
                status, why = HTTPStatus.REQUEST_TIMEOUT, f"no body within {BODY_SECONDS} s"
            except web.HTTPException as error:  # it is too large
                status, why = HTTPStatus(error.status), error.reason
            except (web.RequestPayloadError, ClientError):  # it breaks off, or is no chunks
                status, why = HTTPStatus.BAD_REQUEST, "the body cannot be read"
            else:
                return await self._pass_on(request.method, target, content)
        except AnsweredError as error:
            return error.answer
        except RefusedError as error:
            why = str(error)
        except (ClientError, TimeoutError) as error:
            return fault(HTTPStatus.BAD_GATEWAY, f"no answer: {error}")
        said = {"refused": why, "method": request.method, "target": target[:500]}
        print(json.dumps(said), flush=True)  # noqa: T201  # the gate's log
        return fault(status, why)

    async def _pass_on(self, method: str, target: str, content: bytes) -> web.Response:
        address, _, query = target.partition("?")
        for route in self._routes:
            if call := route.understood(method, VERSION.sub("", address), query, content):
                objects, body = await route.check(call)
                names = {key: quote(name, safe=":/@") for key, name in objects.items()}
                return await self._engine.ask(
                    method, route.address.format(**names), call.query, body
                )
        msg = "the hub needs no such request"
        raise RefusedError(msg)

    async def _image(self, call: Call) -> tuple[dict[str, str], Any]:
        self._policy.check_image(call.objects["image"])
        return call.objects, None

    async def _volume(self, call: Call) -> tuple[dict[str, str], Any]:
        self._policy.check_volume(call.objects["volume"])
        return call.objects, None

    async def _create(self, call: Call) -> tuple[dict[str, str], Any]:
        return {}, self._policy.container(call.content, call.query.get("name"))

    async def _start(self, call: Call) -> tuple[dict[str, str], Any]:
        checked = await self._made("look", "notebook")(call)
        try:
            async with asyncio.timeout(GUARD_SECONDS):
                while not await self._is_guarded():
                    await asyncio.sleep(LOOK_SECONDS)
        except TimeoutError:
            why = "nothing starts while the firewall's rules are not in force: see its log"
            raise AnsweredError(fault(HTTPStatus.SERVICE_UNAVAILABLE, why)) from None
        return checked

    async def _is_guarded(self) -> bool:
        """Tell whether the policy's guard is healthy, or there is none."""
        if not self._policy.guard:
            return True
        guard = [f"{key}={value}" for key, value in self._policy.guard.items()]
        filters = json.dumps({"label": guard, "health": ["healthy"]})
        found = await self._engine.ask("GET", "/containers/json", {"filters": filters})
        return found.status == HTTPStatus.OK and json.loads(found.text or "[]") != []

    def _made(self, *parts: str) -> Callable[[Call], Awaitable[tuple[dict[str, str], Any]]]:
        """Return a check that a container is one of these that the hub has made.

        It names the container by its whole id from then on, whatever a name will mean later.
        """

        async def check(call: Call) -> tuple[dict[str, str], Any]:
            found = await self._engine.ask(
                "GET", f"/containers/{quote(call.objects['container'])}/json"
            )
            if found.status != HTTPStatus.OK:
                raise AnsweredError(found)
            container = json.loads(found.text or "")
            if self._policy.part_of(container) not in parts:
                msg = "that is not for a container of this kind"
                raise RefusedError(msg)
            return {"container": container["Id"]}, None

        return check


async def _anything(call: Call) -> tuple[dict[str, str], Any]:
    return call.objects, None
