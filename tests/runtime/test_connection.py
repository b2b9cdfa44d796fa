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
    assert str(raised.value) == "unknown connection parameter 'site:host'; the connector has 'site', 'token'"


OAUTH = {"o": {"type": "oauth2", "flow": "accessCode"}}


def test_a_token_goes_out_as_bearer() -> None:
    known = credentials(Connector({"securityDefinitions": OAUTH}, {}), {"token": "fake", "token:host": "h.example"})
    assert (known.headers, known.query, known.warnings) == ({"Authorization": "Bearer fake"}, {}, ())


def test_a_token_that_brings_the_prefix_is_a_warning() -> None:
    known = credentials(Connector({"securityDefinitions": OAUTH}, {}), {"token": "Bearer fake"})
    assert known.headers == {"Authorization": "Bearer Bearer fake"}
    assert known.warnings == ("the token begins with 'Bearer ', which the platform puts before it once more",)


def test_a_token_is_needed() -> None:
    with pytest.raises(UserError) as raised:
        credentials(Connector({"securityDefinitions": OAUTH}, {}), {})
    assert str(raised.value) == "connection parameter 'token' is missing; the connector needs 'token'"


def needed(kind: str) -> dict[str, Any]:
    return {"type": kind, "uiDefinition": {"constraints": {"required": "true"}}}


SETS = [
    {"name": "key", "parameters": {"api_key": needed("securestring")}},
    {"name": "password", "parameters": {"username": needed("string"), "password": needed("securestring")}},
    {"name": "login", "parameters": {"token": {"type": "oauthSetting"}, "site": needed("string")}},
]
IN_WORDS = "key ('api_key'), password ('username', 'password'), login ('token', 'site')"


@pytest.fixture
def with_sets(definition: dict[str, Any]) -> Connector:
    definition["securityDefinitions"]["basic"] = {"type": "basic"}
    return Connector(definition, {"properties": {"connectionParameterSets": {"values": SETS}}})


@pytest.mark.parametrize(
    ("values", "authorization"),
    [
        ({"api_key": "fake"}, "fake"),
        ({"username": "u", "password": "p"}, "Basic dTpw"),
        ({"token": "fake", "site": "north"}, "Bearer fake"),
        ({"token:host": "h.example", "site": "north"}, None),
    ],
)
def test_the_names_choose_a_set(with_sets: Connector, values: dict[str, str], authorization: str | None) -> None:
    assert credentials(with_sets, values).headers.get("Authorization") == authorization


def test_a_set_that_is_complete_is_chosen_before_one_that_is_not(definition: dict[str, Any]) -> None:
    more = {"name": "key and site", "parameters": {"api_key": needed("securestring"), "site": needed("string")}}
    connector = Connector(definition, {"properties": {"connectionParameterSets": {"values": [more, SETS[0]]}}})
    assert credentials(connector, {"api_key": "fake"}).headers == {"Authorization": "fake"}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, f"the connection parameters given are none, which fit no set; the sets are {IN_WORDS}"),
        (
            {"api_key": "fake", "username": "u"},
            f"the connection parameters given are 'api_key', 'username', which fit no set; the sets are {IN_WORDS}",
        ),
        (
            {"username": "u"},
            "connection parameter 'password' is missing; the set 'password' needs 'username', 'password'",
        ),
        (
            {"key": "x"},
            "unknown connection parameter 'key'; the connector has 'api_key', 'username', 'password', 'token', 'site'",
        ),
    ],
)
def test_values_that_fit_no_set(with_sets: Connector, values: dict[str, str], message: str) -> None:
    with pytest.raises(UserError) as raised:
        credentials(with_sets, values)
    assert str(raised.value) == message
