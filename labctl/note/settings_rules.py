"""What a change of the hub's settings.json means for people.

The hub reads the file when it starts, and makes servers by it from then on; its readers are in
images/hub. Templates are as in rules.py.
"""

import re

from .rules import AT_REFRESH, WITHIN, Rule, Weight

OUT = f"{{gone}} may no longer sign in, unless another rule lets them; they are out {AT_REFRESH}."
NO_MORE = f"{WITHIN}; other rules say who may sign in."

VALUES: dict[str, Rule] = {
    "site_url": Rule(Weight.ACCESS, "People find the hub at {new} instead of {old}."),
    "hub_address": Rule(
        Weight.SERVERS,
        "The hub's address is {new} instead of {old}: {servers} cannot reach it any more, and have "
        "to be started again.",
    ),
    "active_servers": Rule(
        Weight.NEXT_START,
        "Servers that run at a time at most: {new} instead of {old}.",
    ),
    "idle_hours": Rule(
        Weight.ACCESS,
        "Hours without activity after which a server is stopped: {new} instead of {old}.",
    ),
    "session_hours": Rule(
        Weight.ACCESS,
        "Hours after which people sign in again: {new} instead of {old}, those too who are signed "
        "in now.",
    ),
    "profiles": Rule(
        Weight.NEXT_START, "People choose between other profiles at their next start."
    ),
    "gitlab.url": Rule(
        Weight.SIGN_IN,
        "People sign in with their account at {new} instead of {old}. Whoever has signed in before "
        "is refused there if that is another account to GitLab, until an administrator moves their "
        "files and deletes them in the hub.",
    ),
    "gitlab.internal_url": Rule(
        Weight.SIGN_IN,
        "The hub reaches GitLab at {new} instead of {old}: if that is another GitLab, everyone "
        f"signs in again {AT_REFRESH}.",
    ),
    "gitlab.callback_url": Rule(
        Weight.SIGN_IN,
        "Edit the application in GitLab first: its redirect URI has to be {new} instead of {old}. "
        "Until then nobody can sign in.",
    ),
    "gitlab.scopes": Rule(
        Weight.SIGN_IN,
        "Edit the application in GitLab first: its scopes have to be {new} instead of {old}. "
        "People agree to them when they sign in.",
    ),
    "gitlab.ca_file": Rule(
        Weight.QUIET,
        "The hub takes GitLab's authorities from {new} instead of {old}.",
    ),
    "notebook.image": Rule(
        Weight.NEXT_START,
        "The image lab changes: people get it at their next start; {servers} keep theirs.",
    ),
    "notebook.directory": Rule(
        Weight.NEXT_START,
        "People's home in a notebook is {new} instead of {old}, from their next start on.",
    ),
    "notebook.home": Rule(
        Weight.FILES,
        "From their next start on, people's files are in {new} instead of {old}: they do not see "
        "what they have there, which stays.",
    ),
    "notebook.volume_prefix": Rule(
        Weight.FILES,
        "From their next start on, people's files are in volumes that begin with {new} instead of "
        "{old}: they do not see what they have there, which stays.",
    ),
    "notebook.uid": Rule(
        Weight.FILES,
        "Notebooks run as uid {new} instead of {old}, from people's next start on: homes that "
        "belong to {old} have to be given to {new} (chown) before.",
    ),
    "notebook.gid": Rule(Weight.NEXT_START, "Notebooks run as gid {new} instead of {old}."),
}
ABSENT = {
    "active_servers": "any number",
    "idle_hours": "never",
    "session_hours": "336",
    "gitlab.ca_file": "the system",
}
"""What a missing value means."""

FLAGS: dict[str, tuple[Weight, str, str]] = {
    "gitlab.allow_everyone": (
        Weight.ACCESS,
        f"Only those whom a rule names may sign in; everyone else is out {AT_REFRESH}.",
        "Every account of GitLab may sign in.",
    ),
    "gitlab.admins_open_servers": (
        Weight.ACCESS,
        "Administrators can no longer open everybody's server; they can still list, start and stop "
        "them.",
        "Administrators can open everybody's server, and so read and change everybody's files.",
    ),
    "notebook.system_users": (
        Weight.FILES,
        "Notebooks run as one account for all, no longer as the host's accounts: people do not see "
        "what is in their homes of the host, which stays.",
        "Notebooks run as the host's account of each person's name, in its home: people do not "
        "see what is in their present home, which stays.",
    ),
}
"""The templates are for a setting that is false now, and for one that is true."""

LISTS: dict[str, tuple[Weight, str, str]] = {
    "fronts": (
        Weight.QUIET,
        "Believed from now on in what they say of people's addresses: {come}.",
        "No longer believed in what they say of people's addresses: {gone}.",
    ),
    "gitlab.allowed_users": (Weight.ACCESS, "{come} may sign in.", OUT),
    "gitlab.allowed_groups": (Weight.ACCESS, "Members of {come} may sign in.", f"Members of {OUT}"),
    "gitlab.allowed_projects": (
        Weight.ACCESS,
        "Developers of {come} may sign in.",
        f"Developers of {OUT}",
    ),
    "gitlab.admin_users": (
        Weight.ACCESS,
        "New administrators, who may sign in too: {come}.",
        f"No longer administrators: {{gone}}, {NO_MORE}",
    ),
    "gitlab.admin_groups": (
        Weight.ACCESS,
        "New administrators, who may sign in too: members of {come}.",
        f"No longer administrators: members of {{gone}}, {NO_MORE}",
    ),
}
"""The templates are for what enters a list, and for what leaves it."""

FOLLOWS = {"proxy_api_url", "proxy_address", "network", "addresses", "notebook.name_prefix"}
FOLLOWS |= {"labels.pulumi.project", "labels.pulumi.stack"}
"""Settings whose change is told of something else, or is nothing that people notice."""
LIMITS = r"(memory_mib|cpus|gpus(\.\w+)?)"
GONE = re.compile(rf"notebook\.(sudo|pids|{LIMITS})|gpus(\.\w+)?|profiles\[\d+\]\.{LIMITS}")
"""Settings of earlier versions, whose values are in containers.json now."""
REGISTERED = {"gitlab.callback_url", "gitlab.scopes"}
"""Settings whose change is told of the application in GitLab, if the program registers that."""
