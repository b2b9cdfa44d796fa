"""Deploy: a plan from folder, record, journal and service, held against lint, build and diff; and carrying it out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from connkit.build.files import stale
from connkit.core import Finding, Send, Severity, UserError
from connkit.deploy.applying import Ending, Job, Means, Outcome, apply, record_of
from connkit.deploy.backups import Backup, load_backup
from connkit.deploy.environments import Environment, chosen
from connkit.deploy.gate import Way
from connkit.deploy.journal import Journal, JournalFile
from connkit.deploy.local import Local, read_addresses, read_local, takes_secret
from connkit.deploy.locks import held_by_another, only_one
from connkit.deploy.paconn import Run
from connkit.deploy.plan import Action, Named, Plan, Target, changes_between, files_of, silent_deeds, target_of
from connkit.deploy.record import Record, read_record, record_path, write_record
from connkit.deploy.retrying import Patience, patient
from connkit.deploy.service import Addresses, Deployed, Listed, Service, ServiceFailed
from connkit.deploy.signin import SignedOut, SignIn
from connkit.deploy.state import State
from connkit.load import DEFINITION, PROPERTIES, SCRIPT, document_of
from connkit.model import TextFile
from connkit.workflows.building import build_connector
from connkit.workflows.diffing import Compared, Side, compare_sides
from connkit.workflows.linting import lint_project
from connkit.workflows.project import Project

_SHOWN = 10  # findings of lint


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for; `connector` is an ID, `create_again` says that an unheard create made nothing."""

    environment: str
    connector: str | None = None
    undo: bool = False
    allow_breaking: bool = False
    create_again: bool = False


@dataclass(frozen=True, slots=True)
class World:
    """What the command line brings in: the time, how to send and to sleep, who is signed in, connkit's version.

    `locks` is the folder where this machine's deployments are told of, `command` how this folder's are called, `notes`
    are what else it knows and an admin should, such as that there is no paconn.
    """

    send: Send
    wait: Callable[[float], None]
    now: Callable[[], datetime]
    sign_in: SignIn | SignedOut
    tell: Callable[[str], None]
    version: str
    locks: Path
    command: str = "connkit deploy"
    notes: tuple[str, ...] = ()

    @property
    def patience(self) -> Patience:
        return Patience(self.wait, lambda: self.now().timestamp(), self.tell)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A plan, and what is needed to carry it out; `service` is None while nobody is signed in."""

    plan: Plan
    environment: Environment
    wanted: State
    deployed: State | None
    service: Service | None

    @property
    def takes_secret(self) -> bool:
        return takes_secret(self.wanted.properties)

    @property
    def needs_secret(self) -> bool:
        return self.takes_secret and self.plan.action is Action.CREATE

    @property
    def job(self) -> Job:
        return Job(self.plan, self.environment, self.wanted, self.deployed)


def environment_of(project: Project, named: str) -> Environment:
    """UserError for one that is neither listed nor an ID."""
    return chosen(project.environments, named)


def addresses_of(local: Addresses, environment: Environment) -> Addresses:
    """The environment's own addresses go before those of settings.json."""
    return replace(
        local,
        powerapps=(environment.url or local.powerapps).rstrip("/"),
        flow=(environment.flow_url or local.flow).rstrip("/"),
    )


def plan(project: Project, wish: Wish, world: World) -> Prepared:
    """Reads and decides, and changes nothing; UserError where the service cannot be read."""
    environment = environment_of(project, wish.environment)
    local = Local.of_addresses(read_addresses(project.root)) if wish.undo else read_local(project.root)
    record = read_record(project.root, environment)
    journal = JournalFile(project.root, environment).read()
    wanted, backup = _wanted(project, environment, wish, local, record, journal)
    blocked = _left(project, environment, record, backup) if wish.undo else (*local.blocked, *_preflight(project))
    base = Plan(
        environment=environment.name,
        environment_id=environment.id,
        production=environment.production,
        action=Action.UNKNOWN,
        connector=record.connector_id if record else None,
        found_by="recorded" if record else "",
        display_name=wanted.display_name,
        before="",
        after=wanted.fingerprint,
        sends=() if wish.undo and blocked else files_of(wanted),
        notes=(*(_taken(backup) if backup else local.notes), *world.notes),
        blocked=blocked,
        undo=backup.name if backup else "",
    )
    needs = _Needs(project, wish, world, environment, local, record, wanted, journal)
    if isinstance(world.sign_in, SignedOut):
        told = replace(base, missing=(world.sign_in.reason,))
        return Prepared(told, environment, wanted, None, None)
    service = Service(patient(world.send, world.patience), addresses_of(local.addresses, environment), world.sign_in)
    return _online(needs, service, base)


