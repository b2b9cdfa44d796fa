"""Limits of the platform on a connector's files."""

from __future__ import annotations

from collections.abc import Iterator

from connkit.core import Pointer, Severity
from connkit.lint.registry import Flaw, Scope, rule
from connkit.model import Connector

FAQ = "https://learn.microsoft.com/connectors/custom-connectors/faq"
_MOST_BYTES = 1024 * 1024


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    source=FAQ,
    mend="Remove what nobody uses, share schemas by reference, or write the file without indents.",
    scaffold="files",
    bad="sizes: {apiDefinition.swagger.json: 1048577}",
    good="sizes: {apiDefinition.swagger.json: 1048576}",
)
def definition_too_large(connector: Connector) -> Iterator[Flaw]:
    """The definition has more than 1 MB, the most that the platform promises to take.

    A few published connectors have more, so it is a warning.
    """
    size = connector.companions.sizes.get(connector.definition_file, 0)
    if size > _MOST_BYTES:
        yield Flaw(Pointer(), f"the definition has {size} bytes, but may have at most {_MOST_BYTES}")
