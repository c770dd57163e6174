"""Which account and group a notebook may run as."""

from typing import Annotated

from pydantic import AfterValidator

from .settings import matching

USERS_GROUP = 100
"""The group `users` of Debian and Ubuntu, and the article's."""
FIRST_ID = 1000
"""Below are the system's own accounts and groups: UID_MIN in /etc/login.defs."""
SYSTEM_NAMES = {
    *("root", "daemon", "bin", "sys", "sync", "games", "man", "lp", "mail", "news", "uucp"),
    *("proxy", "www-data", "backup", "list", "irc", "nobody", "_apt", "sshd"),
    # groups alone
    *("adm", "tty", "disk", "kmem", "dialout", "fax", "voice", "cdrom", "floppy", "tape", "sudo"),
    *("audio", "dip", "operator", "src", "shadow", "utmp", "video", "sasl", "plugdev", "staff"),
    *("users", "nogroup", "_ssh"),
}
"""Of a Debian image. base-notebook would delete the account whose name it takes, and cannot make a
group that there is."""


def _account(name: str) -> str:
    if name in SYSTEM_NAMES:
        msg = f"{name} is an account or group of the system's own: give another, such as ubuntu"
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


AccountName = Annotated[
    str,
    matching(
        r"[a-z_][a-z0-9_-]{0,31}",
        "a Linux user name: lower-case letters, digits, _ and -, 32 at most and a letter or _ "
        "first, such as ubuntu",
    ),
    AfterValidator(_account),
]
GroupNumber = Annotated[int, AfterValidator(_group)]
