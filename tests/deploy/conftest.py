"""Deployments rehearsed in this process: the real paconn, forked from one that is warm, against the mock platform."""

from __future__ import annotations

import contextlib
import json
import math
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import InitVar, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connkit.cli.deploy_view import outcome_lines, plan_lines
from connkit.core import Request, Response, Send, UserError
from connkit.deploy import applying
from connkit.deploy.applying import Ending, Outcome
from connkit.deploy.journal import Journal, JournalFile
from connkit.deploy.local import read_local
from connkit.deploy.paconn import Call, Paconn, Ran, Run, private_environment, runner
from connkit.deploy.plan import Action
from connkit.deploy.record import Record, read_record, write_record
from connkit.deploy.signin import sign_in
from connkit.platform import Address, Fault, MockPlatform, StoredConnector, served
from connkit.serving.server import Server
from connkit.workflows.deploying import Prepared, Running, Wish, World, carry_out, environment_of, plan, settle
from connkit.workflows.project import Project, read_project

NAME = "rehearsal"  # the environment, as connkit.yaml calls it
USUAL = Wish(NAME)
TITLE = "Rehearsed tasks"
SECRET = "fake-oauth-secret-0000"
ICON = b"\x89PNG\r\n\x1a\n fake icon "
SCRIPT = (
    "public class Script : ScriptBase { public override async Task<HttpResponseMessage> ExecuteAsync() { /* %s */ } }"
)

# ---- paconn, warm

_WARM = """
import json, mimetypes, os, signal, socket, sys, traceback
import adal, requests, azure.storage.common.storageclient as storage
import paconn.__main__, paconn.commands.commands, paconn.commands.params
import paconn.commands.create, paconn.commands.update, paconn.commands.download, paconn.commands.validate
storage.sleep = lambda seconds: None  # it would wait a quarter of a minute before it puts a file again
mimetypes.init()
door = socket.socket(fileno=int(sys.argv[1]))
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
while True:
    order, handles, _, _ = socket.recv_fds(door, 1 << 20, 3)
    if not order:
        break
    if os.fork():
        for handle in handles:
            os.close(handle)
        continue
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    door.close()
    call, (out, errors, reply) = json.loads(order), handles
    os.write(reply, b"%d\\n" % os.getpid())
    for number, handle in enumerate((os.open(os.devnull, os.O_RDONLY), out, errors)):
        os.dup2(handle, number)
    os.environ.clear()
    os.environ.update(call["environment"])
    os.chdir(call["folder"])
    sys.argv = ["paconn", *call["arguments"]]
    code = 0
    try:
        paconn.__main__.main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os.write(reply, b"%d\\n" % code)
    os._exit(0)
"""


class WarmPaconn:
    """A process that has imported paconn and forks for each run; stop it at the end. Linux only."""

    def __init__(self, python: Path) -> None:
        self._door, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [str(python), "-P", "-c", _WARM, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env={**os.environ, "PYTHONUTF8": "1", "PYTHONWARNINGS": "ignore"},
            )

    def run(self, call: Call, environ: Mapping[str, str], enough: Callable[[], bool]) -> Ran:
        """`enough` says that the time limit counts as reached."""
        read, write = os.pipe()
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors, open(read, "rb", 0) as reply:
            order = {"arguments": call.arguments, "folder": str(call.folder), "environment": dict(environ)}
            try:
                socket.send_fds(self._door, [json.dumps(order).encode()], [out.fileno(), errors.fileno(), write])
            finally:
                os.close(write)
            process = int(reply.readline())
            end = time.monotonic() + call.seconds
            while not select.select([reply], [], [], 0.02)[0] and not enough() and time.monotonic() < end:
                pass
            code = int(reply.readline() or b"-9") if select.select([reply], [], [], 0)[0] else None
            if code is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process, signal.SIGKILL)
                reply.read()  # until it is gone
            return Ran(code, *(_whole(each) for each in (out, errors)))

    def stop(self) -> None:
        self._door.close()
        self._process.wait()


def _whole(file: Any) -> str:
    file.seek(0)
    return str(file.read().decode("utf-8", "replace"))


PaconnRun = Callable[[Mapping[str, str], Callable[[], bool]], Run]


