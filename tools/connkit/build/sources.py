"""The YAML files under definition/, read, checked and rendered for one brand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, TemplateError

from connkit.core import Finding, Pointer, Severity, Span, UserError, shown_path
from connkit.load.yamldoc import read_yaml
from connkit.semantics.document_schema import problems
from connkit.semantics.suggestions import suggestion

SINGLE = {"connector": "connector.yaml", "fields": "fields.yaml", "parameters": "parameters.yaml"}
FOLDERS = {
    "brand": "brands",
    "shape": "shapes",
    "resource": "resources",
    "event": "events",
    "action": "actions",
}


@dataclass(frozen=True, slots=True)
class Source:
    """One YAML file; `value` is what it says, with every text rendered for the brand."""

    kind: str
    name: str
    shown: str
    value: Any
    spans: Mapping[Pointer, Span]
    key_spans: Mapping[Pointer, Span]

    def span(self, pointer: Pointer = Pointer()) -> Span:
        """Where `pointer` stands, or its nearest ancestor that has a place."""
        while pointer.parts and pointer not in self.spans:
            pointer = pointer.parent
        return self.spans.get(pointer, Span(self.shown))

    def finding(self, rule: str, pointer: Pointer, message: str, *, on_key: bool = False) -> Finding:
        span = self.key_spans.get(pointer) if on_key else None
        return Finding(rule, Severity.ERROR, message, self.shown, pointer, span=span or self.span(pointer))


@dataclass(slots=True)
class Sources:
    """Everything under definition/ for one brand, by kind and name; `findings` are the mistakes."""

    root: Path
    by_kind: dict[str, dict[str, Source]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    brand: Source | None = None

    def of(self, kind: str) -> dict[str, Source]:
        return self.by_kind.get(kind, {})

    def single(self, kind: str) -> Source:
        return self.by_kind[kind][kind]


def brands(root: Path) -> list[str]:
    """Names of the brands that the sources have, sorted."""
    return sorted(path.stem for path in (root / "definition" / "brands").glob("*.yaml"))


def read_sources(root: Path, brand: str) -> Sources:
    """Reads definition/ under `root`; mistakes are findings, an unknown brand is a UserError."""
    known = brands(root)
    if brand not in known:
        raise UserError(f"unknown brand '{brand}'; {suggestion(brand, known)}")
    sources = Sources(root)
    for kind, path in _files(root / "definition"):
        if kind != "brand" or path.stem == brand:
            _read(sources, kind, path)
    if not sources.findings:
        _render_all(sources, brand)
    return sources


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for kind, name in SINGLE.items():
        yield kind, folder / name
    for kind, subfolder in FOLDERS.items():
        for path in sorted((folder / subfolder).glob("*.yaml")):
            yield kind, path


def _read(sources: Sources, kind: str, path: Path) -> None:
    shown = shown_path(sources.root, path.relative_to(sources.root))
    if not path.exists():
        missing = f"the file is missing; it holds the {kind} of the definition"
        sources.findings.append(Finding("SourceMissing", Severity.ERROR, missing, shown, span=Span(shown)))
        return
    document = read_yaml(path, shown)
    sources.findings.extend(document.findings)
    if document.findings:
        return
    source = Source(kind, path.stem, shown, document.value, document.spans, document.key_spans)
    for problem in problems(document.value, _schema(kind)):
        sources.findings.append(
            source.finding("SourceNotValid", problem.pointer, problem.message, on_key=problem.key is not None)
        )
    sources.by_kind.setdefault(kind, {})[path.stem] = source


def _schema(kind: str) -> dict[str, Any]:
    text = resources.files("connkit.build").joinpath("sources.schema.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)[kind]
    return schema


def _render_all(sources: Sources, brand: str) -> None:
    facts = dict(sources.of("brand")[brand].value)
    context = {**facts, "name": operation_names(sources)}
    environment = Environment(undefined=StrictUndefined, autoescape=False)
    for kind, group in sources.by_kind.items():
        for name, source in group.items():
            rendered = _render(sources, source, Pointer(), source.value, environment, context)
            group[name] = Source(kind, name, source.shown, rendered, source.spans, source.key_spans)
    sources.brand = sources.of("brand")[brand]


def operation_names(sources: Sources) -> dict[str, str]:
    """operationId -> the name makers see."""
    names = {name: source.value["summary"] for kind in ("event", "action") for name, source in sources.of(kind).items()}
    for source in sources.of("resource").values():
        for part in ("get", "poll"):
            names[source.value[part]["operation"]] = source.value[part]["summary"]
    return names


def named(item: str | dict[str, Any], default: Any = None) -> tuple[str, Any]:
    """Name and value of an entry of a list that is either a name alone or `name: value`."""
    return (item, default) if isinstance(item, str) else next(iter(item.items()))


def _render(
    sources: Sources,
    source: Source,
    pointer: Pointer,
    value: Any,
    environment: Environment,
    context: dict[str, Any],
) -> Any:
    if isinstance(value, dict):
        return {key: _render(sources, source, pointer / key, item, environment, context) for key, item in value.items()}
    if isinstance(value, list):
        return [
            _render(sources, source, pointer / index, item, environment, context) for index, item in enumerate(value)
        ]
    if not isinstance(value, str) or "{{" not in value:
        return value
    try:
        return environment.from_string(value).render(context)
    except TemplateError as error:
        known = ", ".join(sorted(context))
        message = f"the text names something unknown: {error}; known are {known}"
        sources.findings.append(source.finding("SourceNotValid", pointer, message))
        return value
