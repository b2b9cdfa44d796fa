"""Both sides from disk and git, waivers, lines, and what could not be read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connkit.core import Finding, UserError
from connkit.workflows.diffing import Compared, diff, diff_with_release
from connkit.workflows.linting import lint_project
from connkit.workflows.project import Project, read_project

Git = Callable[..., str]
DEFINITION = "apiDefinition.swagger.json"
LIST = {"operationId": "ListItems", "responses": {"200": {"description": "a"}}}
OLD: dict[str, Any] = {"swagger": "2.0", "paths": {"/items": {"get": LIST, "post": {**LIST, "operationId": "AddItem"}}}}
NEW: dict[str, Any] = {"swagger": "2.0", "paths": {"/items": {"get": {**LIST, "x-ms-visibility": "internal"}}}}
HIDDEN = "operation 'ListItems' is hidden now, so flows that use it cannot be edited; use 'advanced' or deprecate it"
GONE = "operation 'AddItem' is gone, so flows that use it stop working; keep it, deprecated"


def write(folder: Path, definition: Any, properties: Any = None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    text = definition if isinstance(definition, str) else json.dumps(definition, indent=1)
    (folder / DEFINITION).write_text(text, "utf-8")
    if properties is not None:
        (folder / "apiProperties.json").write_text(json.dumps(properties), "utf-8")
    return folder


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where `old` and `new` stand."""
    write(tmp_path / "old", OLD)
    write(tmp_path / "new", NEW)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def lines(compared: Compared) -> list[str]:
    return [f"{finding.span}: {finding.rule}: {finding.message}" for finding in compared.findings]


def run(old: str, new: str, root: str = ".") -> Compared:
    return diff(read_project(Path(root)), old, new)


EXPECTED = [
    f"new/{DEFINITION}:4:3: OperationRemoved: {GONE}",
    f"new/{DEFINITION}:12:24: OperationHidden: {HIDDEN}",
]


@pytest.mark.parametrize(
    ("old", "new"),
    [("old", "new"), (f"old/{DEFINITION}", f"new/{DEFINITION}"), ("old", f"new/{DEFINITION}")],
)
def test_a_side_is_a_folder_or_a_file(folders: Path, old: str, new: str) -> None:
    assert lines(run(old, new)) == EXPECTED


def test_a_finding_has_everything_that_a_report_needs(folders: Path) -> None:
    _, hidden = run("old", "new").findings
    assert (hidden.severity, hidden.authority, hidden.connector) == ("error", "official", "new")
    assert hidden.value_path == "operation/ListItems/x-ms-visibility"
    assert hidden.mend == "put 'ListItems' back as it was, and move the change to 'ListItems_V2'"
    assert hidden.doc == "https://learn.microsoft.com/connectors/custom-connectors/operational-versioning"


def test_a_side_is_a_revision_of_any_repository(folders: Path, git: Git) -> None:
    git(folders, "init", "-q")
    git(folders, "add", ".")
    git(folders, "commit", "-q", "-m", "First")
    assert lines(run("git:HEAD:old", "new")) == EXPECTED
    told = [line.replace("git:main:", "") for line in lines(run("git:main:old", f"git:main:new/{DEFINITION}"))]
    assert told == EXPECTED
    assert run("git:HEAD", ".", "new").findings == ()
    assert run("git:HEAD:old", "git:main:new").texts.keys() == {
        f"git:HEAD:old/{DEFINITION}",
        f"git:main:new/{DEFINITION}",
    }


def test_a_revision_without_a_connector_stops_the_tool(folders: Path, git: Git) -> None:
    git(folders, "init", "-q")
    git(folders, "add", ".")
    git(folders, "commit", "-q", "-m", "First")
    with pytest.raises(UserError, match="^there is no connector at 'git:HEAD'; add ':' and the path of its folder$"):
        run("git:HEAD", "new")


def test_a_tree_of_several_connectors_is_no_side(folders: Path) -> None:
    with pytest.raises(UserError, match="^'.' holds 2 connectors; name the folder of one$"):
        run(".", "new")
    assert lines(run("old", "new/..//new")) != []


def test_a_definition_that_cannot_be_read_is_told_and_not_compared(folders: Path) -> None:
    write(folders / "new", "{,}", {"properties": {"connectionParameters": {"a": {"type": "int"}}}})
    write(folders / "old", OLD, {"properties": {"connectionParameters": {"a": {"type": "string"}}}})
    compared = run("old", "new")
    assert [finding.rule for finding in compared.findings] == ["DocumentNotJson", "ConnectionParameterTypeChanged"]
    (not_compared,) = compared.not_compared
    assert not_compared.startswith(f"new/{DEFINITION}: the file is not JSON: ")
    assert [finding.rule for finding in run("new", "old").findings] == [
        "DocumentNotJson",
        "ConnectionParameterTypeChanged",
    ]


