"""paconn as a child process: what it gets, what it does not get, and that it ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from connkit.core import UserError
from connkit.deploy import paconn
from connkit.deploy.handing import hand_over, private_folder
from connkit.deploy.paconn import Call, Paconn, Ran, attached, runner
from connkit.deploy.state import State

StandIn = Callable[..., Path]
posix_only = pytest.mark.skipif(os.name == "nt", reason="Windows has no sessions, and sends Ctrl-C to a console")
SYSTEM = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
REPORT = """
import json, os, sys
print(json.dumps({
    "arguments": sys.argv[1:], "folder": os.getcwd(), "input": sys.stdin.read(), "utf8": sys.flags.utf8_mode,
    "session": os.getsid(0) == os.getpid() if hasattr(os, "getsid") else None, "environment": dict(os.environ),
}))
"""
# The child of the child holds a connection until it is killed, or we close it.
HANGS = """
import subprocess, sys, time
print("began", flush=True)
print("half a line", end="", file=sys.stderr, flush=True)
hold = "import socket, sys; socket.create_connection(('127.0.0.1', int(sys.argv[1]))).recv(1)"
subprocess.Popen([sys.executable, "-c", hold, sys.argv[1]])
time.sleep(60)
"""


def report(tmp_path: Path, make: StandIn, environ: Mapping[str, str], home: Path | None = None) -> dict[str, Any]:
    """What a paconn sees that runs with this environment."""
    run = runner(Paconn(make(tmp_path / "environment", REPORT), "0.0.21"), {**SYSTEM, **environ})
    ran = run(Call(("update",), tmp_path, home or tmp_path / "home", 30))
    assert (ran.exit_code, ran.errors) == (0, "")
    seen: dict[str, Any] = json.loads(ran.output)
    return seen


def test_it_gets_its_arguments_its_folder_and_a_closed_input(tmp_path: Path, stand_in: StandIn) -> None:
    folder = tmp_path / "Mano jungtys ąčęėįšųūž"
    folder.mkdir()
    run = runner(Paconn(stand_in(tmp_path / "paconn'o aplinka š", REPORT), "0.0.21"), SYSTEM)
    ran = run(Call(("update", "--settings", 'ž ir "kabutės".json', ""), folder, folder, 30))
    seen = json.loads(ran.output)
    assert {name: seen[name] for name in ("arguments", "folder", "input", "utf8")} == {
        "arguments": ["update", "--settings", 'ž ir "kabutės".json', ""],
        "folder": str(folder),
        "input": "",
        "utf8": 1,
    }
    assert seen["session"] in (True, None)


def test_what_is_typed_does_not_reach_it(tmp_path: Path, stand_in: StandIn) -> None:
    kept, (typed, types) = os.dup(0), os.pipe()
    try:
        os.write(types, b"y\n")
        os.close(types)
        os.dup2(typed, 0)
        assert report(tmp_path, stand_in, {})["input"] == ""
    finally:
        os.dup2(kept, 0)
        os.close(kept)
        os.close(typed)


CASES = {
    "another Python's variables and a virtual environment's are left out": (
        {
            "PYTHONPATH": "/x",
            "PYTHONHOME": "/x",
            "VIRTUAL_ENV": "/x",
            "VIRTUAL_ENV_PROMPT": "x",
            "PYTHONWARNINGS": "error",
        },
        {"PYTHONWARNINGS": "ignore", "PYTHONUTF8": "1"},
    ),
    "what may be secret, or bends paconn, is left out": (
        {
            "CONNKIT_ACCESS_TOKEN": "fake-token-0000",
            "CONNKIT_CLIENT_SECRET": "fake-secret-0000",
            "PACONN_LOGGING_ENABLE_LOG_FILE": "yes",
            "NETRC": "/x/netrc",
            "_ARGCOMPLETE": "1",
        },
        {},
    ),
    "the proxy stays, and is not asked for this machine": (
        {"HTTPS_PROXY": "http://proxy.invalid:3128", "NO_PROXY": "intranet.invalid"},
        {
            "HTTPS_PROXY": "http://proxy.invalid:3128",
            "NO_PROXY": "intranet.invalid,127.0.0.1,localhost",
            "no_proxy": "intranet.invalid,127.0.0.1,localhost",
        },
    ),
    "a star for no proxy at all stays alone": ({"NO_PROXY": "*"}, {"NO_PROXY": "*", "no_proxy": "*"}),
    "a private authority is passed on by the name that requests reads": (
        {"SSL_CERT_FILE": "/x/ca.pem"},
        {"SSL_CERT_FILE": "/x/ca.pem", "REQUESTS_CA_BUNDLE": "/x/ca.pem"},
    ),
    "one that requests reads already stays": (
        {"SSL_CERT_FILE": "/x/ca.pem", "REQUESTS_CA_BUNDLE": "/x/other.pem"},
        {"SSL_CERT_FILE": "/x/ca.pem", "REQUESTS_CA_BUNDLE": "/x/other.pem"},
    ),
    "one of the other name that requests reads stays": (
        {"SSL_CERT_FILE": "/x/ca.pem", "CURL_CA_BUNDLE": "/x/other.pem"},
        {"SSL_CERT_FILE": "/x/ca.pem", "CURL_CA_BUNDLE": "/x/other.pem"},
    ),
}


@pytest.mark.parametrize(("given", "kept"), CASES.values(), ids=CASES)
def test_its_environment(tmp_path: Path, stand_in: StandIn, given: dict[str, str], kept: dict[str, str]) -> None:
    home = str(tmp_path / "home")
    always = {
        **{"HOME": home, "USERPROFILE": home, "PYTHONWARNINGS": "ignore", "PYTHONUTF8": "1"},
        **{"NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"},
    }
    seen = report(tmp_path, stand_in, {"HOME": "/x", "USERPROFILE": "/x", **given})["environment"]
    added = {"__PYVENV_LAUNCHER__", "LC_CTYPE", "HOMEDRIVE", "HOMEPATH"}  # by the system
    assert {name: value for name, value in seen.items() if name not in {*SYSTEM, *added}} == {**always, **kept}


def test_the_home_is_absolute(tmp_path: Path, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    seen = report(tmp_path, stand_in, {}, Path("private home"))
    assert seen["environment"]["HOME"] == str(tmp_path / "private home")


def test_an_old_windows_code_page_changes_nothing(tmp_path: Path, stand_in: StandIn) -> None:
    """Emulated by the variables that set one elsewhere."""
    (tmp_path / "file.txt").write_text("ąžuolas ≠ für", encoding="utf-8")
    python = stand_in(tmp_path / "environment", "print(open('file.txt').read())")
    run = runner(Paconn(python, "0.0.21"), {**SYSTEM, "PYTHONIOENCODING": "cp1252", "LC_ALL": "C", "PYTHONUTF8": "0"})
    assert run(Call((), tmp_path, tmp_path, 30)) == Ran(0, "ąžuolas ≠ für\n", "")


def test_output_that_is_no_utf8_is_still_output(tmp_path: Path, stand_in: StandIn) -> None:
    source = "import sys; sys.stdout.buffer.write(b'f\\xfcr'); sys.stderr.buffer.write(b'\\xff'); sys.exit(3)"
    run = runner(Paconn(stand_in(tmp_path / "environment", source), "0.0.21"), SYSTEM)
    assert run(Call((), tmp_path, tmp_path, 30)) == Ran(3, "f�r", "�")


def test_a_file_of_the_folder_is_not_taken_for_a_package(tmp_path: Path, stand_in: StandIn) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('taken')", encoding="utf-8")
    run = runner(Paconn(stand_in(tmp_path / "environment", "import json; print('good')"), "0.0.21"), SYSTEM)
    assert run(Call((), tmp_path, tmp_path, 30)) == Ran(0, "good\n", "")


@pytest.fixture
def held() -> Iterator[socket.socket]:
    """Where the child of the child connects to."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(20)
        yield server


