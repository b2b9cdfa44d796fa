"""What a request is after: its step and what its address names."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from connkit.core import Request
from connkit.platform.connectors import PROVIDER
from connkit.platform.refusal import Refusal, invalid_content

OTHER = "other"
"""The step of a request that nothing here answers."""


class Route(NamedTuple):
    step: str
    method: str
    path: re.Pattern[str]
    shown: str


class Asked(NamedTuple):
    """A request taken apart; `parts` are what its path names, unescaped, `name` the last of them."""

    step: str
    request: Request
    path: str
    query: dict[str, str]
    parts: dict[str, str]

    @property
    def name(self) -> str:
        return unquote(self.path.rstrip("/").rpartition("/")[2])


def _route(step: str, method: str, path: str) -> Route:
    names = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(path))
    return Route(step, method, re.compile(names), f"{method} {path}")


ROUTES = (
    _route("validate", "POST", f"{PROVIDER}/objectIds/{{object}}/validateApiSwagger"),
    _route("validate", "POST", f"{PROVIDER}/objectIds/validateApiSwagger"),
    _route("storage", "POST", f"{PROVIDER}/objectIds/{{object}}/generateResourceStorage"),
    _route("storage", "POST", f"{PROVIDER}/objectIds/generateResourceStorage"),
    _route("create", "POST", f"{PROVIDER}/apis"),
    _route("update", "PATCH", f"{PROVIDER}/apis/{{connector}}"),
    _route("get", "GET", f"{PROVIDER}/apis/{{connector}}"),
    _route("list", "GET", f"{PROVIDER}/apis"),
    _route("environments", "GET", "/providers/Microsoft.ProcessSimple/environments"),
    _route("content", "GET", "/contents/{environment}/{connector}/{file}"),
    _route("blob", "PUT", "/{container}/{file}"),
)


def asked(request: Request) -> Asked:
    try:
        url = urlsplit(request.url)
        path, query = url.path, dict(parse_qsl(url.query, keep_blank_values=True))
    except ValueError:
        return Asked(OTHER, request, "", {}, {})
    for route in ROUTES:
        found = route.path.fullmatch(path) if route.method == request.method.upper() else None
        if found:
            parts = {name: unquote(part) for name, part in found.groupdict().items()}
            return Asked(route.step, request, path, query, parts)
    return Asked(OTHER, request, path, query, {})


def json_body(body: bytes) -> Any:
    try:
        return json.loads(body, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise invalid_content("it is not JSON") from None


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


def object_body(body: bytes) -> dict[str, Any]:
    value = json_body(body)
    if not isinstance(value, dict):
        raise invalid_content("it is not a JSON object")
    return value


def filtered_environment(query: Mapping[str, str]) -> str:
    """The environment that $filter names."""
    found = re.fullmatch(r"\s*environment\s+eq\s+'([^']*)'\s*", query.get("$filter", ""))
    if found is None:
        raise Refusal(400, "InvalidFilter", "the query needs $filter=environment eq 'ID'")
    return found[1]
