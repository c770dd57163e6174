"""Which accounts and groups a notebook may run as."""

from typing import Annotated

from pydantic import AfterValidator

USERS_GROUP = 100
"""The group `users` of Debian and Ubuntu, and the article's."""
FIRST_ID = 1000
"""Below are the system's own accounts and groups: UID_MIN in /etc/login.defs."""
SYSTEM_ACCOUNTS = {
    *("root", "daemon", "bin", "sys", "sync", "games", "man", "lp", "mail", "news", "uucp"),
    *("proxy", "www-data", "backup", "list", "irc", "nobody", "_apt", "sshd"),
}
"""Of a Debian image; base-notebook would delete the one whose name it takes."""


def _account(name: str) -> str:
    if name in SYSTEM_ACCOUNTS:
        msg = f"{name} is an account of the system's own: give another, such as ubuntu"
        raise ValueError(msg)
    return name


def _group(number: int) -> int:
    if number != USERS_GROUP and number < FIRST_ID:
        msg = (
            f"groups below {FIRST_ID} are the system's: give {USERS_GROUP} (users), "
            f"or {FIRST_ID} or more"
        )
        raise ValueError(msg)
    return number


AccountName = Annotated[str, AfterValidator(_account)]
GroupNumber = Annotated[int, AfterValidator(_group)]
