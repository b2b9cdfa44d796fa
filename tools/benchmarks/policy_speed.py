"""How long one policy and one call take, without any network.

    python tools/benchmarks/policy_speed.py

Prints microseconds, the best of several rounds, because everything else on the machine only adds to them.
"""

from __future__ import annotations

import sys
import timeit
from collections.abc import Callable, Mapping
from typing import Any

from connkit.core import Request, Response
from connkit.model import Connector
from connkit.runtime.connection import Credentials
from connkit.runtime.invoke import invoke
from connkit.runtime.outgoing import find_operation
from connkit.runtime.policies import Exchange, PolicyProblem, Setting, begin, run_policy

ROUNDS, REPEATS = 2000, 5
BODY = b'{"shelf": {"books": [{"title": "a"}, {"title": "b"}]}, "kinds": "x;y", "map": {"k": {"v": 1}}}'
POLICIES: Mapping[str, Mapping[str, str]] = {
    "setheader": {"name": "Authorization", "value": "Bearer @connectionParameters('api_key')"},
    "dynamichosturl": {"urlTemplate": "https://@connectionParameters('site').shop.example/v2"},
    "routerequesttoendpoint": {"newPath": "/other/{id}"},
    "setqueryparameter": {"name": "site", "value": "@connectionParameters('site')"},
    "setproperty": {
        "newPropertyParentPathTemplate": "@body().shelf.books",
        "newPropertySubPathTemplate": "label",
        "propertyValuePathTemplate": "no. {@item().title}",
    },
    "stringtoarray": {
        "propertyParentPath": "@body()",
        "propertySubPath": "kinds",
        "delimiterList": ";",
        "childPropertyName": "kind",
        "newPropertyPath": "@body().kinds",
    },
    "convertobjecttoarray": {
        "propertyParentPath": "@body()",
        "propertySubPath": "map",
        "newPropertyPath": "@body().list",
    },
}


def main() -> int:
    alone = _exchange(_connector(POLICIES))
    for policy in alone.setting.connector.policies:
        print(f"{_best(lambda policy=policy: _ran(run_policy(policy, alone))):8.1f} us  {policy.template_id}")
    for told, policies in (("without policies", {}), (f"with these {len(POLICIES)} policies", POLICIES)):
        connector = _connector(policies)
        print(f"{_best(lambda connector=connector: _invoked(connector)):8.1f} us  one call in memory, {told}")
    return 0


def _best(act: Callable[[], Any]) -> float:
    return min(timeit.repeat(act, number=ROUNDS, repeat=REPEATS)) / ROUNDS * 1e6


def _connector(policies: Mapping[str, Mapping[str, str]]) -> Connector:
    instances = [
        {
            "templateId": template,
            "parameters": {f"x-ms-apimTemplateParameter.{name}": value for name, value in parameters.items()},
        }
        for template, parameters in policies.items()
    ]
    body = {"name": "body", "in": "body", "schema": {"type": "object"}}
    path = {"name": "id", "in": "path", "required": True, "type": "string"}
    operation = {"operationId": "PutItem", "parameters": [path, body], "responses": {"200": {"description": ""}}}
    definition = {"host": "shop.example", "basePath": "/v1", "paths": {"/items/{id}": {"post": operation}}}
    declared = {"api_key": {"type": "securestring"}, "site": {"type": "string"}}
    return Connector(
        definition, {"properties": {"policyTemplateInstances": instances, "connectionParameters": declared}}
    )


CONNECTION = Credentials({"Authorization": "fake"}, values={"api_key": "fake", "site": "north"})


def _answer(request: Request) -> Response:
    return Response(200, {}, b"{}")


def _exchange(connector: Connector) -> Exchange:
    request = Request("POST", "https://shop.example/v1/items/7", {"Authorization": "fake"}, BODY)
    return begin(Setting(connector, CONNECTION, find_operation(connector, "PutItem"), _answer), request)


def _ran(result: Exchange | PolicyProblem) -> None:
    if isinstance(result, PolicyProblem):
        raise SystemExit(str(result))


def _invoked(connector: Connector) -> None:
    given = {"id": "7", "body": {"shelf": {"books": [{"title": "a"}]}, "kinds": "x;y", "map": {"k": {"v": 1}}}}
    problems = invoke(connector, CONNECTION, "PutItem", given, _answer).problems
    if problems:
        raise SystemExit(str(problems[0]))


if __name__ == "__main__":
    sys.exit(main())
