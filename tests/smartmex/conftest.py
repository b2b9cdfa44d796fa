"""One service, asked in three ways: through `handle`, through the `responses` skin and over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import pytest
import requests

import smartmex
from connkit.core import Answer, Reply, Request, Response
from connkit.serving.server import Server

HOST = "pbx.example"
DEFINITION = {"swagger": "2.0", "host": HOST, "basePath": "/api/v2/"}
AUTHORIZATION = "Bearer fake-key-for-tests"


_SESSION = requests.Session()
_SESSION.trust_env = False


def _with_requests(request: Request) -> Response:
    headers, body = dict(request.headers), request.body or None
    sent = _SESSION.request(request.method, request.url, headers=headers, data=body, timeout=5)
    return Response(sent.status_code, dict(sent.headers), sent.content)


@dataclass
class Client:
    """Asks `service` by way of `send`, by default with the right key. `origin` is where the service is."""

    service: smartmex.SmartMex
    send: Callable[[Request], Response]
    origin: str = f"https://{HOST}"

    def ask(self, line: str, body: Any = None, headers: dict[str, str] | None = None) -> Response:
        """`line` is method and path below the base path, for example 'GET /contacts?limit=1'."""
        method, path = line.split(" ", 1)
        sent_body = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        sent_headers = {"Authorization": AUTHORIZATION} if headers is None else headers
        return self.send(Request(method, f"{self.origin}/api/v2{path}", sent_headers, sent_body))

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

    def events(self) -> list[str]:
        """Names of the notifications since the last call."""
        return [json.loads(each.body)["eventType"] for each in self.service.deliveries()]

    def register(self, event: str, endpoint: str = "https://callback.example/hook?sig=1") -> int:
        response = self.ask(f"POST /webhooks/{event}", {"endpoint": endpoint})
        assert response.status == 201, response.body
        return int(response.json()["data"])


Build = Callable[..., Client]


class _Switched:
    """An answer that can be replaced, so that one HTTP server serves every test."""

    def __init__(self) -> None:
        self.answer: Answer = lambda request: Reply(None)

    def __call__(self, request: Request) -> Reply:
        return self.answer(request)


@pytest.fixture(scope="session")
def http() -> Iterator[tuple[Server, _Switched]]:
    switched = _Switched()
    with Server(lambda status, message: Response(status, {}, message.encode())) as server:
        server.start(switched)
        yield server, switched
        _SESSION.close()


@pytest.fixture(params=["handle", "responses", "http"])
def build(request: pytest.FixtureRequest, http: tuple[Server, _Switched]) -> Iterator[Build]:
    """Makes the one client of a test; keywords are switches, and what `SmartMex` takes by keyword."""
    opened: list[AbstractContextManager[Any]] = []
    made: list[smartmex.SmartMex] = []

    def make(**given: Any) -> Client:
        own = {name: given.pop(name) for name in ("seed", "at_once", "sleep") if name in given}
        service = smartmex.SmartMex(HOST, switches=smartmex.Switches(**given), post=_taken, **own)
        made.append(service)
        if request.param == "handle":
            return Client(service, service.handle)
        if request.param == "responses":
            opened.append(service.intercept())
            opened[-1].__enter__()
            return Client(service, _with_requests)
        server, switched = http
        switched.answer = service.open(server.origin, speed=0)
        return Client(service, _with_requests, server.origin)

    yield make
    for context in opened:
        context.__exit__(None, None, None)
    for service in made:
        service.close(0)


def _taken(timeout: float) -> Callable[[Request], Response]:
    """A receiver that takes everything, without a network."""
    return lambda request: Response(200)


@pytest.fixture
def client(build: Build) -> Client:
    return build()
