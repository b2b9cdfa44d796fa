"""Policies at work on one operation, all of them called P."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from connkit.core import Request, Response
from connkit.model import Connector
from connkit.runtime.connection import Credentials
from connkit.runtime.outgoing import find_operation
from connkit.runtime.policies import Called, Setting, call
from connkit.runtime.switches import EmulatorSwitches

ITEM = Request("POST", "https://service.example/v2/items/a%2Fb/parts/7")
OK = Response(200)
DEFINITION: dict[str, Any] = {
    "host": "service.example",
    "basePath": "/v2",
    "paths": {
        "/items/{id}/parts/{part}": {"post": {"operationId": "PutPart"}},
        "/items": {"get": {"operationId": "ListItems", "x-ms-pageable": {"nextLinkName": "nextLink"}}},
    },
}
TYPED = {"Site": "north", "token:tenant": "t1", "url": "https://own.example"}
CONNECTION = Credentials({"Authorization": "fake-key"}, {"code": "k"}, values=TYPED)
PARAMETERS = {"site": {"type": "string"}, "url": {}, "unset": {}, "token": {"type": "oauthSetting"}}
COMMON = {"section": "x-ms-apimTemplate-policySection", "operations": "x-ms-apimTemplate-operationName"}
Given = tuple[str, Mapping[str, Any]]  # the template, and its parameters without their prefix


class Policies:
    def run(
        self,
        *given: Given,
        request: Request = ITEM,
        answer: Response = OK,
        operation: str = "PutPart",
        send: Callable[[Request], Response] | None = None,
        **switches: bool,
    ) -> Called:
        instances = [_instance(*one) for one in given]
        properties = {"policyTemplateInstances": instances, "connectionParameters": PARAMETERS}
        connector = Connector(DEFINITION, {"properties": properties})
        called = find_operation(connector, operation)
        carry = send or (lambda _: answer)
        return call(Setting(connector, CONNECTION, called, carry, EmulatorSwitches(**switches)), request)

    def told(self, called: Called) -> list[str]:
        return [f"{problem.kind}: {problem.message}" for problem in called.problems]

    def changed(self, template: str, body: Any, given: Mapping[str, Any], **switches: bool) -> Any:
        """The body after one policy, of the answer in the section Response, else of the request; or what was told."""
        content = json.dumps(body).encode()
        request, answer = Request("POST", ITEM.url, {}, content), Response(200, {}, content)
        called = self.run((template, given), request=request, answer=answer, **switches)
        message = called.response if given.get("section") == "Response" else called.request
        return self.told(called) or json.loads(message.body)


def _instance(template: str, given: Mapping[str, Any]) -> dict[str, Any]:
    names = {name: COMMON.get(name, f"x-ms-apimTemplateParameter.{name}") for name in given}
    parameters = {names[name]: value for name, value in given.items()}
    return {"templateId": template, "title": "P", "parameters": parameters}


@pytest.fixture(scope="session")
def policies() -> Policies:
    return Policies()
