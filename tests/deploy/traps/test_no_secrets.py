"""Nothing that connkit deploy says, writes or passes on holds the sign-in, a secret or the storage's key."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import click.termui
import pytest

from connkit.core import Reply, Request, Response
from connkit.deploy.paconn import Call

Stage = Any  # conftest.py has the class

SECRET = 'fake/secret+0000-"ü"'
REFRESH = "fake-refresh-token-0000"
SIGNATURE = "fake-signature-"
PIECE = 20  # characters; so much of a secret is a secret too


class Scan:
    """Runs connkit, and keeps all that leaves it."""

    def __init__(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stage = stage
        self.hidden = {"the sign-in": stage.platform.token, "the secret": SECRET, "the refresh token": REFRESH}
        self.hidden["the storage's key"] = SIGNATURE
        self.places: list[tuple[str, str]] = []
        (stage.folder.parent / "temp").mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(stage.folder.parent / "temp"))
        monkeypatch.setattr(subprocess, "Popen", self._recording())
        stage.after_run = self._amid

    def _amid(self, call: Call) -> None:
        """While the deployment is under way, with its journal, its lock and the private folder."""
        self._files("what paconn was handed", call.folder.parent)
        self._files("a file for a while", self.stage.folder.parent)

    def _recording(self) -> Any:
        started, places = subprocess.Popen, self.places

        class Recording(started):  # type: ignore[type-arg, valid-type, misc]
            def __init__(self, command: Any, **more: Any) -> None:
                if "paconn" in command:
                    places.append(("paconn's arguments", "\n".join(command)))
                    places.append(("paconn's variables", "\n".join(f"{key}={more['env'][key]}" for key in more["env"])))
                super().__init__(command, **more)

        return Recording

    def deploy(self, *arguments: str, code: int | None = 0) -> str:
        """What stands on standard output."""
        ended, output, errors = self.stage.connkit("deploy", "--environment", "Rehearsal", *arguments)
        self.places += [("standard output", output), ("standard error", errors)]
        assert code in (None, ended), f"{output}{errors}"
        return str(output)

    def _files(self, what: str, folder: Path) -> None:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                text = path.read_bytes().decode("utf-8", "replace")
                self.places.append((f"{what}, {path.relative_to(folder).as_posix()}", text))

    @property
    def found(self) -> list[str]:
        """Each secret and its place."""
        self._files("a file", self.stage.folder.parent)
        looked = [(name, list(forms(value))) for name, value in self.hidden.items()]
        return sorted(
            {f"{name} in {place}" for place, text in self.places for name, all_ in looked if holds(text, all_)}
        )


def holds(text: str, written: Iterable[str]) -> bool:
    return any(each in text for each in written)


def forms(value: str) -> Iterator[str]:
    """As it is, a piece of it, and as URLs, JSON and base64 carry it."""
    yield from (value[start : start + PIECE] for start in range(max(1, len(value) - PIECE + 1)))
    yield from (quote(value), quote(value, safe=""), quote_plus(value))
    yield from (json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1])
    for shift in range(3):  # where it stands among other bytes
        coded = base64.b64encode(b"\0" * shift + value.encode())[shift and 4 : -4].decode()
        yield from (coded, coded.translate(str.maketrans("+/", "-_")))


@pytest.mark.parametrize(
    "text",
    [
        SECRET,
        quote(f"?key={SECRET}"),
        quote_plus(SECRET),
        json.dumps({"key": SECRET}),
        json.dumps({"key": SECRET}, ensure_ascii=False),
        *(base64.b64encode(f"{'a' * size}{SECRET} and more".encode()).decode() for size in range(3)),
        base64.urlsafe_b64encode(SECRET.encode()).decode(),
    ],
)
def test_a_secret_is_known_however_it_is_written(text: str) -> None:
    assert holds(text, forms(SECRET))


@pytest.fixture
def scan(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Scan:
    stage.write(properties=stage.with_oauth("token"), script=stage.script)
    return Scan(stage, monkeypatch)


def changed(stage: Stage, text: str) -> None:
    definition = stage.definition
    definition["info"]["description"] = text
    stage.write(definition=definition)


def test_a_life_of_a_connector(scan: Scan, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planned, created by a reviewed plan, updated and taken back."""
    monkeypatch.setenv("CONNKIT_CLIENT_SECRET", SECRET)
    reviewed = str(scan.stage.folder.parent / "plan.json")
    scan.deploy()
    scan.deploy("--format", "json", "--save-plan", reviewed)
    scan.deploy("--apply", "--plan", reviewed)
    assert scan.stage.secrets == [SECRET]
    changed(scan.stage, "Other widgets.")
    scan.deploy("--apply", "--output", str(scan.stage.folder.parent / "said.txt"))
    assert scan.stage.secrets == [SECRET]
    scan.deploy("--undo", "--apply", "--format", "json", "--output", str(scan.stage.folder.parent / "said.json"))
    assert [call.arguments[0] for call in scan.stage.calls] == ["create", "update", "update"]
    looked_at = {
        "paconn's arguments",
        "paconn's variables",
        "what paconn was handed, home/.paconn/accessTokens.json",
        "a file for a while, widgets/.connkit/journals/Rehearsal.json",
    }
    assert looked_at <= {place for place, _ in scan.places}
    assert scan.found == []
    assert list((scan.stage.folder.parent / "temp").iterdir()) == []