def is_closed(server: socket.socket) -> bool:
    """Whether whoever connected is gone, or goes within seconds."""
    connection, _ = server.accept()
    with connection:
        connection.settimeout(20)
        try:
            return connection.recv(1) == b""
        except ConnectionError:
            return True


def test_at_the_time_limit_it_is_killed_with_all_it_has_started(
    tmp_path: Path, stand_in: StandIn, held: socket.socket
) -> None:
    run = runner(Paconn(stand_in(tmp_path / "environment", HANGS), "0.0.21"), SYSTEM)
    ran = run(Call((str(held.getsockname()[1]),), tmp_path, tmp_path, 1.5))
    assert ran == Ran(None, "began\n", "half a line")
    assert is_closed(held)


@posix_only
def test_when_the_caller_is_interrupted_it_is_killed_with_all_it_has_started(
    tmp_path: Path, stand_in: StandIn, held: socket.socket
) -> None:
    closed: list[bool] = []

    def interrupt() -> None:
        connection, _ = held.accept()
        os.kill(os.getpid(), signal.SIGINT)
        with connection:
            connection.settimeout(20)
            closed.append(connection.recv(1) == b"")

    run = runner(Paconn(stand_in(tmp_path / "environment", HANGS), "0.0.21"), SYSTEM)
    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        run(Call((str(held.getsockname()[1]),), tmp_path, tmp_path, 60))
    thread.join(20)
    assert closed == [True]


