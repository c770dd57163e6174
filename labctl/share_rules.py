"""What a change of `notebook.shared` means for people; texts are as in rules.py."""

import re
from collections.abc import Iterator
from typing import Any

from .markdown import code, listed
from .rules import Text, Weight

PATH = re.compile(r"notebook\.shared\[(.+)\](?:\.(\w+))?")
"""Of a share by its target, or of one of its properties: differences.py."""

COMES = (Weight.NEXT_START, "{who} see {place} from their next start on, and {can}.")
GOES = (
    Weight.NEXT_START,
    "People do not see {place} any more, from their next start on; the files stay.",
)
PROPERTIES: dict[str, Text] = {
    "source": (
        Weight.FILES,
        "From their next start on, people see {new} instead of {old} in {place}; the files stay.",
    ),
    "groups": (
        Weight.NEXT_START,
        "From their next start on, {place} is for {new_members} instead of {old_members}.",
    ),
    "read_only": (
        Weight.NEXT_START,
        "Whoever sees {place} {can}, from their next start on.",
    ),
}


def of_share(path: str, old: Any, new: Any) -> Iterator[tuple[Text, dict[str, str]]]:
    """Say what people notice of a share, or of a property, that is `new` instead of `old`."""
    if not (found := PATH.fullmatch(path)):
        return  # in another order
    values = {"place": code(found[1])}
    if found[2]:
        members = {"old_members": _members(old), "new_members": _members(new)}
        values |= {"old": code(old), "new": code(new), "can": _can(new), **members}
        yield PROPERTIES[found[2]], values
    elif new is None:
        yield GOES, values
    else:
        who = _members(new["groups"]) if new["groups"] else "people"
        yield COMES, values | {"who": who, "can": _can(new["read_only"])}


def _members(groups: Any) -> str:
    return f"members of {listed(groups)}" if isinstance(groups, list) else "everyone"


def _can(read_only: Any) -> str:
    return "cannot change it" if read_only else "can write there"
