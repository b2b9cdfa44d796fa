"""Registered webhooks, and the addresses at which they are removed."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from connkit.core import Request
from connkit.mock.routes import Call
from connkit.model import Connector, Operation, Parameter
from connkit.semantics.examples import example
from connkit.semantics.expressions import as_text
from connkit.semantics.routing import PLACEHOLDER, TRIGGER_PREFIX
from connkit.serving.hosts import web_address

_REMEMBERED = 10_000
_BEFORE_FIRST = 1_000  # so that no ID is one of the examples that an operation is tried with


@dataclass(frozen=True, slots=True)
class Webhook:
    """`events` are names of triggers; `location` is the absolute URL that removes it, `removal` the DELETE operation
    that is called there, if any."""

    number: int
    events: tuple[str, ...]
    callback: str
    location: str
    removal: Operation | None = None


@dataclass(slots=True)
class Webhooks:
    """Those alive, the oldest first; locations are never used again."""

    connector: Connector
    live: dict[int, Webhook] = field(default_factory=dict)
    removed: deque[Webhook] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))
    count: int = _BEFORE_FIRST

    def register(self, call: Call, events: Sequence[str], callback: str) -> Webhook:
        self.count += 1
        taken = {known.location for known in self._every()}
        own = (None, f"{_filled(call.operation.path, call.values).rstrip('/')}/{self.count}")
        operation, path = next((one for one in self._declared(call) if call.base + one[1] not in taken), own)
        made = Webhook(self.count, tuple(events), callback, call.base + path, operation)
        self.live[made.number] = made
        return made

    def at(self, request: Request) -> Webhook | None:
        """The webhook, alive or removed, at the address that a DELETE names."""
        if request.method.upper() != "DELETE":
            return None
        asked = urlsplit(request.url)
        pairs = set(parse_qsl(asked.query))
        for webhook in self._every():
            known = urlsplit(webhook.location)
            if known.path == asked.path and set(parse_qsl(known.query)) <= pairs:
                return webhook
        return None

    def remove(self, webhook: Webhook) -> bool:
        """Whether it was alive."""
        found = self.live.pop(webhook.number, None)
        if found is not None:
            self.removed.append(found)
        return found is not None

    def of(self, event: str) -> list[Webhook]:
        return [webhook for webhook in self.live.values() if event in webhook.events]

    def _every(self) -> Iterator[Webhook]:
        yield from self.live.values()
        yield from self.removed

    def _declared(self, call: Call) -> Iterator[tuple[Operation, str]]:
        """A DELETE operation below or above the registration's path, and its path with the webhook's ID in it."""
        start = _segments(call.operation.path)
        found = [operation for operation in self.connector.operations if operation.method == "delete"]
        for operation in sorted(found, key=lambda one: -_shared(_segments(one.path), start)):
            path = self._path(operation, call)
            if _leads(_segments(operation.path), start) and path is not None:
                yield operation, path

    def _path(self, operation: Operation, call: Call) -> str | None:
        """The path with one ID filled in; None where it has another number of values that nobody knows."""
        names = PLACEHOLDER.findall(operation.path)
        open_names = [name for name in names if name not in call.values]
        queried = [each for each in operation.parameters if each.location == "query" and each.required]
        asked: list[Parameter] = [] if open_names else [each for each in queried if not each.has_default]
        if len(open_names) + len(asked) != 1:
            return None
        if asked:
            query = urlencode({asked[0].name: self._id(asked[0])}, quote_via=quote)
            return f"{_filled(operation.path, call.values)}?{query}"
        declared = next((each for each in operation.parameters if each.name == open_names[0]), None)
        return _filled(operation.path, {**call.values, open_names[0]: self._id(declared)})

    def _id(self, parameter: Parameter | None) -> str:
        """The webhook's number where such a value may be one, else one that is as declared."""
        schema = {"minLength": 1, **parameter.raw} if parameter else {"type": "integer"}
        name = re.sub(r"\W+", "-", parameter.name) if parameter else ""
        value = example({**schema, "x-ms-test-value": self.count}, self.connector.resolve)
        if value != self.count:
            value = example(schema, self.connector.resolve, self.count, name=name)
        return as_text(value).replace(" ", "-")


def callback_urls(body: Any, paths: Sequence[Sequence[str]]) -> list[Any]:
    """What stands where the definition wants the callback URL, "[]" being every item of an array."""
    return [found for path in paths for found in _at(body, path)]


def is_url(value: Any) -> bool:
    """Whether a notification can be sent there."""
    return isinstance(value, str) and web_address(value) is not None


def _at(value: Any, path: Sequence[str]) -> Iterator[Any]:
    if not path:
        yield value
    elif path[0] == "[]":
        for item in value if isinstance(value, list) else ():
            yield from _at(item, path[1:])
    elif isinstance(value, dict) and path[0] in value:
        yield from _at(value[path[0]], path[1:])


def _filled(path: str, values: dict[str, str]) -> str:
    filled = PLACEHOLDER.sub(lambda match: quote(values.get(match[1], ""), safe=""), path)
    return "/" + filled.partition("?")[0].lstrip("/")


def _segments(path: str) -> list[str]:
    bare = path[len(TRIGGER_PREFIX) :] if path.lower().startswith(TRIGGER_PREFIX + "/") else path
    return [segment for segment in bare.partition("?")[0].lower().split("/") if segment]


def _shared(path: list[str], start: list[str]) -> int:
    """How many segments two paths begin with in common."""
    same = [one == other for one, other in zip(path, start, strict=False)]
    return same.index(False) if False in same else len(same)


def _leads(path: list[str], start: list[str]) -> bool:
    """Whether a DELETE's path, but for its last parameter, begins the registration's path or goes on from it."""
    parent = path[:-1] if path and "{" in path[-1] else path
    return bool(parent) and _shared(parent, start) >= min(len(parent), len(start))
