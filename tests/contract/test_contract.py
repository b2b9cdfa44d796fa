"""Every operation against a service that keeps, or breaks, the definition."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import pytest

from connkit.contract.contract import ContractResult, contract
from connkit.core import MockService, Request, Response
from connkit.model import Connector

GEAR = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
URL = {"type": "string", "x-ms-visibility": "internal", "x-ms-notification-url": True}
DEFINITION: dict[str, Any] = {
    "swagger": "2.0",
    "host": "gears.example",
    "paths": {
        "/gears/{id}": {
            "get": {
                "operationId": "GetGear",
                "parameters": [{"name": "id", "in": "path", "required": True, "type": "integer"}],
                "responses": {"200": {"description": "", "schema": GEAR}},
            }
        },
        "/hooks": {
            "x-ms-notification-content": {"schema": GEAR},
            "post": {
                "operationId": "WhenTurned",
                "x-ms-trigger": "single",
                "parameters": [
                    {
                        "name": "body",
                        "in": "body",
                        "required": True,
                        "schema": {"type": "object", "required": ["url"], "properties": {"url": URL}},
                    }
                ],
                "responses": {"201": {"description": ""}},
            },
        },
    },
}


@dataclass
class Gears(MockService):
    name = "gears"
    flaw: str = ""
    hooks: dict[str, str] = field(default_factory=dict)
    sent: list[Request] = field(default_factory=list)
    most: int = 0

    def connection(self) -> Mapping[str, str]:
        return {}

    def intercept(self) -> AbstractContextManager[Any]:
        return nullcontext()

    def sample_parameters(self, operation_id: str) -> Mapping[str, Any]:
        return {} if operation_id == "WhenTurned" or self.flaw == "no sample" else {"id": 1}

    def make_item(self, operation_id: str) -> None: ...

    def fire(self, operation_id: str) -> Mapping[str, Any]:
        event: dict[str, Any] = {} if self.flaw == "wrong event" else {"id": 1}
        self.sent += [Request("POST", url, {}, json.dumps(event).encode()) for url in self.hooks.values()]
        return event

    def live_webhooks(self) -> int:
        return len(self.hooks)

    def deliveries(self) -> list[Request]:
        taken, self.sent = self.sent, []
        return taken

    def handle(self, request: Request) -> Response:
        if self.flaw == "crash":
            raise KeyError("gear")
        if request.method == "GET":
            return Response(
                404 if self.flaw == "lost" else 200, {}, b'{"id": null}' if self.flaw == "null" else b'{"id": 1}'
            )
        if request.method == "DELETE":
            return Response(204 if self.hooks.pop(request.url, None) else 404)
        self.hooks["https://gears.example/hooks/1"] = json.loads(request.body)["url"]
        self.most = max(self.most, len(self.hooks))
        return Response(201, {} if self.flaw == "no location" else {"Location": "https://gears.example/hooks/1"})


GOOD = {"GetGear": (200, ()), "WhenTurned": (201, ())}
CRASHED = (0, ("the mock service failed: KeyError: 'gear'",))


@pytest.mark.parametrize(
    ("flaw", "differing"),
    [
        ("", {}),
        ("null", {"GetGear": (200, ("/id: null, but the definition promises integer",))}),
        (
            "lost",
            {
                "GetGear": (
                    404,
                    (
                        "the service answered 404 to right input",
                        "the body: status 404 is not declared; declared are 200",
                    ),
                )
            },
        ),
        ("crash", {"GetGear": CRASHED, "WhenTurned": CRASHED}),
        ("no sample", {"GetGear": (0, ("input 'id' of GetGear is required",))}),
        ("wrong event", {"WhenTurned": (201, ("event /id: missing, but the definition requires it",))}),
        (
            "no location",
            {
                "WhenTurned": (
                    201,
                    (
                        "the webhook is leaked and stays behind, because the registration named no Location; "
                        "the service has to answer 201 with a Location header",
                    ),
                )
            },
        ),
    ],
)
def test_results(flaw: str, differing: dict[str, Any]) -> None:
    service = Gears(flaw)
    results = contract(Connector(DEFINITION, {}), service, service.handle)
    expected = {**GOOD, **differing}
    assert results == [ContractResult(name, *expected[name]) for name in GOOD]
    assert [result.ok for result in results] == [not problems for _, problems in expected.values()]


def test_every_registration_is_removed_again() -> None:
    service = Gears()
    contract(Connector(DEFINITION, {}), service, service.handle)
    assert (service.most, service.live_webhooks()) == (1, 0)


def test_a_policy_that_fails_is_a_problem_and_nothing_is_asked() -> None:
    policy = {"templateId": "setheader", "title": "Key", "parameters": {}}
    connector = Connector(DEFINITION, {"properties": {"policyTemplateInstances": [policy]}})
    told = ("policy 'Key': the parameter 'name' is missing; setheader needs 'name', 'value'",)
    gears = Gears(flaw="crash")
    assert contract(connector, gears, gears.handle) == [
        ContractResult("GetGear", 0, told),
        ContractResult("WhenTurned", 0, told),
    ]