@dataclass(frozen=True, slots=True)
class _Needs:
    """What the two halves of planning share."""

    project: Project
    wish: Wish
    world: World
    environment: Environment
    local: Local
    record: Record | None
    wanted: State
    journal: Journal | None


def _online(needs: _Needs, service: Service, base: Plan) -> Prepared:
    environment, sign_in = needs.environment, service.sign_in
    under_way = held_by_another(needs.world.locks, environment.id, service.at.powerapps)
    listed = _listed(service, environment)
    target = _target(needs, listed)
    deployed = service.connector(environment.id, target.connector) if target.connector and not target.blocked else None
    if target.connector and not target.blocked and deployed is None:
        gone = f"the connector {target.connector} is in the list, but the service says there is none; try again later"
        target = replace(target, blocked=gone)
    state = deployed.state if deployed else None
    action, changes = changes_between(needs.wanted, state, _settled(needs, state))
    if target.blocked or (needs.wish.undo and base.blocked):
        action, changes = Action.UNKNOWN, ()
    found = replace(
        base,
        action=action,
        connector=target.connector,
        found_by=target.found_by,
        by_name=target.by_name,
        display_name=state.display_name if state else needs.wanted.display_name,
        before=state.fingerprint if state else "",
        changes=changes,
        notes=(*base.notes, *_notes(needs, deployed, action)),
        blocked=(*base.blocked, *filter(None, [target.blocked, under_way])),
        earlier=() if under_way else tuple(_earlier(needs.journal, target, deployed)),
        known=tuple(one.id for one in listed),
        user=sign_in.user,
        tenant=sign_in.tenant,
        minutes=sign_in.minutes_left(needs.world.now().timestamp()),
    )
    return Prepared(_judged(needs, found, state), environment, needs.wanted, state, service)


# ---- what is wanted


def _wanted(
    project: Project,
    environment: Environment,
    wish: Wish,
    local: Local,
    record: Record | None,
    journal: Journal | None,
) -> tuple[State, Backup | None]:
    """The folder's state, or that of the backup which undo goes back to."""
    if not wish.undo:
        return local.state, None
    if record is None:
        raise UserError(
            f"nothing to undo: there is no record of a deployment to '{environment.name}' "
            f"({record_path(project.root, environment).as_posix()})"
        )
    name = _last_backup(record, journal)
    if name is None:
        raise UserError("nothing to undo: the record names no backup")
    backup = load_backup(project.root, environment, name)
    return backup.state or replace(local.state, display_name=record.display_name), backup


def _last_backup(record: Record, journal: Journal | None) -> str | None:
    """An update that was sent and never recorded is the last one, whatever became of it; an undo is gone on with."""
    unrecorded = journal is not None and journal.action == "update" and journal.phase != "begun"
    if journal is not None and unrecorded and journal.connector_id == record.connector_id:
        return journal.backup
    return record.backup


def _left(project: Project, environment: Environment, record: Record | None, backup: Backup | None) -> tuple[str, ...]:
    """What keeps a create from being undone."""
    if record is None or backup is None or backup.state is not None:
        return ()
    return (
        f"the last deployment created the connector {record.connector_id}, and connkit deletes nothing, because flows "
        "and connections would be lost with it; it is left as it is",
        "to delete it by hand: open https://make.powerautomate.com, choose the environment, Data, Custom connectors, "
        f"the three dots at '{record.display_name}', Delete; then delete "
        f"{record_path(project.root, environment).as_posix()}",
    )


def _taken(backup: Backup) -> Iterator[str]:
    if backup.state is not None:
        yield f"the backup holds what was deployed at {backup.taken_at}, before the last {backup.action}"


def _preflight(project: Project) -> Iterator[str]:
    """What keeps the folder's files from being deployed: stale files and errors of lint."""
    if project.has_sources and project.brand is not None:
        built = build_connector(project, "repository")
        old = [] if built.findings else stale(project.root, built.files)
        for finding in built.findings:
            yield _line(finding)
        if old:
            yield f"{', '.join(old)}: not what definition/ makes; run 'connkit build' and look at the difference"
    errors = [found for found in lint_project(project, remarks=False).findings if found.severity is Severity.ERROR]
    yield from (_line(found) for found in errors[:_SHOWN])
    if len(errors) > _SHOWN:
        yield f"{len(errors) - _SHOWN} more errors; 'connkit lint' lists them"


def _line(finding: Finding) -> str:
    return f"{finding.span or finding.file}: {finding.message} ({finding.rule})"


# ---- which connector