@contextlib.contextmanager
def warm(python: Path) -> Iterator[PaconnRun]:
    """Makes from environment variables what runs paconn: forked where that can be, else as connkit runs it."""
    if sys.platform != "linux":
        yield lambda environ, enough: runner(Paconn(python, "0.0.21"), environ)
        return
    paconn = WarmPaconn(python)
    try:
        yield lambda environ, enough: lambda call: paconn.run(call, private_environment(environ, call.home), enough)
    finally:
        paconn.stop()


# ---- a connector, in two versions


@dataclass(frozen=True, slots=True)
class Files:
    """A connector as it stands in a folder."""

    definition: dict[str, Any]
    properties: dict[str, Any]
    icon: bytes | None
    script: bytes | None

    def write(self, root: Path) -> None:
        contents: dict[str, bytes | None] = {
            "apiDefinition.swagger.json": json.dumps(self.definition, indent=2).encode(),
            "apiProperties.json": json.dumps({"properties": self.properties}, indent=2).encode(),
            "icon.png": self.icon,
            "script.csx": self.script,
        }
        for name, data in contents.items():
            (root / name).unlink(missing_ok=True)
            if data is not None:
                (root / name).write_bytes(data)


def files(version: str, oauth: bool = False) -> Files:
    """Each part tells the version."""
    answer = {"200": {"description": "The tasks", "schema": {"type": "object"}}}
    parameter = {"name": "id", "in": "path", "required": True, "type": "string", "x-ms-summary": "Task"}
    definition = {
        "swagger": "2.0",
        "info": {
            "title": TITLE,
            "description": f"Tasks of a rehearsal, as the {version} version has them.",
            "version": "1.0",
        },
        "host": "api.example.com",
        "basePath": "/",
        "schemes": ["https"],
        "consumes": ["application/json"],
        "produces": ["application/json"],
        "paths": {
            "/tasks": {"get": _operation("ListTasks", "List tasks", f"Lists tasks, {version}.", answer)},
            "/tasks/{id}": {
                "get": {
                    **_operation("GetTask", "Get a task", "Gets one task.", answer),
                    "parameters": [{**parameter, "description": "The task", "x-ms-url-encoding": "single"}],
                }
            },
        },
    }
    color = {"old": "#0078d4", "new": "#107c10"}.get(version, "#5c2d91")
    properties: dict[str, Any] = {
        "iconBrandColor": color,
        "connectionParameters": _oauth() if oauth else {},
        "capabilities": [],
        "scriptOperations": ["ListTasks"],
    }
    return Files(definition, properties, ICON + version.encode(), (SCRIPT % version).encode())


def _operation(name: str, summary: str, description: str, answer: dict[str, Any]) -> dict[str, Any]:
    return {"operationId": name, "summary": summary, "description": description, "responses": answer}


def _oauth() -> dict[str, Any]:
    address = {"value": "https://login.example.com/token"}
    settings = {
        "identityProvider": "oauth2",
        "clientId": "rehearsal",
        "scopes": ["tasks"],
        "redirectMode": "Global",
        "redirectUrl": "https://global.consent.azure-apim.net/redirect",
        "customParameters": {"authorizationUrl": address, "tokenUrl": address, "refreshUrl": address},
    }
    return {"token": {"type": "oauthSetting", "oAuthSettings": settings}}


# ---- a rehearsal


def straight(platform: MockPlatform) -> Send:
    """To the platform without a network; where it does not answer, OSError at once in place of a time limit."""

    def send(request: Request) -> Response:
        reply = platform.handle(request)
        if reply.response is None:
            why = "ReadTimeout" if reply.delay == math.inf else "ConnectionError"
            raise OSError(f"no answer from {request.url.partition('?')[0]} ({why})")
        return reply.response

    return send


@dataclass(frozen=True, slots=True)
class Attempt:
    """One `connkit deploy --apply`: what was planned, and how it ended; `failure` is a UserError's text."""

    prepared: Prepared | None
    outcome: Outcome | None
    failure: str = ""

    @property
    def ending(self) -> Ending:
        return self.outcome.ending if self.outcome else Ending.FAILED

    @property
    def told(self) -> tuple[str, ...]:
        return self.outcome.told if self.outcome else (self.failure,)

    @property
    def blocked(self) -> tuple[str, ...]:
        return self.prepared.plan.blocked if self.prepared else ()


