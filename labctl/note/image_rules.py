"""What changed images mean for people: whom they reach, and when. Templates are as in rules.py."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from hubpreview.changes import Change
from hubpreview.differences import Difference

from .markdown import code, listed
from .rules import Found, Rule, Weight

IMAGE = re.compile(r"containers\.json\.servers\[(.*?)\]\.container\.Image")
"""The path of the image of people's containers, by their profile: hubpreview/differences.py."""
BUILD = re.compile(r"\bdocker:index/image:Image::(?:.*-)?environment-(.+)-build$")
"""The end of the URN of an environment's build."""
CHANGES = Rule(
    Weight.NEXT_START,
    "The image {new} changes: {who} get it at their next start; {servers} keep theirs.",
)
ANOTHER = Rule(
    Weight.NEXT_START,
    "From their next start on, {who} have the image {new} instead of {old}; {servers} keep theirs.",
)


PUBLISHED = Rule(
    Weight.ACCESS,
    "The environment {name} is made of {new} instead of {old}: whoever publishes that runs code in "
    "the servers that have it, with people's files.",
)


def of_build(change: Change) -> Iterator[Found]:
    """Yield a rule if an image from elsewhere becomes another: images/elsewhere."""
    for each in change.differences:
        found = BUILD.search(change.urn)
        if found and each.path == "build.args.IMAGE":
            values = {"name": code(found[1]), "old": code(each.old), "new": code(each.new)}
            yield Found(PUBLISHED, values)


def of_images(differences: Iterable[Difference], settings: dict[str, Any]) -> Iterator[Found]:
    """Yield a rule for each image that changes; `settings` is the hub's settings.json."""
    reached = defaultdict(list)
    for each in differences:
        if found := IMAGE.fullmatch(each.path):
            reached[_named(each.old), _named(each.new)].append(found[1])
    profiles = settings.get("profiles") or []
    for (old, new), names in reached.items():
        values = {"old": old, "new": new, "who": _who(names, profiles)}
        yield Found(CHANGES if old == new else ANOTHER, values)


def _named(image: str) -> str:
    """Return the environment that an image is of: components/image_chain.py names it."""
    return code(re.sub(r"^jupyterhub-(environment-)?|:.*", "", image))


def _who(names: list[str], profiles: list[dict[str, Any]]) -> str:
    if len(names) >= len(profiles) and not any(each.get("groups") for each in profiles):
        return "people"
    chosen = [
        code(each["name"]) + _of(each.get("groups")) for each in profiles if each["name"] in names
    ]
    return f"people who choose {' or '.join(chosen)}"


def _of(groups: list[str] | None) -> str:
    return f" (members of {listed(groups)})" if groups else ""
