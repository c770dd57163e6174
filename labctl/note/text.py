"""The note's text: what a reviewer has to know of a preview."""

import json
from typing import Any

from hubpreview.changes import Change, Operation
from hubpreview.diagnostics import Message
from hubpreview.names import in_words
from hubpreview.preview import Preview

from ..hub import Hub, HubUnreachableError
from .consequences import consequences
from .markdown import LONGEST_VALUE, bullets, code, lines, listed, table
from .rules import Weight

LIMITS = {"people": 8_000, "resources": 24_000, "messages": 6_000}
"""How many characters each part may have. GitLab takes 1,000,000 in all, which nobody reads."""
LEADS = {
    Weight.DATA: "**Data goes out of sight.** ",
    Weight.SERVERS: "**Servers stop.** ",
    Weight.FILES: "**Files go out of sight.** ",
}
MADE_AT_APPLY = {
    "gitlab:index/application:Application": "its id and its secret, which GitLab makes",
    "random:index/randomPassword:RandomPassword": "its value, which is drawn then",
}


def note(preview: Preview, source: str) -> str:
    """Return the note as Markdown; `source` says where the preview was made, and may be empty."""
    changes = preview.changes
    title = [
        f"{number} {operation.done}"
        for operation in Operation
        if (number := sum(change.operation == operation for change in _own(changes)))
    ] + (["it failed"] if preview.failed else [])
    parts = [
        [f"### Preview of {code(preview.stack)}: {', '.join(title) or 'nothing changes'}"],
        *([_people(preview)] if changes else []),
        *([_resources(changes)] if _own(changes) else []),
        _findings(preview),
        _messages("What the preview says", preview.diagnostics),
        _unknown(changes),
        [source],
    ]
    return "\n\n".join("\n".join(part) for part in parts if any(part)) + "\n"


def _own(changes: list[Change]) -> list[Change]:
    """Return the changes of what plug-ins make, without components, which only group it."""
    return [one for one in changes if not one.type.startswith(("jupyterhub:", "pulumi:pulumi:"))]


def _people(preview: Preview) -> list[str]:
    servers, asked = _servers(preview)
    found = consequences(preview.changes, servers)
    said = [f"{LEADS.get(each.weight, '')}{each.text}" for each in found]
    said = said or ["Nothing that labctl knows of: see the properties."]
    return ["**What people will notice**", "", *bullets([*said, asked], LIMITS["people"])]


def _servers(preview: Preview) -> tuple[str, str]:
    """Return a phrase for the servers that run, and a sentence on how many there are."""
    whole = {one.operation for one in preview.changes if one.type == "pulumi:pulumi:Stack"}
    if Operation.CREATE in whole:
        return "no servers", "No server runs: the stack is new."
    try:
        number = Hub.of_stack(preview.stack).running_servers()
    except HubUnreachableError as error:
        return "running servers", f"Could not ask the hub how many servers run: {lines(str(error))}"
    few = {0: ("none", "No server runs now."), 1: ("one", "One server runs now.")}
    if number in few:
        count, sentence = few[number]
        return f"running servers ({count} now)", sentence
    return f"{number} running servers", f"{number} servers run now."


def _resources(changes: list[Change]) -> list[str]:
    rows: list[tuple[str, ...]] = []
    for change in _own(changes):
        of_resource = (str(change.operation), code(in_words(change.urn)))
        rows += [
            (*of_resource, code(one.path), *map(code, _distinct(one.old, one.new)))
            for one in change.differences
        ] or [(*of_resource, "", "", "")]
    head = ("operation", "resource", "property", "old", "new")
    return [
        *("<details>", "<summary>Resources and properties</summary>", ""),
        *table(head, rows, LIMITS["resources"]),
        *("", "</details>"),
    ]


def _distinct(old: Any, new: Any) -> tuple[Any, Any]:
    """Return two values; of two long lists only what differs, with `…` for what both have."""
    if old == new:  # two secrets
        return old, f"{new} (changed)"
    if not (isinstance(old, list) and isinstance(new, list)):
        return old, new
    if max(len(json.dumps(each, ensure_ascii=False)) for each in (old, new)) <= LONGEST_VALUE:
        return old, new
    of_both = ["…"] if any(one in new for one in old) else []
    gone, come = ([one for one in a if one not in b] for a, b in ((old, new), (new, old)))
    return ([*gone, *of_both], [*come, *of_both]) if gone or come else (old, new)


def _findings(preview: Preview) -> list[str]:
    if preview.findings:
        return _messages("What the policies say", preview.findings)
    packs = [] if preview.failed else preview.policies  # they may not have seen all
    return [f"Policies: {code(pack)} found nothing." for pack in packs]


def _messages(title: str, messages: list[Message]) -> list[str]:
    if not messages:
        return []
    items = []
    for message in messages:
        about = listed(part for part in message.about if part)
        severity = f"**{message.severity}**" if message.serious else message.severity
        items.append(f"{severity}{about and f', {about}'}: {lines(message.text)}")
    return [f"**{title}**", "", *bullets(items, LIMITS["messages"])]


def _unknown(changes: list[Change]) -> list[str]:
    items = [
        f"{code(in_words(change.urn))}: {MADE_AT_APPLY[change.type]}"
        for change in changes
        if change.type in MADE_AT_APPLY and change.operation in {"create", "replace"}
    ]
    items += [
        f"{code(in_words(change.urn))}: {', '.join(map(code, change.unknown))}"
        for change in changes
        if change.unknown
    ]
    if not items:
        return []
    title = "**What only the update will know**"
    return [title, "", *bullets(items, LIMITS["messages"])]
