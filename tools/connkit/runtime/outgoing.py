"""The request that the platform makes for an operation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from connkit.core import Request, UserError
from connkit.model import Connector, Operation
from connkit.model.shape import texts
from connkit.runtime.connection import Credentials
from connkit.runtime.inputs import Inputs
from connkit.runtime.payloads import payload
from connkit.runtime.switches import EmulatorSwitches
from connkit.runtime.written import HEADER_NAME, check_header, encoded, headers_of, query_of, texts_of
from connkit.semantics.routing import PLACEHOLDER, join, wire_path


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
    inputs = Inputs(operation, parameters, switches, state or {})
    inputs.check_names()
    path = _filled(inputs, operation_path(connector, operation, switches))
    query = query_of([*inputs.pairs("query"), *inputs.state.items(), *connection.query.items()])
    body, content_type = payload(connector, inputs)
    content = [("Content-Type", content_type)] if content_type else []
    accepted = _accepted(connector, operation, switches)
    headers = headers_of(accepted, content, _headers(inputs), connection.headers.items())
    url = with_query_text(join(connector.base_url, path), query)
    return Request(operation.method.upper(), url, headers, body)


def _filled(inputs: Inputs, path: str) -> str:
    """The path with its parameters in it; UserError for one that is empty, or that nothing declares."""
    label = inputs.operation.label
    for parameter in inputs.of("path"):
        text = "".join(texts_of(parameter, inputs.value(parameter), inputs.switches))
        if not text:
            raise UserError(f"input '{parameter.name}' of {label} is empty, but a part of the path")
        once = encoded(text)
        twice = parameter.raw.get("x-ms-url-encoding") == "double"
        path = path.replace(f"{{{parameter.name}}}", encoded(once) if twice else once)
    missing = PLACEHOLDER.search(path)
    if missing:
        raise UserError(f"the path of {label} has '{missing[0]}', but no parameter in the path is called so")
    return path


def _headers(inputs: Inputs) -> list[tuple[str, str]]:
    pairs = inputs.pairs("header")
    for name, text in pairs:
        if not HEADER_NAME.fullmatch(name):
            raise UserError(f"input '{name}' of {inputs.operation.label} goes into a header that cannot be called so")
        check_header(f"input '{name}' of {inputs.operation.label}", text)
    return pairs


def _accepted(connector: Connector, operation: Operation, switches: EmulatorSwitches) -> list[tuple[str, str]]:
    own = operation.raw.get("produces")
    types = texts(own if isinstance(own, list) else connector.definition.get("produces"))
    return [("Accept", ", ".join(types))] if types and switches.accept_from_produces else []


def with_query_text(url: str, query: str) -> str:
    """The address with more in its query, which it may have one of already."""
    return f"{url}{'&' if '?' in url else '?'}{query}" if query else url


def location_request(
    base_url: str, connection: Credentials, method: str, url: str, switches: EmulatorSwitches
) -> Request:
    """A request to an address that the service named: no header but the credentials, and these only on its host.

    `base_url` is where the connection's credentials may go.
    """
    if not (same_origin(url, base_url) or switches.credentials_to_foreign_location):
        return Request(method, url)
    there = {name for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)}
    query = query_of((name, value) for name, value in connection.query.items() if name not in there)
    return Request(method, with_query_text(url, query), dict(connection.headers))


def credentials_base(connector: Connector, base_url: str, switches: EmulatorSwitches) -> str:
    """Where the connection's credentials may go, when the operation is called at `base_url`."""
    return base_url if switches.credentials_to_dynamic_host else connector.base_url


def same_origin(one: str, other: str) -> bool:
    first, second = urlsplit(one), urlsplit(other)
    return (first.scheme, first.netloc.lower()) == (second.scheme, second.netloc.lower())
