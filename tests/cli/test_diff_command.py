"""`connkit diff` as a user runs it, and `connkit check` where a release is asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

import smartmex
from connkit.cli.main import main
from connkit.report.machine import json_schema
from connkit.workflows import mocks

Run = Callable[..., tuple[int, str, str]]
OLD = """\
{
  "swagger": "2.0",
  "paths": {
    "/items": {
      "get": {
        "operationId": "ListItems",
        "summary": "List items",
        "responses": {"200": {"description": "Items", "schema": {"properties": {"id": {"type": "integer"}}}}}
      }
    }
  }
}
"""
NEW = OLD.replace('"integer"', '"string"').replace('"string"}}', '"string"}, "name": {"type": "string"}}')
FILE = "new/apiDefinition.swagger.json"
CHANGED = "the output 'id' of 'ListItems' was integer and is string; flows that use it expect the old type"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs connkit where `old` and `new` are connectors: exit code, output, standard error."""
    for name, text in (("old", OLD), ("new", NEW)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "apiDefinition.swagger.json").write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stopped:
            main(list(arguments))
        out, err = capsys.readouterr()
        assert isinstance(stopped.value.code, int)
        return stopped.value.code, out, err

    return run


def test_in_text_the_change_stands_with_its_remedy(run: Run) -> None:
    code, out, err = run("diff", "old", "new")
    assert (code, err) == (1, "")
    first, rest = out.split("\n\n", 1)
    assert first.splitlines()[0] == f"{FILE}:8:96: error: {CHANGED} [OutputTypeChanged]"
    assert rest.split("\n\n", 1)[1] == (
        "to keep existing flows working:\n"
        "  * put 'ListItems' back as it was, and move the change to 'ListItems_V2'\n"
        "\n"
        "merge into the definition:\n"
        "  {\n"
        '    "paths": {\n'
        '      "/items": {\n'
        '        "get": {\n'
        '          "operationId": "ListItems",\n'
        '          "deprecated": true,\n'
        '          "summary": "List items (deprecated)",\n'
        '          "x-ms-api-annotation": {\n'
        '            "family": "ListItems",\n'
        '            "revision": 1\n'
        "          }\n"
        "        }\n"
        "      },\n"
        '      "/items/v2": {\n'
        '        "get": {\n'
        '          "operationId": "ListItems_V2",\n'
        '          "x-ms-api-annotation": {\n'
        '            "family": "ListItems",\n'
        '            "revision": 2,\n'
        '            "status": "Preview"\n'
        "          }\n"
        "        }\n"
        "      }\n"
        "    }\n"
        "  }\n"
        "\n"
        "add to policyTemplateInstances in apiProperties.json:\n"
        "  [\n"
        "    {\n"
        '      "templateId": "routerequesttoendpoint",\n'
        '      "title": "Path of ListItems_V2",\n'
        '      "parameters": {\n'
        '        "x-ms-apimTemplateParameter.newPath": "/items",\n'
        '        "x-ms-apimTemplateParameter.httpMethod": "@Request.OriginalHTTPMethod",\n'
        '        "x-ms-apimTemplate-operationName": [\n'
        '          "ListItems_V2"\n'
        "        ]\n"
        "      }\n"
        "    }\n"
        "  ]\n"
        "\n"
        "old -> new: 1 error, 0 warnings, 1 remark\n"
    )


def test_nothing_changed_is_one_line(run: Run) -> None:
    assert run("diff", "old", "old") == (0, "old -> old: no change that a flow could notice\n", "")


def test_without_a_new_side_it_is_this_folder(run: Run) -> None:
    assert run("-C", "new", "diff", "../old")[1].endswith("new/../old -> new: 1 error, 0 warnings, 1 remark\n")


def test_json_fits_the_schema_of_lint(run: Run) -> None:
    code, out, _ = run("diff", "old", "new", "--format", "json")
    report = json.loads(out)
    jsonschema.validate(report, json_schema())
    assert code == 1
    assert [(found["rule"], found["value_path"], found["line"]) for found in report["findings"]] == [
        ("OutputTypeChanged", "operation/ListItems/responses/200/schema/id/type", 8),
        ("OutputAdded", "operation/ListItems/responses/200/schema/name", 8),
    ]


