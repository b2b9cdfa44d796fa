"""What a comparison has to leave out, because a definition is not as it should be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from connkit.core import Pointer
from connkit.model import METHODS, Connector
from connkit.model.shape import as_list, as_object


@dataclass(frozen=True, slots=True)
class Gap:
    """A place that was not compared, and why; `side` is 'old' or 'new'."""

    side: str
    place: Pointer
    why: str


def gaps(connector: Connector, side: str) -> Iterator[Gap]:
    """In document order: values of the wrong shape, operations that share an ID, references that lead nowhere."""
    for place, why in (*_paths(connector), *_shared_ids(connector), *_references(connector)):
        yield Gap(side, place, why)


Wrong = Iterator[tuple[Pointer, str]]


def _paths(connector: Connector) -> Wrong:
    place = Pointer() / "paths"
    paths = connector.definition.get("paths")
    if connector.definition and not isinstance(paths, dict):
        yield place, "there is no object 'paths'"
    for path, item in connector.path_items.items():
        if not isinstance(item, dict):
            if not path.startswith("x-"):
                yield place / path, "it is no object"
            continue
        yield from _parts(item, place / path, ("parameters",))
        for method in METHODS:
            if method in item and not isinstance(item[method], dict):
                yield place / path / method, "it is no object"
            elif method in item:
                yield from _parts(item[method], place / path / method, ("parameters", "responses"))


def _parts(holder: dict[str, Any], place: Pointer, keys: tuple[str, ...]) -> Wrong:
    for key in keys:
        kind = list if key == "parameters" else dict
        if key in holder and not isinstance(holder[key], kind):
            yield place / key, f"it is no {'list' if kind is list else 'object'}"
    for index, parameter in enumerate(as_list(holder.get("parameters"))):
        if not isinstance(parameter, dict):
            yield place / "parameters" / index, "it is no object"
    for code, response in as_object(holder.get("responses")).items():
        if not isinstance(response, dict) and not code.startswith("x-"):
            yield place / "responses" / code, "it is no object"


def _shared_ids(connector: Connector) -> Wrong:
    count = Counter(operation.operation_id for operation in connector.operations if operation.operation_id)
    seen: set[str] = set()
    for operation in connector.operations:
        name = operation.operation_id
        if count[name] > 1 and name in seen:
            yield operation.pointer, f"the operationId '{name}' stands there a second time"
        seen.add(name)


def _references(connector: Connector) -> Wrong:
    """Each reference that leads nowhere, where it is met first; places are made only when there is one."""
    dead = {found for found in _every_reference(connector.definition) if not connector.resolve({"$ref": found})}
    pending: list[tuple[Any, Pointer]] = [(connector.definition, Pointer())] if dead else []
    while pending:
        value, place = pending.pop()
        reference = value.get("$ref") if isinstance(value, dict) else None
        if isinstance(reference, str) and reference in dead:
            dead.remove(reference)
            yield place, f"the reference '{reference}' leads nowhere"
        keyed = value.items() if isinstance(value, dict) else enumerate(value)
        pending += reversed([(child, place / key) for key, child in keyed if isinstance(child, dict | list)])


def _every_reference(definition: dict[str, Any]) -> set[str]:
    found: set[str] = set()
    pending: list[Any] = [definition]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            reference = value.get("$ref")
            if isinstance(reference, str):
                found.add(reference)
            pending += value.values()
        elif isinstance(value, list):
            pending += value
    return found
