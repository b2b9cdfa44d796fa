"""What a maker fills in for an operation, and what the definition adds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connkit.core import UserError
from connkit.model import Operation, Parameter
from connkit.model.schema import whole_schema
from connkit.model.shape import as_object, as_text, texts
from connkit.runtime.switches import EmulatorSwitches
from connkit.runtime.written import plain, texts_of
from connkit.semantics.body_places import ITEM, body_field, named_field, value_at, with_value

ABSENT: Any = object()
_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Inputs:
    """Inputs by name: parameters, the whole body under its own name, its properties by name or by path (`a/b`)."""

    operation: Operation
    given: Mapping[str, Any]
    switches: EmulatorSwitches = EmulatorSwitches()
    state: Mapping[str, str] = field(default_factory=dict)

    def check_names(self) -> None:
        known = [parameter.name for parameter in self.operation.parameters]
        if self.operation.body:
            known += self._declared(self.operation.body.schema)[0]
        for name in self.given:
            if name in known:
                continue
            place = body_field(self.operation, name)
            if place is None:
                has = ", ".join(f"'{other}'" for other in known) or "none"
                raise UserError(f"unknown input '{name}' of {self.operation.label}; its inputs are {has}")
            if ITEM in place.path:
                above = "/".join(place.path[: place.path.index(ITEM)]) or (self.operation.body or place).name
                raise UserError(
                    f"input '{name}' of {self.operation.label} stands inside a list; give the list '{above}' instead"
                )

    def of(self, location: str) -> list[Parameter]:
        return [parameter for parameter in self.operation.parameters if parameter.location == location]

    def value(self, parameter: Parameter) -> Any:
        """The given value or the default that is sent, None where there is neither; UserError for a required one."""
        value = self.known(parameter)
        if value is None and parameter.required:
            raise UserError(f"input '{parameter.name}' of {self.operation.label} is required")
        return value

    def known(self, parameter: Parameter) -> Any:
        value = self.given.get(parameter.name)
        if value is None and (parameter.required or self.switches.optional_defaults_sent):
            value = parameter.default
        return value if parameter.type == "file" else plain(value, parameter.format)

    def pairs(self, location: str) -> list[tuple[str, str]]:
        """Names and texts of the inputs in the query, the headers or a form."""
        pairs: list[tuple[str, str]] = []
        for parameter in self.of(location):
            if location == "query" and parameter.name in self.state:
                continue
            value = self.value(parameter)
            if value is not None:
                pairs += [(parameter.name, text) for text in texts_of(parameter, value, self.switches)]
        return pairs

    def body(self, parameter: Parameter) -> Any:
        """The body with its defaults, ABSENT where there is none; UserError for what is missing in it."""
        value = self.given_body(parameter)
        if value is None and not parameter.required:
            return ABSENT
        if value is None and not self._declared(parameter.schema)[0]:
            raise UserError(f"input '{parameter.name}' of {self.operation.label} is required")
        return self._completed(parameter.schema, {} if value is None else value, ())

    def given_body(self, parameter: Parameter) -> Any:
        """What stands under the body's own name, and its properties over it; None where nobody gave any."""
        properties, _ = self._declared(parameter.schema)
        whole = self.given.get(parameter.name)
        if parameter.name in properties and not isinstance(whole, dict):
            whole = None
        elsewhere = {other.name for other in self.operation.parameters if other.location != "body"}
        taken = elsewhere | ({parameter.name} if whole is not None else set())
        for name, value in self.given.items():
            if name in taken or (name == parameter.name and name not in properties):
                continue
            place = None if name in properties else body_field(self.operation, name)
            if name in properties or (place and ITEM not in place.path):
                whole = with_value(whole, place.path if place else (name,), value)
        return self.operation.resolver.resolve(parameter.schema).get("default") if whole is None else whole

    def referenced(self, name: str) -> Any:
        """The value of another input that a reference names, None for one not given yet; KeyError for no input."""
        for parameter in self.operation.parameters:
            if parameter.name == name and parameter.location != "body":
                return self.known(parameter)
        place = named_field(self.operation, name)
        body = self.operation.body
        if place is None or body is None:
            raise KeyError(name)
        value = value_at(self.given_body(body), place.path)
        if value is None and (place.required or self.switches.optional_defaults_sent):
            value = place.schema.get("default")
        return plain(value, as_text(place.schema.get("format")))

    def _completed(self, schema: Any, value: Any, path: tuple[str, ...]) -> Any:
        """The value with the defaults that the platform adds, however deep."""
        known = self._whole(schema)
        if isinstance(value, (list, tuple)):
            items = known.get("items")
            return [self._completed(items, item, (*path, str(index))) for index, item in enumerate(value)]
        if not isinstance(value, dict):
            whole_file = not path and is_file(known)
            return value if whole_file else plain(value, as_text(known.get("format")))
        properties, required = self._declared(schema)
        result = {name: self._completed(properties.get(name), inside, (*path, name)) for name, inside in value.items()}
        for name, raw in properties.items():
            added = ABSENT if name in result else self._added(raw, name in required, (*path, name))
            if added is not ABSENT:
                result[name] = added
        return result

    def _added(self, raw: Any, required: bool, path: tuple[str, ...]) -> Any:
        """What the platform puts where nobody gave a value; nothing for a property that only answers have."""
        inside = self._whole(raw)
        if inside.get("readOnly") is True:
            return ABSENT
        if "default" in inside and (required or self.switches.optional_defaults_sent):
            return inside["default"]
        if not required:
            return ABSENT
        if inside.get("properties") and len(path) < _DEEPEST:
            return self._completed(raw, {}, path)
        raise UserError(f"input '{'/'.join(path)}' of {self.operation.label} is required")

    def _whole(self, schema: Any) -> dict[str, Any]:
        resolver = self.operation.resolver
        return whole_schema(resolver.resolve(schema), resolver.resolve)

    def _declared(self, schema: Any) -> tuple[dict[str, Any], tuple[str, ...]]:
        known = self._whole(schema)
        return as_object(known.get("properties")), texts(known.get("required"))


def is_file(schema: Mapping[str, Any]) -> bool:
    """Whether a schema stands for bytes and not for JSON."""
    return schema.get("type") == "file" or schema.get("format") == "binary"
