"""Carrying a plan out: backup, journal, paconn through the gate, and then the word of what can be read back."""

from __future__ import annotations

import enum
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from connkit.core import UserError
from connkit.deploy.backups import Backup, save_backup
from connkit.deploy.comparing import NO_ICON, compare_states, shortened
from connkit.deploy.environments import Environment
from connkit.deploy.gate import Answered, Gate, Keys, Permit, Way
from connkit.deploy.handing import hand_over, private_folder
from connkit.deploy.journal import Journal, JournalFile
from connkit.deploy.paconn import Call, Ran, Run
from connkit.deploy.plan import Action, Plan
from connkit.deploy.record import Record, record_path, write_record
from connkit.deploy.retrying import PASSING
from connkit.deploy.service import Deployed, Service, ServiceFailed, said_in, shown
from connkit.deploy.state import State
from connkit.deploy.written import iso_seconds, must_be_writable
from connkit.serving.server import Server

PAUSES = (0.0, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds before each look at what came of a write; reads may be answered from a copy that is older than it."""

LOOKING = 300.0
"""Seconds after which no further look begins; a read that is never answered takes many minutes."""

_OLD = "the service shows the old state, unchanged"
_MODULE = re.compile(r"^[\w.]*\.(?=\w+(: |$))")  # of an exception
_QUERY = re.compile(r"\?[^\s'\")]*")

MAX_BODY = 64 * 1024 * 1024
"""Bytes that paconn may send at once; a connector's definition is far smaller."""


class Ending(enum.Enum):
    """`REFUSED` and `FAILED` changed nothing; after `PARTIAL` a person must look."""

    DONE = enum.auto()
    REFUSED = enum.auto()
    FAILED = enum.auto()
    PARTIAL = enum.auto()


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a deployment ended; `told` are sentences for the admin, what happened first and what to do last."""

    ending: Ending
    told: tuple[str, ...]
    connector: str | None = None
    record: Path | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """A plan that acts, with what it is about; `deployed` is None before a create."""

    plan: Plan
    environment: Environment
    wanted: State
    deployed: State | None
    secret: str = field(default="", repr=False)

    @property
    def action(self) -> Literal["create", "update", "undo"]:
        if self.plan.undo:
            return "undo"
        return "create" if self.plan.action is Action.CREATE else "update"


@dataclass(frozen=True, slots=True)
class Means:
    """With what a job is done. `seconds` is paconn's time limit, `way` leads to the service, `version` is connkit's.

    `stopping` says that somebody wants to stop: heard before the write, never in the middle of one. `command` is how
    this folder's deployments are called.
    """

    root: Path
    service: Service
    way: Way
    run: Run
    seconds: float
    now: Callable[[], datetime]
    tell: Callable[[str], None]
    version: str
    command: str = "connkit deploy"
    stopping: Callable[[], bool] = lambda: False


def apply(job: Job, means: Means) -> Outcome:
    """Never raises for what the service or paconn does; UserError where nothing was begun."""
    moved = _moved(job, means)
    if moved:
        return Outcome(Ending.REFUSED, (moved, "nothing was changed"))
    must_be_writable(record_path(means.root, job.environment))
    backup = _backup(job, means)
    ledger = _Ledger(job, means, backup)
    gate, ran = _run(job, means, ledger)
    ending = _settle(job, means, ledger, gate, ran)
    return replace(ending, warnings=gate.warnings)


def _moved(job: Job, means: Means) -> str:
    """'' while the service holds what the plan was made from."""
    if job.plan.connector is None:
        new = ", ".join(_new_ones(job, means))
        return f"'{job.wanted.display_name}' has been created since the plan was made: {new}; plan again" if new else ""
    now = means.service.connector(job.environment.id, job.plan.connector)
    if now is None:
        return f"the connector {job.plan.connector} is gone since the plan was made; plan again"
    if now.state.fingerprint == job.plan.before:
        return ""
    if now.gaps and job.deployed is not None and job.deployed.icon is not None:
        return f"whether what is deployed has changed since the plan was made cannot be told: {now.gaps[0]}; plan again"
    return (
        f"what is deployed has changed since the plan was made ({_changes(job.deployed, now.state)}); plan again, and "
        "read what it would overwrite"
    )


def _changes(planned: State | None, found: State) -> str:
    if planned is None:
        return "it is there now"
    compared = compare_states(planned, found)
    icon = ["icon.png is there now"] if planned.icon is None and found.icon is not None else []
    return "; ".join(shortened((*compared.differences, *compared.additions, *icon)))


def _backup(job: Job, means: Means) -> Backup:
    return save_backup(
        means.root,
        job.environment,
        action=job.action,
        connector_id=job.plan.connector,
        display_name=job.plan.display_name,
        state=job.deployed,
        now=means.now(),
    )


class _Ledger:
    """The journal of one run, written before and after each thing that cannot be taken back."""

    def __init__(self, job: Job, means: Means, backup: Backup) -> None:
        self._file = JournalFile(means.root, job.environment)
        self.backup = backup
        self.entry = Journal(
            action=job.action,
            environment_id=job.environment.id,
            connector_id=job.plan.connector,
            title=job.wanted.display_name,
            started_at=iso_seconds(means.now()),
            target=job.wanted.fingerprint,
            definition=job.wanted.hashes.definition,
            before=job.plan.before or None,
            known=job.plan.known,
            backup=backup.name,
            phase="begun",
        )
        self._file.write(self.entry)

    def sending(self) -> None:
        self._write(replace(self.entry, phase="sent"))

    def answered(self, answer: Answered) -> None:
        status = answer.response.status if answer.response else None
        if status is not None:
            self._write(replace(self.entry, phase="answered", answered_id=answer.connector, status=status))

    def close(self) -> None:
        self._file.remove()

    def _write(self, entry: Journal) -> None:
        self._file.write(entry)
        self.entry = entry


# ---- paconn


def _run(job: Job, means: Means, ledger: _Ledger) -> tuple[Gate, Ran | None]:
    """The gate after paconn has ended; nothing of paconn where it could not be started."""
    creating = job.plan.connector is None
    stand_in, secret_stand_in = secrets.token_urlsafe(24), secrets.token_urlsafe(24) if job.secret else ""

    def before_write() -> None:
        if means.stopping():
            raise UserError("stopped before anything was written")
        ledger.sending()

    gate = Gate(
        Permit(job.environment.id, job.plan.connector, job.wanted),
        Keys(stand_in, means.service.sign_in, secret_stand_in, job.secret),
        replace(means.way, patience=replace(means.way.patience, stopping=means.stopping)),
        before_write,
        ledger.answered,
    )
    with _opened(gate) as origin, private_folder() as folder:
        settings = hand_over(
            folder,
            job.wanted,
            {},
            environment=job.environment.id,
            connector_id=job.plan.connector,
            url=origin,
            api_version=means.service.at.version,
            token=stand_in,
            object_id=means.service.sign_in.object_id,
        )
        arguments = ["create" if creating else "update", "-s", str(settings), *(["-w"] if creating else [])]
        if secret_stand_in:
            arguments.append(f"--secret={secret_stand_in}")  # it may begin with a dash
        means.tell(f"paconn {arguments[0]} is running")
        try:
            ran = means.run(Call(tuple(arguments), folder / "work", folder / "home", means.seconds))
        except (UserError, OSError) as error:
            gate.refusal = gate.refusal or str(error)
            ran = None
    return gate, ran


@contextmanager
def _opened(gate: Gate) -> Iterator[str]:
    """The gate on a port of this machine."""
    server = Server(gate.malformed, max_body=MAX_BODY)
    with server:
        server.start(gate.answer)
        try:
            yield server.origin
        finally:
            gate.close()


# ---- what came of it


def _settle(job: Job, means: Means, ledger: _Ledger, gate: Gate, ran: Ran | None) -> Outcome:
    if not gate.write_sent:
        ledger.close()
        return Outcome(*_nothing_sent(gate, ran, means.seconds))
    answer = gate.write or Answered(None, "the answer was not waited for", lost=True)
    if job.plan.connector is not None:
        return replace(_settled(job, means, ledger, answer, job.plan.connector), connector=job.plan.connector)
    if answer.refused:
        ledger.close()
        told = (f"the service refused to create the connector: {answer.advised}", "nothing was created")
        return Outcome(_failed(answer), told)
    connector = answer.connector or _new_connector(job, means, answer)
    if isinstance(connector, Outcome):
        return connector
    means.tell(f"the connector's ID is {connector}")
    return replace(_settled(job, means, ledger, answer, connector), connector=connector)


def _nothing_sent(gate: Gate, ran: Ran | None, seconds: float) -> tuple[Ending, tuple[str, ...]]:
    if gate.refusal:
        ending = Ending.REFUSED if gate.is_refused else Ending.FAILED
        return ending, (gate.refusal, "nothing was changed")
    if ran is not None and ran.exit_code is None:
        doing = " while it uploaded icon and script" if gate.stored else ""
        why = f"paconn did not end within {seconds:g} seconds and was stopped{doing}"
    elif gate.stored:
        why = f"paconn failed while it uploaded icon and script: {_last_words(ran)}"
    else:
        why = f"paconn failed before it wrote anything: {_last_words(ran)}"
    return Ending.FAILED, (why, "nothing was changed; check the network and try again")


def _last_words(ran: Ran | None) -> str:
    """What stands under a traceback, or paconn's last line; without the query of an address, which may be a key."""
    lines = [line.rstrip() for line in ran.errors.splitlines() if line.strip()] if ran else []
    indented = [number for number, line in enumerate(lines) if line.startswith(" ")]
    first, *others = (lines[indented[-1] + 1 :] if indented else []) or lines[-1:] or ["it said nothing"]
    words = [_MODULE.sub("", first), *(said_in(line.encode()) or line for line in others)]
    return shown(_QUERY.sub("", ": ".join(words)))


def _new_connector(job: Job, means: Means, answer: Answered) -> str | Outcome:
    """The ID of what a create made whose answer does not tell it."""
    problem = ""
    for _ in _looks(means):
        try:
            new = _new_ones(job, means)
        except ServiceFailed as failure:
            problem = str(failure)
            continue
        problem = ""
        if len(new) > 1:
            return _partial(
                f"the service was asked once to create '{job.wanted.display_name}' ({answer.told}), and "
                f"{len(new)} new connectors of this name are there: {', '.join(new)}",
                "somebody else may have made one of them; delete by hand what is not yours, then plan again with "
                "--connector ID",
            )
        if new:
            return new[0]
    return _partial(
        f"the service was asked once to create '{job.wanted.display_name}' ({answer.told}), and "
        + (f"it cannot be seen whether it did: {problem}" if problem else "no new connector has shown up since"),
        f"look in the maker portal in some minutes, then run {_again(job, means)}; it goes on from here with --apply, "
        "and creates nothing twice",
    )


def _looks(means: Means, pauses: Sequence[float] = PAUSES) -> Iterator[None]:
    """Waits before each look at what came of a write, and ends early where looking itself takes long."""
    began = means.now()
    for number, pause in enumerate(pauses):
        if number and (means.now() - began).total_seconds() > LOOKING:
            return
        means.way.patience.wait(pause)
        yield


def _new_ones(job: Job, means: Means) -> list[str]:
    """The connectors of this name that were not there when the plan was made."""
    listed = means.service.connectors(job.environment.id)
    return [one.id for one in listed if one.id not in job.plan.known and one.display_name == job.wanted.display_name]


def _settled(job: Job, means: Means, ledger: _Ledger, answer: Answered, connector: str) -> Outcome:
    """Reads back until the service shows what was sent, or for a while."""
    found: Deployed | None = None
    problem = ""
    for _ in _looks(means, PAUSES[:1] if answer.refused else PAUSES):
        try:
            found = means.service.connector(job.environment.id, connector)
            problem = "" if found else "the service says that there is no such connector"
        except ServiceFailed as failure:
            problem = str(failure)
        if not problem and found is not None and compare_states(job.wanted, found.state).equal:
            return _done(job, means, ledger, found)
    if answer.refused:
        return _refused(job, ledger, answer, found, problem)
    if problem or found is None:
        return _partial(
            f"{_sent(job, connector, answer)}, but it could not be read back: {problem}",
            f"run {_again(job, means)} in some minutes; it says what arrived, and goes on with --apply",
        )
    if found.state.fingerprint == job.plan.before:
        return _unchanged(job, means, ledger, answer)
    differences = compare_states(job.wanted, found.state).differences
    if found.gaps and found.state.icon is None and differences == (NO_ICON,):
        return _partial(
            f"{_sent(job, connector, answer)}, and what was read back is what was sent, but {'; '.join(found.gaps)}",
            f"run {_again(job, means)} in some minutes; it compares again, and goes on with --apply",
        )
    return _partial(
        f"{_sent(job, connector, answer)}, but what was read back is another state: "
        + "; ".join(shortened(differences)),
        "somebody else may have written after this deployment, or the service has changed what it was sent; run "
        f"{_again(job, means)} and read what it would change",
    )


def record_of(job: Job, found: Deployed, now: datetime, version: str, backup: str | None) -> Record:
    """What the folder remembers of a deployment that was read back."""
    return Record(
        environment=job.environment.name,
        environment_id=job.environment.id,
        connector_id=found.id,
        display_name=found.state.display_name,
        deployed_at=iso_seconds(now),
        action=job.action,
        sent=job.wanted.hashes,
        read_back=found.state.fingerprint,
        backup=backup,
        connkit=version,
    )


def _done(job: Job, means: Means, ledger: _Ledger, found: Deployed) -> Outcome:
    record = record_of(job, found, means.now(), means.version, ledger.backup.name)
    verb = {"create": "created", "update": "updated", "undo": "taken back to the backup"}[job.action]
    try:
        path = write_record(means.root, job.environment, record)
        ledger.close()
    except UserError as error:
        return Outcome(
            Ending.PARTIAL,
            (
                f"the connector {found.id} was {verb} and read back equal, but that could not be recorded: {error}",
                f"mend that, then run {_again(job, means)} --apply, which sends nothing again and records it",
            ),
            found.id,
        )
    told = [f"the connector {found.id} was {verb}, read back and is what was sent"]
    others = _others(job, means, found.id)
    if others:
        return Outcome(Ending.PARTIAL, (*told, *others), found.id, path)
    additions = compare_states(job.wanted, found.state).additions
    if additions:
        told.append(f"the service keeps or adds: {'; '.join(shortened(additions))}")
    return Outcome(Ending.DONE, (*told, *found.gaps), found.id, path)


def _others(job: Job, means: Means, own: str) -> tuple[str, ...]:
    """What to say where somebody else has created a connector of this name at the same time."""
    if job.plan.connector is not None:
        return ()
    try:
        others = [each for each in _new_ones(job, means) if each != own]
    except ServiceFailed:
        return ()
    if not others:
        return ()
    return (
        f"somebody else has created a connector of this name at the same time: {', '.join(others)}",
        f"agree on one, and delete the other by hand in the maker portal; the record names {own}",
    )


def _unchanged(job: Job, means: Means, ledger: _Ledger, answer: Answered) -> Outcome:
    if answer.accepted:
        return _partial(
            f"the service accepted the update of {job.plan.connector} ({answer.told}), but still shows the old state",
            f"it may need more time; run {_again(job, means)} in some minutes; it says what arrived, and goes on with "
            "--apply",
        )
    if answer.lost:
        return _partial(
            f"an update of {job.plan.connector} was sent, and it was not heard what came of it ({answer.told}); the "
            "service still shows the old state",
            f"it may arrive yet; run {_again(job, means)} in some minutes; it says what arrived, and goes on with "
            "--apply",
        )
    ledger.close()
    return Outcome(Ending.FAILED, (f"the update of {job.plan.connector} failed: {answer.advised}", _OLD))


def _refused(job: Job, ledger: _Ledger, answer: Answered, found: Deployed | None, problem: str) -> Outcome:
    """Nothing was changed by an update that the service refused, whatever can be read back."""
    if problem:
        shown = f"nothing was changed by it; it could not be read back: {problem}"
    elif found is not None and found.state.fingerprint == job.plan.before:
        shown = _OLD
    else:
        shown = "nothing was changed by it; somebody else has changed the connector meanwhile"
    ledger.close()
    return Outcome(_failed(answer), (f"the update of {job.plan.connector} failed: {answer.advised}", shown))


def _failed(answer: Answered) -> Ending:
    """Of a write that changed nothing: what the service does not want it will not want the next time either."""
    assert answer.response is not None
    return Ending.REFUSED if answer.refused and answer.response.status not in PASSING else Ending.FAILED


def _sent(job: Job, connector: str, answer: Answered) -> str:
    return (
        f"the connector {connector} was created" if job.plan.connector is None else f"an update of {connector} was sent"
    ) + f" ({answer.told})"


def _partial(*told: str) -> Outcome:
    return Outcome(Ending.PARTIAL, told)


def _again(job: Job, means: Means) -> str:
    undo = " --undo" if job.plan.undo else ""
    return f"{means.command} --environment {_quoted(job.environment.name)}{undo}"


def _quoted(name: str) -> str:
    return f'"{name}"' if " " in name else name
