"""README and operations page of a built connector.

An entry is any object with the attributes of `connkit.build.assembly.Entry`; workflows join the two.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from traceback import extract_tb
from typing import Any, Literal, Protocol

from jinja2 import Environment, StrictUndefined, Template, TemplateError, TemplateSyntaxError

Edition = Literal["repository", "folder", "certification"]


class Entry(Protocol):
    """One operation, as `build` tells it."""

    @property
    def operation_id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def summary(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def seed(self) -> str: ...
    @property
    def choose(self) -> str: ...
    @property
    def silent(self) -> str: ...
    @property
    def returns(self) -> str: ...
    @property
    def internal(self) -> bool: ...
    @property
    def shape(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Row:
    """An entry with what only a page needs."""

    operation_id: str
    kind: str
    method: str
    wire_path: str
    summary: str
    description: str
    seed: str
    choose: str
    silent: str
    gives: str
    internal: bool
    shape: str


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    entries: tuple[Row, ...]


GROUPS = (("action", "Actions"), ("polling", "Periodic triggers"), ("webhook", "Instant triggers"))


def rows(entries: Sequence[Entry], definition: Mapping[str, Any], prefix: str) -> list[Row]:
    """One row for each entry; `prefix` is the path segment that the platform strips from polling paths."""
    return [_row(entry, definition, prefix) for entry in entries]


def _row(entry: Entry, definition: Mapping[str, Any], prefix: str) -> Row:
    polling = entry.kind == "polling"
    wire_path = entry.path.removeprefix(prefix) if polling else entry.path
    return Row(
        operation_id=entry.operation_id,
        kind=entry.kind,
        method=entry.method,
        wire_path=wire_path,
        summary=entry.summary,
        description=entry.description,
        seed=entry.seed,
        choose=entry.choose,
        silent=entry.silent,
        gives=entry.returns or _gives(entry, definition),
        internal=entry.internal,
        shape=entry.shape,
    )


def _gives(entry: Entry, definition: Mapping[str, Any]) -> str:
    titles = _titles(item_schema(entry, definition), definition)
    return f"It gives {', '.join(titles)}." if titles else ""


def item_schema(entry: Entry | Row, definition: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of what a maker gets: one item, whatever it is wrapped in."""
    if entry.kind == "webhook":
        item = next(value for path, value in definition["paths"].items() if path.endswith(f"/{entry.operation_id}"))
        schema: dict[str, Any] = item["x-ms-notification-content"]["schema"]["properties"]["data"]
        return schema
    found: dict[str, Any] = definition["definitions"].get(entry.shape, {})
    return found


def _titles(schema: Mapping[str, Any], definition: Mapping[str, Any]) -> list[str]:
    titles = []
    for own in schema.get("properties", {}).values():
        if own.get("type") == "array":
            titles.append(f"a list ({own['description'].rstrip('.').lower()})")
        else:
            titles.append(own["x-ms-summary"])
    return titles


def readme(
    template: str, brand: Mapping[str, Any], table: Sequence[Row], edition: Edition, operations_page: str
) -> str:
    """The README; `operations_page` is a link, empty where there is no such page.

    TemplateMistake where the template cannot be filled, such as by the name of an operation that is gone.
    """
    environment = Environment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)
    try:
        return _filled(environment.from_string(template), brand, table, edition, operations_page)
    except TemplateSyntaxError as error:
        raise TemplateMistake(error.lineno, str(error.message)) from None
    except TemplateError as error:
        raise TemplateMistake(_template_line(error), str(error.message)) from None


class TemplateMistake(Exception):
    """A line of a template, and what is wrong there."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def _template_line(error: TemplateError) -> int:
    """Jinja tells it by frames of its own in the traceback only."""
    frames = [frame for frame in extract_tb(error.__traceback__) if frame.filename == "<template>"]
    return (frames[-1].lineno or 1) if frames else 1


def _filled(
    template: Template, brand: Mapping[str, Any], table: Sequence[Row], edition: Edition, operations_page: str
) -> str:
    text = template.render(
        **brand,
        edition=edition,
        operations_page=operations_page,
        entries=table,
        groups=[Group(title, tuple(row for row in table if row.kind == kind)) for kind, title in GROUPS],
        names={row.operation_id: row.summary for row in table},
        removal=next(row for row in table if row.internal),
    )
    return text.rstrip() + "\n"


def operations(title: str, table: Sequence[Row], definition: Mapping[str, Any], examples: Mapping[str, Any]) -> str:
    """The operations page: the table of names, then a sample of each shape, once."""
    lines = [
        f"# Operations of {title}",
        "",
        "Built from `definition/` by `connkit build`; do not edit.",
        "",
        "## Names",
        "",
        "| operationId | the published document's name | the name makers see | choose it when | what it gives |",
        "|---|---|---|---|---|",
    ]
    for row in table:
        link = _sample_link(row)
        lines.append(f"| {row.operation_id} | {row.seed} | {row.summary} | {row.choose} | {link} |")
    lines += ["", "## Samples of what lookups, lists and periodic triggers give", ""]
    for name in dict.fromkeys(row.shape for row in table if row.kind != "webhook" and row.shape):
        schema = definition["definitions"][name]
        lines += _sample(name, schema["description"], _example(name, schema, definition, examples))
    lines += ["## Samples of what instant triggers give", ""]
    for row in table:
        if row.kind == "webhook":
            data = _example(row.operation_id, item_schema(row, definition), definition, examples)
            event = {
                "type": examples["event_envelope.type"],
                "version": examples["event_envelope.version"],
                "eventType": row.operation_id,
                "data": data,
            }
            lines += _sample(row.operation_id, row.summary + ".", event)
    return "\n".join(lines).rstrip() + "\n"


def _sample_link(row: Row) -> str:
    anchor = row.operation_id if row.kind == "webhook" else row.shape
    return f"[{anchor}](#{anchor.lower()})" if anchor else "nothing"


def _sample(name: str, description: str, value: Any) -> list[str]:
    return [f"### {name}", description, "", "```json", json.dumps(value, indent=2), "```", ""]


def _example(
    shape: str, schema: Mapping[str, Any], definition: Mapping[str, Any], examples: Mapping[str, Any]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, own in schema["properties"].items():
        if own.get("type") == "array":
            inner = own["items"]["$ref"].rsplit("/", 1)[1]
            found[name] = [_example(inner, definition["definitions"][inner], definition, examples)]
        else:
            found[name] = examples.get(f"{shape}.{name}", examples.get(name))
    return found
