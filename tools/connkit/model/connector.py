"""A connector as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from connkit.core import Pointer
from connkit.model.companions import NO_COMPANIONS, Companions
from connkit.model.nodes import METHODS, Nodes
from connkit.model.operation import Operation
from connkit.model.parameter import Parameter
from connkit.model.policy import Policy, policies
from connkit.model.schema import Field, Resolver
from connkit.model.shape import as_list, as_object, as_text


@dataclass(frozen=True, eq=False)
class Connector:
    """The two documents of a connector; what is missing is an empty object.

    `definition_file` and `properties_file` are how messages name them, '' for one that was not read. `companions`
    are the folder's other files.
    """

    definition: dict[str, Any]
    properties: dict[str, Any]
    folder: str = ""
    definition_file: str = ""
    properties_file: str = ""
    companions: Companions = NO_COMPANIONS

    @cached_property
    def nodes(self) -> Nodes:
        return Nodes(self.definition)

    @cached_property
    def _resolver(self) -> Resolver:
        return Resolver(self.definition)

    @property
    def host(self) -> str:
        return as_text(self.definition.get("host"))

    @property
    def base_path(self) -> str:
        return as_text(self.definition.get("basePath"))

    @property
    def base_url(self) -> str:
        """Scheme, host and base path without a slash at the end; https wherever it is offered."""
        schemes = self.definition.get("schemes")
        plain = isinstance(schemes, list) and "http" in schemes and "https" not in schemes
        path = self.base_path.strip("/")
        return f"{'http' if plain else 'https'}://{self.host.rstrip('/')}" + (f"/{path}" if path else "")

    @property
    def info(self) -> dict[str, Any]:
        return as_object(self.definition.get("info"))

    @property
    def title(self) -> str:
        return as_text(self.info.get("title"))

    @property
    def path_items(self) -> dict[str, Any]:
        return as_object(self.definition.get("paths"))

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """In document order."""
        return tuple(
            Operation(method, path, raw, item, self._resolver)
            for path, item in self.path_items.items()
            if isinstance(item, dict)
            for method, raw in item.items()
            if method in METHODS and isinstance(raw, dict)
        )

    @cached_property
    def _operations_by_id(self) -> dict[str, Operation]:
        return {found.operation_id: found for found in reversed(self.operations)}

    def operation(self, operation_id: str) -> Operation | None:
        return self._operations_by_id.get(operation_id)

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """Of every operation, those that a path shares once."""
        found = {item.pointer: item for operation in self.operations for item in operation.parameters}
        return tuple(found.values())

    @cached_property
    def policies(self) -> tuple[Policy, ...]:
        return tuple(policies(self.properties))

    @property
    def apiproperties(self) -> dict[str, Any]:
        """What stands under `properties` of apiProperties.json."""
        return as_object(self.properties.get("properties"))

    @property
    def connection_parameters(self) -> dict[str, Any]:
        return as_object(self.apiproperties.get("connectionParameters"))

    @property
    def connection_parameter_sets(self) -> dict[str, dict[str, Any]]:
        """The parameters of each set, by the set's name; whoever makes a connection picks one set."""
        sets = as_object(self.apiproperties.get("connectionParameterSets"))
        named = [as_object(one) for one in as_list(sets.get("values"))]
        return {as_text(one.get("name")): as_object(one.get("parameters")) for one in named}

    @property
    def every_connection_parameter(self) -> dict[str, Any]:
        """Those of the connector, and those of each of its sets, where a name may stand in several."""
        in_sets = self.connection_parameter_sets.values()
        merged = {name: raw for parameters in in_sets for name, raw in parameters.items()}
        return {**merged, **self.connection_parameters}

    @property
    def has_connection_parameter_sets(self) -> bool:
        return bool(self.apiproperties.get("connectionParameterSets"))

    @property
    def security_definitions(self) -> dict[str, Any]:
        return as_object(self.definition.get("securityDefinitions"))

    def resolve(self, schema: Any) -> dict[str, Any]:
        """The schema with its references followed; {} for a loop or a dead end."""
        return self._resolver.resolve(schema)

    def follow(self, value: Any, pointer: Pointer) -> tuple[dict[str, Any], Pointer]:
        """The object at the end of the references, and where it stands."""
        return self._resolver.follow(value, pointer)

    def fields(self, schema: Any, pointer: Pointer, *, required: bool = True) -> Iterator[Field]:
        return self._resolver.fields(schema, pointer, required=required)

    def iterate_schema(self, schema: Any, pointer: Pointer) -> Iterator[tuple[Pointer, str, dict[str, Any]]]:
        """Pointer, name and resolved schema of every property, without endless loops."""
        return self._resolver.iterate_schema(schema, pointer)
