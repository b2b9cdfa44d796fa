"""Every operation against a service that keeps, or breaks, the definition."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import pytest

from connkit.contract.contract import contract
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
                "responses": {"200": {"description": "", "schema": GEAR}, "404": {"description": ""}},
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
                "responses": {"201": {"description": ""}, "422": {"description": ""}},
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
            return self._gear(request.url.rpartition("/")[2])
        if request.method == "DELETE" and self.flaw == "keeps hooks":
            return Response(204)
        if request.method == "DELETE":
            return Response(204 if self.hooks.pop(request.url, None) else 404)
        body = json.loads(request.body or "{}")
        if not isinstance(body.get("url"), str) and self.flaw != "takes anything":
            return Response(500 if self.flaw == "fails" else 422)
        self.hooks["https://gears.example/hooks/1"] = body.get("url")
        self.most = max(self.most, len(self.hooks))
        return Response(201, {} if self.flaw == "no location" else {"Location": "https://gears.example/hooks/1"})

    def _gear(self, gear: str) -> Response:
        if gear != "1" and self.flaw != "takes anything":
            return Response(503 if self.flaw == "fails" else 404)
        return Response(
            410 if self.flaw == "lost" else 200, {}, b'{"id": null}' if self.flaw == "null" else b'{"id": 1}'
        )


GOOD: dict[str, tuple[int, tuple[str, ...]]] = {"GetGear": (200, ()), "WhenTurned": (201, ())}
CRASHED = (0, ("the mock service failed: KeyError: 'gear'",))


def told(connector: Connector, service: Gears) -> dict[str, tuple[int, tuple[str, ...]]]:
    results = contract(connector, service, service.handle)
    assert [result.ok for result in results] == [not result.problems for result in results]
    return {result.operation_id: (result.status, result.problems) for result in results}


@pytest.mark.parametrize(
    ("flaw", "differing"),
    [
        ("", {}),
        ("null", {"GetGear": (200, ("/id: null, but the definition promises integer",))}),
        (
            "lost",
            {
                "GetGear": (
                    410,
                    (
                        "the service answered 410 to right input",
                        "the body: status 410 is not declared; declared are 200, 404",
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
        (
            "fails",
            {
                "GetGear": (
                    200,
                    (
                        "with a 'id' that does not exist: the body: status 503 is not declared; declared are 200, 404",
                        "with text for the integer 'id': the body: status 503 is not declared; declared are 200, 404",
                    ),
                ),
                "WhenTurned": (
                    201,
                    (
                        "without a body: the body: status 500 is not declared; declared are 201, 422",
                        "without 'url': the body: status 500 is not declared; declared are 201, 422",
                        "with an object for the string 'url': the body: status 500 is not declared; "
                        "declared are 201, 422",
                    ),
                ),
            },
        ),
        ("takes anything", {}),
        ("keeps hooks", {"WhenTurned": (201, ("DELETE on the Location left 1 webhooks, expected 0",))}),
    ],
)
def test_results(flaw: str, differing: dict[str, Any]) -> None:
    assert told(Connector(DEFINITION, {}), Gears(flaw)) == {**GOOD, **differing}


@pytest.mark.parametrize("flaw", ["", "takes anything"])
def test_every_registration_is_removed_again(flaw: str) -> None:
    service = Gears(flaw)
    contract(Connector(DEFINITION, {}), service, service.handle)
    assert (service.most, service.live_webhooks()) == (1, 0)


def test_a_policy_that_fails_is_a_problem_and_nothing_is_asked() -> None:
    policy = {"templateId": "setheader", "title": "Key", "parameters": {}}
    connector = Connector(DEFINITION, {"properties": {"policyTemplateInstances": [policy]}})
    problem = ("policy 'Key': the parameter 'name' is missing; setheader needs 'name', 'value'",)
    assert told(connector, Gears(flaw="crash")) == {"GetGear": (0, problem), "WhenTurned": (0, problem)}


def test_an_operation_without_an_id_cannot_be_called() -> None:
    definition = {"host": "gears.example", "paths": {"/gears": {"get": {"responses": {}}}}}
    problem = ("the operation has no operationId, so nothing can call it",)
    assert told(Connector(definition, {}), Gears()) == {"GET /gears": (0, problem)}


def test_a_failure_is_told_even_where_any_status_is_declared() -> None:
    definition = copy.deepcopy(DEFINITION)
    definition["paths"]["/gears/{id}"]["get"]["responses"] = {"default": {"description": ""}}
    _, problems = told(Connector(definition, {}), Gears("fails"))["GetGear"]
    assert problems == (
        "with a 'id' that does not exist: the service failed with 503",
        "with text for the integer 'id': the service failed with 503",
    )