def _listed(service: Service, environment: Environment) -> list[Listed]:
    """The custom connectors; for an environment that is not there, UserError that lists those there are."""
    try:
        return service.connectors(environment.id)
    except ServiceFailed as failure:
        if failure.status not in (400, 403, 404):
            raise
        try:
            known = service.environments()
        except ServiceFailed:
            raise failure from None
        if environment.id.casefold() in {each.casefold() for each in known}:
            raise
        those = ", ".join(f"{name} ({id_})" for id_, name in known.items()) or "none"
        raise UserError(
            f"there is no environment with the ID {environment.id} that {service.sign_in.user} may use\n"
            f"there are: {those}"
        ) from None


def _target(needs: _Needs, listed: Sequence[Listed]) -> Target:
    journal = needs.journal
    where = f"'{needs.environment.name}'"
    named = _named(needs)
    if needs.wish.undo or named.asked or journal is None or journal.action != "create" or named.recorded:
        return target_of(needs.local.title, listed, named, where)
    if journal.answered_id in {one.id for one in listed}:
        return Target(journal.answered_id, "made by an earlier run that was left unfinished")
    if not journal.may_have_created:  # what is new is somebody else's
        return target_of(needs.local.title, listed, named, where)
    new = [one for one in listed if one.display_name == journal.title and one.id not in journal.known]
    if len(new) == 1:
        return Target(new[0].id, "new since an earlier run asked for it, which was left unfinished")
    if not new and not needs.wish.create_again:
        return Target(
            None,
            "",
            f"an earlier run may have asked the service to create '{journal.title}' at {journal.started_at}, and heard "
            f"no answer, and no new connector is in {where}; look in the maker portal, plan again in some minutes, and "
            "when you are sure that none was made, add --create-again",
        )
    return target_of(needs.local.title, listed, named, where)


def _named(needs: _Needs) -> Named:
    """settings.json counts where paconn wrote it for this environment."""
    connector, environment = needs.local.named
    own = connector and environment.casefold() in ("", needs.environment.id.casefold())
    recorded = needs.record.connector_id if needs.record else None
    return Named(needs.wish.connector, recorded, connector if own else None)


def _earlier(journal: Journal | None, target: Target, deployed: Deployed | None) -> Iterator[str]:
    """What became of a run that was left unfinished."""
    if journal is None:
        return
    run = f"an earlier {journal.action} of {journal.started_at} was left unfinished"
    when = "after it was sent" if journal.phase == "answered" else "as it was sent"
    if journal.phase == "begun":
        yield f"{run} before anything was sent; nothing was changed by it"
    elif journal.action == "create" and not journal.may_have_created:
        yield f"{run} after the service had refused it (answer {journal.status}); nothing was created by it"
    elif deployed is None:
        yield f"{run} {when}; nothing of it can be seen"
    elif deployed.state.fingerprint == journal.before:
        yield f"{run} {when}; it has not arrived, the old state is deployed"
    elif _has_arrived(journal, deployed.state):
        yield f"{run} {when}; it has arrived: {target.connector} carries the definition that it sent"
    else:
        yield f"{run} {when}; what is deployed now is neither the state before it nor what it sent"


def _has_arrived(journal: Journal, state: State) -> bool:
    """The service may have added to the properties, so the definition is what it is known by."""
    sent = journal.phase != "begun" and state.fingerprint != journal.before
    return sent and state.hashes.definition == journal.definition


# ---- what to know before


def _settled(needs: _Needs, state: State | None) -> bool:
    """Whether the deployed state is what was read back after the same files were sent."""
    record = needs.record
    return (
        record is not None
        and state is not None
        and record.read_back == state.fingerprint
        and record.sent == needs.wanted.hashes
    )


def _notes(needs: _Needs, deployed: Deployed | None, action: Action) -> Iterator[str]:
    if needs.wish.undo and action is Action.UNKNOWN:
        return
    state = deployed.state if deployed else None
    yield from silent_deeds(needs.wanted, state, "backup" if needs.wish.undo else "folder")
    yield from deployed.gaps if deployed else ()
    yield from _ownership(needs, deployed)
    record = needs.record
    if deployed and record and _is_foreign(record, needs.journal, deployed):
        yield (
            f"somebody has changed the connector since connkit deployed it at {record.deployed_at}; their change would "
            "be overwritten, the backup keeps it"
        )
    if record and record.action == "undo" and action is Action.UPDATE and not needs.wish.undo:
        yield f"the last deployment, of {record.deployed_at}, was an undo; this one would go forward again"
    if takes_secret(needs.wanted.properties) and action is Action.UPDATE:
        yield (
            "the connector's OAuth secret is sent only where CONNKIT_CLIENT_SECRET holds it; it is not documented "
            "whether the service keeps the old one otherwise"
        )


