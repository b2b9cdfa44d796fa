"""How many schemas there are, and how deep they go, once references are replaced by what they name."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping

from connkit.core import Authority, Pointer, Severity
from connkit.lint.expansion import CEILING, Expansion, expansions
from connkit.lint.registry import Flaw, Scope, rule
from connkit.lint.rules.metadata import LEARN
from connkit.model import Connector, Kind, Node, Nodes

FAQ = "https://learn.microsoft.com/connectors/custom-connectors/faq"
_HOLDERS = (Kind.PARAMETER, Kind.RESPONSE, Kind.NOTIFICATION)
_IN_BODY = 512
_IN_OPERATION = 16_384
_IN_LARGEST_PUBLISHED = 7_202
_IN_DEEPEST_PUBLISHED = 15


def _is_definition(node: Node) -> bool:
    return node.above is not None and node.above.kind is Kind.ROOT


def _number(count: int) -> str:
    return f"{count:,}" if count < CEILING else f"{CEILING:,} or more"


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source="https://github.com/microsoft/PowerPlatformConnectors/issues/1088",
    mend="Remove properties that nobody needs, or describe a part of the object by a dynamic schema.",
    scaffold="definition",
    bad="""
        definitions:
          A: {properties: {a: {$ref: '#/definitions/B'}, b: {$ref: '#/definitions/B'}, c: {$ref: '#/definitions/B'}}}
          B: {properties: {a: {$ref: '#/definitions/C'}, b: {$ref: '#/definitions/C'}, c: {$ref: '#/definitions/C'}}}
          C: {properties: {a: {$ref: '#/definitions/D'}, b: {$ref: '#/definitions/D'}, c: {$ref: '#/definitions/D'}}}
          D: {properties: {a: {$ref: '#/definitions/E'}, b: {$ref: '#/definitions/E'}, c: {$ref: '#/definitions/E'}}}
          E: {properties: {a: {$ref: '#/definitions/F'}, b: {$ref: '#/definitions/F'}, c: {$ref: '#/definitions/F'}}}
          F: {properties: {a: {type: string}, b: {type: string}, c: {type: string}}}
    """,
    good="""
        definitions:
          A: {properties: {a: {$ref: '#/definitions/B'}, b: {$ref: '#/definitions/B'}}}
          B: {properties: {a: {type: string}, b: {type: string}}}
    """,
)
def body_schema_count_exceeds_max_allowed(connector: Connector) -> Iterator[Flaw]:
    """A definition, a body or an answer consists of more than 512 schemas.

    Every object, property and item counts, and what a reference names counts each time it is named. The platform looks
    at each definition, used or not. A body or an answer is reported only where the excess is its own and not that of
    a definition in it.
    """
    sizes = expansions(connector.nodes)
    for size in sizes.values():
        if _is_large(size) and (_is_definition(size.node) or not _names_excess(sizes, size, _is_large)):
            what = f"the definition '{size.node.name}'" if _is_definition(size.node) else "the schema"
            message = f"{what} consists of {_number(size.count)} schemas, but at most {_IN_BODY} are allowed"
            yield Flaw(size.node.pointer, message)


def _is_large(size: Expansion) -> bool:
    return size.count > _IN_BODY


def _names_excess(sizes: Mapping[int, Expansion], size: Expansion, exceeds: Callable[[Expansion], bool]) -> bool:
    """Whether the excess is that of a definition which the schema refers to."""
    return any(exceeds(sizes[named]) for named in size.named)


@functools.lru_cache(maxsize=1)
def _of_operations(nodes: Nodes) -> list[tuple[Node, int]]:
    """Each operation with the number of schemas in its inputs, its answers and its notification."""
    sizes = expansions(nodes)
    return [(node, sum(sizes[id(root)].count for root in _roots(nodes, node))) for node in nodes.of(Kind.OPERATION)]


def _roots(nodes: Nodes, operation: Node) -> Iterator[Node]:
    shared = nodes.inside(operation.above) if operation.above is not None else []
    for holder in (*nodes.inside(operation), *shared):
        if holder.kind in _HOLDERS:
            yield from (root for root in nodes.inside(nodes.target(holder)) if root.kind is Kind.SCHEMA)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=FAQ,
    mend="Remove properties that nobody needs, or split the operation.",
    scaffold="definition",
    bad="""
        definitions:
          A: {allOf: [{$ref: '#/definitions/B'}, {$ref: '#/definitions/B'}, {$ref: '#/definitions/B'}]}
          B: {allOf: [{$ref: '#/definitions/C'}, {$ref: '#/definitions/C'}, {$ref: '#/definitions/C'}]}
          C: {allOf: [{$ref: '#/definitions/D'}, {$ref: '#/definitions/D'}, {$ref: '#/definitions/D'}]}
          D: {allOf: [{$ref: '#/definitions/E'}, {$ref: '#/definitions/E'}, {$ref: '#/definitions/E'}]}
          E: {allOf: [{$ref: '#/definitions/F'}, {$ref: '#/definitions/F'}, {$ref: '#/definitions/F'}]}
          F: {allOf: [{$ref: '#/definitions/G'}, {$ref: '#/definitions/G'}, {$ref: '#/definitions/G'}]}
          G: {allOf: [{$ref: '#/definitions/H'}, {$ref: '#/definitions/H'}, {$ref: '#/definitions/H'}]}
          H: {allOf: [{$ref: '#/definitions/I'}, {$ref: '#/definitions/I'}, {$ref: '#/definitions/I'}]}
          I: {properties: {a: {type: string}, b: {type: string}, c: {type: string}}}
        paths: {/a: {get: {operationId: A, responses: {'200': {description: It, schema: {$ref: '#/definitions/A'}}}}}}
    """,
    good="""
        definitions: {A: {properties: {a: {type: string}, b: {type: string}}}}
        paths: {/a: {get: {operationId: A, responses: {'200': {description: It, schema: {$ref: '#/definitions/A'}}}}}}
    """,
)
def operation_schema_count_exceeds_max_allowed(connector: Connector) -> Iterator[Flaw]:
    """An operation consists of more than 16,384 schemas, counted over its inputs and all its answers.

    Counted as for `BodySchemaCountExceedsMaxAllowed`, which allows one body 512 of them.
    """
    for node, count in _of_operations(connector.nodes):
        if count > _IN_OPERATION:
            message = f"the operation consists of {_number(count)} schemas, but at most {_IN_OPERATION:,} are allowed"
            yield Flaw(node.pointer, message)


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Remove operations or properties that nobody needs, or split the connector.",
    scaffold="definition",
    bad="""
        definitions:
          A: {allOf: [{$ref: '#/definitions/B'}, {$ref: '#/definitions/B'}, {$ref: '#/definitions/B'}]}
          B: {allOf: [{$ref: '#/definitions/C'}, {$ref: '#/definitions/C'}, {$ref: '#/definitions/C'}]}
          C: {allOf: [{$ref: '#/definitions/D'}, {$ref: '#/definitions/D'}, {$ref: '#/definitions/D'}]}
          D: {allOf: [{$ref: '#/definitions/E'}, {$ref: '#/definitions/E'}, {$ref: '#/definitions/E'}]}
          E: {allOf: [{$ref: '#/definitions/F'}, {$ref: '#/definitions/F'}, {$ref: '#/definitions/F'}]}
          F: {allOf: [{$ref: '#/definitions/G'}, {$ref: '#/definitions/G'}, {$ref: '#/definitions/G'}]}
          G: {allOf: [{$ref: '#/definitions/H'}, {$ref: '#/definitions/H'}, {$ref: '#/definitions/H'}]}
          H: {properties: {a: {type: string}, b: {type: string}, c: {type: string}}}
        paths: {/a: {get: {operationId: A, responses: {'200': {description: It, schema: {$ref: '#/definitions/A'}}}}}}
    """,
    good="""
        definitions: {A: {properties: {a: {type: string}, b: {type: string}}}}
        paths: {/a: {get: {operationId: A, responses: {'200': {description: It, schema: {$ref: '#/definitions/A'}}}}}}
    """,
)
def total_schema_count_exceeds_max_allowed(connector: Connector) -> Iterator[Flaw]:
    """All operations together consist of more schemas than those of any published connector.

    Microsoft's limit is not known. The largest of some three hundred published connectors has 7,202, counted as for
    `OperationSchemaCountExceedsMaxAllowed`, so nobody knows whether more is accepted.
    """
    total = min(CEILING, sum(count for _, count in _of_operations(connector.nodes)))
    if total > _IN_LARGEST_PUBLISHED:
        most = f"the largest published connector has {_IN_LARGEST_PUBLISHED:,}"
        yield Flaw(Pointer(), f"the operations consist of {_number(total)} schemas; {most}")


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Make the schema shallower, or describe its lower part by a dynamic schema.",
    scaffold="schema",
    bad="""
        {items: {items: {items: {items: {items: {items: {items: {items:
        {items: {items: {items: {items: {items: {items: {items: {type: string}}}}}}}}}}}}}}}}
    """,
    good="{type: array, items: {type: array, items: {type: string}}}",
)
def schema_too_deep(connector: Connector) -> Iterator[Flaw]:
    """A schema goes deeper than that of any published connector, references included.

    Microsoft's limit is not known. The deepest of some three hundred published connectors has 15 levels, an object
    and its property being two of them. Only the innermost schema that is too deep is reported, not what refers to it.
    """
    sizes = expansions(connector.nodes)
    for size in sizes.values():
        if _is_deep(size) and not _names_excess(sizes, size, _is_deep):
            most = f"the deepest published one has {_IN_DEEPEST_PUBLISHED}"
            yield Flaw(size.node.pointer, f"the schema has {size.depth} levels; {most}")


def _is_deep(size: Expansion) -> bool:
    return size.depth > _IN_DEEPEST_PUBLISHED
