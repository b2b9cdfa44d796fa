"""What the service gives: shapes of fields, with the glossary's texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connkit.build.assembly import TYPES, Assembly
from connkit.build.sources import Source
from connkit.core import Pointer
from connkit.semantics.suggestions import suggestion


def shape_source(assembly: Assembly, name: str) -> Source:
    return assembly.sources.of("shape")[name]


def use_shape(assembly: Assembly, name: str) -> str:
    """A reference to the shape, which is put among the definitions with all that it needs."""
    if name not in assembly.used_shapes:
        assembly.used_shapes[name] = None
        for own in shape_source(assembly, name).value["fields"].values():
            if own and "list" in own and own["list"] in assembly.sources.of("shape"):
                use_shape(assembly, own["list"])
    return f"#/definitions/{name}"


def shape_definition(assembly: Assembly, name: str) -> dict[str, Any]:
    source = shape_source(assembly, name)
    place = Pointer() / "definitions" / name
    assembly.trace[place] = source.span()
    properties = {}
    for wire_name, own in source.value["fields"].items():
        pointer = Pointer() / "fields" / wire_name
        properties[wire_name] = field_schema(assembly, source, pointer, wire_name, own)
        assembly.trace[place / "properties" / wire_name] = source.key_spans.get(pointer, source.span(pointer))
    return {"type": "object", "description": source.value["description"], "properties": properties}


def field_schema(
    assembly: Assembly, source: Source, pointer: Pointer, name: str, own: Mapping[str, Any] | None
) -> dict[str, Any]:
    merged = assembly.described(name, own)
    if "list" in merged:
        return _list_field(assembly, source, pointer, merged)
    for key in ("type", "title", "description"):
        if key not in merged:
            known = suggestion(name, assembly.sources.single("fields").value)
            message = f"field '{name}' has no {key} here and is not in definition/fields.yaml; {known}"
            assembly.problem(source, pointer, message)
            return {}
    schema = {**TYPES[merged["type"]], "x-ms-summary": merged["title"], "description": merged["description"]}
    return {**schema, "x-nullable": True} if merged.get("nullable") else schema


def _list_field(assembly: Assembly, source: Source, pointer: Pointer, own: Mapping[str, Any]) -> dict[str, Any]:
    if own["list"] not in assembly.sources.of("shape"):
        assembly.unknown(source, pointer, "shape", own["list"], assembly.sources.of("shape"))
        return {}
    items = {"$ref": f"#/definitions/{own['list']}"}
    return {"type": "array", "description": own.get("description", ""), "items": items}