def _is_foreign(record: Record, journal: Journal | None, deployed: Deployed) -> bool:
    """Whether it is neither as the last deployment left it, nor as one that was left unfinished wanted it."""
    if record.connector_id != deployed.id or record.read_back == deployed.state.fingerprint:
        return False
    return journal is None or not _has_arrived(journal, deployed.state)


def _ownership(needs: _Needs, deployed: Deployed | None) -> Iterator[str]:
    """What makes it doubtful whether this is the right connector."""
    record = needs.record
    if deployed is None or (record and record.connector_id == deployed.id):
        return
    if record:
        yield f"the record names another connector, {record.connector_id}; after this deployment it names this one"
    else:
        yield "connkit has not deployed this connector from this folder before: make sure that it is the right one"


def _judged(needs: _Needs, found: Plan, state: State | None) -> Plan:
    """The plan with what its changes mean to makers."""
    if state is None or found.action is not Action.UPDATE:
        return found
    compared = _compared(needs, state)
    shown = [one for one in compared.findings if one.rule != "UnusedWaiver"]
    breaking = any(one.severity is Severity.ERROR for one in shown)
    blocked = found.blocked
    if breaking and not needs.wish.allow_breaking:
        blocked = (
            *blocked,
            "it breaks flows that use the connector (see above); if that is meant, add --allow-breaking",
        )
    lines = tuple(f"{one.severity}: {one.message}" for one in shown)
    return replace(found, makers=lines, breaking=breaking, blocked=blocked)


def _compared(needs: _Needs, state: State) -> Compared:
    root = needs.project.root
    return compare_sides(
        needs.project, _side("deployed", root / "deployed", state), _side("folder", root, needs.wanted)
    )


def _side(named: str, folder: Path, state: State) -> Side:
    texts = {DEFINITION: state.definition, PROPERTIES: {"properties": state.properties}}
    definition, properties = (
        document_of(json.dumps(value).encode(), folder / name, f"{named}/{name}") for name, value in texts.items()
    )
    script = TextFile(f"{named}/{SCRIPT}", state.script.decode("utf-8-sig", "replace")) if state.script else None
    return Side(named, named, folder, definition, properties, script)


# ---- carrying it out


@dataclass(frozen=True, slots=True)
class Running:
    """`seconds` is paconn's time limit, `secret` the connector's own, `stopping` says that somebody wants to stop."""

    run: Run
    seconds: float
    secret: str
    stopping: Callable[[], bool]


def _alone(prepared: Prepared, world: World) -> AbstractContextManager[None]:
    """UserError where another process of this machine deploys to the environment."""
    service = prepared.service
    url = service.at.powerapps if service else ""
    return only_one(world.locks, prepared.environment.id, url, world.now())


def settle(project: Project, prepared: Prepared, world: World) -> Outcome:
    """For a plan that has nothing to do: records what an earlier run could not, or a connector that is not yet."""
    with _alone(prepared, world):
        return _settled_by(project, prepared, world)


def _settled_by(project: Project, prepared: Prepared, world: World) -> Outcome:
    made, environment = prepared.plan, prepared.environment
    told = "nothing to do: what is deployed is what would be sent"
    file = JournalFile(project.root, environment)
    journal, record = file.read(), read_record(project.root, environment)
    path = None
    if made.connector is not None and prepared.deployed is not None:
        found = Deployed(made.connector, prepared.deployed)
        arrived = journal is not None and journal.phase != "begun" and journal.before != prepared.deployed.fingerprint
        if arrived or record is None or record.connector_id != found.id:
            backup = journal.backup if journal is not None and arrived else None
            entry = record_of(prepared.job, found, world.now(), world.version, backup)
            if journal is not None and arrived:
                entry = replace(entry, action=journal.action)
            path = write_record(project.root, environment, entry)
    file.remove()
    return Outcome(Ending.DONE, (told,), made.connector, path)


def carry_out(project: Project, prepared: Prepared, world: World, running: Running) -> Outcome:
    """For a plan that acts and is not blocked; UserError where nothing was begun."""
    service = prepared.service
    if service is None:
        raise UserError("nobody is signed in; " + "; ".join(prepared.plan.missing))
    with _alone(prepared, world):
        means = Means(
            project.root,
            service,
            Way(world.send, service.at.powerapps, world.patience),
            running.run,
            running.seconds,
            world.now,
            world.tell,
            world.version,
            world.command,
            running.stopping,
        )
        return apply(replace(prepared.job, secret=running.secret), means)
