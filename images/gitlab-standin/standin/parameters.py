"""The parameters of a request, and Grape's messages on what is wrong with them."""

from collections.abc import Collection
from typing import Any

from flask import request

from .guard import RefusedError

MAX_TEXT_BYTES = 16 * 1024 * 1024
"""Room for a million characters outside the Basic Multilingual Plane, as JSON escapes them."""


def allow_long_texts() -> None:
    """Let this request, unlike others, be as long as GitLab's longest note."""
    request.max_content_length = MAX_TEXT_BYTES
    request.max_form_memory_size = MAX_TEXT_BYTES


def form() -> dict[str, Any]:
    """Return the request's parameters, sent in its address, as JSON or as a form."""
    sent = request.get_json(silent=True)
    return request.args.to_dict() | (sent if isinstance(sent, dict) else request.form.to_dict())


def faults_of_texts(
    given: dict[str, Any],
    required: Collection[str] = (),
    optional: Collection[str] = (),
    not_empty: Collection[str] = (),
) -> list[str]:
    """Return a fault for each parameter that is missing, empty or no text."""
    faults = [f"{name} is missing" for name in required if name not in given]
    faults += [
        f"{name} is invalid"
        for name in (*required, *optional)
        if name in given and not isinstance(given[name], str)
    ]
    return faults + [f"{name} is empty" for name in not_empty if given.get(name) == ""]


def refuse_faults(faults: list[str]) -> None:
    """Refuse a request with faults, all of them at once."""
    if faults:
        raise RefusedError(400, error=", ".join(faults))


def choice(given: dict[str, Any], name: str, allowed: Collection[Any], default: Any = None) -> Any:
    """Return a parameter's value, or the default if it is missing; refuse one not allowed."""
    value = given.get(name, default)
    if value not in (*allowed, default):
        refuse_faults([f"{name} does not have a valid value"])
    return value


def number(name: str, default: int) -> int:
    """Return a whole number from the query in the request's address; refuse anything else."""
    value = request.args.get(name, str(default))
    if not value.isdecimal():
        refuse_faults([f"{name} is invalid"])
    return int(value)
