"""The paths of the service, and why a request matches none of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import SequenceMatcher, get_close_matches

from smartmex.events import EVENT_FIELDS
from smartmex.lists import COLLECTIONS


@dataclass(frozen=True, slots=True)
class Route:
    """`kind` says what answers it: list, item, dial, register or remove; `subject` is the collection or the event."""

    method: str
    path: str
    kind: str
    subject: str = ""
    segments: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "segments", tuple(self.path[1:].split("/")))

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def _collection_routes() -> list[Route]:
    lists = [Route("GET", f"/{name}", "list", name) for name in COLLECTIONS]
    items = [
        Route("GET", f"/{name}/{{{each.id_parameter}}}", "item", name)
        for name, each in COLLECTIONS.items()
        if each.id_parameter
    ]
    return lists + items


ROUTES: tuple[Route, ...] = (
    *_collection_routes(),
    Route("POST", "/dial", "dial"),
    *(Route("POST", f"/webhooks/{event}", "register", event) for event in EVENT_FIELDS),
    Route("DELETE", "/webhooks/{webhook_id}", "remove"),
)
_EXACT = {(route.method, route.segments): route for route in ROUTES if "{" not in route.path}
_EXACT_PATHS = {segments for _, segments in _EXACT}
_BY_PARENT = {(route.method, route.segments[0]): route for route in ROUTES if "{" in route.path}


def find(method: str, segments: tuple[str, ...]) -> tuple[Route, str] | None:
    """The route and the value in its path, empty where it takes none."""
    exact = _EXACT.get((method, segments))
    if exact:
        return exact, ""
    if len(segments) == 2 and segments[1] and segments not in _EXACT_PATHS:
        route = _BY_PARENT.get((method, segments[0]))
        return (route, segments[1]) if route else None
    return None


def methods(segments: tuple[str, ...]) -> list[str]:
    """Methods that the path has; what stands for an ID has to look like one."""
    found = {method: find(method, segments) for method in ("GET", "POST", "DELETE")}
    return [method for method, known in found.items() if known and (not known[1] or known[1].isdecimal())]


def unmatched(method: str, path: str) -> str:
    """Why no route answers: the candidates, the nearest first, each with its reason; `path` is below the base path."""
    asked = tuple(path[1:].split("/"))
    nearest = sorted(_candidates(asked), key=lambda route: -SequenceMatcher(None, path, route.path).ratio())
    told = "; ".join(f"{route} ({_reason(method, asked, route)})" for route in nearest)
    return f"nothing answers {method} {path}{_flaw(path)}; candidates: {told}"


def _flaw(path: str) -> str:
    if path.startswith("/trigger/"):
        return ", as /trigger is a prefix that the platform strips"
    if "//" in path:
        return ", as an empty segment stands in the path"
    return ""


def _candidates(asked: tuple[str, ...]) -> list[Route]:
    """Routes that begin alike; all of them where none does."""
    words = [segment for segment in asked if segment not in ("", "trigger")]
    known = dict.fromkeys(route.segments[0] for route in ROUTES)
    near = get_close_matches(words[0], known, n=1) if words else []
    return [route for route in ROUTES if not near or route.segments[0] == near[0]]


def _reason(method: str, asked: tuple[str, ...], route: Route) -> str:
    flaws = []
    if route.method != method:
        flaws.append("another method")
    if len(route.segments) != len(asked):
        flaws.append(f"{_count(len(route.segments))}, not {len(asked)}")
    else:
        flaws += [
            f"'{want}', not '{got}'"
            for want, got in zip(route.segments, asked, strict=True)
            if got != want and not (want.startswith("{") and got)
        ]
    return ", ".join(flaws)


def _count(segments: int) -> str:
    return "1 segment" if segments == 1 else f"{segments} segments"
