"""Under which categories the gallery of connectors lists one."""

from __future__ import annotations

from collections.abc import Iterator

from connkit.core import Pointer, Severity
from connkit.lint.registry import Flaw, Scope, rule
from connkit.lint.rules.metadata import LEARN, METADATA
from connkit.model import Connector
from connkit.model.shape import as_list

_CATEGORIES = (
    "AI",
    "Business Management",
    "Business Intelligence",
    "Collaboration",
    "Commerce",
    "Communication",
    "Content and Files",
    "Finance",
    "Data",
    "Human Resources",
    "Internet of Things",
    "IT Operations",
    "Lifestyle and Entertainment",
    "Marketing",
    "Productivity",
    "Sales and CRM",
    "Security",
    "Social Media",
    "Website",
)
_MOST = 2


def _chosen(connector: Connector) -> Iterator[tuple[Pointer, list[str]]]:
    """Where categories stand, and which."""
    for index, item in enumerate(as_list(connector.definition.get(METADATA))):
        if isinstance(item, dict) and str(item.get("propertyName")).lower() == "categories":
            value = item.get("propertyValue")
            if isinstance(value, str):
                names = [name.strip() for name in value.split(";")]
                yield Pointer((METADATA, str(index), "propertyValue")), [name for name in names if name]


@rule(
    severity=Severity.ERROR,
    scope=Scope.CERTIFICATION,
    source=LEARN,
    mend="Choose one or two of the categories that the message names, with a semicolon between them.",
    scaffold="definition",
    bad="x-ms-connector-metadata: [{propertyName: Categories, propertyValue: Telephony}]",
    good="x-ms-connector-metadata: [{propertyName: Categories, propertyValue: Communication;IT Operations}]",
)
def invalid_connector_category(connector: Connector) -> Iterator[Flaw]:
    """A category is not one of those that the gallery of connectors has.

    Several are written with a semicolon between them. Letter case makes no difference.
    """
    known = {category.lower() for category in _CATEGORIES}
    for at, names in _chosen(connector):
        for name in names:
            if name.lower() not in known:
                yield Flaw(at, f"the category '{name}' does not exist; choose from {', '.join(_CATEGORIES)}")


@rule(
    severity=Severity.ERROR,
    scope=Scope.CERTIFICATION,
    source="https://learn.microsoft.com/en-us/connectors/custom-connectors/certification-submission",
    mend="Keep the two categories that fit best.",
    scaffold="definition",
    bad="x-ms-connector-metadata: [{propertyName: Categories, propertyValue: AI;Data;Finance}]",
    good="x-ms-connector-metadata: [{propertyName: Categories, propertyValue: AI;Data}]",
)
def too_many_connector_categories(connector: Connector) -> Iterator[Flaw]:
    """A connector is listed under more than two categories."""
    for at, names in _chosen(connector):
        if len(names) > _MOST:
            yield Flaw(at, f"there are {len(names)} categories ({', '.join(names)}), but at most {_MOST} are allowed")
