"""Inputs with their texts, and where the maker finds a value for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connkit.build.assembly import TYPES, Assembly
from connkit.build.sources import Source, named
from connkit.core import Pointer
from connkit.semantics.suggestions import suggestion


def typed(assembly: Assembly, source: Source, own: Mapping[str, Any]) -> dict[str, Any]:
    description = own["description"]
    if "supplied_by" in own:
        description = supplied(assembly, source, Pointer(), description, own["supplied_by"])
    return {**TYPES[own["type"]], "x-ms-summary": own["title"], "description": description}


def supplied(
    assembly: Assembly, source: Source, pointer: Pointer, description: str, supplier: str | None = None
) -> str:
    """The description, with the trigger output that supplies the value; a problem where there is no such output."""
    supplier = supplier or source.value["id"]["supplied_by"]
    operation_id, name = supplier.split(".")
    titles = _titles(assembly, operation_id)
    if name not in titles:
        unknown = f"no trigger has the operationId '{operation_id}'"
        message = f"'{supplier}' is no output of a trigger; {suggestion(name, titles) if titles else unknown}"
        assembly.problem(source, pointer, message)
        return description
    return f"{description} {assembly.texts['supplied'] % (titles[name], shown_name(assembly, operation_id))}"


def _titles(assembly: Assembly, operation_id: str) -> dict[str, str]:
    """Wire name -> title of the outputs of a trigger; {} for an unknown one."""
    event = assembly.sources.of("event").get(operation_id)
    fields = dict(map(named, event.value["fields"])) if event else _polled_fields(assembly, operation_id)
    described = {name: assembly.described(name, own) for name, own in fields.items()}
    return {name: told["title"] for name, told in described.items() if "title" in told}


def _polled_fields(assembly: Assembly, operation_id: str) -> dict[str, Any]:
    for source in assembly.sources.of("resource").values():
        if source.value["poll"]["operation"] == operation_id:
            shape = assembly.sources.of("shape").get(source.value["shape"])
            return dict(shape.value["fields"]) if shape else {}
    return {}


def shown_name(assembly: Assembly, operation_id: str) -> str:
    return assembly.names.get(operation_id, operation_id)
