"""Which questions are asked, which are not, and why."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from connkit.contract.probing import asker, probe
from connkit.core import Ask, CouldNotTell, MockService, Probe, Request, Response, Unknown
from connkit.model import Connector
from connkit.runtime.connection import Credentials


def _status(ask: Ask) -> object:
    return ask("GET", "/a").status


def _dunno(ask: Ask) -> object:
    raise CouldNotTell("the list is empty")


def _breaks(ask: Ask) -> object:
    raise KeyError("data")


def _down(ask: Ask) -> object:
    raise OSError("no route")


@dataclass
class Asking(MockService):
    name = "asking"
    order: list[str] = field(default_factory=lambda: ["first", "second", "third"])
    made: tuple[Probe, ...] = ()

    def unknowns(self) -> list[Unknown]:
        return [Unknown(name, 200, f"what is {name}?", "unknown") for name in self.order]

    def probes(self) -> tuple[Probe, ...]:
        return self.made


def ask(method: str, path: str, headers: object = None, body: bytes = b"") -> Response:
    return Response(200)


def told(*made: Probe, writes: bool = False) -> dict[str, object]:
    found = probe(Asking(made=made), ask, writes=writes)
    return {each.unknown.name: each.value if each.known else each.reason for each in found}


NOT_ASKED = "the mock service does not know how to ask it"


def test_every_switch_has_one_answer_in_the_order_of_the_switches() -> None:
    assert list(told(Probe("third", _status), Probe("first", _status)).items()) == [
        ("first", 200),
        ("second", NOT_ASKED),
        ("third", 200),
    ]


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (Probe("first", _dunno), "the list is empty"),
        (Probe("first", _down), "no answer came: no route"),
        (Probe("first", _breaks), "its probe failed: KeyError: 'data'"),
        (Probe("first", _status, writes=True), "asking it writes"),
    ],
)
def test_what_cannot_be_told(made: Probe, reason: str) -> None:
    assert told(made)["first"] == reason


def test_a_probe_that_writes_is_asked_where_that_is_allowed() -> None:
    assert told(Probe("first", _status, writes=True), writes=True)["first"] == 200


def test_a_mock_service_knows_no_probes_unless_it_says_so() -> None:
    assert list(Asking.__mro__[1].probes(Asking())) == []


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("GET", "/a"), Request("GET", "https://a.example/v1/a?code=s%20q", {"X-Key": "sh"})),
        (("GET", "//a?b=1"), Request("GET", "https://a.example/v1//a?b=1&code=s%20q", {"X-Key": "sh"})),
        (("GET", "/a", {}), Request("GET", "https://a.example/v1/a")),
        (("GET", "/a", {"X-Key": "no"}), Request("GET", "https://a.example/v1/a", {"X-Key": "no"})),
        (
            ("POST", "/a", None, b"{}"),
            Request(
                "POST",
                "https://a.example/v1/a?code=s%20q",
                {"X-Key": "sh", "Content-Type": "application/json"},
                b"{}",
            ),
        ),
    ],
)
def test_how_a_question_is_sent(arguments: tuple[object, ...], expected: Request) -> None:
    seen: list[Request] = []

    def send(request: Request) -> Response:
        seen.append(request)
        return Response(200)

    connector = Connector({"host": "a.example", "basePath": "/v1/"}, {})
    asker(connector, Credentials({"X-Key": "sh"}, {"code": "s q"}), send)(*arguments)  # type: ignore[arg-type]  # a table
    assert seen == [expected]
