"""The plan of a deployment: what it finds, what it would do, and what keeps it from being carried out."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pytest

from connkit.core import Reply, Request, Response, UserError
from connkit.deploy.backups import save_backup
from connkit.deploy.environments import Environment
from connkit.deploy.journal import Journal, JournalFile
from connkit.deploy.locks import only_one
from connkit.deploy.plan import Action, Plan, plan_of
from connkit.deploy.record import Record, read_record, write_record
from connkit.deploy.signin import SignedOut, SignIn
from connkit.deploy.state import State
from connkit.platform import Fault, MockPlatform
from connkit.workflows.deploying import Prepared, Wish, World, plan, settle
from connkit.workflows.project import read_project

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
REHEARSAL, PRODUCTION = "1e5e0001-0000-4000-8000-000000000001", "1e5e0002-0000-4000-8000-000000000002"
TEST = Environment("test", REHEARSAL, production=False)
DEFINITION: dict[str, Any] = {
    "swagger": "2.0",
    "info": {"title": "Ledger", "description": "Keeps the entries of a small ledger.", "version": "1.0"},
    "host": "ledger.example",
    "basePath": "/",
    "schemes": ["https"],
    "consumes": [],
    "produces": ["application/json"],
    "paths": {
        "/entries": {
            "get": {
                "operationId": "ListEntries",
                "summary": "List entries",
                "description": "Lists what was written into the ledger.",
                "parameters": [],
                "responses": {"200": {"description": "The entries.", "schema": {"type": "string"}}},
            }
        }
    },
    "definitions": {},
    "parameters": {},
    "responses": {},
    "securityDefinitions": {},
    "security": [],
    "tags": [],
}
PROPERTIES: dict[str, Any] = {"connectionParameters": {}, "iconBrandColor": "#0A3D62", "capabilities": []}
STATE = State(DEFINITION, PROPERTIES, b"an icon", None, "Ledger")
Planned = Callable[..., Prepared]


@pytest.fixture
def platform() -> MockPlatform:
    return MockPlatform(clock=NOW.timestamp)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A connector folder that deploys to the platform's two environments."""
    folder = tmp_path / "ledger"
    folder.mkdir()
    put(folder, DEFINITION, PROPERTIES)
    (folder / "icon.png").write_bytes(b"an icon")
    (folder / "connkit.yaml").write_text(
        "environments:\n"
        f"  - {{name: test, id: {REHEARSAL}, production: false}}\n"
        f"  - {{name: live, id: {PRODUCTION}, production: true}}\n",
        "utf-8",
    )
    return folder


def put(folder: Path, definition: dict[str, Any], properties: dict[str, Any]) -> None:
    (folder / "apiDefinition.swagger.json").write_text(json.dumps(definition), "utf-8")
    (folder / "apiProperties.json").write_text(json.dumps({"properties": properties}), "utf-8")


def world(platform: MockPlatform, root: Path, **changed: Any) -> World:
    def send(request: Request) -> Response:
        reply = platform.handle(request)
        if reply.response is None:
            raise OSError("no answer")
        return reply.response

    token = platform.token
    known = SignIn(
        token, "Bearer", platform.object_id, "anna@example.com", "a-tenant", NOW.timestamp() + 3600, "a test"
    )
    quiet = World(send, lambda seconds: None, lambda: NOW, known, lambda sentence: None, "1.2.3", root.parent / "locks")
    return replace(quiet, **changed)


@pytest.fixture
def planned(platform: MockPlatform, root: Path) -> Planned:
    """Plans for the environment 'test', with a wish's other fields."""

    def make(environment: str = "test", **wish: Any) -> Prepared:
        return plan(read_project(root), Wish(environment, **wish), world(platform, root))

    return make


def deployed(platform: MockPlatform, state: State = STATE, **more: Any) -> str:
    """The ID of a connector in the environment 'test'."""
    return platform.add(
        REHEARSAL, state.display_name, dict(state.definition), dict(state.properties), state.icon, state.script, **more
    )


