"""One mock platform for all of these tests, and the same folder deployed by plain paconn and by connkit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

from connkit.cli import deploy_command, main
from connkit.core import Reply, Request, Response
from connkit.deploy import applying
from connkit.deploy.paconn import Call, Paconn, Ran, Run, find_paconn, runner
from connkit.platform import Address, MockPlatform, PlatformSwitches, StoredConnector, served
from connkit.serving.server import Server

TOOLS = Path(__file__).resolve().parents[3] / "tools"
TITLE = "Widgets"
NAMES = {
    "definition": "apiDefinition.swagger.json",
    "properties": "apiProperties.json",
    "icon": "icon.png",
    "script": "script.csx",
    "settings": "settings.json",
}
ICON = (Path(__file__).resolve().parents[3] / "icon.png").read_bytes()
SCRIPT = b"public class Script : ScriptBase { public override Task<HttpResponseMessage> ExecuteAsync() => null; }\n"
LONG = 20.0  # seconds that plain paconn may take where it does not hang

DEFINITION: dict[str, Any] = {
    "swagger": "2.0",
    "info": {"title": TITLE, "description": "Widgets für Šiauliai.", "version": "1.0"},
    "host": "widgets.example",
    "basePath": "/v1",
    "schemes": ["https"],
    "consumes": ["application/json"],
    "produces": ["application/json"],
    "securityDefinitions": {"key": {"type": "apiKey", "in": "header", "name": "Authorization"}},
    "security": [{"key": []}],
    "paths": {
        "/widgets": {
            "get": {
                "operationId": "ListWidgets",
                "summary": "List widgets",
                "description": "All widgets there are.",
                "responses": {"200": {"description": "The widgets.", "schema": {"type": "object", "properties": {}}}},
            }
        }
    },
}
PARAMETERS: dict[str, Any] = {"key": {"type": "securestring", "uiDefinition": {"displayName": "API key"}}}
PROPERTIES: dict[str, Any] = {"iconBrandColor": "#007ee5", "connectionParameters": PARAMETERS, "capabilities": []}


PACONN = cache(lambda folder: find_paconn([folder], os.environ))  # asked once what it is


class Unhurried(Server):
    """The gate's server, for whose end, a tenth of a second, nobody waits."""

    def __exit__(self, *exception: object) -> None:
        Thread(target=self.stop).start()


class Plain(NamedTuple):
    """What plain paconn did; `code` is None where it had to be killed."""

    code: int | None
    output: str
    errors: str

    @property
    def last(self) -> str:
        return self.errors.strip().splitlines()[-1]


class Told(NamedTuple):
    """What connkit deploy said: its exit code, its JSON, and standard error."""

    code: int
    plan: dict[str, Any]
    outcome: dict[str, Any]
    errors: str

    @property
    def blocked(self) -> list[str]:
        lines: list[str] = self.plan["blocked"]
        return lines

    @property
    def notes(self) -> list[str]:
        lines: list[str] = self.plan["notes"]
        return lines

    @property
    def words(self) -> list[str]:
        lines: list[str] = self.outcome["told"]
        return lines


