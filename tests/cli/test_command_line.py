"""Whole commands as a user runs them: what they print, and their exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

import smartmex
from connkit.cli.main import COMMANDS, main
from connkit.workflows import mocks

ROOT = Path(__file__).resolve().parents[2]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stopped:
        main(list(arguments))
    captured = capsys.readouterr()
    assert isinstance(stopped.value.code, int)
    return stopped.value.code, captured.out, captured.err


def test_build_check_names_what_is_stale(connector_copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (connector_copy / "settings.json").write_text("{}\n", "utf-8")
    code, out, _ = run(capsys, "-C", str(connector_copy), "build", "--check")
    assert (code, out) == (1, "settings.json: stale: differs from what definition/ makes; run 'connkit build'\n")
    assert (connector_copy / "settings.json").read_text("utf-8") == "{}\n"


def test_build_mends_it(connector_copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (connector_copy / "settings.json").write_text("{}\n", "utf-8")
    assert run(capsys, "-C", str(connector_copy), "build")[0] == 0
    assert run(capsys, "-C", str(connector_copy), "build", "--check")[:2] == (0, "all 7 built files are up to date\n")


def test_a_mistake_writes_nothing(connector_copy: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (connector_copy / "definition" / "fields.yaml").write_text("callID: [", "utf-8")
    code, _, err = run(capsys, "-C", str(connector_copy), "build", "--out", str(tmp_path / "out"))
    assert (code, err) == (1, "1 mistake in the sources; nothing was written\n")
    assert not (tmp_path / "out").exists()


def test_another_brand_needs_a_folder_of_its_own(connector_copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "-C", str(connector_copy), "build", "--brand", "lmt")
    assert code == 2
    assert err.endswith("use --out DIR as well: the connector's own folder holds the brand of connkit.yaml\n")


def test_the_certification_folder_is_what_microsoft_wants(
    connector_copy: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert run(capsys, "-C", str(connector_copy), "build", "--certification", "--out", str(out))[0] == 0
    assert sorted(path.name for path in out.iterdir()) == [
        "README.md",
        "apiDefinition.swagger.json",
        "apiProperties.json",
        "icon.png",
    ]
    code, text, _ = run(capsys, "lint", str(out), "--profile", "certified")
    assert (code, text.splitlines()[0]) == (0, "1 connector: 0 errors, 0 warnings")


def test_the_connector_folder_has_no_links_into_the_repository(
    connector_copy: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for extra in ([], ["--certification"]):
        out = tmp_path / "".join(["out", *extra])
        run(capsys, "-C", str(connector_copy), "build", "--out", str(out), *extra)
        assert "](tools/" not in (out / "README.md").read_text("utf-8")


def test_lint_writes_json_that_fits_its_schema(connector_copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    definition = connector_copy / "apiDefinition.swagger.json"
    definition.write_text(definition.read_text("utf-8").replace('"x-ms-url-encoding": "single"', '"x-a": 1'), "utf-8")
    chosen = ("--select", "PathParameterMissingEncoding")
    code, out, _ = run(capsys, "lint", str(connector_copy), *chosen, "--format", "json", "--fail-on", "warning")
    _, schema, _ = run(capsys, "schema")
    jsonschema.validate(json.loads(out), json.loads(schema))
    assert code == 1
    flaws = [finding for finding in json.loads(out)["findings"] if finding["severity"] != "info"]
    assert {finding["rule"] for finding in flaws} == {"PathParameterMissingEncoding"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["lint", "no/such"],
            "connkit: 'no/such' does not exist; name a connector's folder, its definition or a tree\n",
        ),
        (["rules", "PathRedefind"], "connkit: there is no rule 'PathRedefind'; did you mean 'PathRedefined'?\n"),
        (["-C", "no/such", "check"], "connkit: 'no/such' is no folder; name the folder of a connector\n"),
    ],
)
def test_what_a_user_can_get_wrong_is_one_line(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, *arguments) == (2, "", message)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, name, "--help")
    assert (code, f"connkit {name}" in out.split("Example:")[1]) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        (["--help"], {"jsonschema", "openapi_spec_validator", "requests", "responses", "yaml", "jinja2"}),
        (["rules"], {"jsonschema", "openapi_spec_validator", "requests", "responses"}),
        (["lint"], {"jsonschema", "openapi_spec_validator", "requests", "responses", "jinja2"}),
        (
            ["diff", "apiDefinition.swagger.json", "apiDefinition.swagger.json"],
            {"jsonschema", "openapi_spec_validator", "requests", "responses", "jinja2", "subprocess"},
        ),
        (
            ["lint", "apiDefinition.swagger.json"],
            {"jsonschema", "openapi_spec_validator", "requests", "responses", "jinja2"},
        ),
    ],
)
def test_a_quick_command_imports_nothing_heavy(arguments: list[str], unwanted: set[str]) -> None:
    code = (
        "import sys; from connkit.cli.main import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit as stop: assert not stop.code, stop.code\n"
        "print('\\n' + ' '.join(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "tools"), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert unwanted & set(done.stdout.splitlines()[-1].split()) == set()


def test_check_as_json_names_every_part(
    connector_copy: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mocks, "mock_factory", lambda name: smartmex.mock)
    code, out, _ = run(capsys, "-C", str(connector_copy), "check", "--format", "json")
    report = json.loads(out)
    assert (code, report["passed"]) == (0, True)
    assert {part["name"] for part in report["checks"] if part["status"] != "passed"} == {"breaking changes"}
    assert len(report["not_covered"]) == 2


def test_a_mock_that_is_not_installed_stops_the_tool(connector_copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (connector_copy / "connkit.yaml").write_text("brand: tele2\nmock: smartmax\n", "utf-8")
    code, _, err = run(capsys, "-C", str(connector_copy), "contract")
    assert code == 2
    assert err.startswith("connkit: connkit.yaml names the mock service 'smartmax', which is not installed (")


def test_contract_says_what_a_generated_mock_cannot_prove(
    connector_copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (connector_copy / "connkit.yaml").unlink()
    code, out, err = run(capsys, "-C", str(connector_copy), "contract")
    assert (code, out.splitlines()[-2:], err) == (
        0,
        ["29 of 29 operations answered as the definition says", "10 of 10 events seen"],
        f"not proven: {mocks.UNPROVEN}\n",
    )


def test_a_folder_without_a_connector_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "-C", str(tmp_path), "check")
    assert code == 2
    assert err.startswith(f"connkit: '{tmp_path}' has no apiDefinition.swagger.json; ")
