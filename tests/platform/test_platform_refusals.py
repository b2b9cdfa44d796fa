"""What the mock platform refuses, each with the status and the code of the service where they are known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connkit.platform import MockPlatform
from connkit.platform.service import FORBIDDEN

REHEARSAL, PRODUCTION = "1e5e0001-0000-4000-8000-000000000001", "1e5e0002-0000-4000-8000-000000000002"
RP = "/providers/Microsoft.PowerApps"
OID = "00000000-0000-4000-8000-000000000b0b"
VERSION = "api-version=2016-11-01"
NO_PROPERTIES = "the content of the request is not valid: it has no object 'properties'"
UNKNOWN = "shared_nothing-5f0-5f0"


def error(response: Any) -> tuple[int, str, str]:
    told = response.json()["error"]
    return response.status, told["code"], told["message"]


_HEADERS: dict[str, tuple[dict[str, str], str]] = {
    "none": ({}, "the request has no bearer token"),
    "another scheme": ({"Authorization": "Basic eDp5"}, "the request has no bearer token"),
    "no token": ({"Authorization": "Bearer "}, "the request has no bearer token"),
    "a real-looking one": (
        {"Authorization": "Bearer eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmVk"},
        "the token is not one of the mock platform",
    ),
    "no JSON": ({"authorization": "bearer a.b."}, "the token is not one of the mock platform"),
    "no claims": ({"authorization": "bearer a.MTI."}, "the token is not one of the mock platform"),
}


@pytest.mark.parametrize(("headers", "message"), _HEADERS.values(), ids=_HEADERS)
@pytest.mark.parametrize("path", [f"{RP}/apis", "/providers/Microsoft.ProcessSimple/environments"])
def test_without_a_token_of_its_own_nobody_is_let_in(
    caller: Any, path: str, headers: dict[str, str], message: str
) -> None:
    response = caller.ask("GET", path, query=caller.filter, headers=headers)
    assert error(response) == (401, "InvalidAuthenticationToken", message)


def test_a_token_expires(caller: Any, platform: MockPlatform, clock: Any) -> None:
    headers = {"Authorization": f"Bearer {platform.token_for(600)}"}
    assert caller.ask("GET", f"{RP}/apis", query=caller.filter, headers=headers).status == 200
    clock.now += 600
    response = caller.ask("GET", f"{RP}/apis", query=caller.filter, headers=headers)
    assert error(response) == (401, "InvalidAuthenticationToken", "the token has expired")


_BODIES: dict[str, tuple[Any, int, str, str]] = {
    "no JSON": (b"{", 400, "InvalidRequestContent", "the content of the request is not valid: it is not JSON"),
    "a number that JSON has not": (
        b"NaN",
        400,
        "InvalidRequestContent",
        "the content of the request is not valid: it is not JSON",
    ),
    "a list": ([], 400, "InvalidRequestContent", "the content of the request is not valid: it is not a JSON object"),
    "no properties": ({}, 400, "InvalidRequestContent", NO_PROPERTIES),
    "properties of another kind": ({"properties": "x"}, 400, "InvalidRequestContent", NO_PROPERTIES),
}


@pytest.mark.parametrize(("body", "status", "code", "message"), _BODIES.values(), ids=_BODIES)
def test_a_body_that_is_no_connector_is_refused(caller: Any, body: Any, status: int, code: str, message: str) -> None:
    made = caller.create()
    for method, path in (("POST", f"{RP}/apis"), ("PATCH", f"{RP}/apis/{made}")):
        assert error(caller.ask(method, path, body, caller.filter)) == (status, code, message)


_PROPERTIES: dict[str, tuple[dict[str, Any], str, str]] = {
    "stackOwner": (
        {"stackOwner": "Orai"},
        "InvalidRequestContent",
        "the content of the request is not valid: Could not find member 'stackOwner' on object of type "
        "'ApiPropertiesDefinition', path 'properties.stackOwner'",
    ),
    "another environment": (
        {"environment": {"name": PRODUCTION}},
        "InvalidRequestContent",
        "the content of the request is not valid: properties.environment.name is not the environment of the query",
    ),
    "no environment": (
        {"environment": None},
        "InvalidRequestContent",
        "the content of the request is not valid: properties.environment.name is not the environment of the query",
    ),
    "a definition of OpenAPI 3": (
        {"openApiDefinition": {"openapi": "3.0.0", "info": {}, "paths": {}}},
        "ApiDefinitionNotValid",
        "the definition is not valid: it is not of Swagger 2.0",
    ),
    "no definition": (
        {"openApiDefinition": None},
        "ApiDefinitionNotValid",
        "the definition is not valid: it is not a JSON object",
    ),
    "a definition without paths": (
        {"openApiDefinition": {"swagger": "2.0", "info": {}}},
        "ApiDefinitionNotValid",
        "the definition is not valid: it has no object 'paths'",
    ),
    "a name of another kind": (
        {"displayName": 7},
        "InvalidRequestContent",
        "",
    ),
    "an icon address of another kind": (
        {"iconUri": 7},
        "InvalidRequestContent",
        "the content of the request is not valid: properties.iconUri is not text",
    ),
    "a script elsewhere": (
        {"scriptDefinitionUrl": "https://scripts.example/script.csx"},
        "InvalidResourceUri",
        "properties.scriptDefinitionUrl does not lead to the storage",
    ),
    "an address that is none": (
        {"scriptDefinitionUrl": "https://[half"},
        "InvalidResourceUri",
        "properties.scriptDefinitionUrl does not lead to the storage",
    ),
}


@pytest.mark.parametrize(("properties", "code", "message"), _PROPERTIES.values(), ids=_PROPERTIES)
def test_a_property_that_cannot_be_is_refused_and_nothing_changes(
    caller: Any, platform: MockPlatform, properties: dict[str, Any], code: str, message: str
) -> None:
    made = caller.create()
    before = dict(platform.connectors(REHEARSAL))
    created = caller.ask("POST", f"{RP}/apis", caller.body(**properties), caller.filter)
    updated = caller.update(made, **properties)
    ending = "the content of the request is not valid: properties.displayName is"
    assert error(created) == (400, code, message or f"{ending} missing")
    assert error(updated) == (400, code, message or f"{ending} not a name")
    assert (dict(platform.connectors(REHEARSAL)), platform.seen[-1].effect) == (before, False)


_CALLS: dict[str, tuple[str, str, str, tuple[int, str, str]]] = {
    "no object ID to validate": (
        "POST",
        f"{RP}/objectIds/validateApiSwagger",
        VERSION,
        (400, "MissingObjectId", "the path holds no object ID of the caller"),
    ),
    "no object ID to store": (
        "POST",
        f"{RP}/objectIds/generateResourceStorage",
        VERSION,
        (400, "MissingObjectId", "the path holds no object ID of the caller"),
    ),
    "somebody else's object ID": (
        "POST",
        f"{RP}/objectIds/somebody/validateApiSwagger",
        VERSION,
        (403, "ObjectIdMismatch", "the object ID in the path is not that of the token"),
    ),
    "a storage for no environment": (
        "POST",
        f"{RP}/objectIds/{OID}/generateResourceStorage",
        VERSION,
        (
            404,
            "ServiceToServiceEnvironmentNotFound",
            "there is no environment '' in the tenant '00000000-0000-4000-8000-00000000fa4e'",
        ),
    ),
    "no version": (
        "GET",
        f"{RP}/apis",
        "",
        (400, "MissingApiVersionParameter", "the query names no api-version"),
    ),
    "no filter": (
        "GET",
        f"{RP}/apis",
        VERSION,
        (400, "InvalidFilter", "the query needs $filter=environment eq 'ID'"),
    ),
    "another filter": (
        "GET",
        f"{RP}/apis",
        f"{VERSION}&$filter=name eq 'x'",
        (400, "InvalidFilter", "the query needs $filter=environment eq 'ID'"),
    ),
    "a connector that is not there": (
        "GET",
        f"{RP}/apis/{UNKNOWN}",
        f"{VERSION}&$filter=environment eq '{REHEARSAL}'",
        (404, "ApiResourceNotFound", f"there is no connector '{UNKNOWN}' in the environment '{REHEARSAL}'"),
    ),
    "an environment that is not there": (
        "GET",
        f"{RP}/apis",
        f"{VERSION}&$filter=environment eq 'nowhere'",
        (
            404,
            "ServiceToServiceEnvironmentNotFound",
            "there is no environment 'nowhere' in the tenant '00000000-0000-4000-8000-00000000fa4e'",
        ),
    ),
    "a content that is not there": (
        "GET",
        f"/contents/{REHEARSAL}/{UNKNOWN}/icon.png",
        "",
        (404, "BlobNotFound", f"there is nothing at '/contents/{REHEARSAL}/{UNKNOWN}/icon.png'"),
    ),
    "something else": (
        "GET",
        "/",
        "",
        (
            404,
            "NotFound",
            "the mock platform has no GET /; it has "
            "POST /providers/Microsoft.PowerApps/objectIds/{object}/validateApiSwagger, "
            "POST /providers/Microsoft.PowerApps/objectIds/validateApiSwagger, "
            "POST /providers/Microsoft.PowerApps/objectIds/{object}/generateResourceStorage, "
            "POST /providers/Microsoft.PowerApps/objectIds/generateResourceStorage, "
            "POST /providers/Microsoft.PowerApps/apis, PATCH /providers/Microsoft.PowerApps/apis/{connector}, "
            "GET /providers/Microsoft.PowerApps/apis/{connector}, GET /providers/Microsoft.PowerApps/apis, "
            "GET /providers/Microsoft.ProcessSimple/environments, "
            "GET /contents/{environment}/{connector}/{file}, PUT /{container}/{file}",
        ),
    ),
}


@pytest.mark.parametrize(("method", "path", "query", "told"), _CALLS.values(), ids=_CALLS)
def test_a_call_that_leads_nowhere_is_told_why(
    caller: Any, method: str, path: str, query: str, told: tuple[int, str, str]
) -> None:
    assert error(caller.ask(method, path, {} if method == "POST" else None, query)) == told


def test_a_connector_of_another_environment_is_not_there(
    caller: Any, platform: MockPlatform, elsewhere: Callable[[str], Any]
) -> None:
    made, other = caller.create(), elsewhere(PRODUCTION)
    message = f"there is no connector '{made}' in the environment '{PRODUCTION}'"
    assert error(other.get(made)) == (404, "ApiResourceNotFound", message)
    assert error(other.update(made)) == (404, "ApiResourceNotFound", message)
    assert dict(platform.connectors(PRODUCTION)) == {}


def test_an_environment_of_somebody_else_may_not_be_used(elsewhere: Callable[[str], Any]) -> None:
    other = elsewhere(FORBIDDEN.id)
    message = f"the user may not use the environment '{FORBIDDEN.id}'"
    assert error(other.list()) == (403, "EnvironmentAccess", message)
    assert error(other.ask("POST", f"{RP}/apis", other.body(), other.filter)) == (403, "EnvironmentAccess", message)


def test_the_storage_wants_its_own_signature(caller: Any, platform: MockPlatform, clock: Any) -> None:
    place, _, query = caller.storage().partition("?")
    other = caller.storage().partition("?")[2]
    path = "/" + place.split("/", 3)[3]
    wrong = {
        "": 403,
        "sig=": 403,
        other: 403,
        query: 201,
        f"{query}&comp=block&blockid=AAA": 400,
    }
    assert {each: caller.ask("PUT", f"{path}/icon.png", b"x", each, {}).status for each in wrong} == wrong
    assert caller.ask("PUT", "/another/icon.png", b"x", query, {}).status == 403
    assert caller.ask("PUT", f"{path}/a%2Fb", b"x", query, {}).status == 400
    clock.now += 3600
    response = caller.ask("PUT", f"{path}/icon.png", b"x", query, {})
    message = "the signature does not allow writing to this container"
    assert error(response) == (403, "AuthenticationFailed", message)
    assert [each.effect for each in platform.seen if each.step == "blob"].count(True) == 1


def test_a_file_that_was_not_uploaded_cannot_be_the_icon(caller: Any) -> None:
    place, _, query = caller.storage().partition("?")
    absent = caller.ask("POST", f"{RP}/apis", caller.body(iconUri=f"{place}/icon.png?{query}"), caller.filter)
    assert error(absent) == (400, "InvalidResourceUri", "there is no file 'icon.png' in the storage")
    unsigned = caller.ask("POST", f"{RP}/apis", caller.body(iconUri=f"{place}/icon.png"), caller.filter)
    assert error(unsigned) == (400, "InvalidResourceUri", "the signature does not allow reading 'icon.png'")
