"""What people will notice of changes, the most serious first."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from hubpreview.changes import Change, Operation
from hubpreview.differences import Difference
from hubpreview.names import hub_of

from . import property_rules, resource_rules, settings_rules
from .container_rules import of_container
from .domain_rules import of_domains
from .image_rules import of_build, of_images
from .limit_rules import of_limits
from .markdown import code, listed
from .rules import Found, Rule, Weight
from .share_rules import of_share
from .unused_settings import unused

SETTINGS, CONTAINERS = "settings.json.", "containers.json."


@dataclass(frozen=True, order=True)
class Consequence:
    """A sentence on what people will notice, in Markdown."""

    weight: Weight
    text: str


def consequences(changes: list[Change], servers: str) -> list[Consequence]:
    """Return what people will notice of changes, the most serious first.

    `servers` says which servers run, such as `7 running servers`.
    """
    result = set()
    for parts in (list(group) for _, group in groupby(sorted(changes, key=_hub), key=_hub)):
        hub = {change.role: change.operation for change in parts}
        restarts = hub.get("hub-container") == Operation.REPLACE
        words = {"servers": servers, "routes": "" if restarts else resource_rules.ROUTES_LATER}
        for (weight, template), values in _telling(parts, hub):
            text = template.format(**words, **values)
            result.add(Consequence(weight, text[0].upper() + text[1:]))
    return sorted(result)


def _hub(change: Change) -> str:
    return hub_of(change.urn)


def _telling(changes: list[Change], hub: dict[str, Operation]) -> Iterator[Found]:
    """Yield the rules that apply to the changes of a hub and are worth telling.

    That depends on what happens to the hub's database and network. `hub` has what happens to the
    hub's resources, by their role.
    """
    if hub.get("hub-data") == hub.get("network-bridge") == Operation.CREATE:
        yield Found(resource_rules.ADDED, {})
        return
    registered = hub.get("login-application", Operation.DELETE) != Operation.DELETE
    elsewhere = settings_rules.FOLLOWS | (settings_rules.REGISTERED if registered else set())
    found = [each for change in changes for each in _of_change(change, elsewhere)]
    if hub.get("hub-container") == Operation.REPLACE:  # no server starts then, gate or not
        paused = resource_rules.RESOURCES["docker-gate-container", Operation.REPLACE]
        found = [each for each in found if each.rule != paused]
    if hub.get("hub-data") == Operation.DELETE:
        yield Found(resource_rules.REMOVED, {})
        found = [each for each in found if each.rule.weight <= Weight.SERVERS]
    if hub.get("network-bridge") in {Operation.DELETE, Operation.REPLACE}:
        # All servers have to end anyway: pauses and another address of the hub are no news.
        new_address = settings_rules.VALUES["hub_address"]
        found = [
            each for each in found if each.rule.weight != Weight.PAUSE and each.rule != new_address
        ]
    yield from found


def _of_change(change: Change, elsewhere: set[str]) -> Iterator[Found]:
    if rule := resource_rules.RESOURCES.get((change.role, change.operation)):
        yield Found(rule, {"is_gone": f"is {change.operation.done}"})
    changed = {
        each.path.removeprefix(CONTAINERS): (each.old, each.new) for each in change.differences
    }
    yield from of_images(change.differences, change.settings)
    yield from of_build(change)
    for difference in change.differences:
        if rule := property_rules.PROPERTIES.get((change.role, difference.path)):
            keeps = "; it keeps running" if change.operation == Operation.UPDATE else ""
            words = _in_words(difference, property_rules.ABSENT.get(difference.path))
            yield Found(rule, words | {"keeps_running": keeps})
        elif change.role == "hub-container" and difference.path.startswith(SETTINGS):
            path = difference.path.removeprefix(SETTINGS)
            told = path.partition("[")[0] in elsewhere | unused(change.settings)
            if not told and not settings_rules.GONE.fullmatch(path):
                yield from _of_setting(path, difference)
        elif change.role == "hub-container" and difference.path.startswith(CONTAINERS):
            path = difference.path.removeprefix(CONTAINERS)
            yield from of_container(path, difference.old, difference.new, changed)


def _of_setting(path: str, difference: Difference) -> Iterator[Found]:
    """Yield the rules for a change of the setting at `path` in the hub's settings.json."""
    key = path.partition("[")[0]
    if key in settings_rules.FLAGS:
        weight, if_false, if_true = settings_rules.FLAGS[key]
        yield Found(Rule(weight, if_true if difference.new else if_false), {})
    elif key == "notebook.shared":
        yield from of_share(path, difference.old, difference.new)
    elif key == "gpu_limits":
        yield from of_limits(path, difference.old, difference.new)
    elif key == "user_domains":
        yield from of_domains(difference.old, difference.new)
    elif path in settings_rules.LISTS:
        weight, if_come, if_gone = settings_rules.LISTS[key]
        old, new = _items(difference.old), _items(difference.new)
        if come := [item for item in new if item not in old]:
            yield Found(Rule(weight, if_come), {"come": listed(come)})
        if gone := [item for item in old if item not in new]:
            yield Found(Rule(weight, if_gone), {"gone": listed(gone)})
    elif key in settings_rules.VALUES:
        absent = settings_rules.ABSENT.get(key)
        if difference.old is None and str(difference.new) == absent:
            return  # an earlier version had no word for it
        yield Found(settings_rules.VALUES[key], _in_words(difference, absent))
    else:
        rule = Rule(Weight.NEXT_START, "The hub's setting {path} is {new} instead of {old}.")
        yield Found(rule, {"path": code(path), **_in_words(difference, "not set")})


def _in_words(difference: Difference, absent: str | None) -> dict[str, str]:
    """Return the old and the new value in words; `absent` says what a missing value means."""
    values = {"old": difference.old, "new": difference.new}
    if difference.path == "ports":
        values = {key: property_rules.published(ports) for key, ports in values.items()}
    none = absent or "the default"
    return {key: none if value is None else code(value) for key, value in values.items()}


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
