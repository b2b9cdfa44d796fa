"""What a connector asks for and the emulator does not do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from connkit.core import Pointer
from connkit.model import Connector
from connkit.model.shape import as_list, as_object, as_text, texts
from connkit.runtime.policies import is_template

EXTENSIONS = {
    "x-ms-dynamic-tree": "the tree is not emulated; its operations can be invoked by themselves",
    "x-ms-trigger-value": "it is not followed; reports say that it does not work on the platform either",
    "x-ms-notification": "a trigger that fetches what its webhook announces is not emulated as a pair",
}
CAPABILITIES = {
    "chunkTransfer": "a large body is sent whole, and not in chunks",
    "file-picker": "the file picker is not emulated; its operations can be invoked by themselves",
    "testConnection": "a connection is not tried by it when it is made",
}
UNDOCUMENTED = "moveproperties"  # the one template that is known by name only
NOT_EMULATED = (
    "`x-ms-dynamic-tree`, the capability `file-picker` and a `builtInOperation`: they give no choices.",
    "Custom code: `script.csx` does not run, and an operation with custom code is called as if it had none.",
    "`x-ms-notification`, a polling trigger that fetches what a webhook announces: the two act by themselves.",
    "`x-ms-trigger-value`: the state of a trigger comes from its `pollingtrigger` policy only.",
    "`chunkTransfer`: a body is sent whole, however large.",
    "An on-premises gateway: the service is called directly.",
    "`testConnection`: a connection is not tried when it is made.",
    "Sign-in: a token is typed in as any other connection parameter is.",
    f"A policy template that nobody documents, such as `{UNDOCUMENTED}`: it does not run.",
)
ASSUMED = (
    "A next page is asked for by GET, whatever the method of the operation.",
    "`x-ms-url-encoding: double` encodes a path parameter twice; `single`, or nothing, once.",
    "A body with properties is sent as JSON, under a content type of JSON that `consumes` names, or else "
    "`application/json`. Text and files go under the first type that `consumes` names. An input called Content-Type "
    "comes before all of them.",
    "A file in a form has the name of its input.",
    "A read-only property of a body is never required. A value that is given for it is sent.",
    "Paths in dynamic extensions are names with `/` between them; a dot belongs to a name.",
    "A dynamic schema is put over what the definition says at its place, property by property.",
)


@dataclass(frozen=True, slots=True)
class Unsupported:
    """One thing that is not emulated; `pointer` leads into the properties file where `in_properties` says so."""

    name: str
    pointer: Pointer
    message: str
    in_properties: bool = False

    def __str__(self) -> str:
        return f"{self.name}: {self.message}"


def unsupported(connector: Connector, *, script: bool = False) -> tuple[Unsupported, ...]:
    """Everything not emulated, in document order; `script` says that the connector's folder has a script.csx."""
    return (*_in_definition(connector.definition), *_scripted(connector, script), *_in_properties(connector))


def _in_definition(definition: dict[str, Any]) -> Iterator[Unsupported]:
    for pointer, value in _objects(definition):
        for name, message in EXTENSIONS.items():
            if name in value and isinstance(value[name], dict):
                yield Unsupported(name, pointer / name, message)
        for name in as_object(value.get("x-ms-capabilities")):
            if name in CAPABILITIES:
                yield Unsupported(name, pointer / "x-ms-capabilities" / name, CAPABILITIES[name])
        yield from _pickers(pointer / "x-ms-dynamic-values", as_object(value.get("x-ms-dynamic-values")))


def _pickers(pointer: Pointer, values: dict[str, Any]) -> Iterator[Unsupported]:
    for name in ("capability", "builtInOperation"):
        source = as_text(values.get(name))
        if source:
            yield Unsupported(name, pointer, f"its choices come from {source}, which is not emulated")


def _objects(document: Any) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    """Every object of a document in its order."""
    waiting: list[tuple[Pointer, Any]] = [(Pointer(), document)]
    while waiting:
        pointer, value = waiting.pop()
        if isinstance(value, dict):
            yield pointer, value
        inside = value.items() if isinstance(value, dict) else enumerate(value)
        below = [(pointer / key, one) for key, one in inside if isinstance(one, (dict, list))]
        waiting += reversed(below)


def _scripted(connector: Connector, script: bool) -> Iterator[Unsupported]:
    listed = as_object(connector.properties.get("properties")).get("scriptOperations")
    named = texts(listed)
    place = Pointer(("properties", "scriptOperations"))
    if not named and script:
        message = "custom code does not run: every operation is called as if the connector had no script.csx"
        yield Unsupported("script.csx", place if listed is not None else Pointer(), message, in_properties=True)
    for index, name in enumerate(as_list(listed)):
        if name in named:
            message = f"custom code does not run: {name} is called as if the connector had no script.csx"
            yield Unsupported("script.csx", place / index, message, in_properties=True)


def _in_properties(connector: Connector) -> Iterator[Unsupported]:
    declared = as_object(as_object(connector.properties.get("properties")).get("connectionParameters"))
    for name, raw in declared.items():
        if as_object(raw).get("type") == "gatewaySetting":
            place = Pointer(("properties", "connectionParameters", name))
            message = "no on-premises gateway is emulated: the service is called directly"
            yield Unsupported("gatewaySetting", place, message, in_properties=True)
    for policy in connector.policies:
        if policy.template_id == UNDOCUMENTED or not is_template(policy.template_id):
            message = f"no policy template '{policy.template_id}' is documented, so it does not run"
            yield Unsupported("templateId", policy.pointer / "templateId", message, in_properties=True)
