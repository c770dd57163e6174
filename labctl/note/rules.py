"""What a change means for people: the form of the tables beside this module.

In a template, {servers} stands for the servers that run, {old} and {new} for values, {gone} and
{come} for what leaves and enters a list.
"""

from enum import IntEnum
from typing import NamedTuple

WITHIN = "within a minute"
"""When people are checked again: `auth_refresh_age` in images/hub/login_config.py, and what servers
remember, `cache_max_age` in images/singleuser/start-singleuser.sh."""
AT_REFRESH = f"at their next refresh, {WITHIN}"


class Weight(IntEnum):
    """How much people mind a change, the worst first."""

    DATA = 0
    SERVERS = 1
    FILES = 2
    SIGN_IN = 3
    PAUSE = 4
    ACCESS = 5
    NEXT_START = 6
    QUIET = 7


class Rule(NamedTuple):
    """What a change means for people: how much they mind, and a template of the sentence on it."""

    weight: Weight
    template: str


class Found(NamedTuple):
    """A rule that applies to a change, with the values for its template."""

    rule: Rule
    values: dict[str, str]
