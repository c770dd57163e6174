"""Which GPUs are leased on the engine, of which hubs of all its stacks give out what is free.

Of other stacks' containers a hub learns that somebody has a GPU, and since when: not whose they
are, what they are called, or what they see.
"""

import json
import re
from http import HTTPStatus
from typing import Any

from aiohttp import web

from .calls import NO, Call, Route
from .comparison import RefusedError
from .engine import AnsweredError, Engine, fault

LABEL = "jupyterhub.gpus"
"""The label of a container that leases GPUs, which says which ones."""
HOLDING = ["created", "running", "paused", "restarting"]
"""The states of containers that have, or are about to have, what they were made with."""
QUERY = {
    "all": "1",
    "filters": re.escape(json.dumps({"label": [LABEL]})),
    "limit": "-1",
    "size": NO,
    "trunc_cmd": NO,
}
"""What docker-py sends for the list."""


def leases(engine: Engine) -> Route:
    """Return the request for the containers that lease GPUs, of which little is told."""

    async def check(call: Call) -> tuple[dict[str, str], Any]:
        if not {"all", "filters"} <= call.query.keys():
            msg = f"of containers the hub may list those with the label {LABEL}, and no others"
            raise RefusedError(msg)
        filters = json.dumps({"label": [LABEL], "status": HOLDING})
        found = await engine.ask("GET", "/containers/json", {"all": "1", "filters": filters})
        if found.status == HTTPStatus.OK:
            found = web.json_response([_reduced(each) for each in _listed(found.text or "")])
        raise AnsweredError(found)

    return Route("GET", "/containers/json", QUERY, check)


def _listed(text: str) -> list[Any]:
    try:
        found: list[Any] = json.loads(text)
    except ValueError as error:  # the end is cut off
        why = f"too many containers have the label {LABEL}: remove those that nobody needs"
        raise AnsweredError(fault(HTTPStatus.BAD_GATEWAY, why)) from error
    return found


def _reduced(container: Any) -> dict[str, Any]:
    labels = {LABEL: container["Labels"][LABEL]}
    return {"Labels": labels, **{key: container[key] for key in ("Id", "Created", "State")}}
