"""The mock platform without a network: a clock that stands still, and requests as paconn sends them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pytest

from connkit.core import Reply, Request, Response
from connkit.platform import MockPlatform

NOW = 1_800_000_000.0
RP = "/providers/Microsoft.PowerApps"
DEFINITION = {
    "swagger": "2.0",
    "info": {"title": "Orų stotelė", "description": "What the weather is like, wherever you happen to be."},
    "paths": {},
}
ICON, SCRIPT = b"\x89PNG not really", "// ąčę\n".encode()


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


class Caller(NamedTuple):
    """Somebody with a token, at work in one environment."""

    platform: MockPlatform
    environment: str

    def reply(
        self,
        method: str,
        path: str,
        body: Any = None,
        query: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        url = f"{self.platform.origin}{path}{'?' + query if query else ''}"
        given = {"Authorization": f"Bearer {self.platform.token}"} if headers is None else headers
        sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.platform.handle(Request(method, url, given, sent))

    def ask(self, *arguments: Any, **named: Any) -> Response:
        response = self.reply(*arguments, **named).response
        assert response is not None
        return response

    @property
    def filter(self) -> str:
        return f"api-version=2016-11-01&%24filter=environment%20eq%20%27{self.environment}%27"

    def validate(self, definition: Any, certification: bool = True) -> Response:
        rules = "&enableConnectorCertificationRules=true" if certification else ""
        path = f"{RP}/objectIds/{self.platform.object_id}/validateApiSwagger"
        return self.ask("POST", path, definition, "api-version=2016-11-01" + rules)

    def storage(self) -> str:
        """The address that files are uploaded to."""
        path = f"{RP}/objectIds/{self.platform.object_id}/generateResourceStorage"
        response = self.ask("POST", path, {"environment": {"name": self.environment}}, "api-version=2016-11-01")
        assert response.status == 200, response.body
        signed = response.json()["sharedAccessSignature"]
        assert isinstance(signed, str)
        return signed

    def upload(self, signed: str, name: str, content: bytes) -> str:
        """Puts a file into the storage as paconn does; the address that it then sends."""
        place, _, query = signed.partition("?")
        path = "/" + place.split("/", 3)[3]
        put = self.ask("PUT", f"{path}/{name.replace(' ', '%20')}", content, query, headers={})
        assert put.status == 201, put.body
        return f"{place}/{name}?{query}"

    def body(self, **properties: Any) -> dict[str, Any]:
        """What create sends; update sends the same without the name. A property that is None is left out."""
        sent = {
            "openApiDefinition": DEFINITION,
            "backendService": {"serviceUrl": "https://weather.example/v1"},
            "environment": {"name": self.environment},
            "displayName": "Orų stotelė",
            "description": "What the weather is like.",
            "scriptDefinitionUrl": "",
            **properties,
        }
        return {"properties": {name: value for name, value in sent.items() if value is not None}}

    def create(self, **properties: Any) -> str:
        response = self.ask("POST", f"{RP}/apis", self.body(**properties), self.filter)
        assert response.status == 201, response.body
        name = response.json()["name"]
        assert isinstance(name, str)
        return name

    def update(self, connector: str, **properties: Any) -> Response:
        body = self.body(**{"displayName": None, **properties})
        return self.ask("PATCH", f"{RP}/apis/{connector}", body, self.filter)

    def get(self, connector: str) -> Response:
        return self.ask("GET", f"{RP}/apis/{connector}", query=self.filter)

    def list(self) -> Response:
        return self.ask("GET", f"{RP}/apis", query=self.filter)

    def content(self, url: str) -> Response:
        assert url.startswith(self.platform.origin)
        return self.ask("GET", url.removeprefix(self.platform.origin), headers={})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def platform(clock: Clock) -> MockPlatform:
    return MockPlatform(clock=clock)


@pytest.fixture
def caller(platform: MockPlatform) -> Caller:
    return Caller(platform, platform.environments[0].id)


@pytest.fixture
def elsewhere(platform: MockPlatform) -> Callable[[str], Caller]:
    """The same caller in another environment, by its ID."""
    return lambda environment: Caller(platform, environment)
