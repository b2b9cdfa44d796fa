"""connkit mock platform: what a person at the terminal sees, and what is refused."""

from __future__ import annotations

import re
import signal
import socket
from pathlib import Path
from typing import Any

import pytest
import requests

from connkit.cli import mock_platform
from connkit.cli.main import main

REHEARSAL = "1e5e0001-0000-4000-8000-000000000001"
PATH = "/providers/Microsoft.PowerApps/apis?api-version=1&$filter=environment eq "


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stop:
        main(["mock", "platform", *arguments])
    out, err = capsys.readouterr()
    assert isinstance(stop.value.code, int)
    return stop.value.code, out, err


@pytest.fixture(autouse=True)
def _no_signal_handler(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """None is left behind; and the folder has no connector."""
    monkeypatch.setattr(signal, "signal", lambda *arguments: None)
    monkeypatch.chdir(tmp_path)


_REFUSED = {
    "a fault": (
        ["--fault", "get:418x"],
        "--fault 'get:418x': there is no kind of fault '418x'; there are 401, 403, 404, 409, 429, 500, 502-empty, 503, "
        "200-error, stall, drop, stall-after, drop-after, 502-empty-after, 200-error-after, nameless-after, stale, "
        "slow",
    ),
    "half a fault": (
        ["--fault", "get"],
        "--fault 'get': the fault 'get' names no kind; write STEP:KIND, such as create:drop-after",
    ),
    "a switch without a value": (["--switch", "x"], "--switch 'x' has no value; write --switch x=VALUE"),
    "a switch": (
        ["--switch", "x=1"],
        "there is no switch 'x'; there are certification_errors_status, definition_errors_status, missing_icon_keeps, "
        "empty_script_removes, update_merges, refuses_unknown_properties, fills_in_properties",
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
    assert run(capsys, *arguments) == (2, "", f"connkit: {message}\n")


def test_a_port_in_use_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = run(capsys, "--port", str(port))
    message = f"connkit: port {port} on 127.0.0.1 is in use; choose another with --port, or 0 for a free one\n"
    assert told == (2, "", message)


def test_somebodys_home_is_not_taken(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "home" / ".paconn" / "accessTokens.json"
    path.parent.mkdir(parents=True)
    path.write_text('{"access_token": "x"}', "utf-8")
    message = f"connkit: {path.resolve()} is not of the mock platform and would be replaced; choose another folder\n"
    assert run(capsys, "--port", "0", "--folder", "home") == (2, "", message)


def visited(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[str, str]:
    """What is printed at the start, and what at two requests."""
    greeting: list[str] = []

    def visit() -> None:
        greeting.append(capsys.readouterr().out)
        url = re.findall(r"mock platform at (\S+)", greeting[0])[0]
        token = re.findall(r"export CONNKIT_ACCESS_TOKEN=(\S+)", greeting[0])[0]
        headers = {"Authorization": f"Bearer {token}"}
        for each in (headers, {}):
            requests.get(f"{url}{PATH}'{REHEARSAL}'", headers=each, timeout=5)

    monkeypatch.setattr(mock_platform, "_wait", visit)
    code, out, err = run(capsys, "--port", "0", *arguments)
    assert (code, err) == (0, "")
    return greeting[0], out


def test_it_says_how_to_reach_it_and_what_comes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    greeting, out = visited(monkeypatch, capsys, "--folder", "it's", "--fault", "list:429,after=1")
    home = str((tmp_path / "it's").resolve())
    shown = re.sub(r"eyJ[\w.-]+", "TOKEN", re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", greeting))
    sh, powershell = home.replace("'", "'\"'\"'"), home.replace("'", "''")
    ca = {"sh": str(Path(sh) / "ca.pem"), "powershell": str(Path(powershell) / "ca.pem")}
    assert shown == (
        "mock platform at http://127.0.0.1:PORT\n"
        f"environment Rehearsal: {REHEARSAL}\n"
        "environment Production: 1e5e0002-0000-4000-8000-000000000002\n"
        f"token and certificate, both fake and worth nothing elsewhere: {home}\n"
        "\n"
        "for connkit deploy in another terminal, in sh; for plain paconn, the last line too:\n"
        f"  export REQUESTS_CA_BUNDLE='{ca['sh']}'\n"
        "  export NO_PROXY=127.0.0.1\n"
        "  export CONNKIT_ACCESS_TOKEN=TOKEN\n"
        f"  export HOME='{sh}'\n"
        "\n"
        "or in PowerShell:\n"
        f"  $env:REQUESTS_CA_BUNDLE = '{ca['powershell']}'\n"
        "  $env:NO_PROXY = '127.0.0.1'\n"
        "  $env:CONNKIT_ACCESS_TOKEN = 'TOKEN'\n"
        f"  $env:USERPROFILE = '{powershell}'\n"
        "\n"
        "try, in a connector's folder:\n"
        "  connkit deploy --environment rehearsal, with this in 'environments' of connkit.yaml:\n"
        "    - {name: rehearsal, id: 1e5e0001-0000-4000-8000-000000000001, production: false, "
        'url: "http://127.0.0.1:PORT", flow_url: "http://127.0.0.1:PORT"}\n'
        "  paconn validate -u http://127.0.0.1:PORT -d apiDefinition.swagger.json\n"
        "Ctrl-C stops it.\n"
        "\n"
    )
    lines = [re.sub(r"^\S+ +", "", re.sub(" +", " ", line)) for line in out.splitlines()]
    assert lines == ["GET apis 200 list in Rehearsal", "GET apis 429 list in Rehearsal, fault 429"]
    assert sorted(path.name for path in (tmp_path / "it's").rglob("*.*") if path.is_file()) == [
        "accessTokens.json",
        "ca.pem",
    ]


def test_it_is_quiet_and_leaves_nothing_where_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    greeting, out = visited(monkeypatch, capsys, "--quiet")
    home = re.findall(r"nothing elsewhere: (.+)", greeting)[0]
    assert (out, Path(home).exists()) == ("", False)


def test_it_begins_with_a_seed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    Path("orai").mkdir()
    Path("orai/apiDefinition.swagger.json").write_text('{"info": {"title": "Orai"}}', "utf-8")
    Path("seed.yaml").write_text("connectors: [{environment: Rehearsal, folder: orai}]", "utf-8")
    told: list[Any] = []

    def visit() -> None:
        url = re.findall(r"mock platform at (\S+)", capsys.readouterr().out)[0]
        told.extend(requests.get(f"{url}/_control/connectors", timeout=5).json())

    monkeypatch.setattr(mock_platform, "_wait", visit)
    assert run(capsys, "--port", "0", "--seed", "seed.yaml")[0] == 0
    assert [(each["displayName"], each["environment"]) for each in told] == [("Orai", "Rehearsal")]