def test_while_another_deploys_the_plan_is_blocked(planned: Planned, platform: MockPlatform, root: Path) -> None:
    JournalFile(root, TEST).write(journal())
    with only_one(root.parent / "locks", REHEARSAL, "https://api.powerapps.com", NOW):
        made = planned().plan
    assert made.earlier == ()
    assert made.blocked[-1] == (
        f"another connkit deploys to the environment '{REHEARSAL}' on this machine (process {os.getpid()}, since "
        "2026-11-28T12:00:00Z); wait until it has ended, then plan again"
    )
    assert planned().plan.blocked[-1].startswith("an earlier run may have asked the service to create")


def recorded(root: Path, connector: str, state: State = STATE, **changed: Any) -> Record:
    record = Record(
        "test",
        REHEARSAL,
        connector,
        "Ledger",
        "2026-11-20T08:00:00Z",
        "update",
        state.hashes,
        state.fingerprint,
        None,
        "1",
    )
    record = replace(record, **changed)
    write_record(root, TEST, record)
    return record


def with_operation(name: str) -> dict[str, Any]:
    definition: dict[str, Any] = json.loads(json.dumps(DEFINITION))
    definition["paths"][f"/{name.lower()}"] = {
        "post": {**DEFINITION["paths"]["/entries"]["get"], "operationId": name, "summary": name}
    }
    return definition


def test_nothing_of_the_name_is_created(planned: Planned) -> None:
    made = planned().plan
    assert made == Plan(
        environment="test",
        environment_id=REHEARSAL,
        production=False,
        action=Action.CREATE,
        connector=None,
        found_by="there is none of this name",
        display_name="Ledger",
        before="",
        after=STATE.fingerprint,
        sends=(
            f"apiDefinition.swagger.json ({STATE.hashes.definition[:12]})",
            f"apiProperties.json ({STATE.hashes.properties[:12]})",
            f"icon.png ({STATE.hashes.icon[:12]})",
        ),
        user="anna@example.com",
        tenant="a-tenant",
        minutes=60,
    )


def test_a_plan_only_reads(planned: Planned, platform: MockPlatform, root: Path) -> None:
    deployed(platform)
    before = sorted(path.as_posix() for path in root.rglob("*"))
    planned()
    assert [(seen.method, seen.effect) for seen in platform.seen] == [("GET", False)] * 4
    assert sorted(path.as_posix() for path in root.rglob("*")) == before


def test_an_equal_connector_is_left_alone(planned: Planned, platform: MockPlatform, root: Path) -> None:
    recorded(root, deployed(platform))
    made = planned().plan
    assert (made.action, made.changes, made.makers, made.notes, made.blocked) == (Action.NOTHING, (), (), (), ())


def test_one_of_the_same_name_is_found_and_the_doubt_is_told(planned: Planned, platform: MockPlatform) -> None:
    connector = deployed(platform, created_by="Jonas")
    made = planned().plan
    assert (made.connector, made.found_by) == (connector, "found by its name, made by Jonas")
    assert made.notes == (
        "connkit has not deployed this connector from this folder before: make sure that it is the right one",
    )


@pytest.mark.parametrize(
    ("environment", "found_by"),
    [
        (REHEARSAL, "named in settings.json"),
        ("", "named in settings.json"),
        (PRODUCTION, "there is none of this name"),
    ],
)
def test_a_connector_that_paconn_wrote_down_is_found(
    planned: Planned, platform: MockPlatform, root: Path, environment: str, found_by: str
) -> None:
    connector = deployed(platform, replace(STATE, display_name="Former name"))
    settings = {"connectorId": connector, **({"environment": environment} if environment else {})}
    (root / "settings.json").write_text(json.dumps(settings), "utf-8")
    made = planned().plan
    assert made.found_by == found_by
    assert made.connector == (connector if found_by.startswith("named") else None)


