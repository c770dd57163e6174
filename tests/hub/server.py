"""As much of a single-user server as signs people in by the hub: its own class does that."""

import os
from urllib.parse import urlsplit

from jupyterhub.services.auth import HubOAuth, HubOAuthCallbackHandler, HubOAuthenticated
from tornado.ioloop import IOLoop
from tornado.web import Application, RequestHandler, authenticated

PREFIX = os.environ["JUPYTERHUB_SERVICE_PREFIX"]


class Page(HubOAuthenticated, RequestHandler):  # type: ignore[misc]
    """Says who is there, and the token that JupyterLab's page has."""

    def set_default_headers(self) -> None:
        self.set_header("X-Page", "server")

    @authenticated
    def get(self) -> None:
        self.write({"name": self.current_user["name"], "token": self.hub_auth.get_token(self)})


if __name__ == "__main__":
    HubOAuth.instance(cache_max_age=1)
    application = Application(
        [(f"{PREFIX}oauth_callback", HubOAuthCallbackHandler), (f"{PREFIX}.*", Page)],
        cookie_secret=os.urandom(32),
    )
    port = urlsplit(os.environ["JUPYTERHUB_SERVICE_URL"]).port
    assert port
    application.listen(port, "127.0.0.1")
    IOLoop.current().start()
