"""What a change of `notebook.shared` means for people. Templates are as in rules.py."""

import re
from collections.abc import Iterator
from typing import Any

from .markdown import code, listed
from .rules import Found, Rule, Weight

PATH = re.compile(r"notebook\.shared\[(.+)\](?:\.(\w+))?")
"""The path of a share, by its target, or of one of its properties: hubpreview/differences.py."""

COMES = Rule(Weight.NEXT_START, "{who} see {place} from their next start on, and {can}.")
GOES = Rule(
    Weight.NEXT_START,
    "People do not see {place} any more, from their next start on; the files stay.",
)
PROPERTIES: dict[str, Rule] = {
    "source": Rule(
        Weight.FILES,
        "From their next start on, people see {new} instead of {old} in {place}; the files stay.",
    ),
    "groups": Rule(
        Weight.NEXT_START,
        "From their next start on, {place} is for {new_members} instead of {old_members}.",
    ),
    "read_only": Rule(
        Weight.NEXT_START,
        "Whoever sees {place} {can}, from their next start on.",
    ),
}


def of_share(path: str, old: Any, new: Any) -> Iterator[Found]:
    """Yield the rules for a share, or a property of one, that is `new` instead of `old`.

    A share that is missing is None.
    """
    if not (found := PATH.fullmatch(path)):
        return  # the whole list, in another order
    target, key = found.groups()
    values = {"place": code(target)}
    if key:
        members = {"old_members": _members(old), "new_members": _members(new)}
        values |= {"old": code(old), "new": code(new), "can": _can(new), **members}
        yield Found(PROPERTIES[key], values)
    elif new is None:
        yield Found(GOES, values)
    else:
        who = _members(new["groups"]) if new["groups"] else "people"
        yield Found(COMES, values | {"who": who, "can": _can(new["read_only"])})


def _members(groups: Any) -> str:
    return f"members of {listed(groups)}" if isinstance(groups, list) else "everyone"


def _can(read_only: Any) -> str:
    return "cannot change it" if read_only else "can write there"
