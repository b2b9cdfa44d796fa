"""Revisions of operations: `x-ms-api-annotation`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from connkit.core import Authority, Pointer, Severity
from connkit.lint.registry import Flaw, Scope, rule
from connkit.lint.rules.metadata import LEARN
from connkit.model import Connector, Operation
from connkit.model.shape import as_object, as_text

ANNOTATION = "x-ms-api-annotation"
VERSIONING = "https://learn.microsoft.com/connectors/custom-connectors/operational-versioning"
_PRODUCTION = "production"


@dataclass(frozen=True)
class _Revision:
    """An operation as one of its family; `number` is None where the annotation names none."""

    operation: Operation
    annotation: dict[str, Any]
    status: str

    @property
    def place(self) -> Pointer:
        return self.operation.pointer / ANNOTATION if self.annotation else self.operation.pointer

    @property
    def family(self) -> str:
        return as_text(self.annotation.get("family")) or self.operation.operation_id

    @property
    def number(self) -> Any:
        return self.annotation.get("revision")

    @property
    def active(self) -> bool:
        return not self.operation.deprecated


def _status(connector: Connector) -> str:
    """What the connector says of itself, '' where it says nothing."""
    for holder in (connector.info, connector.definition):
        status = as_text(as_object(holder.get(ANNOTATION)).get("status"))
        if status:
            return status.lower()
    return ""


def _annotated(connector: Connector) -> Iterator[tuple[Operation, dict[str, Any]]]:
    for operation in connector.operations:
        annotation = operation.raw.get(ANNOTATION)
        if isinstance(annotation, dict):
            yield operation, annotation


def _families(connector: Connector) -> Iterator[tuple[str, list[_Revision]]]:
    """Families of more than one operation; one without an annotation belongs to the family of its own ID."""
    if not any(True for _ in _annotated(connector)):
        return
    status = _status(connector)
    found: dict[str, list[_Revision]] = defaultdict(list)
    for operation in connector.operations:
        annotation = as_object(operation.raw.get(ANNOTATION))
        own = as_text(annotation.get("status")).lower() or status
        revision = _Revision(operation, annotation, own)
        if revision.family:
            found[revision.family].append(revision)
    yield from ((family, revisions) for family, revisions in found.items() if len(revisions) > 1)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Mark the operation with deprecated: true, or take the replacement away.",
    bad="""
        operationId: ListItems
        x-ms-api-annotation: {revision: 1, replacement: {api: items, operationId: ListItems_V2}}
        responses: {'200': {description: The items}}
    """,
    good="""
        operationId: ListItems
        deprecated: true
        x-ms-api-annotation: {revision: 1, replacement: {api: items, operationId: ListItems_V2}}
        responses: {'200': {description: The items}}
    """,
    name="ApiAnnotationExtensionReplacementInfoForNonDeprecatedOperations",
)
def replacement_for_non_deprecated(connector: Connector) -> Iterator[Flaw]:
    """An operation names its replacement, but is not deprecated."""
    for operation, annotation in _annotated(connector):
        if "replacement" in annotation and not operation.deprecated:
            message = f"the operation '{operation.label}' has a replacement, but is not deprecated"
            yield Flaw(operation.pointer / ANNOTATION / "replacement", message)


def _incomplete_replacements(connector: Connector, key: str) -> Iterator[Flaw]:
    for operation, annotation in _annotated(connector):
        replacement = annotation.get("replacement")
        if isinstance(replacement, dict) and not replacement.get(key):
            message = f"the replacement of '{operation.label}' does not name its '{key}'"
            yield Flaw(operation.pointer / ANNOTATION / "replacement", message)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Add the name of the connector that has the replacement as api.",
    bad="""
        operationId: ListItems
        deprecated: true
        x-ms-api-annotation: {revision: 1, replacement: {operationId: ListItems_V2}}
        responses: {'200': {description: The items}}
    """,
    good="""
        operationId: ListItems
        deprecated: true
        x-ms-api-annotation: {revision: 1, replacement: {api: items, operationId: ListItems_V2}}
        responses: {'200': {description: The items}}
    """,
)
def api_annotation_extension_replacement_info_missing_api_property(connector: Connector) -> Iterator[Flaw]:
    """A replacement does not say in which connector it stands."""
    yield from _incomplete_replacements(connector, "api")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Add the operationId of the replacement.",
    bad="""
        operationId: ListItems
        deprecated: true
        x-ms-api-annotation: {revision: 1, replacement: {api: items}}
        responses: {'200': {description: The items}}
    """,
    good="""
        operationId: ListItems
        deprecated: true
        x-ms-api-annotation: {revision: 1, replacement: {api: items, operationId: ListItems_V2}}
        responses: {'200': {description: The items}}
    """,
)
def api_annotation_extension_replacement_info_missing_operation_id_property(connector: Connector) -> Iterator[Flaw]:
    """A replacement does not say which operation it is."""
    yield from _incomplete_replacements(connector, "operationId")


_TWO = """
    paths:
      /items: {{get: {{operationId: ListItems, {first}, responses: {{'200': {{description: It}}}}}}}}
      /v2/items: {{get: {{operationId: ListItems_V2, {second}, responses: {{'200': {{description: It}}}}}}}}
