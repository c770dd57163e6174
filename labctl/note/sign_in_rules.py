"""What a change of the settings on GitLab, and on who may sign in, means for people.

The tables have the forms of those in settings_rules.py.
"""

from .rules import AT_REFRESH, WITHIN, Rule, Weight

OUT = f"{{gone}} may no longer sign in, unless another rule lets them; they are out {AT_REFRESH}."
NO_MORE = f"{WITHIN}; other rules say who may sign in."

VALUES: dict[str, Rule] = {
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
}
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
}
LISTS: dict[str, tuple[Weight, str, str]] = {
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