def test_a_folder_without_a_definition_is_told(folders: Path) -> None:
    (folders / "new" / DEFINITION).unlink()
    (folders / "new" / "apiProperties.json").write_text("[]", "utf-8")
    assert [(finding.rule, finding.file) for finding in run("old", "new").findings] == [
        ("DefinitionMissing", "new"),
        ("DocumentNotObject", "new/apiProperties.json"),
    ]


def test_what_has_the_wrong_shape_is_named(folders: Path) -> None:
    write(folders / "new", {**NEW, "paths": {**NEW["paths"], "/things": 3}})
    assert run("old", "new").not_compared == (f"new/{DEFINITION} at /paths/~1things: it is no object",)


def test_the_script_is_part_of_a_connector(folders: Path) -> None:
    (folders / "new" / "script.csx").write_text("new", "utf-8")
    assert lines(run("new", "new")) == []
    assert [(finding.rule, str(finding.span)) for finding in run("old", "new").findings][-1] == (
        "ScriptChanged",
        "new/script.csx:1:1",
    )
    assert run("new", "old").findings[-1].rule == "OperationAdded"


# ---- waivers


def waiving(*places: tuple[str, str]) -> str:
    waivers = [{"rule": rule, "place": place, "reason": "nobody uses it yet"} for rule, place in places]
    return json.dumps({"waivers": waivers})


@pytest.mark.parametrize("place", ["operation/ListItems/x-ms-visibility", "/paths/~1items/get/x-ms-visibility"])
def test_a_waiver_names_a_value_path_or_a_pointer(folders: Path, place: str) -> None:
    (folders / "new" / "connkit.yaml").write_text(waiving(("OperationHidden", place)), "utf-8")
    compared = run("../old", ".", "new")
    assert ([finding.rule for finding in compared.findings], compared.waived) == (["OperationRemoved"], 1)
    assert compared.remedy
    assert list(compared.remedy.sentences) == ["AddItem"]
    assert "no longer offered" in compared.changelog


def test_a_waiver_is_for_the_project_alone(folders: Path) -> None:
    (folders / "connkit.yaml").write_text(waiving(("OperationHidden", "operation/ListItems/x-ms-visibility")), "utf-8")
    assert lines(run("old", "new")) == EXPECTED


def test_an_unused_waiver_is_told_by_the_command_it_is_for(folders: Path) -> None:
    text = waiving(("OperationHidden", "operation/Other"), ("OperationIdRequired", "/paths/~1other/get"))
    write(folders / "new", OLD)
    (folders / "new" / "connkit.yaml").write_text(text, "utf-8")
    project = read_project(Path("new"))
    told = "; remove the waiver"
    assert lines(run("../old", ".", "new")) == [
        f"new/connkit.yaml:1:1: UnusedWaiver: nothing at 'operation/Other' trips OperationHidden any more{told}"
    ]
    assert unused(lint_project(project).findings) == [
        f"nothing at '/paths/~1other/get' trips OperationIdRequired any more{told}"
    ]


def unused(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.message for finding in findings if finding.rule == "UnusedWaiver"]


def test_the_last_release_is_compared(folders: Path, git: Git) -> None:
    folder = write(folders / "project", OLD)
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "First")
    git(folder, "tag", "v1.0.0")
    assert diff_with_release(Project(Path("project"))).findings == ()
    write(folder, NEW)
    compared = diff_with_release(Project(Path("project")))
    assert ([finding.rule for finding in compared.findings], compared.old) == (
        ["OperationRemoved", "OperationHidden"],
        "git:v1.0.0",
    )


def test_the_line_is_that_of_the_source_it_was_built_from(connector_copy: Path, git: Git) -> None:
    git(connector_copy, "init", "-q")
    git(connector_copy, "add", ".")
    git(connector_copy, "commit", "-q", "-m", "First")
    from connkit.build.files import write as write_built
    from connkit.workflows.building import build_connector

    source = connector_copy / "definition" / "events" / "CallStarted.yaml"
    text = source.read_text("utf-8")
    summary = next(line for line in text.splitlines() if line.startswith("summary:"))
    source.write_text(text.replace(summary, "summary: When a telephone rings"), "utf-8")
    project = read_project(connector_copy)
    write_built(connector_copy, build_connector(project, "repository").files)
    (finding,) = diff(project, "git:HEAD", ".").findings
    assert finding.rule == "SummaryChanged"
    assert finding.span
    assert Path(finding.file) == source
    assert source.read_text("utf-8").splitlines()[finding.span.line - 1].startswith("summary:")