"""
_DEPRECATED = "x-ms-api-annotation: {family: ListItems, revision: 1}, deprecated: true"
_SECOND = "x-ms-api-annotation: {family: ListItems, revision: 2}"


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Give each operation of the family a revision of its own.",
    scaffold="definition",
    bad=_TWO.format(first=_SECOND, second=_SECOND),
    good=_TWO.format(first=_DEPRECATED, second=_SECOND),
)
def operation_family_has_duplicate_revisions(connector: Connector) -> Iterator[Flaw]:
    """Two operations of a family have the same revision."""
    for family, revisions in _families(connector):
        first: dict[str, _Revision] = {}
        for revision in revisions:
            if isinstance(revision.number, int | str):
                other = first.setdefault(str(revision.number), revision)
                if other is not revision:
                    names = f"'{other.operation.label}' and '{revision.operation.label}'"
                    message = f"{names} of the family '{family}' are both revision {revision.number}"
                    yield Flaw(revision.place / "revision", message, (other.place / "revision",))


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Add the revision to all operations of the family but the first.",
    scaffold="definition",
    bad=_TWO.format(first="summary: Old", second="x-ms-api-annotation: {family: ListItems}"),
    good=_TWO.format(first="summary: Old", second=_SECOND),
)
def operation_family_has_many_empty_revisions(connector: Connector) -> Iterator[Flaw]:
    """More than one operation of a family has no revision, which counts as 1."""
    for family, revisions in _families(connector):
        empty = [revision for revision in revisions if revision.number is None]
        for revision in empty[1:]:
            message = f"'{revision.operation.label}' is not the only one of the family '{family}' without a revision"
            yield Flaw(revision.place, message, (empty[0].place,))


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=VERSIONING,
    mend="Mark the oldest with deprecated: true.",
    scaffold="definition",
    bad="""
        paths:
          /a: {get: {operationId: A, x-ms-api-annotation: {family: A, revision: 1}, responses: {}}}
          /b: {get: {operationId: B, x-ms-api-annotation: {family: A, revision: 2}, responses: {}}}
          /c: {get: {operationId: C, x-ms-api-annotation: {family: A, revision: 3}, responses: {}}}
    """,
    good=_TWO.format(first="x-ms-api-annotation: {family: ListItems, revision: 1}", second=_SECOND),
)
def operation_family_has_many_active_operations(connector: Connector) -> Iterator[Flaw]:
    """More than two operations of a family are not deprecated: the old one and its successor are enough."""
    for family, revisions in _families(connector):
        active = [revision for revision in revisions if revision.active]
        if len(active) > 2:
            message = f"the family '{family}' has {len(active)} active operations; deprecate all but two"
            yield Flaw(active[0].place, message, tuple(revision.place for revision in active[1:]))


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=VERSIONING,
    mend="Mark the older one with deprecated: true, or set the newer one's status to Preview.",
    scaffold="definition",
    bad=_TWO.format(
        first="x-ms-api-annotation: {family: ListItems, revision: 1, status: Production}",
        second="x-ms-api-annotation: {family: ListItems, revision: 2, status: Production}",
    ),
    good=_TWO.format(
        first="x-ms-api-annotation: {family: ListItems, revision: 1, status: Production}",
        second="x-ms-api-annotation: {family: ListItems, revision: 2, status: Preview}",
    ),
)
def operation_family_has_many_active_production_operations(connector: Connector) -> Iterator[Flaw]:
    """Several operations of a family are in production and not deprecated, so makers cannot tell which to take.

    An operation without a status has that of the connector.
    """
    for family, revisions in _families(connector):
        active = [revision for revision in revisions if revision.active and revision.status == _PRODUCTION]
        if len(active) > 1:
            message = f"the family '{family}' has {len(active)} active operations in production; deprecate all but one"
            yield Flaw(active[0].place, message, tuple(revision.place for revision in active[1:]))


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Add the revision, a whole number from 1.",
    bad="""
        operationId: ListItems
        x-ms-api-annotation: {family: ListItems}
        responses: {'200': {description: The items}}
    """,
    good="""
        operationId: ListItems
        x-ms-api-annotation: {family: ListItems, revision: 1}
        responses: {'200': {description: The items}}
    """,
)
def operation_revision_empty(connector: Connector) -> Iterator[Flaw]:
    """An operation's annotation names no revision; it counts as 1."""
    for operation, annotation in _annotated(connector):
        if annotation.get("revision") in (None, ""):
            yield Flaw(operation.pointer / ANNOTATION, f"the operation '{operation.label}' names no revision")


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=VERSIONING,
    mend="Give a new revision an operationId with that ending; leave one that flows use as it is.",
    bad="""
        operationId: ListAllItems
        x-ms-api-annotation: {family: ListItems, revision: 2}
        responses: {'200': {description: The items}}
    """,
    good="""
        operationId: ListItems_V2
        x-ms-api-annotation: {family: ListItems, revision: 2}
        responses: {'200': {description: The items}}
    """,
)
def operation_id_should_end_with_revision(connector: Connector) -> Iterator[Flaw]:
    """The `operationId` of a second or later revision does not end with its number, as in `_V2` or `V2`."""
    for operation, annotation in _annotated(connector):
        revision = annotation.get("revision")
        later = isinstance(revision, int) and revision > 1
        if later and operation.operation_id and not operation.operation_id.upper().endswith(f"V{revision}"):
            message = (
                f"the operationId '{operation.operation_id}' of revision {revision} does not end with '_V{revision}'"
            )
            yield Flaw(operation.pointer / "operationId", message)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=VERSIONING,
    mend="Set the operation's status to Preview, or the connector's to Production.",
    scaffold="definition",
    bad="""
        info: {title: Items, version: '1.0', x-ms-api-annotation: {status: Preview}}
        paths:
          /a:
            get:
              operationId: GetA
              x-ms-api-annotation: {revision: 1, status: Production}
              responses: {'200': {description: It}}
    """,
    good="""
        info: {title: Items, version: '1.0', x-ms-api-annotation: {status: Production}}
        paths:
          /a:
            get:
              operationId: GetA
              x-ms-api-annotation: {revision: 1, status: Production}
              responses: {'200': {description: It}}
    """,
)
def operation_status_ahead_of_connector(connector: Connector) -> Iterator[Flaw]:
    """An operation is in production while its connector says of itself that it is a preview.

    A connector that says nothing counts as a preview too, but many such were published, and nothing is said of them.
    """
    if _status(connector) == "preview":
        for operation, annotation in _annotated(connector):
            if as_text(annotation.get("status")).lower() == _PRODUCTION:
                message = f"the operation '{operation.label}' is in production, but the connector is a preview"
                yield Flaw(operation.pointer / ANNOTATION / "status", message)
