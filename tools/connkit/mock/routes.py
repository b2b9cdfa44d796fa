"""Which operations of the definition a request may be a call of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from connkit.core import Request
from connkit.model import Connector, Operation
from connkit.model.shape import as_text
from connkit.runtime.outgoing import polling_policy
from connkit.semantics.routing import PLACEHOLDER, path_values, wire_path

_EXPRESSION = re.compile(r"@\{[^}]*\}|@\w+\([^)]*\)")
_SLASH = "\0"  # stands for a slash inside a parameter while a path is decoded
_MOST_CANDIDATES = 10


@dataclass(frozen=True, slots=True)
class Call:
    """A request as a call of one operation; `base` is the URL in front of the operation's path."""

    operation: Operation
    values: dict[str, str]
    base: str


@dataclass(frozen=True, slots=True)
class _Route:
    method: str
    template: str
    operation: Operation

    @property
    def literal(self) -> int:
        """How many characters of the path are not a parameter's."""
        return len(PLACEHOLDER.sub("", self.template))


class Routes:
    """The operations by method and path, those first whose paths leave the least open."""

    def __init__(self, connector: Connector) -> None:
        self._base = "/" + connector.base_path.strip("/") if connector.base_path.strip("/") else ""
        self._moved = any(policy.template_id in ("dynamichosturl", "dynamicsubdomain") for policy in connector.policies)
        found = [route for operation in connector.operations for route in _routes(connector, operation)]
        self._routes = sorted(found, key=lambda route: -route.literal)

    def calls(self, request: Request) -> list[Call]:
        """The operations whose path fits best; several where they share one."""
        url = request.url.partition("?")[0].partition("#")[0]
        method = request.method.upper()
        for start in self._starts(url):
            path = _decoded(url[start:])
            fitting = [
                (route, values)
                for route in self._routes
                if route.method == method and (values := path_values(route.template, path)) is not None
            ]
            if fitting:
                best = fitting[0][0].literal
                return [_call(route, values, url[:start]) for route, values in fitting if route.literal == best]
        return []

    def candidates(self, request: Request) -> list[str]:
        """What there is instead of what was asked for, the likeliest first, each with the reason why it is not it."""
        url = request.url.partition("?")[0].partition("#")[0]
        starts = list(self._starts(url))
        if not starts:
            return [f"every path is below {self._base or '/'}"]
        path = _decoded(url[starts[0] :])
        told = [(_farness(route, path), f"{route.method} {route.template}", route) for route in self._routes]
        lines = [f"{line}: {_reason(route, path)}" for _, line, route in sorted(told, key=lambda one: one[:2])]
        return list(dict.fromkeys(lines))[:_MOST_CANDIDATES]

    def _starts(self, url: str) -> Iterator[int]:
        """Where the operation's path may begin; anywhere, when a policy puts another base URL in place."""
        origin = len(url) - len(urlsplit(url).path)
        path = url[origin:]
        if path.lower().startswith(f"{self._base}/".lower()):
            yield origin + len(self._base)
        if self._moved:
            yield from (origin + match.start() for match in re.finditer("/", path))


def _routes(connector: Connector, operation: Operation) -> Iterator[_Route]:
    method = operation.method.upper()
    paths = {operation.path}
    if polling_policy(connector, operation.operation_id) is not None:
        paths.add(wire_path(operation.path, polling_policy=True))
    for path in sorted(paths):
        yield _Route(method, _template(path), operation)
    for policy in connector.policies:
        if policy.template_id == "routerequesttoendpoint" and policy.applies_to(operation.operation_id):
            asked = as_text(policy.parameters.get("httpMethod")).upper()
            new = _EXPRESSION.sub("{}", as_text(policy.parameters.get("newPath")))
            yield _Route(method if asked.startswith("@") or not asked else asked, _template(new), operation)


def _template(path: str) -> str:
    return _decoded("/" + path.partition("?")[0].partition("#")[0].lstrip("/"))


def _decoded(path: str) -> str:
    return unquote(path.replace("%2F", _SLASH).replace("%2f", _SLASH))


def _call(route: _Route, values: dict[str, str], base: str) -> Call:
    return Call(route.operation, {name: value.replace(_SLASH, "/") for name, value in values.items()}, base)


def _farness(route: _Route, path: str) -> tuple[int, int]:
    """Less for a path that begins with more of the same segments, then for one of a length more alike."""
    asked, known = path.split("/"), route.template.split("/")
    fitting = [one == other or "{" in other for one, other in zip(asked, known, strict=False)]
    same = fitting.index(False) if False in fitting else len(fitting)
    return -same, abs(len(asked) - len(known))


def _reason(route: _Route, path: str) -> str:
    if path_values(route.template, path) is not None:
        return "the method is another"
    asked, known = path.split("/"), route.template.split("/")
    if len(asked) != len(known):
        return f"{len(asked) - 1} segments instead of {len(known) - 1}"
    other = next((one for one, two in zip(asked, known, strict=True) if one != two and "{" not in two), "")
    return f"'{other}' is another segment"
