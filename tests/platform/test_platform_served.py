"""The platform over real sockets: two listeners, a certificate, and what is left in the folder."""

from __future__ import annotations

import json
import os
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import HTTPSHandler, ProxyHandler, Request, build_opener

import pytest
import requests

from connkit.core import UserError
from connkit.platform import Address, Fault, MockPlatform, access, served

REHEARSAL = "1e5e0001-0000-4000-8000-000000000001"
RP = "/providers/Microsoft.PowerApps"


@pytest.fixture
def live(platform: MockPlatform, tmp_path: Path) -> Iterator[Address]:
    with served(platform, tmp_path / "ąč home") as address:
        yield address


def _headers(platform: MockPlatform) -> dict[str, str]:
    return {"Authorization": f"Bearer {platform.token}"}


def _signed(platform: MockPlatform, live: Address) -> str:
    """Where files go, with the host in a form that any client takes."""
    url = f"{live.url}{RP}/objectIds/{platform.object_id}/generateResourceStorage?api-version=1"
    answer = requests.post(url, json={"environment": {"name": REHEARSAL}}, headers=_headers(platform), timeout=5)
    signed: str = answer.json()["sharedAccessSignature"]
    assert signed.startswith(f"https://acct.blob.@{platform.storage_origin.removeprefix('https://')}/upload-0001?sv=")
    return signed


def test_a_file_is_taken_over_tls_by_a_client_that_knows_the_authority(platform: MockPlatform, live: Address) -> None:
    place, _, query = _signed(platform, live).partition("?")
    put = requests.put(f"{place}/icon.png?{query}", data=b"icon", verify=str(live.ca_file), timeout=5)
    assert (put.status_code, put.content) == (201, b"")
    assert {"etag", "last-modified"} <= {name.lower() for name in put.headers}
    seen = platform.seen[-1]
    assert (seen.step, seen.path, seen.body, seen.status) == ("blob", "/upload-0001/icon.png", b"icon", 201)
    with pytest.raises(requests.exceptions.SSLError):
        requests.put(f"{place}/icon.png?{query}", data=b"icon", timeout=5)


def test_the_certificate_is_one_that_strict_clients_take(platform: MockPlatform, live: Address) -> None:
    context = ssl.create_default_context(cafile=str(live.ca_file))
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    opener = build_opener(ProxyHandler({}), HTTPSHandler(context=context))
    request = Request(f"{platform.storage_origin}/_control/")
    with opener.open(request, timeout=5) as answer:
        assert json.load(answer)["storage"] == platform.storage_origin


def test_the_plain_listener_answers_the_rest_and_contents_need_no_token(platform: MockPlatform, live: Address) -> None:
    made = platform.add(REHEARSAL, "Orai", {"swagger": "2.0"}, {}, b"icon")
    query = f"api-version=1&$filter=environment eq '{REHEARSAL}'"
    shown = requests.get(f"{live.url}{RP}/apis/{made}?{query}", headers=_headers(platform), timeout=5).json()
    icon = shown["properties"]["iconUri"]
    assert icon == f"{live.url}/contents/{REHEARSAL}/{made}/icon.png"
    answer = requests.get(icon, timeout=5)
    assert (answer.content, answer.headers["Content-Type"]) == (b"icon", "image/png")


@pytest.mark.parametrize("kind", ["drop", "drop-after"])
def test_a_connection_that_is_cut_gives_no_answer(platform: MockPlatform, live: Address, kind: str) -> None:
    platform.fault(Fault("environments", kind))
    url = f"{live.url}/providers/Microsoft.ProcessSimple/environments?api-version=1"
    with pytest.raises(requests.exceptions.ConnectionError):
        requests.get(url, headers=_headers(platform), timeout=5)
    assert requests.get(url, headers=_headers(platform), timeout=5).status_code == 200


def test_an_answer_that_never_comes_ends_when_the_platform_does(platform: MockPlatform, tmp_path: Path) -> None:
    with served(platform, tmp_path) as address:
        platform.fault(Fault("environments", "stall"))
        url = f"{address.url}/providers/Microsoft.ProcessSimple/environments?api-version=1"
        with pytest.raises(requests.exceptions.ReadTimeout):
            requests.get(url, headers=_headers(platform), timeout=0.2)


def test_an_empty_502_is_really_empty(platform: MockPlatform, live: Address) -> None:
    platform.fault(Fault("environments", "502-empty"))
    url = f"{live.url}/providers/Microsoft.ProcessSimple/environments?api-version=1"
    answer = requests.get(url, headers=_headers(platform), timeout=5)
    assert (answer.status_code, answer.content) == (502, b"")