def test_a_secret_that_is_typed(scan: Scan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(click.termui, "hidden_prompt_func", lambda text: SECRET)
    scan.deploy("--apply")
    assert scan.stage.secrets == [SECRET]
    assert scan.found == []


def test_a_sign_in_of_paconns_own(scan: Scan, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stays in the one file where paconn keeps it."""
    monkeypatch.setenv("CONNKIT_CLIENT_SECRET", SECRET)
    home = scan.stage.sign_in({"refresh_token": REFRESH, "access_token": scan.stage.platform.token})
    scan.deploy("--apply")
    assert scan.found == [
        f"{what} in a file{when}, home/.paconn/accessTokens.json"
        for what in ("the refresh token", "the sign-in")
        for when in (" for a while", "")
    ]
    assert list((home / ".paconn").iterdir()) == [home / ".paconn" / "accessTokens.json"]


STEPS = {
    "the list": (r"GET .*/apis\?", "create"),
    "one connector": (r"GET .*/apis/shared_", "update"),
    "its definition": (r"GET .*/swagger\.json", "update"),
    "the validation": (r"POST .*/validateApiSwagger", "create"),
    "the storage": (r"POST .*/generateResourceStorage", "create"),
    "the upload": (r"PUT ", "create"),
    "the create": (r"POST .*/apis\?", "create"),
    "the update": (r"PATCH ", "update"),
}
ANSWERS = [
    *((step, 403) for step in STEPS),
    *((step, 401) for step in ("the list", "the update")),
    *((step, 500) for step in ("the validation", "the create", "the update")),
    *((step, 200) for step in ("one connector", "the storage", "the create", "the update")),
]


@pytest.mark.parametrize(("step", "status"), ANSWERS)
def test_a_service_that_says_what_it_was_told(
    scan: Scan, monkeypatch: pytest.MonkeyPatch, step: str, status: int
) -> None:
    """Its error quotes the request's body, headers and address, as proxies and traces do."""
    stage, (asked, action) = scan.stage, STEPS[step]
    monkeypatch.setenv("CONNKIT_CLIENT_SECRET", SECRET)
    if action == "update":
        stage.add(properties=stage.with_oauth("token")["properties"])
        changed(stage, "Other widgets.")
    told: list[str] = []
    handle = stage.platform.handle

    def quoting(request: Request) -> Reply:
        if not re.match(asked, f"{request.method} {request.url}"):
            reply: Reply = handle(request)
            return reply
        body = request.body.decode("utf-8", "replace")
        secret = body[body.index('"clientSecret"') :][:60] if SECRET[:8] in body else ""
        told.append(f"{secret} {request.url} {request.header('Authorization')}")
        error = {"error": {"code": "Refused", "message": told[-1]}}
        return Reply(Response(status, {"Content-Type": "application/json"}, json.dumps(error).encode()))

    monkeypatch.setattr(stage.platform, "handle", quoting)
    said = scan.deploy("--apply", "--yes", code=None)
    assert told
    assert "Refused" in said + scan.places[-1][1]
    assert scan.found == []
