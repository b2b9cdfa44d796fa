"""YAML with the place of every value and key; mistakes are findings, never exceptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connkit.core import Finding, Pointer, Severity, Span, UserError

if TYPE_CHECKING:
    from yaml.nodes import MappingNode, Node


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """`spans` has the place of every value, `key_spans` of every mapping key, by the value's pointer."""

    value: Any
    spans: Mapping[Pointer, Span]
    key_spans: Mapping[Pointer, Span]
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class _Reading:
    shown: str
    spans: dict[Pointer, Span] = field(default_factory=dict)
    key_spans: dict[Pointer, Span] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    open_nodes: set[int] = field(default_factory=set)

    def finding(self, rule: str, pointer: Pointer, message: str, span: Span) -> None:
        self.findings.append(Finding(rule, Severity.ERROR, message, self.shown, pointer, span=span))

    def span(self, node: Node) -> Span:
        start, end = node.start_mark, node.end_mark
        return Span(self.shown, start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def read_yaml(path: Path, shown: str) -> YamlDocument:
    """Reads a YAML file of plain values; UserError when it cannot be opened."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError(f"cannot read {shown}: {error.strerror}") from error
    return parse_yaml(data, shown)


def parse_yaml(data: bytes, shown: str) -> YamlDocument:
    """Like `read_yaml`, of bytes in memory."""
    import yaml

    reading = _Reading(shown)
    value = None
    try:
        node = yaml.compose(data.decode("utf-8-sig"), Loader=yaml.SafeLoader)
        value = None if node is None else _value(reading, node, Pointer())
    except UnicodeDecodeError as error:
        reading.finding("DocumentNotUtf8", Pointer(), f"byte {error.start} is not UTF-8; save as UTF-8", Span(shown))
    except yaml.MarkedYAMLError as error:
        reading.finding("DocumentNotYaml", Pointer(), _syntax_message(error), _mark_span(shown, error))
    except yaml.YAMLError as error:
        reading.finding("DocumentNotYaml", Pointer(), str(error).replace("\n", " "), Span(shown))
    except RecursionError:
        reading.finding("DocumentTooDeep", Pointer(), "the document is nested too deep to read", Span(shown))
    return YamlDocument(value, reading.spans, reading.key_spans, tuple(reading.findings))


def _syntax_message(error: Any) -> str:
    parts = [part for part in (error.context, error.problem) if part]
    return f"not YAML: {', '.join(parts)}; check the indentation and quotes here and in the line above"


def _mark_span(shown: str, error: Any) -> Span:
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return Span(shown)
    line, column = mark.line + 1, mark.column + 1
    return Span(shown, line, column, line, column + 1)


def _value(reading: _Reading, node: Node, pointer: Pointer) -> Any:
    reading.spans[pointer] = reading.span(node)
    if id(node) in reading.open_nodes:
        reading.finding("DocumentNotYaml", pointer, "an alias contains itself", reading.span(node))
        return None
    reading.open_nodes.add(id(node))
    try:
        return _plain(reading, node, pointer)
    finally:
        reading.open_nodes.discard(id(node))


def _plain(reading: _Reading, node: Any, pointer: Pointer) -> Any:
    if node.id == "mapping":
        return _mapping(reading, node, pointer)
    if node.id == "sequence":
        return [_value(reading, item, pointer / index) for index, item in enumerate(node.value)]
    return _scalar(reading, node, pointer)


def _mapping(reading: _Reading, node: MappingNode, pointer: Pointer) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if key_node.id != "scalar":
            reading.finding("DocumentNotYaml", pointer, "a key must be plain text", reading.span(key_node))
            continue
        key = key_node.value
        if key in result:
            first = reading.key_spans[pointer / key]
            message = f"key '{key}' stands twice; the first is in line {first.line}"
            reading.finding("DuplicateKey", pointer / key, message, reading.span(key_node))
        reading.key_spans[pointer / key] = reading.span(key_node)
        result[key] = _value(reading, value_node, pointer / key)
    return result


def _scalar(reading: _Reading, node: Any, pointer: Pointer) -> Any:
    import yaml

    constructor = yaml.constructor.SafeConstructor()
    if node.tag == "tag:yaml.org,2002:timestamp":
        return node.value
    try:
        return constructor.construct_object(node)  # type: ignore[no-untyped-call]
    except (yaml.YAMLError, ValueError) as error:
        problem = getattr(error, "problem", None) or str(error)
        reading.finding("DocumentNotYaml", pointer, f"not a plain value: {problem}", reading.span(node))
        return None
