"""What a change of `user_domains` means for people. Templates are as in rules.py."""

from collections.abc import Iterator
from typing import Any

from .markdown import code
from .rules import Found, Rule, Weight

NONE = (None, "none")
"""The values with which people's servers are at the hub's own host."""
TO_DOMAINS = Rule(
    Weight.SIGN_IN,
    "Each person's server is found at a host name of its own below {new} instead of {old}, which "
    "the DNS has to lead to the hub. What a server shows cannot act in the hub any more for who "
    "opens it. Old addresses lead there. {servers} have to be started again; over https everyone "
    "signs in again.",
)
TO_HOST = Rule(
    Weight.SIGN_IN,
    "People's servers are found at the hub's own host instead of host names below {old}. What a "
    "server shows can act in the hub for who opens it, an administrator too. Old addresses lead "
    "nowhere. {servers} have to be started again; over https everyone signs in again.",
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
    words = {"old": "the hub's own host" if old in NONE else code(old), "new": code(new)}
    if new not in NONE:
        yield Found(TO_DOMAINS, words)
    elif old not in NONE:
        yield Found(TO_HOST, words)
    else:
        yield Found(SAID if new else UNSAID, words)
