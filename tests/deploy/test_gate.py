"""The gate: what it lets through, what it stops with which words, and what it puts in place of the stand-ins."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from connkit.core import Request, Response, UserError
from connkit.deploy.applying import MAX_BODY
from connkit.deploy.gate import Answered, Gate, Keys, Permit, Way
from connkit.deploy.retrying import Patience
from connkit.deploy.signin import SignIn
from connkit.deploy.state import State
from connkit.serving.server import Server

SERVICE = "https://api.example.com"
HERE = "http://127.0.0.1:8400"
USER = "00000000-0000-4000-8000-000000000b0b"
PROVIDER = "/providers/Microsoft.PowerApps"
TOKEN, SECRET = "fake-token-0000", "fake-oauth-secret-0000"
STAND_IN, SECRET_STAND_IN = "for-this-run", "secret-for-this-run"
OWN = "shared_tasks-5f01-5f02"
DEFINITION = {"swagger": "2.0", "info": {"title": "Užduotys", "description": "Užduočių sąrašas"}, "paths": {}}
PROPERTIES: dict[str, Any] = {
    "iconBrandColor": "#0078d4",
    "connectionParameters": {"token": {"type": "oauthSetting", "oAuthSettings": {"clientId": "tasks"}}},
    "scriptOperations": ["List"],
}
STATE = State(DEFINITION, PROPERTIES, b"icon", b"script", "Užduotys")
OK = Response(200, {}, b'{"name": "shared_tasks-5f01-5f02"}')
NO_PLAN = "which the plan does not foresee"


@dataclass
class Service:
    """Answers each request with the next of `answers`, an OSError among them; the last of them for ever."""

    answers: list[Response | OSError] = field(default_factory=lambda: [OK])
    asked: list[Request] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def send(self, request: Request) -> Response:
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, OSError):
            raise answer
        return answer


def gate(service: Service, connector: str | None = OWN, before: Callable[[], None] | None = None) -> Gate:
    sign_in = SignIn(TOKEN, "Bearer", USER, "somebody", "", None, "")
    patience = Patience(service.waited.append, lambda: 0.0)
    return Gate(
        Permit("env-1", connector, STATE),
        Keys(STAND_IN, sign_in, SECRET_STAND_IN, SECRET),
        Way(service.send, SERVICE, patience),
        before or (lambda: service.said.append("before")),
        lambda answered: service.said.append(f"after: {answered.told}"),
    )


def sent(properties: dict[str, Any] | None = None) -> bytes:
    """What paconn sends in a write."""
    own = deepcopy(PROPERTIES)
    own["connectionParameters"]["token"]["oAuthSettings"]["clientSecret"] = SECRET_STAND_IN
    added = {
        "openApiDefinition": DEFINITION,
        "backendService": {"serviceUrl": "https://api.example.com"},
        "environment": {"name": "env-1"},
        "description": "Užduočių sąrašas",
        "iconUri": "https://acct.blob.example.com/c/icon.png",
        "scriptDefinitionUrl": "https://acct.blob.example.com/c/script.csx",
    }
    return json.dumps({"properties": {**own, **added, **(properties or {})}}).encode()


def asked(method: str, path: str, body: bytes = b"", environment: str = "", token: str = STAND_IN) -> Request:
    wanted = quote(f"environment eq '{environment}'")
    query = "?api-version=2016-11-01" + (f"&%24filter={wanted}" if environment else "")
    headers = {"Authorization": f"Bearer {token}", "x-ms-origin": "paconn-cli", "User-Agent": "python-requests"}
    return Request(method, f"{HERE}{PROVIDER}{path}{query}", headers, body)


def validation(definition: Any = DEFINITION) -> Request:
    return asked("POST", f"/objectIds/{USER}/validateApiSwagger", json.dumps(definition).encode())


def storage(environment: str = "env-1") -> Request:
    body = json.dumps({"environment": {"name": environment}}).encode()
    return asked("POST", f"/objectIds/{USER}/generateResourceStorage", body)


def update(environment: str = "env-1", connector: str = OWN, environment_: str = "env-1", **properties: Any) -> Request:
    """`environment` stands in the address, `environment_` in the body."""
    body = sent({"environment": {"name": environment_}, **properties})
    return asked("PATCH", f"/apis/{connector}", body, environment)


def create(**properties: Any) -> Request:
    return asked("POST", "/apis", sent({"displayName": "Užduotys", **properties}), "env-1")


def told(response: Response | None) -> tuple[int, str]:
    assert response is not None
    return response.status, response.json()["error"]["message"]


MOJIBAKE = json.loads(json.dumps(DEFINITION, ensure_ascii=False).encode().decode("latin-1"))
OTHER = "shared_other-5f01-5f02"
WITHOUT_OBJECT = asked("POST", "/objectIds/validateApiSwagger", b"{}")
STOPPED = {
    "another definition is validated": (
        validation(MOJIBAKE),
        "paconn sent another definition than the folder's to be validated",
    ),
    "storage of another environment": (
        storage("env-2"),
        "paconn asked for storage in another environment than the plan's",
    ),
    "an update in another environment": (
        update("env-2"),
        f"paconn asked for PATCH {PROVIDER}/apis/{OWN}, {NO_PLAN}",
    ),
    "an update that names another environment in its body": (
        update(environment_="env-2"),
        "paconn named another environment than the plan's",
    ),
    "an update of another connector": (
        update(connector=OTHER),
        f"paconn asked for PATCH {PROVIDER}/apis/{OTHER}, {NO_PLAN}",
    ),
    "a create in place of an update": (create(), f"paconn asked for POST {PROVIDER}/apis, {NO_PLAN}"),
    "letters that were garbled": (
        update(openApiDefinition=MOJIBAKE),
        "paconn sent another definition than the folder's",
    ),
    "stackOwner": (update(stackOwner="Somebody"), "paconn sent another definition than the folder's"),
    "other properties": (update(iconBrandColor="#ffffff"), "paconn sent other properties than the folder's"),
    "more properties": (update(capabilities=["gateway"]), "paconn sent other properties than the folder's"),
    "a script that was dropped": (update(scriptDefinitionUrl=""), "paconn would leave out the script"),
    "an icon that was dropped": (update(iconUri=None), "paconn would leave out the icon"),
    "no JSON": (asked("PATCH", f"/apis/{OWN}", b"{", "env-1"), "paconn sent no properties"),
    "JSON too deep to be read": (asked("PATCH", f"/apis/{OWN}", b"[" * 100_000, "env-1"), "paconn sent no properties"),
    "a list": (asked("PATCH", f"/apis/{OWN}", b"[]", "env-1"), "paconn sent no properties"),
    "a reading of the connectors": (
        asked("GET", "/apis", environment="env-1"),
        f"paconn asked for GET {PROVIDER}/apis, {NO_PLAN}",
    ),
    "another user": (
        asked("POST", "/objectIds/somebody-else/validateApiSwagger", b"{}"),
        f"paconn asked for POST {PROVIDER}/objectIds/somebody-else/validateApiSwagger, {NO_PLAN}",
    ),
    "no user": (
        WITHOUT_OBJECT,
        f"paconn asked for POST {PROVIDER}/objectIds/validateApiSwagger, {NO_PLAN}",
    ),
    "a removal": (
        asked("DELETE", f"/apis/{OWN}", environment="env-1"),
        f"paconn asked for DELETE {PROVIDER}/apis/{OWN}, {NO_PLAN}",
    ),
}


@pytest.mark.parametrize("case", STOPPED)
def test_stopped(case: str) -> None:
    request, sentence = STOPPED[case]
    service = Service()
    opened = gate(service)
    assert told(opened.answer(request).response) == (409, sentence)
    assert (service.asked, service.said, opened.refusal, opened.is_refused) == ([], [], sentence, True)


def test_only_the_first_refusal_counts() -> None:
    opened = gate(Service())
    for request in (update(scriptDefinitionUrl=""), update("env-2")):
        opened.answer(request)
    assert opened.refusal == "paconn would leave out the script"


@pytest.mark.parametrize("token", ["", TOKEN, "for-this-run-not"])
def test_strangers_are_not_heard(token: str) -> None:
    """Not even as a reason why the deployment failed."""
    service = Service()
    opened = gate(service)
    request = replace(update(), headers={"Authorization": f"Bearer {token}"})
    assert told(opened.answer(request).response) == (401, "this address serves one run of paconn only")
    assert (service.asked, opened.refusal) == ([], "")


def test_a_second_write_is_stopped() -> None:
    service = Service()
    opened = gate(service)
    assert opened.answer(update()).response == OK
    assert told(opened.answer(update()).response) == (409, "paconn tried to write a second time")
    assert len(service.asked) == 1


def test_nothing_passes_after_the_end() -> None:
    service = Service()
    opened = gate(service)
    opened.close()
    for request in (validation(), storage(), update()):
        assert told(opened.answer(request).response) == (409, "the deployment was stopped")
    assert service.asked == []


@pytest.mark.parametrize("problem", [OSError("disk full"), UserError("stopped before anything was written")])
def test_no_write_without_its_journal(problem: Exception) -> None:
    def before() -> None:
        raise problem

    service = Service()
    opened = gate(service, before=before)
    assert told(opened.answer(update()).response) == (504, str(problem))
    assert (service.asked, opened.write_sent, opened.refusal, opened.is_refused) == ([], False, str(problem), False)


def test_the_secrets_are_put_in_on_the_way_out() -> None:
    service = Service()
    opened = gate(service)
    request = update()
    opened.answer(request)
    (out,) = service.asked
    assert out.url == request.url.replace(HERE, SERVICE)
    assert dict(out.headers) == {
        "Authorization": f"Bearer {TOKEN}",
        "Content-Type": "application/json",
        "Accept": "*/*",
        "x-ms-origin": "paconn-cli",
    }
    assert out.body == sent().replace(SECRET_STAND_IN.encode(), SECRET.encode())
    assert json.loads(out.body)["properties"]["openApiDefinition"] == DEFINITION
    assert TOKEN.encode() not in request.body and SECRET.encode() not in request.body
    assert not [each for each in (TOKEN, SECRET, STAND_IN) if each in repr(opened._keys)]


def test_the_journal_is_written_before_and_after() -> None:
    service = Service()
    before = lambda: service.said.append(f"before, {len(service.asked)} sent")  # noqa: E731
    gate(service, before=before).answer(update())
    assert service.said == ["before, 0 sent", "after: answer 200"]


VERDICTS: dict[str, tuple[bytes, str, tuple[str, ...]]] = {
    "nothing": (b"", "", ()),
    "an empty text": (b'""', "", ()),
    "warnings": (
        b'"Warning : paths/~1a : no summary##Warning : x"',
        "",
        ("Warning : paths/~1a : no summary", "Warning : x"),
    ),
    "errors": (
        b'"Error : paths/~1a : no operationId\\r\\nWarning : x\\nError : y"',
        "Microsoft's validation refuses the definition: Error : paths/~1a : no operationId; Error : y",
        ("Warning : x",),
    ),
    "what names no error": (b'"Remark : paths/~1a : a tag is unused"', "", ("Remark : paths/~1a : a tag is unused",)),
    "errors inside a sentence": (
        b'"Specified swagger has the following errors: no paths"',
        "Microsoft's validation refuses the definition: Specified swagger has the following errors: no paths",
        (),
    ),
    "bare text": (b"not valid", "Microsoft's validation refuses the definition: not valid", ()),
    "an object": (
        b'{"errors": ["x"]}',
        'Microsoft\'s validation refuses the definition: {"errors": ["x"]}',
        (),
    ),
    "an error with status 200": (
        b'{"error": {"code": "BadSwagger", "message": "no paths"}}',
        "Microsoft's validation refuses the definition: BadSwagger: no paths",
        (),
    ),
}


@pytest.mark.parametrize("case", VERDICTS)
def test_the_validation_is_judged_by_its_text(case: str) -> None:
    body, sentence, warnings = VERDICTS[case]
    opened = gate(Service([Response(200, {}, body)]))
    answer = opened.answer(validation()).response
    assert answer is not None and answer.status == (409 if sentence else 200)
    assert (opened.refusal, opened.warnings) == (sentence, warnings)


def test_storage_without_an_address() -> None:
    opened = gate(Service([Response(200, {}, b'{"sharedAccessSignature": null}')]))
    assert told(opened.answer(storage()).response) == (409, "the storage for the files: no address of it in the answer")


BUSY = Response(429, {"Retry-After": "7"})
DEAF = OSError("no answer from https://api.example.com (ReadTimeout)")
ATTEMPTS: dict[str, tuple[list[Response | OSError], int, list[float]]] = {
    "busy, then done": ([BUSY, OK], 200, [7.0]),
    "busy for a date": ([Response(503, {"Retry-After": "Thu, 01 Jan 1970 00:00:09 GMT"}), OK], 200, [9.0]),
    "busy for longer than anybody waits": ([Response(429, {"Retry-After": "3600"}), OK], 429, []),
    "no answer, then done": ([DEAF, Response(502), OK], 200, [1.0, 2.0]),
    "out of order for ever": ([Response(500)], 500, [1.0, 2.0, 4.0, 8.0]),
    "never an answer": ([DEAF], 504, [1.0, 2.0, 4.0, 8.0]),
    "refused": ([Response(403), OK], 403, []),
}


SAFE = {
    "validation": (validation(), Response(200, {}, b'""')),
    "storage": (storage(), Response(200, {}, b'{"sharedAccessSignature": "https://acct.blob.example.com/c"}')),
    "update": (update(), OK),
}


@pytest.mark.parametrize("what", SAFE)
@pytest.mark.parametrize("case", ATTEMPTS)
def test_what_may_be_sent_again_is(case: str, what: str) -> None:
    answers, status, waited = ATTEMPTS[case]
    request, done = SAFE[what]
    service = Service([done if each is OK else each for each in answers])
    answer = gate(service).answer(request).response
    assert answer is not None
    assert (answer.status, service.waited) == (status, waited)
    assert len({each.body for each in service.asked}) == 1 and len(service.asked) == len(waited) + 1


@pytest.mark.parametrize("answer", [BUSY, Response(500), Response(502), Response(503), DEAF], ids=str)
def test_a_create_is_never_sent_again(answer: Response | OSError) -> None:
    service = Service([answer, OK])
    opened = gate(service, connector=None)
    opened.answer(create())
    assert told(opened.answer(create()).response) == (409, "paconn tried to write a second time")
    assert (len(service.asked), service.waited) == (1, [])


SAID = b'{"error": {"code": "X", "message": "y"}}'
JUDGED: dict[str, tuple[list[Response | OSError], tuple[bool, bool, str]]] = {
    "done": ([OK], (True, False, "answer 200")),
    "refused": ([Response(409)], (False, True, "answer 409")),
    "refused after it was lost": ([DEAF, Response(409)], (False, False, "answer 409")),
    "refused after a gateway gave up": ([Response(504), Response(409)], (False, False, "answer 409")),
    "refused after the service failed": ([Response(503), Response(409)], (False, True, "answer 409")),
    "out of order": (
        [Response(500, {}, SAID)],
        (False, False, "answer 500, X: y"),
    ),
    "an error inside": (
        [Response(200, {}, SAID)],
        (False, False, "answer 200 with an error inside: X: y"),
    ),
    "unheard": ([DEAF], (False, False, "no answer from https://api.example.com (ReadTimeout)")),
}


@pytest.mark.parametrize("case", JUDGED)
def test_what_the_answer_to_an_update_proves(case: str) -> None:
    answers, expected = JUDGED[case]
    opened = gate(Service(list(answers)))
    opened.answer(update())
    assert opened.write is not None
    assert (opened.write.accepted, opened.write.refused, opened.write.told) == expected


@pytest.mark.parametrize(
    ("body", "connector"),
    [
        (b'{"name": "shared_x"}', "shared_x"),
        (b"{}", None),
        (b"[]", None),
        (b"", None),
        (b'{"name": 5}', None),
        (b"{", None),
    ],
)
def test_the_id_in_the_answer_to_a_create(body: bytes, connector: str | None) -> None:
    assert Answered(Response(201, {}, body)).connector == connector


# ---- over a socket


@pytest.fixture
def served() -> Iterator[tuple[Gate, Service, str]]:
    service = Service()
    opened = gate(service)
    with Server(opened.malformed, max_body=MAX_BODY) as server:
        server.start(opened.answer)
        yield opened, service, urlsplit(server.origin).netloc


@pytest.mark.parametrize(
    ("raw", "answer"),
    [
        (b"HELLO\r\n\r\n", b"400"),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", b"431"),
        (b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n", b"413"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"401"),
    ],
    ids=["no HTTP", "a huge head", "a huge body", "a stranger"],
)
def test_what_is_no_request_of_paconn(served: tuple[Gate, Service, str], raw: bytes, answer: bytes) -> None:
    opened, service, place = served
    host, port = place.split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(raw)
        assert connection.recv(100).split()[1] == answer
    assert (opened.refusal, service.asked) == ("", [])


def test_a_journal_that_fails_after_the_write_loses_no_answer(served: tuple[Gate, Service, str]) -> None:
    opened, service, place = served

    def fail(answered: Answered) -> None:
        raise UserError("disk full")

    opened._after = fail
    request = update()
    connection = http.client.HTTPConnection(place, timeout=10)
    connection.request("PATCH", request.url.removeprefix(HERE), request.body, dict(request.headers))
    assert connection.getresponse().status == 500
    connection.close()
    assert opened.write is not None and opened.write.accepted and len(service.asked) == 1
