"""One operation with a maker's parameters, as the platform calls it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from connkit.core import Pointer, Request, Response, Send, UserError
from connkit.model import Connector, Operation, Parameter
from connkit.runtime.connection import Credentials
from connkit.semantics.routing import join, wire_path
from connkit.semantics.values import Mismatch, check_value


@dataclass(frozen=True, slots=True)
class Invocation:
    """What was sent, what came back, and how that differs from the definition."""

    request: Request
    response: Response
    mismatches: tuple[Mismatch, ...]


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


def invoke(
    connector: Connector,
    connection: Credentials,
    operation_id: str,
    parameters: Mapping[str, Any],
    send: Send,
) -> Invocation:
    """Calls the operation; UserError for a missing or unknown input, OSError when no answer comes."""
    operation = find_operation(connector, operation_id)
    request = build_request(connector, connection, operation, parameters)
    response = send(request)
    return Invocation(request, response, tuple(check_response(connector, operation, response)))


def build_request(
    connector: Connector, connection: Credentials, operation: Operation, parameters: Mapping[str, Any]
) -> Request:
    """The request with defaults filled in, paths encoded and credentials added."""
    _check_known(connector, operation, parameters)
    path = wire_path(operation.path, polling_policy=polling_policy(connector, operation.operation_id) is not None)
    query: dict[str, str] = dict(connection.query)
    headers: dict[str, str] = dict(connection.headers)
    body = b""
    for parameter in operation.parameters:
        if parameter.location == "body":
            headers["Content-Type"] = "application/json"
            body = json.dumps(_body(connector, operation, parameter, parameters)).encode()
            continue
        value = _value(operation, parameter, parameters)
        if value is None:
            continue
        if parameter.location == "path":
            path = path.replace(f"{{{parameter.name}}}", _encoded(parameter, value))
        elif parameter.location == "query":
            query[parameter.name] = _text(value)
        elif parameter.location == "header":
            headers[parameter.name] = _text(value)
    url = join(connector.base_url, path) + (f"?{urlencode(query)}" if query else "")
    return Request(operation.method.upper(), url, headers, body)


def _check_known(connector: Connector, operation: Operation, parameters: Mapping[str, Any]) -> None:
    known = [parameter.name for parameter in operation.parameters]
    for parameter in operation.parameters:
        if parameter.location == "body":
            known += connector.resolve(parameter.schema).get("properties", {})
    for name in parameters:
        if name not in known:
            has = ", ".join(f"'{other}'" for other in known) or "none"
            raise UserError(f"unknown input '{name}' of {operation.operation_id}; its inputs are {has}")


def _value(operation: Operation, parameter: Parameter, given: Mapping[str, Any]) -> Any:
    value = given.get(parameter.name)
    if value is None and parameter.required and parameter.has_default:
        value = parameter.default
    if value is None and parameter.required:
        raise UserError(f"input '{parameter.name}' of {operation.operation_id} is required")
    return value


def _encoded(parameter: Parameter, value: Any) -> str:
    once = quote(_text(value), safe="")
    return quote(once, safe="") if parameter.raw.get("x-ms-url-encoding") == "double" else once


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _body(connector: Connector, operation: Operation, parameter: Parameter, given: Mapping[str, Any]) -> Any:
    if parameter.name in given:
        return given[parameter.name]
    schema = connector.resolve(parameter.schema)
    properties = schema.get("properties", {})
    body = {name: given[name] for name in properties if name in given}
    for name, raw in properties.items():
        own = connector.resolve(raw)
        if name not in body and name in schema.get("required", []) and "default" in own:
            body[name] = own["default"]
    for name in schema.get("required", []):
        if name not in body:
            raise UserError(f"input '{name}' of {operation.operation_id} is required")
    return body


def check_response(connector: Connector, operation: Operation, response: Response) -> list[Mismatch]:
    """How an answer differs from what the operation declares for its status.

    A 201 without a schema is held against the schema of 200, which the designer shows.
    """
    declared = {answer.code: answer for answer in operation.responses}
    answer = declared.get(str(response.status)) or declared.get("default")
    if answer is None:
        codes = ", ".join(declared)
        return [Mismatch(Pointer(), "status", f"status {response.status} is not declared; declared are {codes}")]
    schema = answer.schema
    if not schema and response.status == 201 and "200" in declared:
        schema = declared["200"].schema
    if not schema:
        return []
    try:
        value = response.json()
    except ValueError:
        return [Mismatch(Pointer(), "body", "the body is no JSON, but the definition promises a schema")]
    return check_value(value, schema, connector.resolve)