@posix_only
def test_whoever_left_the_group_is_not_waited_for(
    tmp_path: Path, stand_in: StandIn, held: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paconn, "_LAST_WORDS", 0.1)
    source = HANGS.replace("sys.argv[1]])", "sys.argv[1]], start_new_session=True)")
    source = source.replace("time.sleep(60)\n", "import os; os._exit(0)\n")
    assert source.count("os._exit") == 1
    run = runner(Paconn(stand_in(tmp_path / "environment", source), "0.0.21"), SYSTEM)
    ran = run(Call((str(held.getsockname()[1]),), tmp_path, tmp_path, 0.5))
    held.accept()[0].close()  # it was there all the time
    assert ran == Ran(None, "began\n", "half a line")


def test_an_interpreter_that_is_gone_is_a_sentence(tmp_path: Path) -> None:
    run = runner(Paconn(tmp_path / "gone", "0.0.21"), SYSTEM)
    with pytest.raises(UserError) as refused:
        run(Call((), tmp_path, tmp_path, 30))
    assert str(refused.value).startswith("paconn cannot be started: '")
    with pytest.raises(UserError, match="paconn cannot be started: '"):
        attached(Paconn(Path(sys.executable), "0.0.21"), [], tmp_path / "missing", SYSTEM)


def test_plain_paconn_has_the_users_home_and_the_terminal(
    tmp_path: Path, stand_in: StandIn, capfd: pytest.CaptureFixture[str]
) -> None:
    source = (
        "import os, sys; told = os.environ['HOME'], os.environ['REQUESTS_CA_BUNDLE'], sys.flags.utf8_mode\n"
        "print(*told, *sys.argv[1:]); sys.exit(5)"
    )
    environ = {**SYSTEM, "HOME": "/home/ona", "SSL_CERT_FILE": "/x/ca.pem", "CONNKIT_ACCESS_TOKEN": "fake-token-0000"}
    plain = Paconn(stand_in(tmp_path / "environment", source), "0.0.21")
    assert attached(plain, ["login", "--force"], tmp_path, environ) == 5
    assert capfd.readouterr() == ("/home/ona /x/ca.pem 1 login --force\n", "")


# --- the real one ------------------------------------------------------------------------------------------------


class _Validates(BaseHTTPRequestHandler):
    """Finds nothing wrong, and keeps what it was asked."""

    server: _Service

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, self.headers["Authorization"], json.loads(body)))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'""')

    def log_message(self, *given: object) -> None:
        pass


class _Service(HTTPServer):
    asked: list[tuple[str, str, Any]]


@pytest.fixture
def service() -> Iterator[_Service]:
    with _Service(("127.0.0.1", 0), _Validates) as server:
        server.asked = []
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_the_real_paconn_sends_what_it_was_handed(tmp_path: Path, paconn_python: Path, service: _Service) -> None:
    definition = {"swagger": "2.0", "info": {"title": "Žinutės", "description": "für ≠ ąčę"}, "paths": {}}
    bent = {"HTTP_PROXY": "http://proxy.invalid:1", "LC_ALL": "C", "PYTHONUTF8": "0", "NO_PROXY": "intranet.invalid"}
    with private_folder(tmp_path / "mano jungtys š") as folder:
        settings = hand_over(
            folder,
            State(definition, {}),
            {},
            environment="env-1",
            connector_id=None,
            url=f"http://127.0.0.1:{service.server_port}",
            api_version="2016-11-01",
            token="fake-token-0000",
            object_id="00000000-0000-0000-0000-000000000001",
        )
        run = runner(Paconn(paconn_python, "0.0.21"), {**SYSTEM, **bent})
        ran = run(Call(("validate", "--settings", str(settings)), folder / "work", folder / "home", 60))
        assert ran == Ran(0, "", f"{folder / 'apiDefinition.swagger.json'} validated successfully.\n")
    place = "/providers/Microsoft.PowerApps/objectIds/00000000-0000-0000-0000-000000000001/validateApiSwagger"
    query = "api-version=2016-11-01&enableConnectorCertificationRules=true"
    assert service.asked == [(f"{place}?{query}", "Bearer fake-token-0000", definition)]
    assert list((tmp_path / "mano jungtys š").iterdir()) == []
