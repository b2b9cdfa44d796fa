"""Inputs that an operation takes, made from what it declares."""

from __future__ import annotations

from typing import Any

from connkit.mock.access import address, leading
from connkit.model import Connector, Operation, Parameter
from connkit.semantics.examples import example


def parameters(connector: Connector, operation: Operation) -> dict[str, Any]:
    """A value for each input that is required and has no default; the body under its own name.

    A body has what is required in it. A webhook's is always given, as the platform writes the callback URL into it.
    """
    given = {}
    for parameter in operation.parameters:
        if parameter.location == "body":
            if parameter.required or operation.is_webhook:
                given[parameter.name] = _body(connector, parameter)
        elif _leads(connector, parameter):
            given[parameter.name] = address(connector)
        elif parameter.required and parameter.default is None:
            given[parameter.name] = b"file" if parameter.type == "file" else _value(connector, parameter)
    return given


def _leads(connector: Connector, parameter: Parameter) -> bool:
    """Whether a policy begins an address with the input."""
    source = {"header": "headers", "query": "queryparameters"}.get(parameter.location)
    return (source, parameter.name.lower()) in leading(connector)


def _body(connector: Connector, parameter: Parameter) -> Any:
    return example(parameter.schema, connector.resolve, name=parameter.name, minimal=True)


def _value(connector: Connector, parameter: Parameter) -> Any:
    """Never empty, as a part of a path has to be something."""
    return example({"minLength": 1, "minItems": 1, **parameter.raw}, connector.resolve, name=parameter.name)
