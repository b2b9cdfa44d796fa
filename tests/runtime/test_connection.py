"""What a connection adds to requests."""

from typing import Any

import pytest

from connkit.core import UserError
from connkit.model import Connector
from connkit.runtime.connection import credentials


def test_a_key_goes_out_as_typed(connector: Connector) -> None:
    known = credentials(connector, {"api_key": "Bearer fake"})
    assert (known.headers, known.query, known.warnings) == ({"Authorization": "Bearer fake"}, {}, ())
    assert "fake" not in repr(known)
    assert (known.value("API_KEY"), known.value("other")) == ("Bearer fake", None)


def test_a_missing_prefix_is_a_warning(connector: Connector) -> None:
    expected = ("the key does not begin with 'Bearer ', which the connection dialog asks for",)
    assert credentials(connector, {"api_key": "fake"}).warnings == expected


def test_a_key_may_stand_in_the_query(definition: dict[str, Any], properties: dict[str, Any]) -> None:
    definition["securityDefinitions"]["key"].update({"in": "query", "name": "code"})
    known = credentials(Connector(definition, properties), {"api_key": "Bearer x"})
    assert (known.headers, known.query) == ({}, {"code": "Bearer x"})


def test_basic(definition: dict[str, Any]) -> None:
    definition["securityDefinitions"] = {"b": {"type": "basic"}}
    known = credentials(Connector(definition, {}), {"username": "u", "password": "p"})
    assert known.headers == {"Authorization": "Basic dTpw"}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "connection parameter 'api_key' is missing; the connector needs 'api_key'"),
        ({"key": "x"}, "unknown connection parameter 'key'; the connector has 'api_key'"),
        (
            {"api_key": "x", "token:host": "y"},
            "unknown connection parameter 'token:host'; the connector has 'api_key'",
        ),
        (
            {"api_key": "a\nb"},
            "the value for the header 'Authorization' holds a line break or a character that no header can carry; "
            "copy the key once more",
        ),
    ],
)
def test_refused(connector: Connector, values: dict[str, str], message: str) -> None:
    with pytest.raises(UserError) as raised:
        credentials(connector, values)
    assert str(raised.value) == message


def test_parameters_of_a_set_and_of_a_token_are_known(properties: dict[str, Any]) -> None:
    properties["properties"]["connectionParameters"] = {"token": {"type": "oauthSetting"}}
    sets = [{"name": "by-site", "parameters": {"site": {"type": "string"}}}]
    properties["properties"]["connectionParameterSets"] = {"values": sets}
    typed = {"site": "north", "token:host": "h.example"}
    assert credentials(Connector({}, properties), typed).values == typed
    with pytest.raises(UserError) as raised:
        credentials(Connector({}, properties), {"site:host": "x"})
    assert str(raised.value) == "unknown connection parameter 'site:host'; the connector has 'token', 'site'"


@pytest.mark.parametrize("declared", ["definition", "properties"])
def test_a_token_goes_out_as_a_bearer_token(declared: str) -> None:
    security = {"securityDefinitions": {"o": {"type": "oauth2"}, "broken": []}} if declared == "definition" else {}
    parameters = {"token": {"type": "oAuthSetting"}} if declared == "properties" else {}
    connector = Connector(security, {"properties": {"connectionParameters": parameters}})
    assert credentials(connector, {"token": "fake"}).headers == {"Authorization": "Bearer fake"}
    assert credentials(connector, {}).headers == {}
