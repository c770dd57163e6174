"""What a change of `user_domains` means for people. Templates are as in rules.py."""

from collections.abc import Iterator
from typing import Any

from .markdown import code
from .rules import Found, Rule, Weight

NONE = (None, "none")
"""The values with which people's servers are at the hub's own host."""
FROM_HOST = Rule(
    Weight.SIGN_IN,
    "Each person's server is found at a host name of its own below {new}, which the DNS has to "
    "lead to the hub, instead of the hub's own host; old addresses lead there, and {servers} stay. "
    "What a server shows cannot act in the hub any more for who opens it. Over https everyone "
    "signs in again.",
)
MOVED = Rule(
    Weight.SIGN_IN,
    "People's servers are found at host names below {new}, which the DNS has to lead to the hub, "
    "instead of {old}: {servers} have to be started again.",
)
TO_HOST = Rule(
    Weight.SIGN_IN,
    "People's servers are found at the hub's own host instead of host names below {old}: {servers} "
    "have to be started again. What a server shows can act in the hub for who opens it, an "
    "administrator too. Over https everyone signs in again.",
)
SAID = Rule(
    Weight.QUIET,
    "The stack file says that people's servers are to be at the hub's own host, where they are.",
)
UNSAID = Rule(
    Weight.QUIET,
    "The stack file says no longer that people's servers are to be at the hub's own host; they "
    "stay there.",
)


def of_domains(old: Any, new: Any) -> Iterator[Found]:
    """Yield the rule for a domain of people's servers that is `new` instead of `old`."""
    words = {"old": code(old), "new": code(new)}
    if new not in NONE:
        yield Found(FROM_HOST if old in NONE else MOVED, words)
    elif old not in NONE:
        yield Found(TO_HOST, words)
    else:
        yield Found(SAID if new else UNSAID, words)
