"""How to make the change without breaking a flow, ready to be pasted.

https://learn.microsoft.com/connectors/custom-connectors/operational-versioning: the old operation stays, deprecated,
and the change becomes a new revision of the same family, which needs a path of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from connkit.core import Severity
from connkit.diff.taxonomy import Change, Part
from connkit.model import Connector, Operation
from connkit.model.policy import OPERATIONS, PARAMETER_PREFIX
from connkit.model.shape import as_object, as_text

ANNOTATION = "x-ms-api-annotation"
_REVISION = re.compile(r"[_-]?[Vv](\d+)$")


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to do, by operation; what to merge into the definition; and the policies to add."""

    sentences: dict[str, str]
    definition: dict[str, Any]
    policies: tuple[dict[str, Any], ...]


def remedy(old: Connector, new: Connector, changes: Sequence[Change]) -> Remedy | None:
    """Keeps every operation that a change breaks; None where none does."""
    broken = dict.fromkeys(change.operation_id for change in changes if _breaks(change))
    taken = {operation.operation_id for one in (old, new) for operation in one.operations}
    paths: dict[str, Any] = {}
    sentences: dict[str, str] = {}
    policies: list[dict[str, Any]] = []
    for name in broken:
        was, now = _labelled(old, name), _labelled(new, name)
        if was is None:
            continue
        _put(paths, was.path, was.method, _deprecated(was))
        if now is None:
            sentences[name] = f"put '{name}' back as it was, and deprecate it"
            continue
        revision = _revision(was, taken)
        taken.add(revision.operation_id)
        place = _free_path(was, now, new, revision)
        _put(paths, place, now.method, _new_revision(revision))
        policies += [_route(now, revision)] if place != now.path else []
        moved = f"move the change to '{revision.operation_id}'{_rest(now)}"
        sentences[name] = f"put '{name}' back as it was, and {moved}"
    return Remedy(sentences, {"paths": paths}, tuple(policies)) if sentences else None


def _breaks(change: Change) -> bool:
    return change.severity is Severity.ERROR and bool(change.operation_id) and change.part is Part.DEFINITION


def _labelled(connector: Connector, label: str) -> Operation | None:
    return next((operation for operation in connector.operations if operation.label == label), None)


def _put(paths: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> None:
    paths.setdefault(path, {})[method] = operation


@dataclass(frozen=True, slots=True)
class _Revision:
    family: str
    number: int
    operation_id: str


def _family(operation: Operation) -> tuple[str, int]:
    """The family and the revision as annotated, or as the operation's name says."""
    annotation = as_object(operation.raw.get(ANNOTATION))
    suffix = _REVISION.search(operation.operation_id)
    family = as_text(annotation.get("family")) or _REVISION.sub("", operation.operation_id)
    number = annotation.get("revision")
    named = int(suffix[1]) if suffix else 1
    return family, number if isinstance(number, int) else named


def _revision(operation: Operation, taken: set[str]) -> _Revision:
    family, number = _family(operation)
    number += 1
    while f"{family}_V{number}" in taken:
        number += 1
    return _Revision(family, number, f"{family}_V{number}")


def _deprecated(operation: Operation) -> dict[str, Any]:
    family, number = _family(operation)
    kept: dict[str, Any] = {"operationId": operation.operation_id, "deprecated": True}
    for key in ("summary", "description"):
        text = as_text(operation.raw.get(key))
        if text:
            kept[key] = text if text.endswith("(deprecated)") else f"{text} (deprecated)"
    return {**kept, ANNOTATION: {"family": family, "revision": number}}


def _new_revision(revision: _Revision) -> dict[str, Any]:
    annotation = {"family": revision.family, "revision": revision.number, "status": "Preview"}
    return {"operationId": revision.operation_id, ANNOTATION: annotation}


def _free_path(was: Operation, now: Operation, new: Connector, revision: _Revision) -> str:
    """The path of the changed operation, or one beside it where the old operation needs that one."""
    path = now.path
    if (was.path, was.method) == (now.path, now.method):
        path = f"{now.path.rstrip('/')}/v{revision.number}"
        while path in new.path_items:
            path += "_"
    return path


def _route(operation: Operation, revision: _Revision) -> dict[str, Any]:
    """The policy by which the new path calls what the old one called."""
    parameters = {"newPath": operation.path, "httpMethod": "@Request.OriginalHTTPMethod"}
    prefixed: dict[str, Any] = {f"{PARAMETER_PREFIX}{name}": value for name, value in parameters.items()}
    return {
        "templateId": "routerequesttoendpoint",
        "title": f"Path of {revision.operation_id}",
        "parameters": {**prefixed, OPERATIONS: [revision.operation_id]},
    }


def _rest(operation: Operation) -> str:
    if operation.is_webhook:
        return ", with the x-ms-notification-content of its path"
    return ", with its policy 'pollingtrigger'" if operation.is_polling else ""
