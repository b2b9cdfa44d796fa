"""The connector of one brand, built in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connkit.build.assemble import assemble
from connkit.build.assembly import Entry
from connkit.build.files import json_bytes
from connkit.build.icon import icon_problems
from connkit.build.properties import (
    DEFINITION_FILE,
    ICON_FILE,
    PROPERTIES_FILE,
    SETTINGS_FILE,
    properties,
    properties_trace,
    settings,
)
from connkit.build.sources import Sources, read_sources
from connkit.core import Finding, Pointer, Span


@dataclass(frozen=True, slots=True)
class Built:
    """A built connector: `files` by name; empty when there are `findings`.

    `trace` maps pointers in each built document, by its name, to the YAML lines they came from.
    """

    files: Mapping[str, bytes]
    findings: tuple[Finding, ...]
    definition: Mapping[str, Any]
    properties: Mapping[str, Any]
    brand: Mapping[str, Any]
    entries: tuple[Entry, ...]
    examples: Mapping[str, Any]
    trace: Mapping[str, Mapping[Pointer, Span]]
    polling_prefix: str = ""


def build(root: Path, brand: str, *, certification: bool = False) -> Built:
    """The connector's JSON files and icon; UserError for an unknown brand."""
    sources = read_sources(root, brand)
    if sources.findings:
        return _failed(sources.findings)
    assembly = assemble(sources)
    icon, icon_findings = _icon(sources)
    findings = assembly.findings + icon_findings
    if findings:
        return _failed(findings)
    brand_source = sources.brand
    assert brand_source is not None
    api_properties = properties(assembly, certification=certification)
    files = {
        DEFINITION_FILE: json_bytes(assembly.definition),
        PROPERTIES_FILE: json_bytes(api_properties),
        ICON_FILE: icon,
    }
    if not certification:
        files[SETTINGS_FILE] = json_bytes(settings())
    return Built(
        files=files,
        findings=(),
        definition=assembly.definition,
        properties=api_properties,
        brand=brand_source.value,
        entries=tuple(assembly.entries[name] for name in assembly.texts["order"]),
        examples=_examples(sources),
        trace={DEFINITION_FILE: assembly.trace, PROPERTIES_FILE: properties_trace(assembly)},
        polling_prefix=assembly.texts["polling"]["prefix"],
    )


def _failed(findings: list[Finding]) -> Built:
    ordered = tuple(sorted(set(findings), key=lambda finding: finding.order))
    return Built({}, ordered, {}, {}, {}, (), {}, {})


def _icon(sources: Sources) -> tuple[bytes, list[Finding]]:
    brand = sources.brand
    assert brand is not None
    path = sources.root / "definition" / brand.value["icon"]
    place = Pointer() / "icon"
    if not path.is_file():
        message = f"the icon '{brand.value['icon']}' does not exist; render it with 'python tools/draw_icons.py'"
        return b"", [brand.finding("SourceNotValid", place, message)]
    data = path.read_bytes()
    problems = icon_problems(data, brand.value["color"])
    return data, [brand.finding("SourceNotValid", place, problem) for problem in problems]


def _examples(sources: Sources) -> dict[str, Any]:
    """Example of each field: by wire name from the glossary, by 'Shape.field' from a shape of its own."""
    glossary = sources.single("fields").value
    examples = {name: own["example"] for name, own in glossary.items() if "example" in own}
    for which in ("envelope", "event_envelope"):
        fields = sources.single("connector").value[which]["fields"]
        examples |= {f"{which}.{name}": own["example"] for name, own in fields.items() if "example" in own}
    for shape, source in sources.of("shape").items():
        for name, own in source.value["fields"].items():
            if own and "example" in own:
                examples[f"{shape}.{name}"] = own["example"]
    return examples
