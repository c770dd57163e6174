"""What it means for people that a resource is made, replaced or deleted.

Resources are named by their role: hubpreview/names.py. Templates are as in rules.py.
"""

from hubpreview.changes import Operation

from .rules import AT_REFRESH, Rule, Weight

RESTART_SECONDS = 5
"""How long a restart of the hub takes, rounded up for busier machines. Measured: three runs of
`pulumi up` that replaced the hub took 4.0 to 4.6 s, with images built before. A page that was
requested through the proxy every 0.1 s did not arrive for about 2 s."""
ROUTES_SECONDS = 10
"""How often the hub restores the routes that the proxy has lost, since it has them in memory only:
`last_activity_interval` in images/hub/jupyterhub_config.py."""
DELETE, REPLACE, CREATE = Operation.DELETE, Operation.REPLACE, Operation.CREATE
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

RESOURCES: dict[tuple[str, Operation], Rule] = {
    ("hub-data", REPLACE): Rule(Weight.DATA, DATABASE_STAYS),
    ("gitlab-data", REPLACE): Rule(Weight.DATA, STANDIN_STAYS),
    ("edge-data", REPLACE): Rule(Weight.DATA, CERTIFICATES_STAY),
    ("hub-data", CREATE): Rule(
        Weight.DATA,
        "The hub's database is missing: unless its volume is still there, who came in, with which "
        "account, which servers run, and all tokens are forgotten.",
    ),
    ("announcement-volume", CREATE): Rule(Weight.ACCESS, "Every page of the hub shows a new line."),
    ("announcement-volume", REPLACE): Rule(
        Weight.ACCESS, "Every page of the hub shows another line."
    ),
    ("announcement-volume", DELETE): Rule(
        Weight.ACCESS, "No page of the hub shows its line any more."
    ),
    **{("network-bridge", ends): Rule(Weight.SERVERS, NETWORK_GOES) for ends in (DELETE, REPLACE)},
    ("login-application", CREATE): Rule(
        Weight.SIGN_IN,
        "An OAuth application is registered in GitLab: whoever is signed in through another signs "
        f"in again {AT_REFRESH}.",
    ),
    ("login-application", REPLACE): Rule(
        Weight.SIGN_IN,
        f"The OAuth application in GitLab is replaced: {SIGN_IN_AGAIN}",
    ),
    ("login-application", DELETE): Rule(
        Weight.SIGN_IN,
        f"The OAuth application in GitLab is deleted: {SIGN_IN_AGAIN}",
    ),
    ("hub-cookie-secret", REPLACE): Rule(
        Weight.SIGN_IN,
        "The hub's cookie secret is replaced: everyone signs in again at once; {servers} stay.",
    ),
    ("hub-crypt-key", REPLACE): Rule(
        Weight.SIGN_IN,
        "The key of the stored GitLab tokens is replaced, and with it they are unreadable: "
        f"{SIGN_IN_AGAIN}",
    ),
    ("hub-container", REPLACE): Rule(
        Weight.PAUSE,
        f"The hub restarts: about {RESTART_SECONDS} s without sign-in and without starting "
        "servers; {servers} stay.",
    ),
    ("hub-container", CREATE): Rule(Weight.PAUSE, "The hub is missing, and starts again."),
    ("docker-gate-container", CREATE): Rule(
        Weight.QUIET,
        "The hub has the engine through the docker gate, which lets through what people's servers "
        "need, and no more; {servers} stay.",
    ),
    ("docker-gate-container", REPLACE): Rule(
        Weight.PAUSE,
        "The docker gate is replaced: no server starts or stops for some seconds; {servers} stay.",
    ),
    ("docker-gate-container", DELETE): Rule(
        Weight.ACCESS,
        "The docker gate is removed: the hub has the engine's own socket, with which whoever gets "
        "into the hub is root on the host; {servers} stay.",
    ),
    ("proxy-container", CREATE): Rule(
        Weight.PAUSE,
        "The proxy is missing, and starts again: nobody reaches anything until then; {servers} "
        "stay{routes}.",
    ),
    ("proxy-container", REPLACE): Rule(
        Weight.PAUSE,
        "The proxy is replaced: all connections drop for some seconds; {servers} stay{routes}.",
    ),
    ("edge-container", CREATE): Rule(
        Weight.PAUSE,
        "The edge, where TLS ends, starts: nobody reaches anything until then; {servers} stay.",
    ),
    ("edge-container", REPLACE): Rule(
        Weight.PAUSE,
        "The edge is replaced: all connections drop for some seconds; {servers} stay.",
    ),
    ("edge-container", DELETE): Rule(
        Weight.ACCESS,
        "The edge is removed: TLS does not end here any more.",
    ),
    ("firewall-container", CREATE): Rule(
        Weight.ACCESS,
        "A firewall starts: from then on notebooks reach the hub, the site, GitLab, the mirrors "
        "that stay in them, DNS and what network.notebooks_reach says, but neither each other nor "
        "other services, the host's own ports and private networks. Connections that exist go on.",
    ),
    ("firewall-container", REPLACE): Rule(
        Weight.QUIET, "The firewall is replaced; there are rules in force meanwhile."
    ),
    ("firewall-container", DELETE): Rule(
        Weight.ACCESS,
        "The firewall is removed: notebooks reach each other, the host's own ports, and whatever "
        "the host reaches.",
    ),
    ("gitlab-container", REPLACE): Rule(
        Weight.PAUSE,
        "The stand-in restarts: nobody can sign in for some seconds.",
    ),
    ("gitlab-container", CREATE): Rule(Weight.PAUSE, "The stand-in starts, in GitLab's place."),
    ("gitlab-container", DELETE): Rule(Weight.SIGN_IN, "The stand-in is removed."),
}
ROUTES_LATER = (
    f", and are reachable again when the hub has looked after them, within {ROUTES_SECONDS} s"
)

ADDED = Rule(
    Weight.QUIET,
    "The hub is new, or comes back to volumes that stayed: nobody uses it now, so nobody notices.",
)
REMOVED = Rule(
    Weight.SERVERS,
    "The hub is removed. Its database and people's files stay, in volumes or directories.",
)