def test_annotations_stand_on_the_line_of_the_new_file(run: Run) -> None:
    code, out, _ = run("diff", "old", "new", "--format", "github")
    assert code == 1
    assert out == (
        f"::error file={FILE},line=8,col=96,title=OutputTypeChanged,endColumn=104::{CHANGED}\n"
        f"::notice file={FILE},line=8,col=107,title=OutputAdded,endColumn=113::"
        "the output 'name' of 'ListItems' is new\n"
    )


@pytest.mark.parametrize("style", ["sarif", "junit"])
def test_other_formats_name_the_change(run: Run, style: str) -> None:
    assert "OutputTypeChanged" in run("diff", "old", "new", "--format", style)[1]


def test_markdown_has_the_remedy_in_fences(run: Run) -> None:
    _, out, _ = run("diff", "old", "new", "--format", "markdown")
    head, *blocks = out.split("```")
    assert head.startswith("**1 connectors; error: 1, warning: 0, info: 1; waived: 0**\n\n| severity | rule |")
    assert "\n* put 'ListItems' back as it was, and move the change to 'ListItems_V2'\n" in head
    assert [block.splitlines()[0] for block in blocks[::2]] == ["json", "json"]
    assert json.loads(blocks[0].removeprefix("json"))["paths"]["/items/v2"]["get"]["operationId"] == "ListItems_V2"


@pytest.mark.parametrize(("threshold", "code"), [("error", 0), ("warning", 0), ("info", 1)])
def test_the_threshold_decides_the_exit_code(run: Run, threshold: str, code: int) -> None:
    added = NEW.replace('"id": {"type": "string"}', '"id": {"type": "integer"}')
    Path(FILE).write_text(added, "utf-8")
    assert run("diff", "old", "new", "--fail-on", threshold)[0] == code


def test_makers_get_their_own_words(run: Run) -> None:
    code, out, _ = run("diff", "old", "new", "--changelog", "--output", "entry.md")
    assert (code, out) == (1, "")
    assert Path("entry.md").read_text("utf-8") == (
        "### Breaking: flows that use this have to be changed\n"
        "\n"
        "* **List items (`ListItems`)**: returns 'id' as string, no longer as integer\n"
        "\n"
        "### New, and safe\n"
        "\n"
        "* **List items (`ListItems`)**: returns 'name' as well\n"
    )


def test_what_was_not_compared_is_said_in_every_format(run: Run) -> None:
    Path(FILE).write_text(NEW.replace('"/items": {', '"/a": 3, "/items": {'), "utf-8")
    told = f"not compared: {FILE} at /paths/~1a: it is no object"
    assert run("diff", "old", "new")[1].splitlines()[-1] == told
    assert run("diff", "old", "new", "--format", "markdown")[1].splitlines()[-1] == f"* {told}"
    assert run("diff", "old", "new", "--format", "json")[2] == f"{told}\n"


def test_a_definition_that_cannot_be_read_is_an_error(run: Run) -> None:
    Path(FILE).write_text("{", "utf-8")
    code, out, _ = run("diff", "old", "new")
    assert code == 1
    assert out.splitlines()[-2] == "old -> new: 1 error, 0 warnings, 0 remarks"
    assert out.splitlines()[-1].startswith(f"not compared: {FILE}: the file is not JSON: ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["gone", "new"], "'gone' does not exist; name a connector's folder, its definition or a tree"),
        (["git:", "new"], "'git:' needs a revision, such as git:v1.0.0 or git:main:my-connector"),
        (["git:main", "new"], "'.' is in no git repository that can be read; name a folder of a checkout"),
    ],
)
def test_what_a_user_can_get_wrong_is_one_line(run: Run, arguments: list[str], message: str) -> None:
    assert run("diff", *arguments) == (2, "", f"connkit: {message}\n")


def test_the_classes_are_a_page(run: Run) -> None:
    code, out, _ = run("diff", "--classes")
    assert (code, out.partition("\n")[0]) == (0, "# Classes of change")


def test_check_can_insist_on_a_release(run: Run, connector_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mocks, "mock_factory", lambda name: smartmex.mock)
    code, out, err = run("-C", str(connector_copy), "check", "--require-baseline")
    where = f"'{connector_copy.as_posix()}' is in no git repository that can be read; name a folder of a checkout"
    assert (code, err) == (2, f"connkit: not compared with an earlier release: {where}\n")
    assert f"not checked  breaking changes: not compared with an earlier release: {where}\n" in out
    assert run("-C", str(connector_copy), "check")[0] == 0
