"""connkit contract: what it prints, what it refuses, and that it never shows a key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import smartmex
from connkit.cli.main import main
from connkit.core import Request, Response
from connkit.workflows import mocks

ROOT = Path(__file__).resolve().parents[2]
KEY = f"Bearer {smartmex.FAKE_KEY}"


def run(capsys: pytest.CaptureFixture[str], *arguments: str, root: Path = ROOT) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stop:
        main(["-C", str(root), "contract", *arguments])
    out, err = capsys.readouterr()
    assert isinstance(stop.value.code, int)
    return stop.value.code, out, err


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mocks, "mock_factory", lambda name: smartmex.mock)
    monkeypatch.setenv("PBX_KEY", f"{KEY}\n")


@pytest.fixture(scope="module")
def served() -> Iterator[smartmex.SmartMex]:
    with smartmex.served() as service:
        yield service


@pytest.fixture
def service(served: smartmex.SmartMex) -> Iterator[smartmex.SmartMex]:
    yield served
    served.corrupt = None
    served.reset()


def real(service: smartmex.SmartMex, *more: str) -> list[str]:
    return ["--backend", service.base, "--key-env", "PBX_KEY", *more]


def broken(monkeypatch: pytest.MonkeyPatch, corrupt: Any) -> None:
    def factory(definition: dict[str, Any]) -> smartmex.SmartMex:
        mock = smartmex.mock(definition)
        mock.corrupt = corrupt
        return mock

    monkeypatch.setattr(mocks, "mock_factory", lambda name: factory)


def rated(request: Request, response: Response) -> Response:
    """A field that nobody declared, in one answer."""
    if not request.url.endswith("/audio_prompts/5122") or response.status != 200:
        return response
    body = response.json()
    body["data"]["rating"] = 5
    return Response(200, response.headers, json.dumps(body).encode())


def test_the_mock_in_process(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys)
    lines = out.splitlines()
    assert (code, err, len(lines)) == (0, "", 33)
    assert lines[0] == "ok           GetContactsByID: 200, wrong input refused 5 of 5 times"
    assert lines[11] == (
        "ok           GetContacts: 200, wrong input refused 7 of 8 times, but taken without 'initial_contact_id'"
    )
    assert lines[19] == "ok           CallStarted: 201, event seen, wrong input refused 6 of 6 times"
    assert lines[-4:] == [
        "declared, never seen: /paths/~1webhooks~1CallCompleted/x-ms-notification-content/schema/properties/data/"
        "properties/previous_contactID (CallCompleted)",
        "declared, never answered: 200 by 10, 401 by 29, 404 by 10, 429 by 29 of the operations",
        "29 of 29 operations answered as the definition says",
        "10 of 10 events seen",
    ]


def test_a_difference_is_told_with_the_change_it_suggests(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(monkeypatch, rated)
    code, out, _ = run(capsys)
    lines = out.splitlines()
    sentence = "/data/rating: not in the definition, so makers cannot see it"
    assert code == 1
    assert lines[6:8] == [
        "FAILED       GetAudioPromptByID: 200, wrong input refused 5 of 5 times",
        f"             {sentence}",
    ]
    assert lines[30:33] == [
        "suggested for the definition:",
        '  /definitions/AudioPrompt/properties/rating: {"type": "integer", "format": "int64"}',
        f"      GetAudioPromptByID {sentence}",
    ]
    assert lines[-2] == "28 of 29 operations answered as the definition says"


def test_the_same_as_json(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    broken(monkeypatch, rated)
    code, out, _ = run(capsys, "--format", "json")
    report = json.loads(out)
    (operation,) = [each for each in report["operations"] if each["problems"]]
    pointer = "/definitions/AudioPrompt/properties/rating"
    suggestion = {"pointer": pointer, "remove": False, "write": {"type": "integer", "format": "int64"}}
    assert code == 1
    assert operation["observations"] == [
        {
            "kind": "undeclared",
            "place": "/data/rating",
            "event": False,
            "message": "not in the definition, so makers cannot see it",
            "definition": pointer,
            "suggestion": suggestion,
        }
    ]
    assert operation["wrong_input"][0] == {
        "what": "with a 'prompt_id' that does not exist",
        "status": 404,
        "problems": [],
    }
    assert report["suggestions"] == [{**suggestion, "operations": ["GetAudioPromptByID"]}]
    assert report["never_answered"] == {"200": 10, "401": 29, "404": 10, "429": 29}


def test_a_real_service_is_read(capsys: pytest.CaptureFixture[str], service: smartmex.SmartMex) -> None:
    code, out, err = run(capsys, *real(service))
    lines = out.splitlines()
    assert code == 0
    assert lines[8] == "not tried    Dial: it writes; allow it with --write"
    assert lines[-2:] == [
        "17 of 17 operations answered as the definition says, 12 not tried",
        "none of 10 events seen: nobody can make a real service send one; webhooks are only registered",
    ]
    assert err.splitlines()[0] == "1 of 29: GetContactsByID 200"
    assert service.webhooks() == []


def test_with_write_and_input_everything_is_tried(
    capsys: pytest.CaptureFixture[str], service: smartmex.SmartMex
) -> None:
    given = ["--input", "Dial.destination=60000101", "--input", "Dial.contactID=48211"]
    code, out, _ = run(capsys, *real(service, "--write", *given))
    assert (code, out.splitlines()[-2]) == (0, "29 of 29 operations answered as the definition says")
    assert service.webhooks() == []


def test_the_probe_prints_what_connkit_yaml_takes(
    capsys: pytest.CaptureFixture[str], service: smartmex.SmartMex
) -> None:
    code, out, err = run(capsys, *real(service, "--probe"))
    assert code == 0
    assert out.splitlines()[:4] == [
        "switches:",
        "  trigger_paths: false",
        "  double_slashes: false",
        "  wrong_method_status: 405",
    ]
    assert "#   registration_location: asking it writes; allow it with --write" in out.splitlines()
    assert err.splitlines()[:6][-2:] == ["error_envelope: answered", "rate_limit: not known"]


def test_the_probe_fails_where_the_mock_is_set_otherwise_until_its_answers_are_pasted(
    capsys: pytest.CaptureFixture[str], service: smartmex.SmartMex, connector_copy: Path
) -> None:
    service.configure("bad_key_status", 401)
    try:
        code, out, _ = run(capsys, *real(service, "--probe", "--write"), root=connector_copy)
        assert (code, out.splitlines()[4]) == (1, "  bad_key_status: 401  # the mock has another value")
        (connector_copy / "connkit.yaml").write_text(f"mock: smartmex\n{out}", "utf-8")
        code, out, _ = run(capsys, *real(service, "--probe", "--write", "--format", "json"), root=connector_copy)
    finally:
        service.configure("bad_key_status", 403)
    report = json.loads(out)
    assert (code, report["different"]) == (0, [])
    assert report["switches"]["registration_location"] is True
    assert report["not_known"]["cap"] == "it would use up the webhooks that flows need"
    assert service.webhooks() == []


def test_a_key_that_the_service_repeats_is_not_shown(
    capsys: pytest.CaptureFixture[str], service: smartmex.SmartMex
) -> None:
    def echo(request: Request, response: Response) -> Response:
        body = {"data": {f"{request.header('Authorization')}": 1, f"{smartmex.FAKE_KEY}!": 2}}
        is_lookup = request.url.endswith("/groups/3108") and response.status == 200
        return Response(200, {}, json.dumps(body).encode()) if is_lookup else response

    service.corrupt = echo
    for style in ("text", "json"):
        code, out, err = run(capsys, *real(service, "--format", style))
        assert code == 1
        assert smartmex.FAKE_KEY not in out + err
        assert "/data/<key>!" in out


MISTAKES: dict[str, tuple[list[str], str]] = {
    "a key without a service": (
        ["--key-env", "PBX_KEY"],
        "--key-env is for a real service; name its address with --backend URL",
    ),
    "writing without a service": (["--write"], "--write is for a real service; name its address with --backend URL"),
    "a probe without a service": (["--probe"], "--probe is for a real service; name its address with --backend URL"),
    "input without a service": (
        ["--input", "Dial.contactID=1"],
        "--input is for a real service; name its address with --backend URL",
    ),
    "input for a probe": (
        ["--backend", "URL", "--probe", "--input", "Dial.contactID=1"],
        "--input is for the contract; leave it out with --probe",
    ),
    "no address": (
        ["--backend", "pbx"],
        "--backend is no address of a service; write its origin, with the base path if that is another than the "
        "definition's, such as http://127.0.0.1:8321 or https://service.example/api/v2, and nothing else",
    ),
    "no key": (
        ["--backend", "URL"],
        "connection parameter 'api_key' is missing; the connector needs 'api_key'; "
        "name the environment variable that holds the key with --key-env NAME",
    ),
    "a variable that is not set": (
        ["--backend", "URL", "--key-env", "NO_KEY"],
        "the environment variable 'NO_KEY' is not set; put the key into it, as a user types it",
    ),
    "a variable that is empty": (
        ["--backend", "URL", "--key-env", "EMPTY_KEY"],
        "the environment variable 'EMPTY_KEY' is not set; put the key into it, as a user types it",
    ),
    "a key that is refused": (
        ["--backend", "URL", "--key-env", "WRONG_KEY"],
        "the key in WRONG_KEY was refused: every operation was answered 403",
    ),
    "a wrong base path": (
        ["--backend", "ORIGIN/api", "--key-env", "PBX_KEY"],
        "everything at 'ORIGIN/api' was answered 404; check the address: is its base path right?",
    ),
    "input of an operation that does not exist": (
        ["--backend", "URL", "--key-env", "PBX_KEY", "--input", "Dail.contactID=1"],
        "unknown operation 'Dail'; the connector has ",
    ),
    "input that does not exist": (
        ["--backend", "URL", "--key-env", "PBX_KEY", "--input", "Dial.contact=1"],
        "--input 'Dial.contact': unknown input of Dial; its inputs are 'destination', 'contactID'",
    ),
    "input of another type": (
        ["--backend", "URL", "--key-env", "PBX_KEY", "--input", "Dial.contactID=Ona"],
        "--input 'Dial.contactID' should be of the type integer, as JSON writes it",
    ),
    "input that cannot be read": (
        ["--backend", "URL", "--key-env", "PBX_KEY", "--input", "contactID=1"],
        "--input 'contactID' cannot be read; write --input OPERATION.NAME=VALUE",
    ),
}


@pytest.mark.parametrize(("arguments", "message"), MISTAKES.values(), ids=MISTAKES)
def test_what_a_user_can_get_wrong_is_one_line(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    service: smartmex.SmartMex,
    arguments: list[str],
    message: str,
) -> None:
    monkeypatch.setenv("EMPTY_KEY", " ")
    monkeypatch.setenv("WRONG_KEY", "Bearer wrong")
    origin = service.base.removesuffix("/api/v2")
    placed = [each.replace("URL", service.base).replace("ORIGIN", origin) for each in arguments]
    code, out, err = run(capsys, *placed)
    assert (code, out) == (2, "")
    assert err.splitlines()[-1].startswith(f"connkit: {message.replace('ORIGIN', origin)}")


def test_a_service_that_is_not_there_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "--backend", "http://127.0.0.1:1", "--key-env", "PBX_KEY")
    assert (code, out, err) == (
        2,
        "",
        "connkit: no answer from http://127.0.0.1:1/api/v2 (ConnectionError); "
        "check the address 'http://127.0.0.1:1' and the network\n",
    )


def test_a_key_without_the_word_that_the_dialog_asks_for_is_noted(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, service: smartmex.SmartMex
) -> None:
    monkeypatch.setenv("PBX_KEY", smartmex.FAKE_KEY)
    code, _, err = run(capsys, *real(service))
    assert (code, err.splitlines()[0]) == (
        2,
        "PBX_KEY: the key does not begin with 'Bearer ', which the connection dialog asks for",
    )
    assert err.splitlines()[-1] == "connkit: the key in PBX_KEY was refused: every operation was answered 403"


def test_without_a_mock_service_there_is_nothing_to_probe_with(
    capsys: pytest.CaptureFixture[str], service: smartmex.SmartMex, connector_copy: Path
) -> None:
    (connector_copy / "connkit.yaml").write_text("brand: tele2\n", "utf-8")
    message = "connkit: connkit.yaml names no mock service, so nobody knows what to ask; add 'mock: NAME'\n"
    assert run(capsys, *real(service, "--probe"), root=connector_copy) == (2, "", message)
    assert run(capsys, *real(service), root=connector_copy)[0] == 0


def test_the_mock_is_set_as_connkit_yaml_says(capsys: pytest.CaptureFixture[str], connector_copy: Path) -> None:
    (connector_copy / "connkit.yaml").write_text("mock: smartmex\nswitches: {absent_left_out: false}\n", "utf-8")
    code, out, _ = run(capsys, root=connector_copy)
    assert (code, out.splitlines()[1]) == (1, "             /data/avatar: null, but the definition promises string")


def test_a_key_that_goes_unencrypted_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    url = "http://pbx.invalid/api"
    code, out, err = run(capsys, "--backend", url, "--key-env", "PBX_KEY")
    assert (code, out, err.splitlines()[0]) == (2, "", f"note: the key goes to {url} unencrypted")
