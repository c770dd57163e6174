"""Where the hub tells how servers have ended: a page for administrators, and the API."""

from dataclasses import asdict
from http import HTTPStatus

from endings import KEPT
from jupyterhub.apihandlers.base import APIHandler
from jupyterhub.handlers.base import BaseHandler
from jupyterhub.scopes import needs_scope
from tornado.web import HTTPError, authenticated


class EndingHandler(APIHandler):
    """Tells how a person's server has ended: the person, and whoever may look at their servers."""

    @needs_scope("read:servers")  # type: ignore[untyped-decorator]
    def get(self, user_name: str) -> None:
        """Answer with an `Ending`, or that there is none."""
        found = KEPT.of(user_name)
        if found is None:
            raise HTTPError(HTTPStatus.NOT_FOUND, f"No server of {user_name} has ended lately.")
        self.write(asdict(found) | {"why": found.why, "when": found.when})


class EndingsHandler(BaseHandler):
    """Lists the last ending of each server, for administrators."""

    @authenticated
    @needs_scope("admin-ui")  # type: ignore[untyped-decorator]
    async def get(self) -> None:
        """Answer with the page."""
        self.finish(await self.render_template("endings.html", endings=KEPT.all()))


HANDLERS = [(r"/api/users/([^/]+)/ending", EndingHandler), (r"/endings", EndingsHandler)]
