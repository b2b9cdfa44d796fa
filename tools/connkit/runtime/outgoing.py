"""The request that the platform makes for an operation."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from connkit.core import Request, UserError
from connkit.model import Connector, Operation, Parameter
from connkit.model.shape import as_object, texts
from connkit.runtime.connection import Credentials
from connkit.runtime.switches import EmulatorSwitches
from connkit.semantics.expressions import as_text
from connkit.semantics.routing import join, wire_path

_SEPARATORS = {"ssv": " ", "tsv": "\t", "pipes": "|"}
_ABSENT: Any = object()


def find_operation(connector: Connector, operation_id: str) -> Operation:
    """The operation; UserError that lists those there are."""
    operation = connector.operation(operation_id)
    if operation is None:
        known = ", ".join(sorted(found.operation_id for found in connector.operations))
        raise UserError(f"unknown operation '{operation_id}'; the connector has {known}")
    return operation


def polling_policy(connector: Connector, operation_id: str) -> Mapping[str, Any] | None:
    """The parameters of the operation's pollingtrigger policy, None where it has none."""
    for policy in connector.policies:
        if policy.template_id == "pollingtrigger" and policy.applies_to(operation_id):
            return policy.parameters
    return None


def operation_path(connector: Connector, operation: Operation, switches: EmulatorSwitches) -> str:
    """The operation's path as the service sees it, its parameters still in braces."""
    stripped = switches.policy_strips_trigger and polling_policy(connector, operation.operation_id) is not None
    return wire_path(operation.path, polling_policy=stripped)


def build_request(
    connector: Connector,
    connection: Credentials,
    operation: Operation,
    parameters: Mapping[str, Any],
    switches: EmulatorSwitches = EmulatorSwitches(),
    state: Mapping[str, str] | None = None,
) -> Request:
    """The request with defaults filled in, paths encoded and credentials added.

    `state` holds a polling trigger's query parameters, which win over given ones. UserError for a missing or
    unknown input.
    """
    inputs = _Inputs(connector, operation, parameters, switches, state or {})
    inputs.check_names()
    path = inputs.filled(operation_path(connector, operation, switches))
    query = [*inputs.pairs("query"), *inputs.state.items(), *connection.query.items()]
    body, content = inputs.payload()
    headers = {**dict(inputs.pairs("header")), **content, **connection.headers}
    url = join(connector.base_url, path)
    url += f"?{urlencode(query, quote_via=quote)}" if query else ""  # a plus sign is a space in forms only
    return Request(operation.method.upper(), url, headers, body)


def location_request(
    base_url: str, connection: Credentials, method: str, url: str, switches: EmulatorSwitches
) -> Request:
    """A request to an address that the service named: no header but the credentials, and these only on its host.

    `base_url` is where the connection's credentials may go.
    """
    if not (same_origin(url, base_url) or switches.credentials_to_foreign_location):
        return Request(method, url)
    query = urlencode(connection.query, quote_via=quote)
    joint = "&" if urlsplit(url).query else "?"
    return Request(method, f"{url}{joint}{query}" if query else url, dict(connection.headers))


def credentials_base(connector: Connector, base_url: str, switches: EmulatorSwitches) -> str:
    """Where the connection's credentials may go, when the operation is called at `base_url`."""
    return base_url if switches.credentials_to_dynamic_host else connector.base_url


def same_origin(one: str, other: str) -> bool:
    first, second = urlsplit(one), urlsplit(other)
    return (first.scheme, first.netloc.lower()) == (second.scheme, second.netloc.lower())