def test_several_of_the_same_name_are_refused(planned: Planned, platform: MockPlatform) -> None:
    first, second = deployed(platform, created_by="Jonas"), deployed(platform, created_by="Ona")
    made = planned().plan
    assert made.action is Action.UNKNOWN
    assert made.blocked == (
        f"2 connectors in 'test' are named 'Ledger': {first} (by Jonas), {second} (by Ona); "
        "choose one with --connector ID",
    )
    assert planned(connector=second).plan.connector == second


def test_a_connector_that_is_named_has_to_be_there(planned: Planned, platform: MockPlatform) -> None:
    connector = deployed(platform)
    made = planned(connector="shared_other").plan
    assert made.blocked == (f"there is no custom connector shared_other in 'test'; there are {connector} ('Ledger')",)


def test_a_recorded_connector_that_is_gone_is_never_made_anew(planned: Planned, root: Path) -> None:
    recorded(root, "shared_gone")
    assert planned().plan.blocked == (
        "the recorded connector shared_gone is no longer in 'test'; if it was deleted on purpose, delete the record "
        "and plan again",
    )


def test_every_part_that_changes_is_named(planned: Planned, platform: MockPlatform, root: Path) -> None:
    old = replace(
        STATE, definition=with_operation("AddEntry"), icon=b"another", script=b"code", display_name="Old name"
    )
    recorded(root, deployed(platform, old), old)
    put(root, DEFINITION, {**PROPERTIES, "iconBrandColor": "#FFFFFF", "publisher": "Us", "stackOwner": "Us"})
    made = planned().plan
    assert made.changes == (
        f"icon.png changes ({old.hashes.icon[:12]} -> {STATE.hashes.icon[:12]})",
        f"script.csx is removed ({old.hashes.script[:12]})",
        f"apiDefinition.swagger.json changes ({old.hashes.definition[:12]} -> {STATE.hashes.definition[:12]})",
        "apiProperties.json: /iconBrandColor changes",
        "apiProperties.json: /publisher is added",
    )
    assert made.makers[0] == (
        "error: operation 'AddEntry' is gone, so flows that use it stop working; keep it, deprecated"
    )
    assert made.notes == (
        "stackOwner is left out of what is sent, because the service refuses it in a deployment",
        "the deployed script is removed, because the folder has none",
        "the name stays 'Old name': an update never renames; to have 'Ledger', rename it in the maker portal",
    )
    assert made.blocked == (
        "it breaks flows that use the connector (see above); if that is meant, add --allow-breaking",
    )
    assert planned(allow_breaking=True).plan.blocked == ()


def test_what_is_added_breaks_nothing(planned: Planned, platform: MockPlatform, root: Path) -> None:
    recorded(root, deployed(platform))
    put(root, with_operation("AddEntry"), PROPERTIES)
    made = planned().plan
    assert made.makers == ("info: operation 'AddEntry' is new",)
    assert (made.action, made.breaking, made.blocked) == (Action.UPDATE, False, ())


def test_what_the_service_adds_is_a_change_only_until_it_was_read_back(
    planned: Planned, platform: MockPlatform, root: Path
) -> None:
    theirs = replace(STATE, properties={**PROPERTIES, "publisher": "added by the service"})
    connector = deployed(platform, theirs)
    assert planned().plan.changes == ("apiProperties.json: /publisher is removed, if the service lets go of it",)
    recorded(root, connector, STATE, read_back=theirs.fingerprint)
    assert planned().plan.action is Action.NOTHING


def test_somebody_elses_change_is_told(planned: Planned, platform: MockPlatform, root: Path) -> None:
    recorded(root, deployed(platform, replace(STATE, icon=b"another")))
    assert planned().plan.notes == (
        "somebody has changed the connector since connkit deployed it at 2026-11-20T08:00:00Z; their change would be "
        "overwritten, the backup keeps it",
    )


def test_another_connector_than_the_record_names_is_told(planned: Planned, platform: MockPlatform, root: Path) -> None:
    first, second = deployed(platform), deployed(platform)
    recorded(root, first)
    assert planned(connector=second).plan.notes == (
        f"the record names another connector, {first}; after this deployment it names this one",
    )


