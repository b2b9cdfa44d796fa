"""References between schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from connkit.core import Authority, Severity
from connkit.lint.expansion import expansions, reached_from
from connkit.lint.keywords import is_required_property, listed
from connkit.lint.registry import Flaw, Scope, rule
from connkit.lint.rules.metadata import LEARN
from connkit.model import Connector, Kind, Node, Nodes
from connkit.model.shape import as_object, as_text
from connkit.semantics.suggestions import closest

_START = "#/definitions/"


def _references(connector: Connector) -> Iterator[tuple[Node, str]]:
    for node in connector.nodes.having("$ref", Kind.SCHEMA):
        if isinstance(node.value["$ref"], str):
            yield node, node.value["$ref"]


def _is_valid(reference: str) -> bool:
    name = reference.removeprefix(_START)
    plain = name.replace("~0", "").replace("~1", "")
    return reference.startswith(_START) and name != "" and "/" not in name and "~" not in plain


def _target_name(reference: str) -> str:
    return reference.removeprefix(_START).replace("~1", "/").replace("~0", "~")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Write #/definitions/ and the name of a definition.",
    scaffold="schema",
    bad="{$ref: Item}",
    good="{type: object, properties: {id: {type: string}}}",
)
def schema_reference_not_valid(connector: Connector) -> Iterator[Flaw]:
    """A schema refers to something that is no definition of this document.

    The platform follows `#/definitions/` and one name, in which `/` is written as `~1` and `~` as `~0`. It knows no
    other files and nothing deeper inside a definition.
    """
    for node, reference in _references(connector):
        if not _is_valid(reference):
            message = f"the reference '{reference}' is not valid; write '{_START}' and a definition's name"
            yield Flaw(node.pointer / "$ref", message)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Add the definition, or refer to one that exists.",
    scaffold="definition",
    bad="definitions: {Item: {type: object, properties: {owner: {$ref: '#/definitions/User'}}}}",
    good="""
        definitions:
          Item: {type: object, properties: {owner: {$ref: '#/definitions/User'}}}
          User: {type: string}
    """,
)
def schema_reference_not_found(connector: Connector) -> Iterator[Flaw]:
    """A schema refers to a definition that does not exist.

    A reference that cannot be one of a definition at all is reported by `SchemaReferenceNotValid`.
    """
    known = as_object(connector.definition.get("definitions"))
    for node, reference in _references(connector):
        if _is_valid(reference) and _target_name(reference) not in known:
            name = _target_name(reference)
            yield Flaw(node.pointer / "$ref", f"there is no definition '{name}'{_nearest(name, known)}")


def _nearest(name: str, known: dict[str, object]) -> str:
    near = closest(name, known)
    return f"; did you mean '{near}'?" if near else ""


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Write out the schema, or refer to the other definition wherever this one is named.",
    scaffold="definition",
    bad="definitions: {Item: {$ref: '#/definitions/Thing'}, Thing: {type: string}}",
    good="definitions: {Item: {properties: {thing: {$ref: '#/definitions/Thing'}}}, Thing: {type: string}}",
)
def schema_ref_loop_not_allowed(connector: Connector) -> Iterator[Flaw]:
    """A definition is nothing but a reference to another one.

    Such references could lead back to where they began. Properties, items and parts of a definition may refer to
    others. None of the published connectors that were looked at does otherwise.
    """
    known = as_object(connector.definition.get("definitions"))
    for node, reference in _references(connector):
        stands_alone = node.above is not None and node.above.kind is Kind.ROOT
        if stands_alone and _is_valid(reference) and _target_name(reference) in known:
            other = "itself" if _target_name(reference) == node.name else f"'{_target_name(reference)}'"
            message = f"the definition '{node.name}' only refers to {other}; write its schema out"
            yield Flaw(node.pointer / "$ref", message)


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Move what stands beside $ref into the definition, or wrap the reference in allOf.",
    scaffold="definition",
    bad="definitions: {Item: {properties: {name: {$ref: '#/definitions/Name', title: Name}}}, Name: {type: string}}",
    good="definitions: {Item: {properties: {name: {$ref: '#/definitions/Name'}}}, Name: {type: string, title: Name}}",
)
def additional_property_not_allowed_adjacent_to_ref(connector: Connector) -> Iterator[Flaw]:
    """Something stands beside a `$ref`.

    A reference stands for the whole of what it names, so whatever is beside it has no effect. That holds for schemas,
    parameters and responses; a path may not refer to anything at all.
    """
    for node in connector.nodes.having("$ref", Kind.SCHEMA, Kind.PARAMETER, Kind.RESPONSE):
        beside = [key for key in node.value if key != "$ref"]
        if beside and isinstance(node.value["$ref"], str):
            verb, has = ("stands", "has") if len(beside) == 1 else ("stand", "have")
            yield Flaw(node.pointer, f"{listed(beside)} {verb} beside $ref and so {has} no effect")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Take one of the properties of the loop out of 'required'.",
    scaffold="definition",
    bad="definitions: {Item: {required: [parent], properties: {parent: {$ref: '#/definitions/Item'}}}}",
    good="definitions: {Item: {properties: {parent: {$ref: '#/definitions/Item'}}}}",
)
def required_loop_in_schema_not_allowed(connector: Connector) -> Iterator[Flaw]:
    """An object requires itself, through required properties or the parts of an `allOf`.

    No value could ever be complete. A loop through an optional property or through the items of an array ends
    somewhere and is let pass.
    """
    nodes = connector.nodes
    edges: dict[int, list[_Need]] = {}
    for node in nodes.having("$ref", Kind.SCHEMA):
        need = _need(nodes, node)
        if need is not None:
            edges.setdefault(id(need.holder), []).append(need)
    done: set[int] = set()
    for needs in edges.values():
        yield from _loops(needs[0].holder, edges, done)


@dataclass(frozen=True, slots=True)
class _Need:
    """A reference by which one definition cannot do without another; `names` are the properties on the way."""

    holder: Node
    reference: Node
    target: Node
    names: tuple[str, ...]


def _need(nodes: Nodes, reference: Node) -> _Need | None:
    names: list[str] = []
    node, target = reference, nodes.target(reference)
    while node.above is not None and node.above.kind is Kind.SCHEMA:
        if is_required_property(node):
            names.insert(0, node.name)
        elif node.steps[0] != "allOf":
            return None
        node = node.above
    stands_inside = node is not reference and node.above is not None and node.above.kind is Kind.ROOT
    return _Need(node, reference, target, tuple(names)) if stands_inside and target is not reference else None


def _loops(start: Node, edges: Mapping[int, list[_Need]], done: set[int]) -> Iterator[Flaw]:
    """The loops met on the way from a definition; `done` holds what needs no second look."""
    way: list[_Need] = []
    on_way: set[int] = set()
    waiting: list[tuple[Node, _Need | None, bool]] = [(start, None, False)]
    while waiting:
        node, need, is_left = waiting.pop()
        if is_left:
            done.add(id(node))
            on_way.discard(id(node))
            way = way[:-1] if need else way
        elif id(node) in on_way and need:
            yield _loop([*way, need], node)
        elif id(node) not in done:
            on_way.add(id(node))
            way = [*way, need] if need else way
            waiting.append((node, need, True))
            waiting += [(inner.target, inner, False) for inner in reversed(edges.get(id(node), []))]


def _loop(way: list[_Need], looped: Node) -> Flaw:
    begin = max(index for index, need in enumerate(way) if need.holder is looped)
    names = [name for need in way[begin:] for name in need.names]
    how = f"through the required {listed(names)}" if names else "as a part of its own allOf"
    return Flaw(way[-1].reference.pointer, f"'{looped.name}' contains itself without end, {how}")


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source="https://learn.microsoft.com/connectors/custom-connectors/faq",
    mend="Remove the definition.",
    scaffold="definition",
    bad="definitions: {Item: {type: string}}",
    good="""
        definitions: {Item: {type: string}}
        responses: {Found: {description: It, schema: {$ref: '#/definitions/Item'}}}
    """,
)
def definition_not_used(connector: Connector) -> Iterator[Flaw]:
    """No operation uses a definition.

    It counts against the platform's limits for the size of the file, and a reader takes it for part of
    the connector. A definition that only unused ones refer to is unused too. One that builds on a definition with a
    `discriminator` counts as used, because values choose it by name.
    """
    nodes = connector.nodes
    roots = [size.node for size in expansions(nodes).values()]
    definitions = [node for node in roots if node.steps[0] == "definitions"]
    starts = [node for node in roots if node.steps[0] != "definitions" or _is_chosen(nodes, node)]
    used = reached_from(nodes, starts)
    for node in definitions:
        if id(node) not in used:
            yield Flaw(node.pointer, f"no operation uses the definition '{node.name}'")


def _is_chosen(nodes: Nodes, node: Node) -> bool:
    parts = [nodes.target(part) for part in nodes.inside(node) if part.steps[0] == "allOf"]
    return any(as_text(part.value.get("discriminator")) for part in parts)
