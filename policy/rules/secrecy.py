"""Secrets are marked as secrets, so that Pulumi encrypts them in the state and hides them."""

from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from pulumi_policy import EnforcementLevel, ResourceValidationArgs, ResourceValidationPolicy
from pulumi_policy.deserialize import serialize_properties

from hubpreview.secrecy import SECRET, is_secret
from hubpreview.values import file_holds_a_secret, paths_of, revealed

from ..rule import CONTAINER, rule

RANDOM_BYTES = "random:index/randomBytes:RandomBytes"


def _in_the_clear(props: Mapping[str, Any]) -> Iterator[str]:
    """Yield a fault, without the value, for each secret of a container that is not marked.

    The SDK marks a whole list if one of its entries is marked. A list or an entry that is unknown
    until the update is checked by the next preview.
    """

    def listed(key: str) -> list[Any]:
        return props[key] if isinstance(props.get(key), list) else []

    for entry in listed("envs"):
        name, _, value = entry.partition("=") if isinstance(entry, str) else ("", "", "")
        if is_secret(name, value):
            yield f"envs has {name} in the clear; wrap the entry in Output.secret"
    for key in ("command", "entrypoints"):
        unmarked = [item if isinstance(item, str) else None for item in listed(key)]
        for place in paths_of(SECRET, revealed(unmarked), key):
            yield f"{place} has a secret in the clear; wrap the item in Output.secret"
    for label in listed("labels"):
        match label:
            case {"label": str(name), "value": str(value)} if is_secret(name, value):
                yield f"labels has {name} in the clear; wrap its value in Output.secret"
    for upload in listed("uploads"):
        if file_holds_a_secret(_content(upload)):
            yield f"uploads has a secret in the clear, {upload.get('file')}; use Output.secret"


def _content(upload: Any) -> str:
    """Return the content of an upload; empty if it is unknown or marked."""
    match upload:
        case {"content": str(content)}:
            return content
        case {"contentBase64": str(encoded)}:
            with suppress(ValueError):
                return b64decode(encoded).decode(errors="replace")
    return ""


def _secrets_are_marked() -> ResourceValidationPolicy:
    """Return the policy that checks marks, which the SDK shows to remediations only.

    At the level `remediate`, and at no other, the engine asks for a remediation first, and then
    validates as at `mandatory`. So this "remediation" changes nothing; it notes the faults.
    """
    seen: dict[str, list[str]] = {}

    def look(container: ResourceValidationArgs) -> None:
        if container.resource_type == CONTAINER:
            seen[container.urn] = list(_in_the_clear(serialize_properties(container.props)))

    @rule(CONTAINER, level=EnforcementLevel.REMEDIATE, remediate=look)
    def secrets_are_marked(container: ResourceValidationArgs) -> Iterator[str]:
        """Have secrets in a container's environment, command, labels and uploads marked as such.

        One that is not marked is written to the state and to the screen in the clear.
        """
        if container.urn not in seen:
            yield (
                "Pulumi shows what is marked only at the level remediate, which refuses like "
                "mandatory here; set secrets-are-marked to remediate, or to disabled"
            )
        yield from seen.pop(container.urn, [])

    return secrets_are_marked


secrets_are_marked = _secrets_are_marked()


@rule(RANDOM_BYTES)
def keys_are_no_ids(_: ResourceValidationArgs) -> Iterator[str]:
    """Refuse RandomBytes.

    Its id is its value, and ids are shown and stored in the clear.
    """
    yield "its id would be the key itself; use components.random_key"
