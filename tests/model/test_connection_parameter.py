"""Connection parameters, and those of sets."""

from __future__ import annotations

from typing import Any

from connkit.model import Connector

TOKEN = {"type": "OAuthSetting", "oAuthSettings": {"identityProvider": "AAD"}}
KEY = {"type": "secureString", "uiDefinition": {"constraints": {"required": "True", "hidden": True}}}


def declared(**properties: Any) -> list[tuple[Any, ...]]:
    connector = Connector({}, {"properties": properties})
    return [
        (str(one.pointer), one.name, one.set_name, one.type, one.provider, one.required, one.hidden)
        for one in connector.declared_connection_parameters
    ]


def test_the_connectors_own_come_before_those_of_sets() -> None:
    sets = {"values": [{"name": "login", "parameters": {"token": TOKEN}}, {"parameters": {"key": KEY}}]}
    assert declared(connectionParameterSets=sets, connectionParameters={"key": KEY}) == [
        ("/properties/connectionParameters/key", "key", None, "securestring", "", True, True),
        (
            "/properties/connectionParameterSets/values/0/parameters/token",
            "token",
            "login",
            "oauthsetting",
            "aad",
            False,
            False,
        ),
        ("/properties/connectionParameterSets/values/1/parameters/key", "key", "", "securestring", "", True, True),
    ]


def test_what_is_malformed_is_left_out() -> None:
    sets = {"values": [5, {"name": [], "parameters": {"a": None, "b": {"type": 5, "oAuthSettings": []}}}]}
    place = "/properties/connectionParameterSets/values/1/parameters/b"
    assert declared(connectionParameters={"a": "text"}, connectionParameterSets=sets) == [
        (place, "b", "", "", "", False, False)
    ]
