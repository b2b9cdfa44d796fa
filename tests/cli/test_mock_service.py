"""connkit mock service: what a person at the terminal sees, and what is refused."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest
import requests

import smartmex
from connkit.cli import mock_command
from connkit.cli.main import main
from connkit.core import MockService, Request, Response
from connkit.workflows import mocks

ROOT = Path(__file__).resolve().parents[2]
HEADERS = {"Authorization": "Bearer fake-key-for-tests"}


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stop:
        main(list(arguments))
    out, err = capsys.readouterr()
    assert isinstance(stop.value.code, int)
    return stop.value.code, out, err


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mock without an installed entry point, and no other signal handler afterwards."""
    monkeypatch.setattr(mocks, "mock_factory", lambda name: smartmex.mock)
    monkeypatch.setattr(signal, "signal", lambda *arguments: None)


STORIES = ", ".join(smartmex.SmartMex().stories())
_REFUSED = {
    "an address that others can reach": (
        ["--host", "0.0.0.0"],
        "other machines could reach the mock service at '0.0.0.0'; add --allow-remote if they are to, "
        "or leave --host out",
    ),
    "a name that others may reach": (
        ["--host", "pbx.example"],
        "other machines could reach the mock service at 'pbx.example'; add --allow-remote if they are to, "
        "or leave --host out",
    ),
    "a story": (["--story", "nothing"], f"there is no story 'nothing'; there are {STORIES}"),
    "a switch without a value": (
        ["--switch", "cap"],
        "--switch 'cap' has no value; write --switch cap=VALUE",
    ),
    "a switch with a wrong value": (
        ["--switch", "bad_key_status=500"],
        "the switch 'bad_key_status' cannot be '500'; it takes 401 or 403",
    ),
    "a port": (
        ["--port", "70000"],
        "there is no port 70000; choose one from 1 to 65535 with --port, or 0 for a free one",
    ),
}


@pytest.mark.parametrize(("arguments", "message"), _REFUSED.values(), ids=_REFUSED)
def test_a_mistake_is_one_line_that_says_what_to_do(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, "-C", str(ROOT), "mock", "service", *arguments) == (2, "", f"connkit: {message}\n")


def test_a_port_in_use_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = run(capsys, "-C", str(ROOT), "mock", "service", "--port", str(port))
    message = f"connkit: port {port} on 127.0.0.1 is in use; choose another with --port, or 0 for a free one\n"
    assert told == (2, "", message)


_SEEDS = {
    "a mistake": (b"contacts: [{}]", "the seed is wrong at contacts/0: 'contactID' is a required property"),
    "another encoding": (b"names: {'1': '\xff'}", "the file is not UTF-8; save it as UTF-8"),
}


@pytest.mark.parametrize(("content", "message"), _SEEDS.values(), ids=_SEEDS)
def test_a_seed_with_a_mistake_is_told_with_its_file(
    content: bytes, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = tmp_path / "seed.yaml"
    seed.write_bytes(content)
    told = run(capsys, "-C", str(ROOT), "mock", "service", "--seed", str(seed))
    assert told == (2, "", f"connkit: {seed.as_posix()}: {message}\n")


def test_a_switch_of_connkit_yaml_is_set(connector_copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (connector_copy / "connkit.yaml").write_text("mock: smartmex\nswitches: {cap: many}\n", "utf-8")
    message = "connkit: connkit.yaml: the switch 'cap' cannot be 'many'; it takes a number from 0 on\n"
    assert run(capsys, "-C", str(connector_copy), "mock", "service", "--story", "none") == (2, "", message)


def test_a_definition_that_cannot_be_read_is_a_finding(
    connector_copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (connector_copy / "apiDefinition.swagger.json").write_text("[]", "utf-8")
    told = run(capsys, "-C", str(connector_copy), "mock", "service")
    assert told == (1, "apiDefinition.swagger.json: error: the definition is no JSON object\n", "")


class Small(MockService):
    """As little as another author has to write."""

    name = "small"

    def connection(self) -> dict[str, str]:
        return {}

    def handle(self, request: Request) -> Response:
        return Response(200, {}, request.url.encode())


def test_a_mock_of_another_author_is_served_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[str] = []

    def ask(server: object) -> None:
        origin = capsys.readouterr().out.split(" at ")[1].split("\n")[0]
        answers.append(requests.get(f"{origin}/x?y=1", timeout=5).text.removeprefix(origin))

    monkeypatch.setattr(mocks, "mock_factory", lambda name: lambda definition: Small())  # type: ignore[abstract]
    monkeypatch.setattr(mock_command.Server, "wait", ask)
    assert run(capsys, "-C", str(ROOT), "mock", "service", "--port", "0") == (0, "", "")
    assert answers == ["/x?y=1"]


def test_a_folder_without_a_mock_gets_a_generated_one(
    connector_copy: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (connector_copy / "connkit.yaml").unlink()
    told: list[str] = []

    def ask(server: object) -> None:
        told.extend(capsys.readouterr().out.splitlines())
        origin = told[0].split(" at ")[1]
        requests.post(f"{origin}/_control/stories/CallStarted", timeout=5)

    monkeypatch.setattr(mock_command.Server, "wait", ask)
    code, out, _ = run(capsys, "-C", str(connector_copy), "mock", "service", "--port", "0")
    assert (code, told[0].split(" at ")[0]) == (0, "mock service 'generated'")
    assert re.fullmatch(r"\d\d:\d\d:\d\d  CallStarted +no webhook is registered for it\n", out)


# The whole command, in a process of its own


class Terminal:
    """The command's output as a person follows it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        assert process.stdout
        self._lines: IO[str] = process.stdout

    def until(self, pattern: str) -> re.Match[str]:
        for line in self._lines:
            found = re.search(pattern, line)
            if found:
                return found
        raise AssertionError(f"the command ended without a line like {pattern}")


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    command = [sys.executable, "-m", "connkit", "-C", str(ROOT), "mock", "service", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--story", "incoming-answered", "--speed", "1000", "--switch", "delivery_pause=0"],
        env={**os.environ, "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )
    yield Terminal(process)
    process.kill()
    process.communicate()


def test_a_person_can_follow_a_story(terminal: Terminal) -> None:
    origin = terminal.until(r"mock service 'smartmex' at (http://127\.0\.0\.1:\d+)$")[1]
    assert terminal.until("^api_key: (.+)$")[1] == HEADERS["Authorization"]
    step = terminal.until("curl -H .*$")[0]
    assert step == f'curl -H "Authorization: Bearer fake-key-for-tests" {origin}/api/v2/contacts/48211'
    terminal.until("Ctrl-C stops it")
    endpoint = {"endpoint": "http://127.0.0.1:9/hook?sig=secret"}
    requests.post(f"{origin}/api/v2/webhooks/CallConnected", headers=HEADERS, json=endpoint, timeout=5)
    terminal.until(r"^\d\d:\d\d:\d\d  POST /webhooks/CallConnected +201  demo$")
    terminal.until(r"^\d\d:\d\d:\d\d  CallStarted +no webhook is registered for it$")
    told = terminal.until(r"CallConnected -> webhook 90417 +no answer: (.+), to be tried again  (\S+)$")
    assert told[2] == "http://127.0.0.1:9/hook"
    terminal.until(r"CallConnected -> webhook 90417 +no answer: (.+), given up  http://127.0.0.1:9/hook$")
    if os.name != "nt":
        terminal.process.send_signal(signal.SIGINT)
        assert terminal.process.wait(10) == 0
