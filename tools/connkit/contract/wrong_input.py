"""Wrong input for an operation, derived from what the definition asks for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from connkit.core import Request
from connkit.model import Connector, Operation, Parameter
from connkit.model.shape import as_object, as_text, texts
from connkit.runtime.bodies import parsed
from connkit.runtime.connection import API_KEY, TOKEN, Credentials, credentials

Change = Callable[[Request], Request]
_NO_SUCH_ID = {"int32": 2**31 - 1, "int64": 2**53 - 1}  # valid, and far beyond what a service hands out
_SECRETS = (API_KEY, "password")
_WRONG_KEY = "wrong-key-of-connkit"
_AN_OBJECT = {"not": "what was asked for"}


@dataclass(frozen=True, slots=True)
class WrongInput:
    """What is wrong, in words that follow the operation; `change` acts on the request as it would be sent.

    Where `must_be_refused`, an answer of 2xx is a difference; elsewhere a service may be more tolerant than it says.
    One that `guesses` a key may make a service suspicious of its caller.
    """

    what: str
    parameters: Mapping[str, Any]
    connection: Credentials
    change: Change | None = None
    must_be_refused: bool = False
    guesses: bool = False


def wrong_inputs(
    connector: Connector, operation: Operation, connection: Credentials, right: Mapping[str, Any]
) -> Iterator[WrongInput]:
    """Every wrong input that follows from the definition; `right` are parameters that make the operation succeed."""
    for parameter in operation.parameters:
        if parameter.location == "body":
            for what, change in _wrong_bodies(connector, parameter):
                yield WrongInput(what, right, connection, change)
        elif parameter.location in ("query", "header") and parameter.required:
            yield WrongInput(f"without '{parameter.name}'", right, connection, _dropped(parameter))
        for what, value in _wrong_values(parameter):
            yield WrongInput(what, {**right, parameter.name: value}, connection)
    if connection.headers or connection.query:
        values = {name: value for name, value in connection.values.items() if name not in (*_SECRETS, TOKEN)}
        yield WrongInput("without a key", right, Credentials(values=values), must_be_refused=True)
    for what, other in _wrong_keys(connector, connection):
        yield WrongInput(what, right, other, must_be_refused=True, guesses=True)


def _wrong_values(parameter: Parameter) -> Iterator[tuple[str, Any]]:
    name, in_path = parameter.name, parameter.location == "path"
    if in_path and parameter.type == "integer":
        yield f"with a '{name}' that does not exist", _NO_SUCH_ID.get(parameter.format, _NO_SUCH_ID["int32"])
    elif in_path:
        yield f"with a '{name}' that does not exist", "no-such-thing-of-connkit"
    if parameter.location not in ("path", "query", "header"):
        return
    if parameter.type in ("integer", "number", "boolean"):
        yield f"with text for the {parameter.type} '{name}'", "text"
    elif parameter.type == "string" and parameter.format in ("date", "date-time"):
        yield f"with a '{name}' that is no date", "text"
    elif parameter.type == "string" and isinstance(parameter.raw.get("enum"), list):
        yield f"with a '{name}' that is none of its values", "no-such-value-of-connkit"


def _wrong_bodies(connector: Connector, parameter: Parameter) -> Iterator[tuple[str, Change]]:
    schema = connector.resolve(parameter.schema)
    if parameter.required:
        yield "without a body", lambda request: replace(request, body=b"")
    for name in texts(schema.get("required")):
        yield f"without '{name}'", partial(_body_without, name)
    for name, raw in as_object(schema.get("properties")).items():
        wanted = as_text(connector.resolve(raw).get("type"))
        if wanted == "object":
            yield f"with text for the object '{name}'", partial(_body_with, name, "text")
        elif wanted:
            yield f"with an object for the {wanted} '{name}'", partial(_body_with, name, _AN_OBJECT)


def _body_without(name: str, request: Request) -> Request:
    body = parsed(request.body)
    if not isinstance(body, dict):
        return request
    return replace(request, body=json.dumps({own: value for own, value in body.items() if own != name}).encode())


def _body_with(name: str, value: Any, request: Request) -> Request:
    body = parsed(request.body)
    if not isinstance(body, dict):
        return request
    return replace(request, body=json.dumps({**body, name: value}).encode())


def _dropped(parameter: Parameter) -> Change:
    def without_header(request: Request) -> Request:
        kept = {name: value for name, value in request.headers.items() if name.lower() != parameter.name.lower()}
        return replace(request, headers=kept)

    def without_query(request: Request) -> Request:
        parts = urlsplit(request.url)
        kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != parameter.name]
        return replace(request, url=parts._replace(query=urlencode(kept, quote_via=quote)).geturl())

    return without_header if parameter.location == "header" else without_query


def _wrong_keys(connector: Connector, connection: Credentials) -> Iterator[tuple[str, Credentials]]:
    for name in _SECRETS:
        if name not in connection.values:
            continue
        prefix, space, rest = connection.values[name].rpartition(" ")
        yield "with a wrong key", _with(connector, connection, name, f"{prefix}{space}{_WRONG_KEY}")
        if prefix:
            yield "with the key without its prefix", _with(connector, connection, name, rest)


def _with(connector: Connector, connection: Credentials, name: str, value: str) -> Credentials:
    return credentials(connector, {**connection.values, name: value})