def test_errors_of_lint_and_unfit_files_block(planned: Planned, root: Path) -> None:
    broken = json.loads(json.dumps(DEFINITION))
    del broken["info"]["description"]
    broken["schemes"] = ["http", "https"]
    del broken["paths"]["/entries"]["get"]["operationId"]
    put(root, broken, {**PROPERTIES, "scriptOperations": ["ListEntries"]})
    blocked = planned().plan.blocked
    assert blocked[:3] == (
        "the definition has no info/description, without which paconn fails",
        "the definition's first scheme is not https, and paconn takes the first",
        "apiProperties.json names scriptOperations, and there is no script.csx",
    )
    assert any("operationId" in line for line in blocked[3:])


@pytest.mark.parametrize("value", ["1e999", r'"from \ud800"'])
def test_what_json_cannot_carry_is_not_sent(planned: Planned, root: Path, value: str) -> None:
    """A lone surrogate would come back as another character."""
    put(root, DEFINITION, {**PROPERTIES, "publisher": "somebody"})
    file = root / "apiProperties.json"
    file.write_text(file.read_text("utf-8").replace('"somebody"', value), "utf-8")
    assert (
        r"the files hold something that JSON cannot carry, such as NaN, 1e999 or a lone surrogate (\ud800)"
        in planned().plan.blocked
    )


@pytest.mark.parametrize("key", ["connectionParameters", "connectionParameterSets"])
def test_what_paconn_would_stumble_over_is_not_sent(planned: Planned, root: Path, key: str) -> None:
    put(root, DEFINITION, {**PROPERTIES, key: None})
    told = f"{key} in apiProperties.json is no object, and paconn fails on it; mend it or take it out"
    assert told in planned().plan.blocked


def test_a_file_that_settings_name_has_to_be_there(planned: Planned, root: Path) -> None:
    (root / "settings.json").write_text('{"script": "scirpt.csx"}', "utf-8")
    with pytest.raises(UserError) as stopped:
        planned()
    assert str(stopped.value) == (
        "settings.json names 'scirpt.csx' as script, and there is no such file; paconn would leave it out without a "
        "word\nmend the name, or take the line out of settings.json"
    )


def test_signed_out_the_local_half_is_planned(platform: MockPlatform, root: Path) -> None:
    recorded(root, "shared_known")
    nobody = SignedOut("nobody is signed in: run 'connkit paconn login'")
    made = plan(read_project(root), Wish("test"), world(platform, root, sign_in=nobody)).plan
    assert (made.action, made.connector, made.found_by) == (Action.UNKNOWN, "shared_known", "recorded")
    assert (len(made.sends), made.missing, made.blocked) == (3, (nobody.reason,), ())
    assert platform.seen == []


def test_an_environment_that_is_not_there_lists_those_that_are(planned: Planned) -> None:
    with pytest.raises(UserError) as stopped:
        planned("99999999-0000-4000-8000-000000000009")
    assert str(stopped.value) == (
        "there is no environment with the ID 99999999-0000-4000-8000-000000000009 that anna@example.com may use\n"
        f"there are: Rehearsal ({REHEARSAL}), Production ({PRODUCTION})"
    )


def test_an_environment_that_is_not_listed_counts_as_production(planned: Planned, root: Path) -> None:
    (root / "connkit.yaml").unlink()
    assert planned(REHEARSAL).plan.production is True


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (
            Fault("list", "401"),
            "the list of connectors cannot be read: answer 401, InvalidAuthenticationToken: the fault '401' is set for "
            "'list'; sign in again with 'connkit paconn login'",
        ),
        (
            Fault("list", "200-error"),
            "the list of connectors cannot be read: the service answered that all is well, but told of an error: "
            "InternalServerError: the fault '200-error' is set for 'list'",
        ),
        (
            Fault("list", "502-empty", times=None),
            "the list of connectors cannot be read: answer 502; the service has trouble, try again in some minutes",
        ),
        (
            Fault("list", "drop", times=None),
            "the list of connectors cannot be read: no answer; check the network and try again",
        ),
    ],
)
def test_what_cannot_be_read_stops_the_plan(
    planned: Planned, platform: MockPlatform, fault: Fault, message: str
) -> None:
    platform.fault(fault)
    with pytest.raises(UserError) as stopped:
        planned()
    assert str(stopped.value) == message


