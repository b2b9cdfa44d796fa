"""Policy template instances."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from connkit.core import Pointer
from connkit.model.shape import as_list, as_object, as_text, texts

PARAMETER_PREFIX = "x-ms-apimTemplateParameter."
OPERATIONS = "x-ms-apimTemplate-operationName"
SECTION = "x-ms-apimTemplate-policySection"


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """A policy; `template_id` in lower case, parameter names without their prefix.

    Without `operation_names` it holds for every operation. `written` are all its parameters as they stand in the file.
    """

    template_id: str
    title: str
    parameters: dict[str, Any]
    operation_names: tuple[str, ...]
    section: str
    pointer: Pointer
    written: dict[str, Any] = field(default_factory=dict)
    type: str = ""

    @property
    def label(self) -> str:
        """What messages call the policy."""
        return self.title or self.template_id

    def parameter_pointer(self, name: str) -> Pointer:
        """Where a parameter stands that is called so without its prefix."""
        return self.pointer / "parameters" / f"{PARAMETER_PREFIX}{name}"

    @property
    def operations_pointer(self) -> Pointer:
        return self.pointer / "parameters" / OPERATIONS

    def applies_to(self, operation_id: str) -> bool:
        return not self.operation_names or operation_id in self.operation_names


def policies(properties: dict[str, Any]) -> Iterator[Policy]:
    """The policies of an apiProperties document in the order in which they run."""
    place = Pointer(("properties", "policyTemplateInstances"))
    instances = as_list(as_object(properties.get("properties")).get("policyTemplateInstances"))
    for index, raw in enumerate(instances):
        if isinstance(raw, dict):
            yield _policy(raw, place / index)


def _policy(raw: dict[str, Any], pointer: Pointer) -> Policy:
    given = as_object(raw.get("parameters"))
    return Policy(
        template_id=as_text(raw.get("templateId")).lower(),
        title=as_text(raw.get("title")),
        parameters={
            name.removeprefix(PARAMETER_PREFIX): value
            for name, value in given.items()
            if name.startswith(PARAMETER_PREFIX)
        },
        operation_names=texts(given.get(OPERATIONS)),
        section=as_text(given.get(SECTION)),
        pointer=pointer,
        written=given,
        type=as_text(raw.get("type")),
    )
