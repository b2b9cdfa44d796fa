"""Editors that the designer has for special inputs."""

from __future__ import annotations

from collections.abc import Iterator

from connkit.core import Authority, Severity
from connkit.lint.registry import Flaw, Scope, rule
from connkit.lint.rules.metadata import LEARN
from connkit.model import Connector, Kind


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Write type: object and let additionalProperties be, or take x-ms-editor out.",
    scaffold="body",
    bad="{type: object, properties: {headers: {type: string, x-ms-editor: dictionary}}}",
    good="""
        type: object
        properties: {headers: {type: object, additionalProperties: {type: string}, x-ms-editor: dictionary}}
    """,
)
def invalid_custom_editor_extension_dictionary_value(connector: Connector) -> Iterator[Flaw]:
    """`x-ms-editor: dictionary` stands on something that cannot hold names of the maker's choice.

    That editor lets makers add pairs of name and value, so it needs an object which allows further properties.
    """
    for node in connector.nodes.having("x-ms-editor", Kind.SCHEMA, Kind.PARAMETER, Kind.ITEMS):
        if node.value["x-ms-editor"] != "dictionary":
            continue
        if node.value.get("type") != "object":
            yield Flaw(node.pointer / "x-ms-editor", "the editor 'dictionary' needs a schema with type: object")
        elif node.value.get("additionalProperties") is False:
            message = "the editor 'dictionary' adds properties, but additionalProperties is false"
            yield Flaw(node.pointer / "x-ms-editor", message)
