"""The contract and the probe against a real service."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from connkit.contract.contract import ContractResult
from connkit.core import Request, Send, UserError
from connkit.model import Connector
from connkit.model.shape import as_object, as_text
from connkit.runtime.connection import API_KEY, Credentials, credentials
from connkit.runtime.outgoing import find_operation

_JSON_TYPES = ("integer", "number", "boolean", "array", "object")


def connection_of(connector: Connector, key: str | None) -> Credentials:
    """The connection that a key makes; UserError where the connector takes none, or more than one value."""
    names = {each.get("type") for each in connector.security_definitions.values() if isinstance(each, dict)}
    known = list(connector.connection_parameters) or ([API_KEY] if "apiKey" in names else [])
    if key is None:
        return _keyless(connector)
    if len(known) != 1:
        told = f"has {', '.join(known)}" if known else "takes no key"
        raise UserError(f"--key-env gives the one connection parameter of a connector, but this one {told}")
    return credentials(connector, {known[0]: key})


def _keyless(connector: Connector) -> Credentials:
    try:
        return credentials(connector, {})
    except UserError as error:
        raise UserError(f"{error}; name the environment variable that holds the key with --key-env NAME") from None


def check_reachable(connector: Connector, send: Send, url: str) -> None:
    """Asks once without a key; UserError where nothing answers."""
    try:
        send(Request("GET", connector.base_url))
    except OSError as error:
        raise UserError(f"{error}; check the address '{url}' and the network") from None


def given_inputs(connector: Connector, inputs: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Parameters by operation from texts such as Dial.contactID=48211; UserError where one is no such text."""
    found: dict[str, dict[str, Any]] = {}
    for text in inputs:
        name, equals, value = text.partition("=")
        operation_id, dot, parameter = name.partition(".")
        if not (equals and dot and parameter):
            raise UserError(f"--input '{name}' cannot be read; write --input OPERATION.NAME=VALUE")
        types = _types(connector, operation_id)
        if parameter not in types:
            known = ", ".join(f"'{each}'" for each in types) or "none"
            raise UserError(f"--input '{name}': unknown input of {operation_id}; its inputs are {known}")
        found.setdefault(operation_id, {})[parameter] = _value(name, value, types[parameter])
    return found


def _types(connector: Connector, operation_id: str) -> Mapping[str, str]:
    operation = find_operation(connector, operation_id)
    types = {each.name: each.type for each in operation.parameters if each.location != "body"}
    if operation.body:
        properties = as_object(connector.resolve(operation.body.schema).get("properties"))
        types |= {name: as_text(connector.resolve(raw).get("type")) for name, raw in properties.items()}
    return types


def _value(name: str, text: str, wanted: str) -> Any:
    if wanted not in _JSON_TYPES:
        return text
    try:
        return json.loads(text)
    except ValueError:
        raise UserError(f"--input '{name}' should be of the type {wanted}, as JSON writes it") from None


def check_tried(results: Sequence[ContractResult], url: str, key_env: str | None) -> None:
    """UserError where the answers say that not the service but its address or the key is wrong."""
    statuses = {result.status for result in results if not result.skipped}
    if not statuses:
        raise UserError("no operation could be tried; --write allows those that write, --input gives what they need")
    if statuses == {0}:
        raise UserError(f"no operation at '{url}' was answered; check the address and the network")
    if statuses == {404}:
        raise UserError(f"everything at '{url}' was answered 404; check the address: is its base path right?")
    if statuses <= {401, 403}:
        told = f"the key in {key_env} was refused" if key_env else "a key is needed; name its variable with --key-env"
        raise UserError(f"{told}: every operation was answered {' or '.join(map(str, sorted(statuses)))}")
