"""Converts property values to plain Python values and back, and keeps track of secrets."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime.rpc import UNKNOWN

Values = dict[str, Any]
"""Properties by name. Each is None, a bool, int, float or str, or a list or dict of the same."""

__all__ = ["UNKNOWN", "Values", "decode", "encode", "secret_texts", "secrets_of"]


def decode(properties: Mapping[str, PropertyValue]) -> Values:
    """Return plain values, without nulls; an unknown one is `UNKNOWN`."""
    return {k: plain(v) for k, v in properties.items() if v.value is not None}


def plain(value: PropertyValue) -> Any:
    """Return one plain value; whole numbers become `int`."""
    inner: Any = value.value
    if isinstance(inner, Mapping):
        return decode(inner)
    if isinstance(inner, Sequence) and not isinstance(inner, str):
        return [plain(item) for item in inner]
    if isinstance(inner, float) and inner.is_integer():
        return int(inner)
    return inner


def encode(values: Mapping[str, Any], secrets: Collection[str] = ()) -> dict[str, PropertyValue]:
    """Return property values, of which those named in `secrets` are secret.

    A property is secret as a whole, as the official plug-ins record it.
    """
    return {k: wrapped(v).with_secret(k in secrets) for k, v in values.items()}


def wrapped(value: Any) -> PropertyValue:
    """Return one property value for a plain value."""
    if isinstance(value, Mapping):
        return PropertyValue({k: wrapped(v) for k, v in value.items()})
    if isinstance(value, list | tuple):
        return PropertyValue([wrapped(item) for item in value])
    if isinstance(value, int) and not isinstance(value, bool):
        return PropertyValue(float(value))
    return PropertyValue(value)


def secrets_of(properties: Mapping[str, PropertyValue]) -> set[str]:
    """Return the names of the properties that are, or contain, a secret."""
    return {name for name, value in properties.items() if value.contains_secret()}


def secret_texts(properties: Mapping[str, PropertyValue]) -> set[str]:
    """Return the texts that must not be shown: the lines of secrets, if longer than 3 characters.

    Of a line `NAME=value` the value counts as well, since programs print it without its name.
    """
    lines = (line for value in properties.values() for line in _secret_lines(value, inside=False))
    return {text for line in lines for text in (line, line.partition("=")[2]) if len(text) > 3}


def _secret_lines(value: PropertyValue, *, inside: bool) -> Iterator[str]:
    inner: Any = value.value
    inside = inside or value.is_secret
    if isinstance(inner, str):
        yield from map(str.strip, inner.splitlines() if inside else ())
    elif isinstance(inner, Mapping):
        for item in inner.values():
            yield from _secret_lines(item, inside=inside)
    elif isinstance(inner, Sequence):
        for item in inner:
            yield from _secret_lines(item, inside=inside)