@dataclass
class Stage:
    """A folder with a connector that has nothing wrong with it, and the platform it goes to."""

    platform: MockPlatform
    address: Address
    folder: Path
    paconn_python: Path
    complaints: list[str]
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch
    pauses: list[float] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    after_run: Callable[[Call], object] = lambda call: None

    @property
    def environment(self) -> str:
        return self.platform.environments[0].id

    @property
    def connectors(self) -> list[StoredConnector]:
        return list(self.platform.connectors(self.environment).values())

    @property
    def steps(self) -> list[str]:
        """What the platform was asked for."""
        return [each.step for each in self.platform.seen]

    icon = ICON
    script = SCRIPT

    @property
    def definition(self) -> dict[str, Any]:
        """The folder's, to be changed and written again."""
        value: dict[str, Any] = json.loads((self.folder / NAMES["definition"]).read_bytes())
        return value

    @property
    def properties(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads((self.folder / NAMES["properties"]).read_bytes())["properties"]
        return value

    @property
    def secrets(self) -> list[str]:
        """Those that the platform got for the first connector."""
        return list(_secrets(self.connectors[0].properties))

    @property
    def sent(self) -> dict[str, Any]:
        """The properties in the last body of a create or an update."""
        bodies = [each.body for each in self.platform.seen if each.step in ("create", "update")]
        properties: dict[str, Any] = json.loads(bodies[-1])["properties"]
        return properties

    def write(self, **files: Any) -> None:
        """definition, properties (all of apiProperties.json), icon and script; None removes the file."""
        for key, content in files.items():
            path = self.folder / NAMES[key]
            if content is None:
                path.unlink(missing_ok=True)
            else:
                data = content if isinstance(content, bytes) else _json(content)
                path.write_bytes(data)

    def begin(self) -> None:
        """The platform as it was at first, and no settings.json of paconn's."""
        self.platform.reset()
        self.write(settings=None)
        self.pauses.clear()

    def listed(self, **other: str) -> None:
        """The environment in connkit.yaml."""
        url = {"url": self.address.url, "flow_url": self.address.url}
        entry = {"name": "Rehearsal", "id": self.environment, "production": False, **url, **other}
        (self.folder / "connkit.yaml").write_text(f"environments: [{json.dumps(entry)}]\n", encoding="utf-8")

    def sign_in(self, stored: dict[str, Any] | str) -> Path:
        """paconn's own sign-in, with these entries or this text; a home that holds it, which is connkit's too."""
        home = self.folder.parent / "home"
        (home / ".paconn").mkdir()
        text = stored if isinstance(stored, str) else json.dumps(self._stored(stored))
        (home / ".paconn" / "accessTokens.json").write_text(text, encoding="utf-8")
        self.monkeypatch.delenv("CONNKIT_ACCESS_TOKEN")
        return home

    def _stored(self, entries: dict[str, Any]) -> dict[str, Any]:
        good = json.loads((self.address.home / ".paconn" / "accessTokens.json").read_bytes())
        if isinstance(entries.get("expires_on"), int):
            entries = {**entries, "expires_on": time.time() + entries["expires_on"]}
        return {name: value for name, value in {**good, **entries}.items() if value is not None}

    def with_oauth(self, *names: str) -> dict[str, Any]:
        """apiProperties.json with an OAuth parameter of this name, or a set of parameters for each of them."""
        parameters = [{name: _oauth()} for name in names]
        if len(names) == 1:
            return {"properties": {"iconBrandColor": "#007ee5", "connectionParameters": parameters[0]}}
        shown = {"displayName": "Sign-in", "description": "How to sign in."}
        values = [
            {"name": f"way{index}", "uiDefinition": shown, "parameters": each} for index, each in enumerate(parameters)
        ]
        sets = {"uiDefinition": shown, "values": values}
        return {"properties": {"iconBrandColor": "#007ee5", "connectionParameterSets": sets}}

    def add(self, **other: Any) -> str:
        """A connector of this folder's name that was deployed earlier, with an icon and a script; its ID."""
        given = {"definition": DEFINITION, "properties": PROPERTIES, "icon": ICON, "script": SCRIPT, **other}
        return self.platform.add(self.environment, TITLE, **given)

    def shows(self, change: Callable[[dict[str, Any]], object]) -> None:
        """Lets the service answer otherwise when it is asked for connectors: each one's properties are changed."""

        def altered(request: Request) -> Response | None:
            answer = handle(request).response
            if request.method != "GET" or "/apis" not in request.url or answer is None:
                return answer
            value = answer.json()
            for one in value.get("value", [value]):
                change(one["properties"])
            return Response(answer.status, answer.headers, json.dumps(value).encode())

        handle = self.platform.handle
        self.monkeypatch.setattr(self.platform, "handle", lambda request: Reply(altered(request)))

    def refuses(self, name: str, message: str) -> None:
        """Lets the service refuse the requests whose path ends so, in these words."""
        body = json.dumps({"error": {"code": "Refused", "message": message}}).encode()
        refusal = Reply(Response(400, {"Content-Type": "application/json"}, body))
        handle = self.platform.handle
        self.monkeypatch.setattr(
            self.platform, "handle", lambda request: refusal if name in request.url else handle(request)
        )

    def paconn(
        self,
        *arguments: str,
        folder: Path | None = None,
        until: str = "",
        environ: Mapping[str, str] | None = None,
        home: Path | None = None,
    ) -> Plain:
        """Unmodified, as an admin runs it, in the connector's folder. It is given up when the platform has been asked
        for the step `until` and does not answer."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "CONNKIT_"))}
        own |= {name: str(home or self.address.home) for name in ("HOME", "USERPROFILE")}
        own |= {"REQUESTS_CA_BUNDLE": str(self.address.ca_file), "NO_PROXY": "127.0.0.1", **(environ or {})}
        command = [str(self.paconn_python), "-m", "paconn", *arguments]
        process = subprocess.Popen(
            command,
            cwd=folder or self.folder,
            env=own,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        try:
            output, errors = process.communicate(timeout=self.awaited(until) if until else LONG)
        except subprocess.TimeoutExpired:
            process.kill()
            return Plain(None, *process.communicate())
        return Plain(process.returncode, output, errors)

    def awaited(self, step: str) -> float:
        """When the platform has been asked for it, how long to wait for what does not come, in seconds."""
        end = time.monotonic() + LONG
        while step not in self.steps and time.monotonic() < end:
            time.sleep(0.01)
        return 0.5

    def files(self, **other: str | None) -> list[str]:
        """The options that name the files and the platform."""
        given: dict[str, str | None] = {
            "--api-def": "apiDefinition.swagger.json",
            "--api-prop": "apiProperties.json",
            "--icon": "icon.png",
            "--pau": self.address.url,
            "--env": self.environment,
            **{f"--{name.replace('_', '-')}": value for name, value in other.items()},
        }
        return [part for name, value in given.items() if value is not None for part in (name, value)]

    def create(self, *more: str, **other: str | None) -> Plain:
        return self.paconn("create", *self.files(**other), *more)

    def update(self, connector: str, *more: str, **other: str | None) -> Plain:
        return self.paconn("update", *self.files(**other), "--cid", connector, *more)

    def deploy(self, *arguments: str) -> Told:
        """`connkit deploy`, whole, but for the waiting."""
        code, output, errors = self.connkit("deploy", "--environment", "Rehearsal", "--format", "json", *arguments)
        said = json.loads(output) if output else {}
        return Told(code, said.get("plan", {}), said.get("outcome", {}), errors)

    def apply(self, *arguments: str) -> Told:
        return self.deploy("--apply", "--yes", *arguments)

    def elsewhere(self, environ: Mapping[str, str]) -> tuple[int, str, str]:
        """`connkit deploy --apply` as a process of its own, with these variables."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        path = os.pathsep.join(filter(None, [environ.get("PYTHONPATH"), str(TOOLS)]))
        command = [sys.executable, "-m", "connkit", "-C", str(self.folder), "deploy", "--environment", "Rehearsal"]
        done = subprocess.run(
            [*command, "--apply", "--yes"],
            env={**own, **environ, "PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        return done.returncode, done.stdout, done.stderr

    def connkit(self, *arguments: str) -> tuple[int, str, str]:
        self.capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main.main(["-C", str(self.folder), *arguments])
        output, errors = self.capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, output, errors


@pytest.fixture(scope="session")
def complaints() -> list[str]:
    """What Microsoft's validation finds."""
    return []


@pytest.fixture(scope="session")
def address_of_platform(
    tmp_path_factory: pytest.TempPathFactory, complaints: list[str]
) -> Iterator[tuple[MockPlatform, Address]]:
    platform = MockPlatform(lambda definition, certification: complaints)
    with served(platform, tmp_path_factory.mktemp("platform")) as address:
        yield platform, address


@pytest.fixture
def stage(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    paconn_python: Path,
    complaints: list[str],
    address_of_platform: tuple[MockPlatform, Address],
) -> Stage:
    platform, address = address_of_platform
    platform.reset()
    platform.switches = PlatformSwitches()
    complaints.clear()
    made = Stage(platform, address, tmp_path / "widgets", paconn_python, complaints, capsys, monkeypatch)
    made.folder.mkdir()
    made.write(definition=DEFINITION, properties={"properties": PROPERTIES}, icon=ICON)
    made.listed()
    _surround(monkeypatch, made, tmp_path)
    return made


def _surround(monkeypatch: pytest.MonkeyPatch, stage: Stage, folder: Path) -> None:
    """connkit's variables, nobody's home, and no real waiting."""
    (folder / "home").mkdir()
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(folder / "home"))
    monkeypatch.setenv("CONNKIT_HOME", str(folder / "home" / ".connkit"))
    monkeypatch.setenv("CONNKIT_PACONN", str(stage.paconn_python.parent.parent))
    monkeypatch.setenv("CONNKIT_ACCESS_TOKEN", stage.platform.token)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(stage.address.ca_file))
    monkeypatch.delenv("CONNKIT_CLIENT_SECRET", raising=False)
    monkeypatch.setattr(deploy_command, "find_paconn", lambda places, environ: PACONN(places[0]))
    monkeypatch.setattr(applying, "Server", Unhurried)
    monkeypatch.setattr(os, "fsync", lambda handle: None)  # the power stays on
    monkeypatch.setattr(deploy_command, "time", SimpleNamespace(time=time.time, sleep=stage.pauses.append))

    def recording(paconn: Paconn, environ: Mapping[str, str]) -> Run:
        run = runner(paconn, environ)

        def noted(call: Call) -> Ran:
            stage.calls.append(call)
            ran = run(call)
            stage.after_run(call)
            return ran

        return noted

    monkeypatch.setattr(deploy_command, "runner", recording)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode()


def _oauth() -> dict[str, Any]:
    names = ("authorizationUrl", "tokenUrl", "refreshUrl")
    settings = {
        "identityProvider": "oauth2",
        "clientId": "fake-client-0000",
        "scopes": ["widgets"],
        "redirectMode": "Global",
        "redirectUrl": "https://global.consent.azure-apim.net/redirect",
        "customParameters": {name: {"value": f"https://widgets.example/{name}"} for name in names},
    }
    return {"type": "oauthSetting", "oAuthSettings": settings}


def _secrets(value: Any) -> Iterator[str]:
    for name, item in value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ()):
        if name == "clientSecret":
            yield item
        yield from _secrets(item)
