"""What people will notice of a change, most serious first."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from . import property_rules, rules, settings_rules
from .changes import Change, Operation
from .differences import Difference
from .markdown import code, listed
from .names import hub_of
from .rules import Text, Weight
from .share_rules import of_share
from .unused_settings import unused

SETTINGS = "settings.json."

Found = tuple[Text, dict[str, str]]
"""A rule that applies, with the values for its text."""


@dataclass(frozen=True, order=True)
class Consequence:
    """A sentence, as Markdown."""

    weight: Weight
    text: str


def consequences(changes: list[Change], servers: str) -> list[Consequence]:
    """Say what people will notice; `servers` are those that run, such as `7 running servers`."""
    result = set()
    for parts in (list(group) for _, group in groupby(sorted(changes, key=_hub), key=_hub)):
        hub = {change.role: change.operation for change in parts}
        restarts = hub.get("hub-container") == Operation.REPLACE
        words = {"servers": servers, "routes": "" if restarts else rules.ROUTES_LATER}
        for (weight, template), values in _telling(parts, hub):
            text = template.format(**words, **values)
            result.add(Consequence(weight, text[0].upper() + text[1:]))
    return sorted(result)


def _hub(change: Change) -> str:
    return hub_of(change.urn)


def _telling(changes: list[Change], hub: dict[str, Operation]) -> Iterator[Found]:
    """Choose from all that applies to a hub by what happens to its database and its network.

    `hub` has what happens to its resources, by their role.
    """
    if hub.get("hub-data") == hub.get("network-bridge") == Operation.CREATE:
        yield rules.ADDED, {}
        return
    registered = hub.get("login-application", Operation.DELETE) != Operation.DELETE
    elsewhere = settings_rules.FOLLOWS | (settings_rules.REGISTERED if registered else set())
    found = [each for change in changes for each in _of_change(change, elsewhere)]
    if hub.get("hub-data") == Operation.DELETE:
        yield rules.REMOVED, {}
        found = [each for each in found if each[0][0] <= Weight.SERVERS]
    if hub.get("network-bridge") in {Operation.DELETE, Operation.REPLACE}:  # it carries everything
        said = settings_rules.VALUES["hub_address"]
        found = [each for each in found if each[0][0] != Weight.PAUSE and each[0] != said]
    yield from found


def _of_change(change: Change, elsewhere: set[str]) -> Iterator[Found]:
    if rule := rules.RESOURCES.get((change.role, change.operation)):
        yield rule, {"is_gone": f"is {change.operation.done}"}
    for difference in change.differences:
        if rule := property_rules.PROPERTIES.get((change.role, difference.path)):
            keeps = "; it keeps running" if change.operation == Operation.UPDATE else ""
            words = _in_words(difference, property_rules.ABSENT.get(difference.path))
            yield rule, words | {"keeps_running": keeps}
        elif change.role == "hub-container" and difference.path.startswith(SETTINGS):
            path = difference.path.removeprefix(SETTINGS)
            if path.partition("[")[0] not in elsewhere | unused(change.settings):
                yield from _of_setting(path, difference)


def _of_setting(path: str, difference: Difference) -> Iterator[Found]:
    """Say what a change of the hub's settings.json means; `path` is the setting's."""
    key = path.partition("[")[0]
    if key in settings_rules.FLAGS:
        weight, *texts = settings_rules.FLAGS[key]
        yield (weight, texts[bool(difference.new)]), {}
    elif key == "notebook.shared":
        yield from of_share(path, difference.old, difference.new)
    elif path in settings_rules.LISTS:
        weight, came, went = settings_rules.LISTS[key]
        old, new = _items(difference.old), _items(difference.new)
        if come := [item for item in new if item not in old]:
            yield (weight, came), {"come": listed(come)}
        if gone := [item for item in old if item not in new]:
            yield (weight, went), {"gone": listed(gone)}
    elif key in settings_rules.VALUES:
        yield settings_rules.VALUES[key], _in_words(difference, settings_rules.ABSENT.get(key))
    else:
        text = "The hub's setting {path} is {new} instead of {old}."
        yield (Weight.NEXT_START, text), {"path": code(path), **_in_words(difference, "not set")}


def _in_words(difference: Difference, absent: str | None) -> dict[str, str]:
    """Return both values; `absent` says what none means."""
    values = {"old": difference.old, "new": difference.new}
    if difference.path == "ports":
        values = {key: property_rules.published(ports) for key, ports in values.items()}
    none = absent or "the default"
    return {key: none if value is None else code(value) for key, value in values.items()}


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
