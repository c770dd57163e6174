"""Accounts and groups that a notebook may run as."""

from typing import Annotated

from pydantic import AfterValidator, Field

from ..model import matching

USERS_GROUP = 100
"""The id of the group `users` of Debian and Ubuntu, in which the article's notebooks run."""
FIRST_ID = 1000
"""The lowest id of a person's account or group: those below it are the system's own (UID_MIN and
GID_MIN in /etc/login.defs)."""
LAST_ID = 2**31 - 1
"""The highest id that the engine runs a container as: maxID in moby's sys/user/user.go. Directory
services give out ids far above the 60000 at which useradd ends (UID_MAX)."""
NO_IDS = {65534: "nobody", 65535: "no id to 16-bit programs"}
"""Ids in between that are nobody's, and what they stand for."""
SYSTEM_NAMES = {
    *("root", "daemon", "bin", "sys", "sync", "games", "man", "lp", "mail", "news", "uucp"),
    *("proxy", "www-data", "backup", "list", "irc", "nobody", "_apt", "sshd"),
    # only groups
    *("adm", "tty", "disk", "kmem", "dialout", "fax", "voice", "cdrom", "floppy", "tape", "sudo"),
    *("audio", "dip", "operator", "src", "shadow", "utmp", "video", "sasl", "plugdev", "staff"),
    *("users", "nogroup", "_ssh"),
}
"""Accounts and groups that a Debian image already has. images/base-notebook would delete an account
with the name that it is given, and cannot create a group that exists."""


def _account(name: str) -> str:
    if name in SYSTEM_NAMES:
        msg = f"{name} is an account or group of the system's own: give another, such as ubuntu"
        raise ValueError(msg)
    return name


def _somebody(number: int) -> int:
    if number in NO_IDS:
        msg = f"{number} stands for {NO_IDS[number]}: give another"
        raise ValueError(msg)
    return number


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
UserNumber = Annotated[int, Field(ge=FIRST_ID, le=LAST_ID), AfterValidator(_somebody)]
GroupNumber = Annotated[int, Field(le=LAST_ID), AfterValidator(_group), AfterValidator(_somebody)]
