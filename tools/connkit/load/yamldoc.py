"""YAML files, with the place of each value."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from connkit.core import Finding, Pointer, Span
from connkit.load.problems import problem
from connkit.load.text import read_text

if TYPE_CHECKING:
    from yaml import MarkedYAMLError, SafeLoader, YAMLError

Node: TypeAlias = Any  # a yaml.Node; its published types lack `id`
_MERGE = "tag:yaml.org,2002:merge"


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """A YAML file as read: plain values, and the spans of values and of mapping keys by pointer."""

    value: Any = None
    spans: dict[Pointer, Span] = field(default_factory=dict)
    key_spans: dict[Pointer, Span] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def read_yaml(path: Path, shown: str) -> YamlDocument:
    """Reads one YAML document; UserError when the file does not exist or may not be read."""
    text, findings = read_text(path, shown)
    if text is None:
        return YamlDocument(findings=findings)
    document = parse_yaml(text, shown)
    return YamlDocument(document.value, document.spans, document.key_spans, (*findings, *document.findings))


def parse_yaml(text: str, shown: str) -> YamlDocument:
    """The values of a YAML text and where they stand."""
    import yaml

    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        reader = _Reader(loader, shown, text.splitlines())
        value = None if node is None else reader.read(node, Pointer())
    except yaml.YAMLError as error:
        return YamlDocument(findings=(_not_yaml(error, shown, text),))
    except RecursionError:
        message = "values are nested too deeply to be read"
        return YamlDocument(findings=(problem("DocumentNestedTooDeeply", message, Span(shown)),))
    return YamlDocument(value, reader.spans, reader.key_spans, tuple(reader.findings))


def _not_yaml(error: YAMLError, shown: str, text: str) -> Finding:
    marked: MarkedYAMLError | None = error if hasattr(error, "problem_mark") else None  # type: ignore[assignment]
    if marked is not None and marked.problem_mark is not None:
        line, column = marked.problem_mark.line + 1, marked.problem_mark.column + 1
        reason = marked.problem or "syntax error"
    else:
        before = text[: getattr(error, "position", 0)]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        reason = getattr(error, "reason", "syntax error")
    span = Span(shown, line, column, line, column + 1)
    return problem("DocumentNotYaml", f"the file is not YAML: {reason}", span)


class _Reader:
    """Turns nodes into values; what it cannot turn becomes a finding and None."""

    def __init__(self, loader: SafeLoader, shown: str, lines: list[str]) -> None:
        self.loader = loader
        self.shown = shown
        self.lines = lines
        self.spans: dict[Pointer, Span] = {}
        self.key_spans: dict[Pointer, Span] = {}
        self.findings: list[Finding] = []
        self._known: dict[int, Any] = {}
        self._open: set[int] = set()

    def read(self, node: Node, pointer: Pointer) -> Any:
        self.spans[pointer] = self._span(node)
        if id(node) in self._open:
            return self._refuse(node, pointer, "an alias names a value that contains it")
        if id(node) not in self._known:
            self._open.add(id(node))
            self._known[id(node)] = self._construct(node, pointer)
            self._open.discard(id(node))
        return self._known[id(node)]

    def _construct(self, node: Node, pointer: Pointer) -> Any:
        if node.id == "sequence":
            return [self.read(child, pointer / index) for index, child in enumerate(node.value)]
        if node.id == "mapping":
            return self._mapping(node, pointer)
        return self._scalar(node, pointer)

    def _scalar(self, node: Node, pointer: Pointer) -> Any:
        from yaml import YAMLError

        try:
            return self.loader.construct_object(node, deep=True)
        except (YAMLError, ValueError, OverflowError, LookupError, AttributeError):
            return self._refuse(node, pointer, f"the value '{node.value}' does not fit its type")

    def _mapping(self, node: Node, pointer: Pointer) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            if key_node.tag == _MERGE:
                self._refuse(key_node, pointer, "the merge key '<<' is not supported; repeat the keys")
                continue
            key = self._scalar(key_node, pointer) if key_node.id == "scalar" else []
            if not isinstance(key, Hashable):
                self._refuse(key_node, pointer, "a key must be a single value, not a list or a mapping")
                continue
            place = pointer / str(key)
            if key in found:
                message = f"the key '{key}' stands twice in this mapping; only this last value counts"
                self.findings.append(problem("DuplicateKey", message, self._span(key_node), place))
            self.key_spans[place] = self._span(key_node)
            found[key] = self.read(value_node, place)
        return found

    def _refuse(self, node: Node, pointer: Pointer, message: str) -> None:
        self.findings.append(problem("DocumentNotYaml", message, self._span(node), pointer))

    def _span(self, node: Node) -> Span:
        start, end = node.start_mark, node.end_mark
        if node.id == "scalar" or start.line == end.line:
            return Span(self.shown, start.line + 1, start.column + 1, end.line + 1, end.column + 1)
        line = self.lines[start.line] if start.line < len(self.lines) else ""
        end_column = max(len(line), start.column) + 1
        return Span(self.shown, start.line + 1, start.column + 1, start.line + 1, end_column)
