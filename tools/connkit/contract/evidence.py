"""What the bodies of answers and notifications show about the definition."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from connkit.contract.suggestions import ITEM, Source, Suggestion, parts, schema_at, suggestion
from connkit.core import Pointer
from connkit.model import Connector
from connkit.model.shape import as_object
from connkit.semantics.values import Mismatch, check_value

NEVER = "never seen"
_CLAUSE = re.compile(", (but the definition|so makers)")


@dataclass(frozen=True, slots=True)
class Observation:
    """One difference, counted over all that was seen; `place` is a JSON pointer in which * is every item.

    `at` is where the definition describes it. Of the kind NEVER it is no difference: a field that is declared and was
    in no body.
    """

    label: str
    place: Pointer
    kind: str
    sentence: str
    at: Pointer
    suggestion: Suggestion | None = None

    @property
    def is_problem(self) -> bool:
        return self.kind != NEVER

    def __str__(self) -> str:
        return f"{self.label}{str(self.place) or 'the body'}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What some bodies show; `seen` is where the definition describes what was in them."""

    observations: tuple[Observation, ...] = ()
    seen: frozenset[Pointer] = frozenset()


def evidence(connector: Connector, source: Source, bodies: Sequence[Any]) -> Evidence:
    """Every kind of difference at every place once, in the order in which they are met; then what was never seen."""
    seen: Counter[Pointer] = Counter()
    differences: dict[tuple[Pointer, str], list[tuple[Mismatch, Any]]] = {}
    for body in bodies:
        seen.update(_places(body, Pointer()))
        for mismatch in check_value(body, source.schema, connector.resolve):
            place = general(mismatch.pointer, body)
            differences.setdefault((place, mismatch.kind), []).append((mismatch, _value(body, mismatch.pointer)))
    found = [_observed(connector, source, place, met, seen) for (place, _), met in differences.items()]
    never = [_unseen(connector, source, place, seen) for place in _never(connector, source.schema, Pointer(), seen)]
    return Evidence((*found, *never), frozenset(schema_at(connector, source, place)[1] for place in seen))


Met = Sequence[tuple[Mismatch, Any]]
"""The differences of one kind at one place, each with the value that was there."""


def _observed(connector: Connector, source: Source, place: Pointer, met: Met, seen: Counter[Pointer]) -> Observation:
    kind = met[0][0].kind
    change = suggestion(connector, source, place, kind, [value for _, value in met])
    at = schema_at(connector, source, place)[1]
    return Observation(source.label, place, kind, _sentence(place, met, seen), at, change)


def _unseen(connector: Connector, source: Source, place: Pointer, seen: Counter[Pointer]) -> Observation:
    at = schema_at(connector, source, place)[1]
    return Observation(source.label, place, NEVER, f"declared, and in none of {_counted(place, seen)}", at)


# ---- places


def _places(value: Any, place: Pointer) -> Iterator[Pointer]:
    """The place of every value in a body."""
    yield place
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _places(item, place / name)
    elif isinstance(value, list):
        for item in value:
            yield from _places(item, place / ITEM)


def general(pointer: Pointer, body: Any) -> Pointer:
    """The pointer with * for each index of a list."""
    place, value = Pointer(), body
    for part in pointer.parts:
        place /= ITEM if isinstance(value, list) else part
        value = _value(value, Pointer((part,)))
    return place


def _value(body: Any, pointer: Pointer) -> Any:
    try:
        return pointer.resolve(body)
    except (KeyError, IndexError, TypeError, ValueError):
        return None


def _never(connector: Connector, raw: Any, place: Pointer, seen: Counter[Pointer]) -> Iterator[Pointer]:
    schema = connector.resolve(raw)
    if not seen[place]:
        return
    if "items" in schema:
        yield from _never(connector, schema["items"], place / ITEM, seen)
    for owner, _ in parts(connector, schema, Pointer()):
        for name, inside in as_object(owner.get("properties")).items():
            if not seen[place / name] and _has_properties(place, seen):
                yield place / name
            yield from _never(connector, inside, place / name, seen)


def _has_properties(place: Pointer, seen: Counter[Pointer]) -> bool:
    """Whether an object was seen there, as opposed to null or a value of another type."""
    return any(found.parts and found.parent == place for found in seen)


# ---- words


def _sentence(place: Pointer, met: Met, seen: Counter[Pointer]) -> str:
    """The first difference's own message; where there are lists or several bodies, how often it was met."""
    message = met[0][0].message
    if _whole(place, seen) == 1 and ITEM not in place.parts:
        return message
    clause = _CLAUSE.search(message)
    end = clause.start() if clause else len(message)
    return f"{message[:end]} in {len(met)} of {_counted(place, seen)}{message[end:]}"


def _whole(place: Pointer, seen: Counter[Pointer]) -> int:
    if not place.parts or place.parts[-1] == ITEM:
        return seen[place]
    return seen[place.parent]


def _counted(place: Pointer, seen: Counter[Pointer]) -> str:
    """What was looked at: items where the place is in a list, bodies otherwise."""
    count = _whole(place, seen)
    noun = "item" if ITEM in place.parts else "body"
    return f"{count} {noun if count == 1 else {'item': 'items', 'body': 'bodies'}[noun]}"