@pytest.mark.parametrize("listener", ["plain", "storage"])
def test_what_is_no_request_is_refused_in_the_platforms_words(
    platform: MockPlatform, live: Address, listener: str, caplog: pytest.LogCaptureFixture
) -> None:
    origin = live.url if listener == "plain" else platform.storage_origin
    headers = {"Authorization": "x" * 70_000}
    answer = requests.get(f"{origin}/", headers=headers, verify=str(live.ca_file), timeout=5)
    message = "the request line and the headers are larger than 65536 bytes"
    assert (answer.status_code, answer.json()) == (431, {"error": {"code": "BadRequest", "message": message}})
    assert requests.get(f"{origin}/", verify=str(live.ca_file), timeout=5).status_code == 404
    assert [record.getMessage() for record in caplog.records if record.name == "asyncio"] == []


def test_the_token_file_is_what_paconn_reads(platform: MockPlatform, live: Address) -> None:
    path = live.home / ".paconn" / "accessTokens.json"
    assert json.loads(path.read_text("utf-8")) == {
        "token_type": "Bearer",
        "access_token": platform.token,
        "expires_in": 86400,
        "expires_on": 1_800_086_400.0,
        "resource": "https://service.powerapps.com/",
        "oid": "00000000-0000-4000-8000-000000000b0b",
        "tenant_id": "00000000-0000-4000-8000-00000000fa4e",
        "user_id": "rehearsal@mock-platform.example",
    }
    header = platform.token.split(".")
    assert (header[2], access.claims(platform.token)) == (
        "",
        {
            "aud": "https://service.powerapps.com/",
            "iss": "https://mock-platform.example/fake-sign-in",
            "iat": 1_800_000_000,
            "nbf": 1_800_000_000,
            "exp": 1_800_086_400,
            "oid": "00000000-0000-4000-8000-000000000b0b",
            "tid": "00000000-0000-4000-8000-00000000fa4e",
            "upn": "rehearsal@mock-platform.example",
            "name": "Rita Rehearsal",
        },
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_the_files_are_for_their_owner_alone(live: Address) -> None:
    files = [live.ca_file, live.home / ".paconn" / "accessTokens.json"]
    assert [oct(path.stat().st_mode & 0o777) for path in files] == ["0o600", "0o600"]


def test_no_private_key_is_left(live: Address) -> None:
    found = [Path(where) / name for where, _, names in os.walk(live.home) for name in names]
    assert sorted(path.name for path in found) == ["accessTokens.json", "ca.pem"]
    assert [path.name for path in found if b"PRIVATE KEY" in path.read_bytes()] == []


def test_a_folder_serves_again(platform: MockPlatform, tmp_path: Path) -> None:
    authorities = []
    for _ in range(2):
        with served(platform, tmp_path) as address:
            authorities.append(address.ca_file.read_bytes())
    assert authorities[0] != authorities[1]


@pytest.mark.parametrize("held", ['{"access_token": "eyJ.real.token"}', "[]", "{", '{"access_token": 7}'])
def test_somebodys_real_token_is_not_replaced(platform: MockPlatform, tmp_path: Path, held: str) -> None:
    path = tmp_path / ".paconn" / "accessTokens.json"
    path.parent.mkdir()
    path.write_text(held, "utf-8")
    with pytest.raises(UserError) as error, served(platform, tmp_path):
        pass
    assert str(error.value) == (
        f"{path.resolve()} is not of the mock platform and would be replaced; choose another folder"
    )
    assert path.read_text("utf-8") == held


def test_a_folder_that_cannot_be_written_is_told(platform: MockPlatform, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(UserError) as error, served(platform, tmp_path / "file"):
        pass
    assert str(error.value).startswith(f"{(tmp_path / 'file').resolve() / 'ca.pem'} cannot be written: ")
    assert str(error.value).endswith("; choose another folder")


def control(method: str, live: Address, path: str, body: Any = None) -> tuple[int, Any]:
    answer = requests.request(method, f"{live.url}/_control{path}", json=body, timeout=5)
    return answer.status_code, answer.json()


def test_control_tells_what_is_there(platform: MockPlatform, live: Address) -> None:
    made = platform.add(REHEARSAL, "Orai", {}, {}, b"icon", created_by="Somebody Else")
    status, told = control("GET", live, "/")
    assert (status, told["platform"], told["requests"]) == (200, live.url, 0)
    assert told["environments"] == [
        {"id": REHEARSAL, "name": "Rehearsal", "connectors": 1},
        {"id": "1e5e0002-0000-4000-8000-000000000002", "name": "Production", "connectors": 0},
    ]
    assert control("GET", live, "/connectors") == (
        200,
        [
            {
                "id": made,
                "displayName": "Orai",
                "environment": "Rehearsal",
                "icon": True,
                "script": False,
                "createdBy": "Somebody Else",
                "changes": 0,
            }
        ],
    )
    assert platform.seen == []


def test_control_adds_removes_and_starts_over(platform: MockPlatform, live: Address) -> None:
    given = {"environment": "Production", "displayName": "Orai", "definition": {"swagger": "2.0"}}
    status, told = control("POST", live, "/connectors", given)
    production = platform.environments[1].id
    assert (status, list(platform.connectors(production))) == (200, [told["id"]])
    assert control("DELETE", live, f"/connectors/{told['id']}") == (200, {"removed": told["id"]})
    assert control("DELETE", live, "/connectors/x") == (422, {"error": "there is no connector 'x'"})
    control("POST", live, "/connectors", given)
    assert control("POST", live, "/reset")[1]["environments"][1]["connectors"] == 0


def test_control_sets_faults_and_switches(platform: MockPlatform, live: Address) -> None:
    fault = {"step": "get", "kind": "429", "retry_after": 3}
    whole = {"after": 0, "times": 1, "name": None, "seconds": 0.0, **fault}
    assert control("POST", live, "/faults", fault) == (200, whole)
    assert control("GET", live, "/faults") == (200, [whole])
    assert platform.faults() == [Fault("get", "429", retry_after=3)]
    assert control("DELETE", live, "/faults") == (200, [])
    assert control("PUT", live, "/switches/update_merges", {"value": True}) == (200, {"update_merges": True})
    assert platform.switches.update_merges is True


def test_control_shows_requests_without_what_is_secret(platform: MockPlatform, live: Address) -> None:
    place, _, query = _signed(platform, live).partition("?")
    requests.put(f"{place}/icon.png?{query}", data=b"icon", verify=str(live.ca_file), timeout=5)
    body = {"properties": {"connectionParameters": {"token": {"oAuthSettings": {"clientSecret": "fake-secret-0000"}}}}}
    requests.post(f"{live.url}{RP}/apis?api-version=1", json=body, headers=_headers(platform), timeout=5)
    told = control("GET", live, "/requests")[1]
    assert [(each["step"], each["status"], each["effect"]) for each in told] == [
        ("storage", 200, True),
        ("blob", 201, True),
        ("create", 400, False),
    ]
    assert [each["headers"].get("Authorization") for each in told] == ["***", None, "***"]
    assert (told[1]["query"]["sig"], told[1]["body"]) == ("***", "4 bytes")
    settings = {"oAuthSettings": {"clientSecret": "***"}}
    assert told[2]["body"] == {"properties": {"connectionParameters": {"token": settings}}}


_MISTAKES: dict[str, tuple[str, str, Any, str]] = {
    "a connector without a definition": (
        "POST",
        "/connectors",
        {"environment": "Rehearsal", "displayName": "x"},
        'say which connector: {"environment": "Rehearsal", "displayName": "Mine", "definition": {...}, '
        '"properties": {...}}',
    ),
    "a connector without a name": (
        "POST",
        "/connectors",
        {"environment": "Rehearsal", "definition": {}},
        "displayName None is no text",
    ),
    "an environment": (
        "POST",
        "/connectors",
        {"environment": "Test", "displayName": "x", "definition": {}},
        "there is no environment 'Test'; there are Rehearsal (1e5e0001-0000-4000-8000-000000000001), "
        "Production (1e5e0002-0000-4000-8000-000000000002)",
    ),
    "a fault": (
        "POST",
        "/faults",
        {"step": "update", "kind": "stale"},
        "the fault 'stale' cannot strike 'update'; it can strike get, list, content",
    ),
    "a switch without a value": ("PUT", "/switches/update_merges", {}, 'say what to set it to: {"value": true}'),
    "a switch": (
        "PUT",
        "/switches/definition_errors_status",
        {"value": 500},
        "the switch 'definition_errors_status' cannot be '500'; it takes 200 or 400",
    ),
}


@pytest.mark.parametrize(("method", "path", "body", "message"), _MISTAKES.values(), ids=_MISTAKES)
def test_control_tells_a_mistake(live: Address, method: str, path: str, body: Any, message: str) -> None:
    assert control(method, live, path, body) == (422, {"error": message})
