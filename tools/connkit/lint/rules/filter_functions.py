"""What columns of a table can be filtered by."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connkit.core import Authority, Pointer, Severity
from connkit.lint.calls import calls
from connkit.lint.registry import Flaw, Scope, rule
from connkit.lint.rules.metadata import LEARN
from connkit.model import Connector, Kind, Node
from connkit.model.shape import as_object

FUNCTIONS, CAPABILITIES = "filterFunctions", "x-ms-capabilities"
POWER_FX = "https://github.com/microsoft/Power-Fx/tree/main/src/libraries/Microsoft.PowerFx.Connectors"
_NAMES = """
    eq ne lt le gt ge and or not contains startswith endswith indexof replace substring substringof length tolower
    toupper trim concat year month day hour minute second date time now totaloffsetminutes totalseconds round floor
    ceiling add sub mul div mod negate min max sum average count countdistinct null top astype arraylookup distinct
    cdsin joininner joinleft joinright joinfull
"""


def _lists(connector: Connector) -> Iterator[tuple[Node, Pointer, list[Any]]]:
    kinds = (Kind.SCHEMA, Kind.PARAMETER, Kind.ITEMS)
    for node in connector.nodes.having(CAPABILITIES, *kinds):
        found = as_object(node.value[CAPABILITIES]).get(FUNCTIONS)
        if isinstance(found, list):
            yield node, node.pointer / CAPABILITIES / FUNCTIONS, found
    for node in connector.nodes.having(FUNCTIONS, *kinds):
        if isinstance(node.value[FUNCTIONS], list):
            yield node, node.pointer / FUNCTIONS, node.value[FUNCTIONS]


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Name at least one function, or take the property out.",
    scaffold="schema",
    bad="{properties: {name: {type: string, x-ms-capabilities: {filterFunctions: []}}}}",
    good="{properties: {name: {type: string, x-ms-capabilities: {filterFunctions: [eq]}}}}",
)
def filter_functions_property_empty(connector: Connector) -> Iterator[Flaw]:
    """`filterFunctions` is an empty list.

    What cannot be filtered has no such property at all.
    """
    for _, place, functions in _lists(connector):
        if not functions:
            yield Flaw(place, "filterFunctions names no function; name one or take it out")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Leave each function in the list once.",
    scaffold="schema",
    bad="{properties: {name: {type: string, x-ms-capabilities: {filterFunctions: [eq, eq]}}}}",
    good="{properties: {name: {type: string, x-ms-capabilities: {filterFunctions: [eq, ne]}}}}",
)
def filter_functions_property_has_duplicates(connector: Connector) -> Iterator[Flaw]:
    """`filterFunctions` names a function twice."""
    for _, place, functions in _lists(connector):
        seen: set[str] = set()
        for index, function in enumerate(functions):
            if isinstance(function, str) and function in seen:
                yield Flaw(place / index, f"filterFunctions names '{function}' twice")
            elif isinstance(function, str):
                seen.add(function)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Move it to the schema of what the operation answers.",
    scaffold="body",
    bad="{type: object, properties: {name: {type: string, x-ms-capabilities: {filterFunctions: [eq]}}}}",
    good="{type: object, properties: {name: {type: string}}}",
)
def filter_functions_property_in_input_schema(connector: Connector) -> Iterator[Flaw]:
    """`filterFunctions` stands in something that is sent and not in an answer.

    It says by what the rows of an answer can be filtered. A schema that inputs and answers share is let pass, and
    so is one that nothing uses.
    """
    for node, place, _ in _lists(connector):
        users = calls(connector).users.of(node)
        if users and all(user.as_input for user in users):
            yield Flaw(place, "filterFunctions belongs to what an operation answers, but stands in what it is sent")


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=POWER_FX,
    mend="Name functions of OData in lower case, such as eq, contains or startswith.",
    scaffold="schema",
    bad="{properties: {name: {type: string, x-ms-capabilities: {filterFunctions: [equals]}}}}",
    good="{properties: {name: {type: string, x-ms-capabilities: {filterFunctions: [eq]}}}}",
)
def filter_functions_property_invalid_value(connector: Connector) -> Iterator[Flaw]:
    """`filterFunctions` names a function that is not known.

    Microsoft does not publish the list that its validator holds. The names known here are those which Power Fx reads
    from connectors, so what is reported is a warning.
    """
    known = frozenset(_NAMES.split())
    for _, place, functions in _lists(connector):
        for index, function in enumerate(functions):
            if isinstance(function, str) and function not in known:
                yield Flaw(place / index, f"filterFunctions names '{function}', which is no known function")
