"""What every probe asks: lists, and whether something is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from connkit.core import Ask, CouldNotTell, Response


def listed(ask: Ask, name: str, **query: Any) -> list[dict[str, Any]]:
    """The items of one page; CouldNotTell where the list is refused."""
    line = f"/{name}" + (f"?{urlencode(query)}" if query else "")
    response = ask("GET", line)
    if not response.succeeded:
        raise CouldNotTell(f"GET {line} was answered {response.status}")
    items = body(response).get("data")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise CouldNotTell(f"GET {line} has no list of items in data")
    return items


def body(response: Response) -> dict[str, Any]:
    try:
        value = response.json()
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def walk(ask: Ask, name: str) -> Iterator[dict[str, Any]]:
    """The items from the first one on, page by page."""
    offset = 0
    while page := listed(ask, name, offset=offset):
        yield from page
        offset += len(page)


def first(ask: Ask, name: str) -> dict[str, Any]:
    for item in listed(ask, name):
        return item
    raise CouldNotTell(f"the list {name} is empty")


def refused(ask: Ask, line: str) -> bool:
    """Whether what is asked for is refused as a mistake; CouldNotTell for any other trouble."""
    status = ask("GET", line).status
    if 200 <= status < 300:
        return False
    if status in (400, 404, 405, 409, 422):
        return True
    raise CouldNotTell(f"GET {line} was answered {status}")


def one_of(status: int, *known: int) -> int:
    if status not in known:
        raise CouldNotTell(f"the status is {status}, which the switch does not know")
    return status
