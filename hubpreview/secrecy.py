"""Finds what looks like a secret in values that Pulumi does not know to be secret."""

import re

SECRET = "[secret]"  # noqa: S105  # stands for a secret

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_SECRET_WORD = re.compile(
    r"\w*(?:secret|token|password|passwd|passphrase|credential)s?|pass|authorization"
)
_KEYS, _FORMATS = {"key", "keys", "apikey"}, {"base", "der", "pem"}
_PLACES = {"dir", "endpoint", "file", "id", "name", "path", "type", "uri", "url"}
"""Last words of names whose values are no secrets, but tell where a secret is or what it is."""

_NAMED = re.compile(
    # --name value, except pulumi's own --secret; NAME=value, "name": "value" and name: value,
    # except "configuration key: name"
    r"(?<![\w.-])(?:(--(?!secret )[\w.-]+) +(?=[^\s-])"
    r"|(?!(?i:keys?): )([\w.-]+)(?:\\?[\"']\s*[:=]\s*|=| = |: +))"
)
_VALUE = re.compile(
    r"""\[secret\]|\\?"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?"""
    r"""|[\[{][\s\S]*|[^\s"']+"""  # what is in brackets may be nested, and cut off
)
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END[^\n]*|\Z)")
_LOOKS = (
    # https://name:password@host, with a slash in the password too; but https://host:443/@path
    (re.compile(r"(://)(?:[^/\s\"']+|[^/\s\"':@]*:(?!\d+/)[^\s\"']*)@"), rf"\1{SECRET}@"),
    (re.compile(r"(?i)\b(authorization: *|bearer +(?=[\w.~+/=-]))[^\"'\r\n]+"), rf"\1{SECRET}"),
    # GitLab's own tokens, and Pulumi's ciphertexts
    (re.compile(r"\bgl[a-z]{2,6}-[\w.-]{16,}|\bv1:[\w+/=]{8,}:[\w+/=]{8,}"), SECRET),
)
"""Patterns of what is a secret by its form, each with its replacement."""


def names_a_secret(name: str) -> bool:
    """Tell whether a variable, an argument or a key holds a secret, by the words in its name."""
    words = [word.lower() for word in _WORD.findall(name)]
    if not words or words[-1] in _PLACES:
        return False
    if any(map(_SECRET_WORD.fullmatch, words)):
        return True
    while words[1:] and words[-1] in _FORMATS:
        words.pop()
    return words[-1] in _KEYS and "public" not in words


def is_secret(name: str, value: str) -> bool:
    """Tell whether `name=value` holds a secret that Pulumi was not told of."""
    return bool(value) and (names_a_secret(name) or redacted(value) != value)


def redacted(text: str) -> str:
    """Return `text` without what looks like a secret."""
    text = _without_named(_PRIVATE_KEY.sub(SECRET, text))
    for pattern, replacement in _LOOKS:
        text = pattern.sub(replacement, text)
    return text


def _without_named(text: str) -> str:
    parts, end = [], 0
    for found in _NAMED.finditer(text):
        value = _VALUE.match(text, found.end())
        if found.start() >= end and value and names_a_secret(found[1] or found[2]):
            parts += [text[end : found.end()], SECRET]
            end = value.end()
    return "".join([*parts, text[end:]])