@dataclass
class Rehearsal:
    """A connector's folder and a platform; `send` is how connkit reaches it, `waited` how long it would have slept.

    Where it is `hanging`, paconn has reached its time limit as soon as the storage does not answer; it would wait for
    hours. `said` is what was printed, what paconn was called with, and all that stood in its folder after its runs.
    """

    platform: MockPlatform
    address: Address
    root: Path
    locks: Path
    send: Send
    paconn: InitVar[PaconnRun]
    seconds: float = 60.0
    hanging: bool = False
    secret: str = ""
    waited: list[float] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    stopping: Callable[[], bool] = lambda: False
    clock: Callable[[], float] = lambda: 0.0  # seconds since NOW

    def __post_init__(self, paconn: PaconnRun) -> None:
        environ = {**os.environ, "REQUESTS_CA_BUNDLE": str(self.address.ca_file)}
        self.run = paconn(environ, self._hangs)
        self.root.mkdir(parents=True, exist_ok=True)
        settings = (
            f"environments:\n- {{name: {NAME}, id: {self.environment_id}, production: false, "
            f"url: '{self.address.url}', flow_url: '{self.address.url}'}}\n"
        )
        (self.root / "connkit.yaml").write_text(settings, "utf-8", newline="\n")

    @property
    def environment_id(self) -> str:
        return self.platform.environments[0].id

    @property
    def temporary(self) -> Path:
        """Where connkit in a process of its own keeps what is for paconn; a kill leaves it there."""
        return self.root.parent / "temporary"

    @property
    def project(self) -> Project:
        return read_project(self.root)

    @property
    def world(self) -> World:
        known = sign_in(self.platform.token, self.root, self.platform.clock())
        return World(self.send, self.waited.append, self._now, known, self.said.append, "0.1.0", self.locks)

    def _now(self) -> datetime:
        return NOW + timedelta(seconds=self.clock())

    def plan(self, wish: Wish = USUAL) -> Prepared:
        return plan(self.project, wish, self.world)

    def carry_out(self, prepared: Prepared) -> Outcome:
        running = Running(self._noting, self.seconds, self.secret, self.stopping)
        return carry_out(self.project, prepared, self.world, running)

    def deploy(self, wish: Wish = USUAL) -> Attempt:
        """As the command does it with --apply."""
        prepared: Prepared | None = None
        try:
            prepared = self.plan(wish)
            if prepared.plan.blocked:
                outcome = Outcome(Ending.REFUSED, ("the plan is blocked; nothing was changed",))
            elif prepared.plan.action is Action.NOTHING:
                outcome = settle(self.project, prepared, self.world)
            else:
                outcome = self.carry_out(prepared)
        except UserError as error:
            self.said.append(str(error))
            return Attempt(prepared, None, str(error))
        self.said += [*plan_lines(prepared.plan), json.dumps(prepared.plan.as_json()), *outcome_lines(outcome)]
        return Attempt(prepared, outcome)

    def deployed(self, version: str) -> str:
        """The folder holds this version, and an earlier run has deployed it; the connector's ID."""
        made = files(version, bool(self.secret))
        made.write(self.root)
        properties = deepcopy(made.properties)
        if self.secret:
            properties["connectionParameters"]["token"]["oAuthSettings"]["clientSecret"] = self.secret
        connector = self.platform.add(self.environment_id, TITLE, made.definition, properties, made.icon, made.script)
        state = read_local(self.root).state
        record = Record(
            environment=NAME,
            environment_id=self.environment_id,
            connector_id=connector,
            display_name=TITLE,
            deployed_at="2026-11-27T08:00:00Z",
            action="update",
            sent=state.hashes,
            read_back=state.fingerprint,
            backup=None,
            connkit="0.1.0",
        )
        write_record(self.root, environment_of(self.project, NAME), record)
        return connector

    def prepare(self, action: str) -> None:
        """The folder holds the new version; nothing is deployed before a create, the old version before an update."""
        if action == "update":
            self.deployed("old")
        files("new", bool(self.secret)).write(self.root)

    def holds_version(self, version: str) -> None:
        """The folder holds this version."""
        files(version, bool(self.secret)).write(self.root)

    def break_off(self, step: str, kind: str, after: int = 0) -> None:
        self.platform.fault(Fault(step, kind, after=after))

    def _hangs(self) -> bool:
        return self.hanging and any(each.step == "blob" and each.status is None for each in self.platform.seen)

    def _noting(self, call: Call) -> Ran:
        ran = self.run(call)
        self.said += [*call.arguments, ran.output, ran.errors]
        self.said += [each.read_text("utf-8", "replace") for each in call.folder.parent.rglob("*") if each.is_file()]
        return ran

    # What came of it.

    def wrong(self, start: str, attempt: Attempt) -> list[str]:
        """What is not as promised after one deployment from `start`, 'none' or 'old', to 'new'."""
        holds, ending = self.holds, attempt.ending
        written = any(each.effect for each in self.platform.seen if each.step in ("create", "update"))
        rules = {
            f"the service holds {holds}": holds in (start, "new") and (holds != "none" or not written),
            f"{self.seen('create')} creates were sent": self.seen("create") <= 1,
            f"{ending.name}, but the service holds {holds}": ending is Ending.PARTIAL
            or holds == ("new" if ending is Ending.DONE else start),
            f"{ending.name}, but the journal is {self.journal}": (self.journal is not None)
            == (ending is Ending.PARTIAL),
            f"DONE, but the record is {self.record}": ending is not Ending.DONE
            or (self.record is not None and self.record.connector_id == self.stored[0].id),
            "PARTIAL, but nothing was sent": ending is not Ending.PARTIAL
            or bool(self.seen("create") or self.seen("update")),
            f"a secret stands in {self.told_secrets}": not self.told_secrets,
        }
        return [told for told, right in rules.items() if not right]

    @property
    def stored(self) -> list[StoredConnector]:
        return list(self.platform.connectors(self.environment_id).values())

    @property
    def holds(self) -> str:
        """'none', the version that is stored, 'another state', or how many there are."""
        stored = self.stored
        if len(stored) != 1:
            return f"{len(stored)} connectors" if stored else "none"
        oauth = bool(self.secret)
        return next(
            (each for each in ("old", "new", "theirs") if _is(stored[0], files(each, oauth), self.secret)),
            "another state",
        )

    @property
    def journal(self) -> Journal | None:
        return JournalFile(self.root, environment_of(self.project, NAME)).read()

    @property
    def record(self) -> Record | None:
        return read_record(self.root, environment_of(self.project, NAME))

    def seen(self, step: str) -> int:
        return sum(each.step == step for each in self.platform.seen)

    @property
    def told_secrets(self) -> list[str]:
        """Where the token or the secret stands: in what was said or written."""
        hidden = [self.platform.token, SECRET]
        folders = (self.root, self.locks, self.temporary)
        listed = [each for folder in folders for each in folder.rglob("*") if each.is_file()]
        written = [(each, each.read_text("utf-8", "replace")) for each in listed]
        places = [("said", text) for text in self.said] + [(str(path), text) for path, text in written]
        return [place for place, text in places if any(secret in text for secret in hidden)]


