"""What a change of `gpus.limits` means for people. Templates are as in rules.py."""

import re
from collections.abc import Iterator
from typing import Any

from .markdown import code
from .rules import Found, Rule, Weight

PATH = re.compile(r"gpu_limits\[(.+)\](?:\.gpus)?")
"""The path of a limit, by its group, or of its number: hubpreview/differences.py."""
LIMIT = Rule(
    Weight.NEXT_START,
    "GPUs that members of {group} may lease at a time together: {new} instead of {old}. Servers "
    "that run keep theirs.",
)


def of_limits(path: str, old: Any, new: Any) -> Iterator[Found]:
    """Yield the rules for a limit, or all of them, that is `new` instead of `old`.

    A limit that is missing is None, as are all of them before a hub knew any.
    """
    if found := PATH.fullmatch(path):
        words = {"old": _number(old), "new": _number(new)}
        yield Found(LIMIT, {"group": code(found[1]), **words})
    elif old is None:
        for limit in new:
            words = {"old": _number(None), "new": _number(limit)}
            yield Found(LIMIT, {"group": code(limit["group"]), **words})


def _number(limit: Any) -> str:
    if limit is None:
        return "any number"
    return code(limit["gpus"] if isinstance(limit, dict) else limit)