@pytest.mark.parametrize("step", ["list", "get", "content"])
@pytest.mark.parametrize("kind", ["429", "500", "502-empty", "503", "drop"])
def test_a_read_is_tried_again(planned: Planned, platform: MockPlatform, step: str, kind: str) -> None:
    deployed(platform)
    platform.fault(Fault(step, kind, times=2))
    assert planned().plan.action is Action.NOTHING


def test_every_page_of_the_list_is_read(
    planned: Planned, platform: MockPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connector on a later page must not be made a second time."""
    connector = deployed(platform)
    handle = platform.handle
    pages: list[str] = []

    def paged(request: Request) -> Reply:
        if "/apis?" not in request.url:
            return handle(request)
        pages.append(request.url)
        reply = handle(request)
        assert reply.response is not None
        first = {"value": [], "nextLink": f"{request.url}&$skiptoken=1"}
        return reply if "skiptoken" in request.url else Reply(Response(200, {}, json.dumps(first).encode()))

    monkeypatch.setattr(platform, "handle", paged)
    assert planned().plan.connector == connector
    assert pages[1] == f"{pages[0]}&$skiptoken=1"


def test_the_sign_in_goes_to_no_other_address_for_a_next_page(
    planned: Planned, platform: MockPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def paged(request: Request) -> Reply:
        asked.append(request.url)
        value = {"value": [], "nextLink": "https://elsewhere.example/apis"}
        return Reply(Response(200, {}, json.dumps(value).encode()))

    monkeypatch.setattr(platform, "handle", paged)
    with pytest.raises(UserError) as stopped:
        planned()
    assert str(stopped.value) == (
        "the list of connectors cannot be read to its end: the service names a next page that is not its own"
    )
    assert len(asked) == 1


# ---- undo


def kept(root: Path, state: State | None) -> str:
    backup = save_backup(
        root, TEST, action="update", connector_id="shared_x", display_name="Ledger", state=state, now=NOW
    )
    return backup.name


def test_undo_goes_back_to_the_backup(planned: Planned, platform: MockPlatform, root: Path) -> None:
    old = replace(STATE, script=b"code", icon=b"old icon")
    connector = deployed(platform)
    recorded(root, connector, backup=kept(root, old))
    (root / "apiDefinition.swagger.json").unlink()  # the folder has no say in it
    prepared = planned(undo=True)
    assert (prepared.wanted.fingerprint, prepared.plan.connector) == (old.fingerprint, connector)
    assert (prepared.plan.action, prepared.plan.blocked) == (Action.UPDATE, ())
    assert prepared.plan.notes == (
        "the backup holds what was deployed at 2026-11-28T12:00:00Z, before the last update",
    )
    assert prepared.plan.changes == (
        f"icon.png changes ({STATE.hashes.icon[:12]} -> {old.hashes.icon[:12]})",
        f"script.csx is added ({old.hashes.script[:12]})",
    )


def test_the_backup_says_whether_an_undo_needs_the_secret(planned: Planned, platform: MockPlatform, root: Path) -> None:
    sign_in = {"token": {"type": "oauthSetting", "oAuthSettings": {"clientId": "a-client"}}}
    old = replace(STATE, properties={**PROPERTIES, "connectionParameters": sign_in})
    connector = deployed(platform)
    recorded(root, connector, backup=kept(root, old))
    assert (planned(undo=True).takes_secret, planned().takes_secret) == (True, False)


def test_what_an_undo_leaves_and_takes_is_told_of_the_backup(
    planned: Planned, platform: MockPlatform, root: Path
) -> None:
    connector = deployed(platform, replace(STATE, script=b"code"))
    recorded(root, connector, replace(STATE, script=b"code"), backup=kept(root, replace(STATE, icon=None)))
    assert planned(undo=True).plan.notes[1:] == (
        "the deployed script is removed, because the backup has none",
        "the deployed icon stays, because the backup has none",
    )


def test_what_was_undone_does_not_come_back_unannounced(planned: Planned, platform: MockPlatform, root: Path) -> None:
    old = replace(STATE, icon=b"old icon")
    recorded(root, deployed(platform, old), old, action="undo")
    assert planned().plan.notes == (
        "the last deployment, of 2026-11-20T08:00:00Z, was an undo; this one would go forward again",
    )


def test_a_create_cannot_be_undone(planned: Planned, platform: MockPlatform, root: Path) -> None:
    connector = deployed(platform)
    recorded(root, connector, backup=kept(root, None))
    made = planned(undo=True).plan
    assert (made.action, made.connector, made.sends, made.notes) == (Action.UNKNOWN, connector, (), ())
    assert made.blocked == (
        f"the last deployment created the connector {connector}, and connkit deletes nothing, because flows and "
        "connections would be lost with it; it is left as it is",
        "to delete it by hand: open https://make.powerautomate.com, choose the environment, Data, Custom connectors, "
        f"the three dots at 'Ledger', Delete; then delete {root.as_posix()}/deployments/test.json",
    )


def test_without_a_record_there_is_nothing_to_undo(planned: Planned, root: Path) -> None:
    with pytest.raises(UserError) as stopped:
        planned(undo=True)
    assert str(stopped.value) == (
        f"nothing to undo: there is no record of a deployment to 'test' ({root.as_posix()}/deployments/test.json)"
    )


# ---- after a run that was cut off


def journal(**changed: Any) -> Journal:
    known = Journal(
        "create", REHEARSAL, None, "Ledger", "2026-11-28T11:00:00Z", STATE.fingerprint, STATE.hashes.definition,
        None, (), "20261128-110000-1", "sent",
    )  # fmt: skip
    return replace(known, **changed)


def test_a_create_that_was_cut_off_before_it_was_sent(planned: Planned, root: Path) -> None:
    JournalFile(root, TEST).write(journal(phase="begun"))
    made = planned().plan
    assert (made.action, made.blocked) == (Action.CREATE, ())
    assert made.earlier == (
        "an earlier create of 2026-11-28T11:00:00Z was left unfinished "
        "before anything was sent; nothing was changed by it",
    )


@pytest.mark.parametrize("seen", [{"phase": "begun"}, {"phase": "answered", "status": 400}])
def test_a_new_connector_is_not_that_of_a_create_that_made_none(
    planned: Planned, platform: MockPlatform, root: Path, seen: dict[str, Any]
) -> None:
    connector = deployed(platform, created_by="Berta")
    JournalFile(root, TEST).write(journal(**seen))
    made = planned().plan
    assert (made.connector, made.found_by) == (connector, "found by its name, made by Berta")


def test_an_unheard_create_is_not_repeated(planned: Planned, root: Path) -> None:
    JournalFile(root, TEST).write(journal())
    made = planned().plan
    assert made.action is Action.UNKNOWN
    assert made.blocked == (
        "an earlier run may have asked the service to create 'Ledger' at 2026-11-28T11:00:00Z, and heard no answer, "
        "and no new connector is in 'test'; look in the maker portal, plan again in some minutes, and when you are "
        "sure that none was made, add --create-again",
    )
    assert planned(create_again=True).plan.action is Action.CREATE


@pytest.mark.parametrize("answered", [True, False])
def test_a_create_that_arrived_is_found_and_recorded(
    planned: Planned, platform: MockPlatform, root: Path, answered: bool
) -> None:
    older = deployed(platform)
    connector = deployed(platform)
    known = journal(known=(older,), **({"phase": "answered", "answered_id": connector} if answered else {}))
    JournalFile(root, TEST).write(known)
    prepared = planned()
    assert (prepared.plan.connector, prepared.plan.action) == (connector, Action.NOTHING)
    assert prepared.plan.earlier == (
        "an earlier create of 2026-11-28T11:00:00Z was left unfinished "
        f"{'after' if answered else 'as'} it was sent; it has arrived: "
        f"{connector} carries the definition that it sent",
    )
    outcome = settle(read_project(root), prepared, world(platform, root))
    assert outcome.told == ("nothing to do: what is deployed is what would be sent",)
    record = read_record(root, TEST)
    assert record is not None
    assert (record.action, record.connector_id, record.backup) == ("create", connector, "20261128-110000-1")
    assert JournalFile(root, TEST).read() is None


_ENDS = {
    "the old state": (replace(STATE, icon=b"old"), "it has not arrived, the old state is deployed"),
    "the new state": (STATE, "it has arrived: {} carries the definition that it sent"),
    "a third state": (
        replace(STATE, definition=with_operation("Third")),
        "what is deployed now is neither the state before it nor what it sent",
    ),
}


@pytest.mark.parametrize("name", _ENDS)
def test_an_update_that_was_cut_off(planned: Planned, platform: MockPlatform, root: Path, name: str) -> None:
    state, told = _ENDS[name]
    connector = deployed(platform, state)
    old = replace(STATE, icon=b"old")
    recorded(root, connector, old)
    JournalFile(root, TEST).write(journal(action="update", connector_id=connector, before=old.fingerprint))
    made = planned().plan
    assert made.earlier == (
        f"an earlier update of 2026-11-28T11:00:00Z was left unfinished as it was sent; {told.format(connector)}",
    )
    assert any("somebody has changed" in note for note in made.notes) == (name == "a third state")


@pytest.mark.parametrize("phase", ["begun", "sent"])
def test_undo_of_an_update_that_was_never_recorded(
    planned: Planned, platform: MockPlatform, root: Path, phase: Literal["begun", "sent"]
) -> None:
    """Undone is the last update that was sent, not the one before it."""
    first, second = replace(STATE, icon=b"first"), replace(STATE, icon=b"second")
    connector = deployed(platform)
    older, newer = kept(root, first), kept(root, second)
    recorded(root, connector, second, backup=older)
    cut_off = journal(action="update", connector_id=connector, before=second.fingerprint, backup=newer, phase=phase)
    JournalFile(root, TEST).write(cut_off)
    made = planned(undo=True).plan
    assert (made.undo, made.after) == {"sent": (newer, second.fingerprint), "begun": (older, first.fingerprint)}[phase]
    JournalFile(root, TEST).write(replace(cut_off, action="undo"))
    assert planned(undo=True).plan.undo == older


def test_what_has_not_arrived_is_not_recorded(planned: Planned, platform: MockPlatform, root: Path) -> None:
    second = replace(STATE, icon=b"second")
    connector = deployed(platform, second)
    older, newer = kept(root, STATE), kept(root, second)
    record = recorded(root, connector, second, backup=older)
    JournalFile(root, TEST).write(
        journal(action="update", connector_id=connector, before=second.fingerprint, backup=newer)
    )
    prepared = planned(undo=True)
    assert prepared.plan.action is Action.NOTHING
    assert settle(read_project(root), prepared, world(platform, root)).record is None
    assert (read_record(root, TEST), JournalFile(root, TEST).read()) == (record, None)


# ---- saved plans


def test_a_saved_plan_is_the_same_again(planned: Planned, platform: MockPlatform, root: Path) -> None:
    recorded(root, deployed(platform))
    put(root, with_operation("AddEntry"), PROPERTIES)
    made = planned().plan
    assert plan_of(json.dumps(made.as_json()), "plan.json") == made


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"version": 2}', '{"version": 1, "action": "create"}', "[" * 100_000]
)
def test_another_text_is_no_plan(text: str) -> None:
    with pytest.raises(UserError) as stopped:
        plan_of(text, "plan.json")
    assert str(stopped.value) == (
        "plan.json: this is no plan that this connkit has saved; make it anew with --save-plan"
    )
