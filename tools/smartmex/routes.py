"""The paths of the service, and a hint for a request that matches none."""

from __future__ import annotations

import difflib

from smartmex.events import EVENT_FIELDS
from smartmex.lists import COLLECTIONS


def _collection_routes() -> dict[str, list[str]]:
    return {
        name: [f"GET /{name}"] + ([f"GET /{name}/{{{each.id_parameter}}}"] if each.id_parameter else [])
        for name, each in COLLECTIONS.items()
    }


_ROUTES: dict[str, list[str]] = {
    **_collection_routes(),
    "dial": ["POST /dial"],
    "webhooks": [*(f"POST /webhooks/{event}" for event in EVENT_FIELDS), "DELETE /webhooks/{webhook_id}"],
}
"""Routes by the first segment of their path."""


def unmatched(method: str, path: str) -> str:
    """Why no operation answers, and the candidates of the nearest kind; `path` is without the base path."""
    return f"nothing answers {method} {path}{_flaw(path)}: candidates are {', '.join(_candidates(path))}"


def _flaw(path: str) -> str:
    if path.startswith("/trigger/"):
        return ", as /trigger is a prefix that the platform strips"
    if "//" in path:
        return ", as an empty segment stands in the path"
    return ""


def _candidates(path: str) -> list[str]:
    words = [segment for segment in path.split("/") if segment not in ("", "trigger")]
    near = difflib.get_close_matches(words[0], _ROUTES, n=1) if words else []
    return _ROUTES[near[0]] if near else [route for routes in _ROUTES.values() for route in routes]
