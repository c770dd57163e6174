"""Host names of people's servers, and what the hub answers by names that are not its own."""

import hashlib
import re
from base64 import b32encode
from dataclasses import dataclass
from http import HTTPStatus

from jupyterhub import orm
from tornado.web import RequestHandler

PLAIN = re.compile(r"(?!.*--)(?!\d+$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
"""Names that are labels of the DNS as they are. Two hyphens mark a label that stands for a name."""
UNSAFE = re.compile(r"[^a-z0-9]")
STUB, DIGEST = 20, 26
"""How much of a name, and of its digest, a label shows: 26 characters of base 32 are 130 bits."""


@dataclass(frozen=True)
class UserDomains:
    """Gives each person, and each service, a host name that no other can have.

    JupyterHub's own hook tells names apart by 28 bits of a digest, which somebody who chooses a
    name can make the same as another person's.
    """

    domain: str

    def __call__(self, name: str, domain: str, kind: str) -> str:  # noqa: ARG002  # JupyterHub's
        """Return the host name; `domain` is the hub's host, which people's need not be below."""
        return f"{label(name)}{'' if kind == 'user' else f'--{kind}'}.{self.domain}"


def label(name: str) -> str:
    """Return a label of the DNS for a name; different names have different ones."""
    if PLAIN.fullmatch(name):
        return name
    digest = b32encode(hashlib.sha256(name.encode()).digest()).decode().lower()
    stub = UNSAFE.sub("", name.lower())[:STUB] or "x"
    return f"u-{stub}--{digest[:DIGEST]}"


class Elsewhere(RequestHandler):
    """Leads who comes by another name than the hub's to the hub, and knows nobody."""

    def initialize(self, site_url: str) -> None:
        """Take the hub's own address."""
        self.site_url = site_url

    def get(self, path: str) -> None:
        """Redirect, to the page that starts a server where it is a server's address."""
        _, _, asked = str(self.request.uri).partition("/elsewhere/")
        inside = "" if path.startswith("/hub/") else "hub/"
        self.redirect(f"{self.site_url}{inside}{asked}")


class Known(RequestHandler):
    """Tells the edge, before it asks for a certificate, whether a host name is somebody's."""

    def initialize(self, site_host: str) -> None:
        """Take the hub's own name: who comes by it is not the edge, and is told nothing."""
        self.site_host = site_host

    def get(self) -> None:
        """Answer with 200 if the query's `domain` is a person's, and with 404 if not."""
        wanted = self.get_query_argument("domain", "")
        hook, names = self.settings["subdomain_hook"], self.settings["db"].query(orm.User.name)
        plain = wanted.partition(".")[0]
        if PLAIN.fullmatch(plain):
            names = names.filter(orm.User.name == plain)
        known = any(hook(name, "", "user") == wanted for (name,) in names)
        if self.request.host_name == self.site_host or not known:
            self.send_error(HTTPStatus.NOT_FOUND)
