"""What may stand where in apiProperties.json.

Source: https://github.com/microsoft/PowerPlatformConnectors/blob/dev/schemas/paconn-apiProperties.schema.json, which
is older than connection parameter sets and custom code; these are as published connectors have them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from connkit.core import Pointer
from connkit.model.nodes import Holds

OBJECT, LIST, TEXT = "an object", "a list", "text"
WHOLE, TRUTH, ANYTHING = "a whole number", "true or false", ""
TEXT_OR_TRUTH = "text or a truth value"


@dataclass(frozen=True, slots=True)
class Form:
    """An object: what each key holds, and of a list what its items are.

    `called` is how messages name the object. An `open` one may have keys that are not known.
    """

    called: str
    keys: Mapping[str, str]
    needs: tuple[str, ...] = ()
    items: Mapping[str, str] = field(default_factory=dict)
    inside: Mapping[str, tuple[Holds, Form]] = field(default_factory=dict)
    open: bool = True


_ALLOWED = Form("an allowed value", {"text": ANYTHING, "value": ANYTHING}, ("value",))
_CONSTRAINTS = Form(
    "the constraints",
    {
        "required": TEXT_OR_TRUTH,
        "hidden": TEXT_OR_TRUTH,
        "clearText": TRUTH,
        "tabIndex": WHOLE,
        "allowedValues": LIST,
        "capability": LIST,
        "dependencies": ANYTHING,
        "default": ANYTHING,
        "multiSelect": TRUTH,
    },
    items={"allowedValues": OBJECT, "capability": TEXT},
    inside={"allowedValues": (Holds.LIST, _ALLOWED)},
)
_SHOWN = Form(
    "the uiDefinition",
    {"displayName": TEXT, "description": TEXT, "tooltip": TEXT, "constraints": OBJECT, "schema": OBJECT},
    inside={"constraints": (Holds.ONE, _CONSTRAINTS)},
)
_OAUTH = Form(
    "the oAuthSettings",
    {
        "identityProvider": TEXT,
        "clientId": TEXT,
        "clientSecret": TEXT,
        "scopes": LIST,
        "redirectMode": TEXT,
        "redirectUrl": TEXT,
        "properties": OBJECT,
        "customParameters": OBJECT,
    },
    ("identityProvider",),
    items={"scopes": TEXT},
)
_PARAMETER = Form(
    "a connection parameter",
    {"type": TEXT, "uiDefinition": OBJECT, "oAuthSettings": OBJECT, "metadata": OBJECT, "defaultValue": ANYTHING},
    ("type",),
    inside={"uiDefinition": (Holds.ONE, _SHOWN), "oAuthSettings": (Holds.ONE, _OAUTH)},
)
_SET = Form(
    "a set of connection parameters",
    {"name": TEXT, "uiDefinition": OBJECT, "parameters": OBJECT, "metadata": OBJECT},
    ("name",),
    items={"parameters": OBJECT},
    inside={"uiDefinition": (Holds.ONE, _SHOWN), "parameters": (Holds.MAP, _PARAMETER)},
)
_SETS = Form(
    "the connectionParameterSets",
    {"uiDefinition": OBJECT, "values": LIST},
    ("values",),
    items={"values": OBJECT},
    inside={"uiDefinition": (Holds.ONE, _SHOWN), "values": (Holds.LIST, _SET)},
)
_POLICY_PARAMETERS = Form(
    "the parameters of a policy",
    {"x-ms-apimTemplate-operationName": LIST, "x-ms-apimTemplate-policySection": TEXT},
    items={"x-ms-apimTemplate-operationName": TEXT},
)
_POLICY = Form(
    "a policy",
    {"templateId": TEXT, "title": TEXT, "type": TEXT, "parameters": OBJECT},
    ("templateId",),
    inside={"parameters": (Holds.ONE, _POLICY_PARAMETERS)},
    open=False,
)
_PROPERTIES = Form(
    "'properties'",
    {
        "connectionParameters": OBJECT,
        "connectionParameterSets": OBJECT,
        "iconBrandColor": TEXT,
        "capabilities": LIST,
        "policyTemplateInstances": LIST,
        "scriptOperations": LIST,
        "publisher": TEXT,
        "stackOwner": TEXT,
    },
    ("iconBrandColor",),
    items={
        "connectionParameters": OBJECT,
        "capabilities": TEXT,
        "policyTemplateInstances": OBJECT,
        "scriptOperations": TEXT,
    },
    inside={
        "connectionParameters": (Holds.MAP, _PARAMETER),
        "connectionParameterSets": (Holds.ONE, _SETS),
        "policyTemplateInstances": (Holds.LIST, _POLICY),
    },
    open=False,
)
_ROOT = Form(
    "apiProperties.json",
    {"$schema": TEXT, "properties": OBJECT},
    ("properties",),
    inside={"properties": (Holds.ONE, _PROPERTIES)},
    open=False,
)


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """An object of the file, with the form that it should have."""

    form: Form
    value: dict[str, Any]
    pointer: Pointer


def placed_objects(properties: dict[str, Any]) -> Iterator[Placed]:
    """Every object that has a form, in document order; nothing below what is of the wrong kind."""
    yield from _below(_ROOT, properties, Pointer())


def _below(form: Form, value: dict[str, Any], pointer: Pointer) -> Iterator[Placed]:
    yield Placed(form, value, pointer)
    for key, held in value.items():
        if key in form.inside:
            holds, inside = form.inside[key]
            for place, one in _held(holds, held, pointer / key):
                if isinstance(one, dict):
                    yield from _below(inside, one, place)


def _held(holds: Holds, value: Any, pointer: Pointer) -> Iterator[tuple[Pointer, Any]]:
    if holds is Holds.ONE:
        yield pointer, value
    elif holds is Holds.LIST and isinstance(value, list):
        yield from ((pointer / index, one) for index, one in enumerate(value))
    elif holds is Holds.MAP and isinstance(value, dict):
        yield from ((pointer / name, one) for name, one in value.items())


def entries(value: Any) -> Iterator[tuple[str | int, Any]]:
    """What an object or a list holds, with its key."""
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from enumerate(value)


def is_of(kind: str, value: Any) -> bool:
    """Whether a value is of the kind; null is taken for nothing at all."""
    truth = isinstance(value, bool)
    fits = {
        OBJECT: isinstance(value, dict),
        LIST: isinstance(value, list),
        TEXT: isinstance(value, str),
        WHOLE: isinstance(value, int) and not truth,
        TRUTH: truth,
        TEXT_OR_TRUTH: truth or isinstance(value, str),
        ANYTHING: True,
    }
    return value is None or fits[kind]


def kind_of(value: Any) -> str:
    """How messages name a value of the wrong kind."""
    if isinstance(value, bool):
        return "a truth value"
    names: list[tuple[type, str]] = [(dict, OBJECT), (list, LIST), (str, TEXT)]
    return next((name for kind, name in names if isinstance(value, kind)), "a number")
