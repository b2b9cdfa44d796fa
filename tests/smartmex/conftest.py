"""One service, asked in two ways: through `handle` and through the `responses` skin."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import pytest
import requests

import smartmex
from connkit.core import Request, Response

HOST = "pbx.example"
BASE = "https://pbx.example/api/v2"
DEFINITION = {"swagger": "2.0", "host": HOST, "basePath": "/api/v2/"}
AUTHORIZATION = "Bearer fake-key-for-tests"


def _with_requests(request: Request) -> Response:
    sent = requests.request(request.method, request.url, headers=dict(request.headers), data=request.body, timeout=1)
    return Response(sent.status_code, dict(sent.headers), sent.content)


@dataclass
class Client:
    """Asks `service` by way of `send`, by default with the right key."""

    service: smartmex.SmartMex
    send: Callable[[Request], Response]

    def ask(self, line: str, body: Any = None, headers: dict[str, str] | None = None) -> Response:
        """`line` is method and path below the base path, for example 'GET /contacts?limit=1'."""
        method, path = line.split(" ", 1)
        sent_body = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        sent_headers = {"Authorization": AUTHORIZATION} if headers is None else headers
        return self.send(Request(method, BASE + path, sent_headers, sent_body))

    def data(self, line: str) -> Any:
        response = self.ask(line)
        assert response.status == 200, response.body
        return response.json()["data"]

    def refusal(self, line: str, body: Any = None, headers: dict[str, str] | None = None) -> tuple[int, str]:
        """Status and message of a reply that must be a well-formed refusal."""
        response = self.ask(line, body, headers)
        status, message = response.status, response.json()["message"]
        envelope = {"version": "v2", "status": "error", "statusCode": status, "message": message, "data": {}}
        assert response.json() == envelope
        assert response.header("Content-Type") == "application/json"
        return status, message


Build = Callable[..., Client]


@pytest.fixture(params=["handle", "responses"])
def build(request: pytest.FixtureRequest) -> Iterator[Build]:
    """Makes the one client of a test; keywords are switches."""
    opened: list[AbstractContextManager[Any]] = []

    def make(**switches: Any) -> Client:
        service = smartmex.mock(DEFINITION, smartmex.Switches(**switches))
        through_handle = request.param == "handle"
        opened.append(nullcontext() if through_handle else service.intercept())
        opened[-1].__enter__()
        return Client(service, service.handle if through_handle else _with_requests)

    yield make
    for context in opened:
        context.__exit__(None, None, None)


@pytest.fixture
def client(build: Build) -> Client:
    return build()
