"""Where the hub tells how servers have ended: a page for administrators, and the API."""

from dataclasses import asdict
from http import HTTPStatus
from itertools import islice

from administrators import READ_ENDINGS
from endings import KEPT
from jupyterhub.apihandlers.base import APIHandler
from jupyterhub.handlers.base import BaseHandler
from jupyterhub.scopes import needs_scope
from tornado.web import HTTPError, authenticated

LISTED = 100
"""How many endings the page lists."""


class EndingHandler(APIHandler):
    """Tells how a person's server has ended: the person, and whoever may read that of everybody."""

    @needs_scope("read:servers")  # type: ignore[untyped-decorator]
    def get(self, user_name: str) -> None:
        """Answer with the `Ending` of the server that the query names, or that there is none."""
        asks = self.current_user
        own = getattr(asks, "orm_user", None) is not None and asks.name == user_name
        if not own and READ_ENDINGS not in self.expanded_scopes:
            raise HTTPError(HTTPStatus.FORBIDDEN, "Logs are for whose server it was.")
        named = self.get_query_argument("server", "")
        server = f"{user_name}:{named}" if named else user_name
        found = KEPT.of(server)
        if found is None:
            raise HTTPError(HTTPStatus.NOT_FOUND, f"No server of {server} has ended lately.")
        self.write(asdict(found) | {"why": found.why, "when": found.when})


class EndingsHandler(BaseHandler):
    """Lists the last ending of each server, for administrators, and shows one."""

    @authenticated
    @needs_scope(READ_ENDINGS)  # type: ignore[untyped-decorator]
    async def get(self) -> None:
        """Answer with the page."""
        shown = KEPT.of(self.get_query_argument("server", ""))
        listed = [*islice(KEPT.newest(), LISTED)]
        self.finish(await self.render_template("endings.html", listed=listed, shown=shown))


HANDLERS = [(r"/api/users/([^/]+)/ending", EndingHandler), (r"/endings", EndingsHandler)]
