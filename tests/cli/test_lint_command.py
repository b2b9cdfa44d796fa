"""connkit lint: remarks, baselines, what did not run, many connectors at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connkit.cli.main import main
from connkit.lint import engine

OPERATION = {
    "operationId": "GetItem",
    "summary": "Get an item",
    "description": "Get an item.",
    "parameters": [{"name": "id", "in": "path", "required": True, "type": "string"}],
    "responses": {"200": {"description": "The item.", "schema": {"type": "string"}}},
}
DEFINITION: dict[str, Any] = {
    "swagger": "2.0",
    "info": {"title": "Items", "version": "1.0"},
    "host": "api.fabrikam.test",
    "paths": {"/items/{id}": {"get": OPERATION}},
}
SELECTED = ("--select", "PathParameterMissingEncoding", "--select", "TextRepeatsName")


def write(folder: Path, definition: dict[str, Any] = DEFINITION) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "apiDefinition.swagger.json").write_text(json.dumps(definition, indent=2), "utf-8")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "x")
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stop:
        main(["lint", *arguments])
    out, err = capsys.readouterr()
    return int(stop.value.code or 0), out, err


def test_the_rules_for_remarks_run_on_demand(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "x", *SELECTED)
    assert (code, out.count("[TextRepeatsName]")) == (0, 0)
    assert "1 connector: 0 errors, 1 warning\n" in out
    assert "1 rule for remarks (TextRepeatsName) not run: --remarks\n" in out
    shown = run(capsys, "x", *SELECTED, "--remarks")[1]
    assert "1 connector: 0 errors, 1 warning, 1 remark\n" in shown and "--remarks" not in shown
    assert run(capsys, "x", *SELECTED, "--fail-on", "info")[:2] == (1, shown)
    found = json.loads(run(capsys, "x", *SELECTED, "--format", "json")[1])["findings"]
    assert [(one["rule"], one["line"]) for one in found] == [
        ("TextRepeatsName", 13),
        ("PathParameterMissingEncoding", 15),
    ]
    quiet = json.loads(run(capsys, "x", *SELECTED, "--format", "json", "--no-remarks")[1])["findings"]
    assert [one["rule"] for one in quiet] == ["PathParameterMissingEncoding"]


def test_a_baseline_keeps_what_is_known_quiet_and_fails_on_what_is_new(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fail = ("--fail-on", "warning")
    told = "2 findings are known from now on, in 'known.json'\n"
    assert run(capsys, "x", *SELECTED, "--baseline", "known.json", "--write-baseline") == (0, "", told)
    code, out, _ = run(capsys, "x", *SELECTED, "--baseline", "known.json", *fail)
    assert (code, out.splitlines()[0]) == (
        0,
        "1 connector: 0 errors, 0 warnings, 1 known from the baseline",
    )
    write(here / "x", DEFINITION | {"paths": {"/items/{id}": {"get": OPERATION}, "/lists/{id}": {"get": OPERATION}}})
    code, out, _ = run(capsys, "x", *SELECTED, "--baseline", "known.json", *fail)
    assert (code, out.count("[PathParameterMissingEncoding]")) == (1, 1)
    assert "at /paths/~1lists~1{id}/get/parameters/0" in out


def test_a_baseline_serves_from_wherever_lint_is_called(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "x", "--baseline", "known.json", "--write-baseline")
    monkeypatch.chdir(here / "x")
    assert run(capsys, "--baseline", "../known.json", "--fail-on", "info")[0] == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "the baseline 'known.json' does not exist; make it with --write-baseline"),
        ("{", "the baseline 'known.json' is no JSON (Expecting property name enclosed in double quotes: "),
        ("[]", "'known.json' is no baseline of this version; write it again with --write-baseline"),
        ('{"version": 2, "findings": {}}', "'known.json' is no baseline of this version; write it again with"),
    ],
)
def test_a_baseline_that_cannot_be_read_stops_the_tool(
    text: str | None, message: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if text is not None:
        (here / "known.json").write_text(text, "utf-8")
    code, out, err = run(capsys, "x", "--baseline", "known.json")
    assert (code, out, err.startswith(f"connkit: {message}")) == (2, "", True)


def test_writing_a_baseline_needs_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "x", "--write-baseline")
    assert (code, err.splitlines()[-1]) == (
        2,
        "Error: --write-baseline needs --baseline FILE, which says where to write",
    )


def test_several_processes_find_what_one_does(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(5):
        write(here / f"copy-{number}")
    alone = run(capsys, ".", "--remarks", "--processes", "1")
    monkeypatch.setattr(engine, "WORTH_A_PROCESS", 0)
    assert run(capsys, ".", "--remarks", "--processes", "2") == alone


def test_a_green_summary_names_what_was_not_checked(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "x", "--select", "PathRedefined", "--select", "FieldLengthExceeded")
    lines = out.splitlines()
    assert lines[:2] == ["1 connector: 0 errors, 0 warnings", "profile 'custom', 1 rule run"]
    assert lines[2].endswith(" rules not run: not selected")
    assert lines[3] == "1 certification rule (FieldLengthExceeded) not run: --profile certified"


def test_an_image_is_not_printed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "x" / "icon.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 40)
    _, out, _ = run(capsys, "x", "--select", "IconNotPng")
    first, second, *_ = out.splitlines()
    assert (first.startswith("x/icon.png:1:1: "), second.startswith("    to mend it: ")) == (True, True)
