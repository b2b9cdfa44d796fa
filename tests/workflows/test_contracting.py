"""When the answers say that something else is wrong than the service, and which connection a key makes."""

from __future__ import annotations

from typing import Any

import pytest

from connkit.contract.contract import ContractResult
from connkit.core import UserError
from connkit.model import Connector
from connkit.workflows.contracting import check_tried, connection_of

URL = "https://pbx.example"


def _results(*statuses: int | str) -> list[ContractResult]:
    return [
        ContractResult("Op", 0, skipped=status) if isinstance(status, str) else ContractResult("Op", status)
        for status in statuses
    ]


@pytest.mark.parametrize(
    ("statuses", "key", "message"),
    [
        (
            ["it writes"],
            "KEY",
            "no operation could be tried; --write allows those that write, --input gives what they need",
        ),
        ([0, 0], "KEY", f"no operation at '{URL}' was answered; check the address and the network"),
        (
            [404, "it writes"],
            "KEY",
            f"everything at '{URL}' was answered 404; check the address: is its base path right?",
        ),
        ([401, 403], "KEY", "the key in KEY was refused: every operation was answered 401 or 403"),
        (
            [401],
            None,
            "a key is needed; name its variable with --key-env: every operation was answered 401",
        ),
    ],
)
def test_what_says_that_nothing_was_learnt(statuses: list[int | str], key: str | None, message: str) -> None:
    with pytest.raises(UserError) as error:
        check_tried(_results(*statuses), URL, key)
    assert str(error.value) == message


@pytest.mark.parametrize("statuses", [[200], [404, 200], [403, 404], [0, 500]])
def test_anything_else_is_a_result(statuses: list[int | str]) -> None:
    check_tried(_results(*statuses), URL, "KEY")


API_KEY = {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}


def _connector(security: dict[str, Any], *parameters: str) -> Connector:
    declared = {name: {"type": "securestring"} for name in parameters}
    return Connector({"securityDefinitions": security}, {"properties": {"connectionParameters": declared}})


@pytest.mark.parametrize("connector", [_connector(API_KEY, "api_key"), _connector(API_KEY)])
def test_a_key_makes_a_connection(connector: Connector) -> None:
    assert connection_of(connector, "fake").headers == {"X-Key": "fake"}


def test_a_connector_may_need_no_key() -> None:
    assert connection_of(_connector({}), None).values == {}


@pytest.mark.parametrize(
    ("connector", "told"),
    [(_connector({}), "takes no key"), (_connector(API_KEY, "api_key", "site"), "has api_key, site")],
)
def test_a_key_is_one_value(connector: Connector, told: str) -> None:
    with pytest.raises(UserError) as error:
        connection_of(connector, "fake")
    assert str(error.value) == f"--key-env gives the one connection parameter of a connector, but this one {told}"
