"""Lists in GitLab's REST API, a page at a time: lib/gitlab/pagination/offset_header_builder.rb."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import request
from flask.typing import ResponseReturnValue

from .parameters import choice, number

MAX_PER_PAGE = 100

Item = TypeVar("Item")


def page_of(items: Sequence[Item], as_json: Callable[[Item], Any]) -> ResponseReturnValue:
    """Return the page of `items` that the request asks for, by default the first 20 items."""
    page = max(number("page", 1), 1)
    size = min(max(number("per_page", 20), 1), MAX_PER_PAGE)
    last = max(-(-len(items) // size), 1)
    others = {
        "prev": page - 1 if 1 < page <= last + 1 else None,
        "next": page + 1 if page < last else None,
        "first": 1,
        "last": last,
    }
    links = [f'<{address_of(n, size)}>; rel="{name}"' for name, n in others.items() if n]
    headers = {
        "Link": ", ".join(links),
        "X-Next-Page": str(others["next"] or ""),
        "X-Page": str(page),
        "X-Per-Page": str(size),
        "X-Prev-Page": str(others["prev"] or ""),
        "X-Total": str(len(items)),
        "X-Total-Pages": str(last),
    }
    return [as_json(item) for item in items[(page - 1) * size : page * size]], 200, headers


def address_of(page: int, size: int) -> str:
    """Return the request's address for another page, its path still URL-encoded."""
    path = request.environ["REQUEST_URI"].partition("?")[0].lstrip("/")
    query = urlencode({**request.args, "page": page, "per_page": size})
    return f"{request.root_url}{path}?{query}"


def order(given: dict[str, Any]) -> tuple[str, bool]:
    """Return the key to order by, and whether the order descends; by default newest first."""
    by = choice(given, "order_by", ("created_at", "updated_at"), "created_at")
    return by, choice(given, "sort", ("asc", "desc"), "desc") == "desc"