@dataclass(frozen=True, slots=True)
class _Inputs:
    """What was filled in for an operation, and what the definition adds."""

    connector: Connector
    operation: Operation
    given: Mapping[str, Any]
    switches: EmulatorSwitches
    state: Mapping[str, str]

    def check_names(self) -> None:
        known = [parameter.name for parameter in self.operation.parameters]
        if self.operation.body:
            known += self._declared(self.operation.body.schema)[0]
        for name in self.given:
            if name not in known:
                has = ", ".join(f"'{other}'" for other in known) or "none"
                raise UserError(f"unknown input '{name}' of {self.operation.label}; its inputs are {has}")

    def filled(self, path: str) -> str:
        for parameter in self._of("path"):
            text = ",".join(_listed(parameter, self._value(parameter)))
            if not text:
                raise UserError(f"input '{parameter.name}' of {self.operation.label} is empty, but a part of the path")
            encoded = quote(text, safe="")
            if parameter.raw.get("x-ms-url-encoding") == "double":
                encoded = quote(encoded, safe="")
            path = path.replace(f"{{{parameter.name}}}", encoded)
        return path

    def pairs(self, location: str) -> list[tuple[str, str]]:
        """Names and texts of the inputs in the query, the headers or a form."""
        pairs: list[tuple[str, str]] = []
        for parameter in self._of(location):
            if parameter.type == "file":
                raise UserError(f"input '{parameter.name}' of {self.operation.label} is a file, which is not emulated")
            if location == "query" and parameter.name in self.state:
                continue
            value = self._value(parameter)
            if value is not None:
                pairs += [(parameter.name, text) for text in _listed(parameter, value)]
        return pairs

    def payload(self) -> tuple[bytes, dict[str, str]]:
        form = self.pairs("formData")
        if form:
            return urlencode(form).encode(), {"Content-Type": "application/x-www-form-urlencoded"}
        parameter = self.operation.body
        body = self._body(parameter) if parameter else _ABSENT
        if body is _ABSENT:
            return b"", {}
        return json.dumps(body).encode(), {"Content-Type": "application/json"}

    def _of(self, location: str) -> list[Parameter]:
        return [parameter for parameter in self.operation.parameters if parameter.location == location]

    def _value(self, parameter: Parameter) -> Any:
        value = self.given.get(parameter.name)
        if value is None and (parameter.required or self.switches.optional_defaults_sent):
            value = parameter.default
        if value is None and parameter.required:
            raise UserError(f"input '{parameter.name}' of {self.operation.label} is required")
        return value

    def _body(self, parameter: Parameter) -> Any:
        """What stands under the body's own name, and its properties by name over it."""
        properties, _ = self._declared(parameter.schema)
        whole = copy.deepcopy(self.given.get(parameter.name))
        if parameter.name in properties and not isinstance(whole, dict):
            whole = None
        elsewhere = {other.name for other in self.operation.parameters if other.location != "body"}
        taken = elsewhere | ({parameter.name} if whole is not None else set())
        named = {name: self.given[name] for name in properties if name in self.given and name not in taken}
        if named:
            whole = {**as_object(whole), **named}
        if whole is None and not parameter.required:
            return _ABSENT
        if whole is None and not properties:
            raise UserError(f"input '{parameter.name}' of {self.operation.label} is required")
        return self._completed(parameter.schema, {} if whole is None else whole, ())

    def _completed(self, schema: Any, value: Any, path: tuple[str, ...]) -> Any:
        """The value with the defaults that the platform adds, however deep."""
        if not isinstance(value, dict):
            return value
        properties, required = self._declared(schema)
        result = dict(value)
        for name, raw in properties.items():
            inside = self.connector.resolve(raw)
            if name in result:
                result[name] = self._completed(inside, result[name], (*path, name))
            elif "default" in inside and (name in required or self.switches.optional_defaults_sent):
                result[name] = inside["default"]
            elif name in required and inside.get("properties") and len(path) < 20:
                result[name] = self._completed(inside, {}, (*path, name))
            elif name in required:
                raise UserError(f"input '{'/'.join((*path, name))}' of {self.operation.label} is required")
        return result

    def _declared(self, schema: Any) -> tuple[dict[str, Any], tuple[str, ...]]:
        resolved = self.connector.resolve(schema)
        return as_object(resolved.get("properties")), texts(resolved.get("required"))


def _text(value: Any) -> str:
    """As in expressions, but for true and false, which stand in lower case in a URL."""
    return str(value).lower() if isinstance(value, bool) else as_text(value)


def _listed(parameter: Parameter, value: Any) -> list[str]:
    if not isinstance(value, list):
        return [_text(value)]
    written = [_text(item) for item in value]
    collection = parameter.raw.get("collectionFormat")
    return written if collection == "multi" else [_SEPARATORS.get(str(collection), ",").join(written)]