# ---- a fault at one request

RETRIED = ("429", "500", "502-empty", "503", "stall", "drop")
REFUSING = ("401", "403", "404", "409", "200-error")
AFTER = ("stall-after", "drop-after", "502-empty-after", "200-error-after")


def kinds_at(step: str) -> tuple[str, ...]:
    """The faults that make a difference there: what is only read or checked cannot be done and then unheard."""
    if step in ("list", "get", "content"):
        return (*REFUSING, *RETRIED, "stale")
    if step in ("validate", "storage"):
        return (*REFUSING, *RETRIED)
    return (*REFUSING, *RETRIED, *AFTER, *(["nameless-after"] if step == "create" else []))


AGAIN = (
    f"an earlier run may have asked the service to create '{TITLE}' at 2026-11-28T19:30:00Z, and heard no answer, and "
    f"no new connector is in '{NAME}'; look in the maker portal, plan again in some minutes, and when you are sure "
    "that none was made, add --create-again"
)


def struck(rehearsal: Rehearsal, action: str, faults: Sequence[Fault]) -> tuple[Attempt, list[str]]:
    """A deployment under these faults, and then, where it left anything, one without: what is not as promised."""
    start = "old" if action == "update" else "none"
    rehearsal.prepare(action)
    rehearsal.hanging = any(fault.step == "blob" and fault.kind.startswith("stall") for fault in faults)
    for fault in faults:
        rehearsal.platform.fault(fault)
    first = rehearsal.deploy()
    wrong = rehearsal.wrong(start, first)
    if first.ending is not Ending.PARTIAL and rehearsal.holds == start:
        return first, wrong  # all is as it was before
    rehearsal.platform.clear_faults()
    rehearsal.platform.seen.clear()
    rehearsal.hanging = False
    unheard = rehearsal.holds == "none"
    second = rehearsal.deploy()
    if unheard:
        wrong += [] if second.blocked == (AGAIN,) else [f"not asked for --create-again, but: {second.told}"]
        second = rehearsal.deploy(Wish(NAME, create_again=True))
    wrong += [f"then {each}" for each in rehearsal.wrong("new", second)]
    wrong += [] if second.ending is Ending.DONE else [f"then {second.ending.name}: {second.told}"]
    return first, wrong


