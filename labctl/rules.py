"""What a change means for people: tables, from what components/ declare and images/hub reads.

In a text, {servers} are those that run, {old} and {new} are values, {gone} and {come} are what
leaves and enters a list. Resources go by their role: names.py.
"""

from enum import IntEnum

from .changes import Operation

RESTART_SECONDS = 5
"""Measured: three times `pulumi up` that replaces the hub (4.0 to 4.6 s, images built before), with
a page asked for every 0.1 s through the proxy: none came for about 2 s. Rounded up for machines
that do more."""
ROUTES_SECONDS = 10
"""`last_activity_interval` in images/hub/jupyterhub_config.py: how often the hub looks after the
proxy's routes, which are in its memory only."""
REFRESH_MINUTES = 5
"""`auth_refresh_age` in images/hub/login_config.py."""


class Weight(IntEnum):
    """How much people mind, most first."""

    DATA = 0
    SERVERS = 1
    FILES = 2
    SIGN_IN = 3
    PAUSE = 4
    ACCESS = 5
    NEXT_START = 6
    QUIET = 7


Text = tuple[Weight, str]

DELETE, REPLACE, _, CREATE = Operation
AT_REFRESH = f"at their next refresh, within {REFRESH_MINUTES} minutes"
NETWORK_GOES = (
    "The network {is_gone}: ALL servers have to end first. While one runs, Docker keeps the "
    "network, and the update fails after 30 s with hub and proxy already gone."
)
DATABASE_STAYS = (
    "The hub's database stays behind, in its volume: who came in, with which account, which "
    "servers run, and all tokens are forgotten."
)
STANDIN_STAYS = (
    "The stand-in's database stays behind, in its volume: the applications and tokens in it are "
    "forgotten."
)
CERTIFICATES_STAY = (
    "The edge's certificates stay behind, in its volume: it asks for new ones, and browsers do not "
    "know the new authority where that was its own."
)
SIGN_IN_AGAIN = f"everyone signs in again {AT_REFRESH}; {{servers}} stay."

RESOURCES: dict[tuple[str, Operation], Text] = {
    ("hub-data", REPLACE): (Weight.DATA, DATABASE_STAYS),
    ("gitlab-data", REPLACE): (Weight.DATA, STANDIN_STAYS),
    ("edge-data", REPLACE): (Weight.DATA, CERTIFICATES_STAY),
    ("hub-data", CREATE): (
        Weight.DATA,
        "The hub's database is missing: unless its volume is still there, who came in, with which "
        "account, which servers run, and all tokens are forgotten.",
    ),
    **{("network-bridge", ends): (Weight.SERVERS, NETWORK_GOES) for ends in (DELETE, REPLACE)},
    ("login-application", CREATE): (
        Weight.SIGN_IN,
        "An OAuth application is registered in GitLab: whoever is signed in through another signs "
        f"in again {AT_REFRESH}.",
    ),
    ("login-application", REPLACE): (
        Weight.SIGN_IN,
        f"The OAuth application in GitLab is replaced: {SIGN_IN_AGAIN}",
    ),
    ("login-application", DELETE): (
        Weight.SIGN_IN,
        f"The OAuth application in GitLab is deleted: {SIGN_IN_AGAIN}",
    ),
    ("hub-cookie-secret", REPLACE): (
        Weight.SIGN_IN,
        "The hub's cookie secret is replaced: everyone signs in again at once; {servers} stay.",
    ),
    ("hub-crypt-key", REPLACE): (
        Weight.SIGN_IN,
        "The key of the stored GitLab tokens is replaced, and with it they are unreadable: "
        f"{SIGN_IN_AGAIN}",
    ),
    ("hub-container", REPLACE): (
        Weight.PAUSE,
        f"The hub restarts: about {RESTART_SECONDS} s without sign-in and without starting "
        "servers; {servers} stay.",
    ),
    ("hub-container", CREATE): (Weight.PAUSE, "The hub is missing, and starts again."),
    ("proxy-container", CREATE): (
        Weight.PAUSE,
        "The proxy is missing, and starts again: nobody reaches anything until then; {servers} "
        "stay{routes}.",
    ),
    ("proxy-container", REPLACE): (
        Weight.PAUSE,
        "The proxy is replaced: all connections drop for some seconds; {servers} stay{routes}.",
    ),
    ("edge-container", CREATE): (
        Weight.PAUSE,
        "The edge, where TLS ends, starts: nobody reaches anything until then; {servers} stay.",
    ),
    ("edge-container", REPLACE): (
        Weight.PAUSE,
        "The edge is replaced: all connections drop for some seconds; {servers} stay.",
    ),
    ("edge-container", DELETE): (
        Weight.ACCESS,
        "The edge is removed: TLS does not end here any more.",
    ),
    ("gitlab-container", REPLACE): (
        Weight.PAUSE,
        "The stand-in restarts: nobody can sign in for some seconds.",
    ),
    ("gitlab-container", CREATE): (Weight.PAUSE, "The stand-in starts, in GitLab's place."),
    ("gitlab-container", DELETE): (Weight.SIGN_IN, "The stand-in is removed."),
}
ROUTES_LATER = (
    f", and are reachable again when the hub has looked after them, within {ROUTES_SECONDS} s"
)

ADDED = (
    Weight.QUIET,
    "The hub is new, or comes back to volumes that stayed: nobody uses it now, so nobody notices.",
)
REMOVED = (
    Weight.SERVERS,
    "The hub is removed. Its database and people's files stay, in volumes or directories.",
)