# ---- real processes, killed

TOOLS = Path(__file__).resolve().parents[2] / "tools"


def started(rehearsal: Rehearsal, *options: str) -> subprocess.Popen[str]:
    """connkit deploy --apply in a process of its own, over the network."""
    environ = {
        **os.environ,
        "PYTHONPATH": str(TOOLS),
        "CONNKIT_HOME": str(rehearsal.locks.parent),
        "CONNKIT_ACCESS_TOKEN": rehearsal.platform.token,
        "REQUESTS_CA_BUNDLE": str(rehearsal.address.ca_file),
        **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(rehearsal.temporary)),
    }
    rehearsal.temporary.mkdir(exist_ok=True)
    place = ["-C", str(rehearsal.root), "deploy", "--environment", NAME, "--apply", *options]
    return subprocess.Popen(
        [sys.executable, "-m", "connkit", *place],
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def await_request(rehearsal: Rehearsal, process: subprocess.Popen[str], step: str, number: int) -> None:
    """Until the platform has had so many requests of this step."""
    while rehearsal.seen(step) < number:
        if process.poll() is not None:
            raise AssertionError(f"connkit has ended before: {process.communicate()}")
        time.sleep(0.01)


def killed(rehearsal: Rehearsal, action: str, fault: Fault) -> tuple[tuple[str, ...], list[str]]:
    """connkit is killed while the platform holds a request, and paconn goes on alone; then it is deployed again.

    What the next plan says of the earlier run, and what is not as promised.
    """
    rehearsal.prepare(action)
    rehearsal.platform.fault(fault)
    process = started(rehearsal)
    await_request(rehearsal, process, fault.step, fault.after + 1)
    alone = _children(process.pid) or sys.platform != "linux"
    earlier, wrong = after_kill(rehearsal, process, action)
    at_paconn = fault.step in ("validate", "storage", "blob", "create", "update")
    return earlier, [*wrong, *(["there was no paconn to go on alone"] if at_paconn and not alone else [])]


def after_kill(rehearsal: Rehearsal, process: subprocess.Popen[str], action: str) -> tuple[tuple[str, ...], list[str]]:
    orphans = _children(process.pid)
    process.kill()
    rehearsal.said += process.communicate()
    rehearsal.platform.clear_faults()
    before = (rehearsal.holds, rehearsal.seen("create"), rehearsal.seen("update"))
    for orphan in orphans:
        while _alive(orphan):
            time.sleep(0.01)
    start = "old" if action == "update" else "none"
    wrong = [] if rehearsal.holds in (start, "new") else [f"the service holds {rehearsal.holds}"]
    if (rehearsal.holds, rehearsal.seen("create"), rehearsal.seen("update")) != before:
        wrong.append("paconn has written after connkit was gone")
    unheard = rehearsal.holds == "none" and _may_have_created(rehearsal.journal)
    planned = rehearsal.plan()
    again = rehearsal.deploy()
    if unheard:
        wrong += [] if "--create-again" in " ".join(again.blocked) else ["not asked for --create-again"]
        again = rehearsal.deploy(Wish(NAME, create_again=True))
    rehearsal.platform.seen.clear()
    wrong += [f"then {each}" for each in rehearsal.wrong("new", again)]
    wrong += [] if again.ending is Ending.DONE else [f"then {again.ending.name}: {again.told} {again.blocked}"]
    return planned.plan.earlier + planned.plan.blocked, wrong


def _may_have_created(journal: Journal | None) -> bool:
    """connkit cannot know it of a create that it was just sending."""
    return journal is not None and journal.phase == "sent"


def _children(process: int) -> list[int]:
    """Where the system tells; elsewhere what is left of paconn is not waited for."""
    listed = Path(f"/proc/{process}/task/{process}/children")
    threads = listed.parent.parent.glob("*/children") if listed.exists() else ()
    return [int(child) for each in threads for child in each.read_text().split()]


def _alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture(scope="session")
def kill() -> Callable[..., tuple[tuple[str, ...], list[str]]]:
    return killed


@pytest.fixture(scope="session")
def start_process() -> Callable[..., subprocess.Popen[str]]:
    return started


@pytest.fixture(scope="session")
def await_step() -> Callable[..., None]:
    return await_request


@contextlib.contextmanager
def live(folder: Path, paconn: PaconnRun) -> Iterator[Rehearsal]:
    """On a platform of its own, whose clock is that of the processes."""
    platform = MockPlatform()
    with served(platform, folder / "platform") as address:
        yield rehearsal_of(platform, address, folder, paconn)


@pytest.fixture
def live_rehearsal(tmp_path: Path, warm_paconn: PaconnRun) -> Iterator[Rehearsal]:
    with unhurried(), live(tmp_path, warm_paconn) as made:
        yield made


@pytest.fixture(scope="session")
def alive(warm_paconn: PaconnRun) -> Callable[[Path], Any]:
    return lambda folder: live(folder, warm_paconn)


NOW = datetime(2026, 11, 28, 19, 30, tzinfo=UTC)


def _is(stored: StoredConnector, version: Files, secret: str) -> bool:
    wanted = deepcopy(version.properties)
    if secret:
        wanted["connectionParameters"]["token"]["oAuthSettings"]["clientSecret"] = secret
    kept = {name: value for name, value in stored.properties.items() if name in wanted}
    parts = (stored.display_name, stored.definition, kept, stored.icon, stored.script)
    return parts == (TITLE, version.definition, wanted, version.icon, version.script)


Rehearse = Callable[..., Rehearsal]


@pytest.fixture(scope="session")
def warm_paconn(paconn_python: Path) -> Iterator[PaconnRun]:
    with warm(paconn_python) as made:
        yield made


class UnhurriedServer(Server):
    """The gate's server, whose end, a tenth of a second, nobody waits for."""

    def __exit__(self, *exception: object) -> None:
        threading.Thread(target=self.stop).start()


@contextlib.contextmanager
def unhurried() -> Iterator[None]:
    """What a rehearsal does without, to be quick."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(applying, "Server", UnhurriedServer)
        patch.setattr(os, "fsync", lambda handle: None)  # the power stays on
        yield


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[MockPlatform, Address]]:
    platform = MockPlatform(clock=NOW.timestamp)
    with unhurried(), served(platform, tmp_path_factory.mktemp("platform")) as address:
        yield platform, address


def rehearsal_of(platform: MockPlatform, address: Address, folder: Path, paconn: PaconnRun) -> Rehearsal:
    """A new one in an empty folder; the platform starts over."""
    platform.watch = None
    platform.reset()
    return another_of(platform, address, folder, paconn)


def another_of(platform: MockPlatform, address: Address, folder: Path, paconn: PaconnRun) -> Rehearsal:
    """One more, on the platform as it is."""
    return Rehearsal(platform, address, folder / "connector", folder / "locks", straight(platform), paconn)


@pytest.fixture
def another(stage: tuple[MockPlatform, Address], warm_paconn: PaconnRun) -> Callable[[Path], Rehearsal]:
    return lambda folder: another_of(*stage, folder, warm_paconn)


@pytest.fixture(scope="session")
def strike() -> Callable[[Rehearsal, str, Sequence[Fault]], tuple[Attempt, list[str]]]:
    return struck


@pytest.fixture
def rehearsal(stage: tuple[MockPlatform, Address], tmp_path: Path, warm_paconn: PaconnRun) -> Rehearsal:
    return rehearsal_of(*stage, tmp_path, warm_paconn)


@pytest.fixture(scope="session")
def wish() -> Callable[..., Wish]:
    return lambda **asked: Wish(NAME, **asked)
