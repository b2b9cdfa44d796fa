"""What outside repositories use in their pipelines, tried on a connector as far as it can be here."""

from __future__ import annotations

import json
import os
import re
import runpy
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from connkit.cli.lint_command import command

ROOT = Path(__file__).resolve().parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
TEMPLATE = yaml.safe_load((ROOT / "tools/ci/azure-pipelines-template.yml").read_text("utf-8"))
(HOOK,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
PAGE = (ROOT / "tools/docs/ci.md").read_text("utf-8")
SCRIPT = runpy.run_path(str(ROOT / "tools/ci/lint.py"))
OPERATION = {"operationId": "ListItems", "responses": {"200": {"description": "The items"}}}
FLAWED = {
    "swagger": "2.0",
    "info": {"title": "Contact book", "version": "1.0"},
    "paths": {"/items": {"get": OPERATION, "put": OPERATION}, "/left": {}},
}
FOUND = "the operationId 'ListItems' is already used by another operation [OperationIdNotUnique]"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository with one connector, which has an error and a warning."""
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "apiDefinition.swagger.json").write_text(json.dumps(FLAWED))
    return tmp_path


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that looks like a virtual environment, whose Python is the one that runs the tests."""
    path = tmp_path_factory.mktemp("environment")
    started = path / ("Scripts" if os.name == "nt" else "bin")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", "--system-site-packages", str(path)], check=True)
    assert started.is_dir()
    return path


def run(words: list[str], folder: Path, given: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Runs a command with connkit importable, and with nothing of a CI job that these tests may be part of."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CONNKIT_", "GITHUB_"))}
    found = os.pathsep.join([str(ROOT / "tools"), *filter(None, sys.path)])
    variables = {**kept, "PYTHONPATH": found, "PYTHONIOENCODING": "utf-8", **given}
    return subprocess.run(words, cwd=folder, env=variables, capture_output=True, text=True, encoding="utf-8")


def put_in(text: str, values: Mapping[str, str]) -> str:
    return re.sub(
        r"\$\{\{\s*(.+?)\s*\}\}|\$\((.+?)\)|\$(\w+)", lambda found: values[next(filter(None, found.groups()))], text
    )


def action_step(name: str) -> dict[str, Any]:
    return next(step for step in ACTION["runs"]["steps"] if step.get("name") == name)


def action_run(folder: Path, environment: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """The very words of the action's last step, with the inputs given and the others' defaults."""
    values = {f"inputs.{name}": entry["default"] for name, entry in ACTION["inputs"].items()}
    values |= {f"inputs.{name.replace('_', '-')}": value for name, value in inputs.items()}
    step = action_step("Lint")
    places = {
        "GITHUB_ACTION_PATH": ROOT.as_posix(),
        "RUNNER_TEMP/connkit": "",
        "RUNNER_TEMP": environment.parent.as_posix(),
    }
    line = put_in(step["run"].replace("$RUNNER_TEMP/connkit", environment.as_posix()), places)
    given = {name: put_in(value, values) for name, value in step["env"].items()}
    python, *words = shlex.split(line)
    assert python == "python"
    return run([sys.executable, *words], folder, given)


def azure_run(folder: Path, environment: Path, **parameters: str) -> subprocess.CompletedProcess[str]:
    values = {
        f"parameters.{entry['name']}": entry["default"] for entry in TEMPLATE["parameters"] if entry["name"] != "paths"
    }
    values["join(';', parameters.paths)"] = parameters.pop("paths", ".")
    values |= {f"parameters.{name}": value for name, value in parameters.items()}
    values |= {"Pipeline.Workspace": "W", "Agent.TempDirectory": folder.as_posix()}
    step = next(step for step in TEMPLATE["steps"] if step.get("displayName") == "Lint")
    line = step["script"].replace("$(Agent.TempDirectory)/connkit", environment.as_posix())
    python, script, *words = shlex.split(put_in(line, values))
    assert (python, script) == ("python", "W/s/connkit/tools/ci/lint.py")
    given = {name: put_in(value, values) for name, value in step["env"].items()}
    return run([sys.executable, str(ROOT / "tools/ci/lint.py"), *words], folder, given)


def test_the_action_prints_what_it_finds(folder: Path, environment: Path) -> None:
    done = action_run(folder, environment)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.count(FOUND) == 1
    assert "EmptyPathItem" in done.stdout


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({"path": "book"}, 1),
        ({"path": "book\nbook/apiDefinition.swagger.json\n"}, 1),
        ({"fail_on": "info"}, 1),
        ({"path": "nowhere"}, 2),
        ({"profile": "nobody"}, 2),
        ({"fail_on": "anything"}, 2),
        ({"report": "out.sarif", "format": "nothing"}, 2),
        ({"report": "nowhere/out.sarif"}, 2),
    ],
)
def test_the_action_ends_as_connkit_does(inputs: dict[str, str], code: int, folder: Path, environment: Path) -> None:
    assert action_run(folder, environment, **inputs).returncode == code


def test_a_clean_connector_passes(folder: Path, environment: Path) -> None:
    clean = FLAWED | {"paths": {"/items": {"get": OPERATION}}}
    (folder / "book" / "apiDefinition.swagger.json").write_text(json.dumps(clean))
    assert action_run(folder, environment).returncode == 0


def test_the_action_writes_a_report_as_well(folder: Path, environment: Path) -> None:
    done = action_run(folder, environment, report="out.sarif")
    assert done.returncode == 1
    assert FOUND in done.stdout
    results = json.loads((folder / "out.sarif").read_text("utf-8"))["runs"][0]["results"]
    assert "OperationIdNotUnique" in [result["ruleId"] for result in results]


def test_what_a_baseline_knows_does_not_fail_the_action(folder: Path, environment: Path) -> None:
    run([sys.executable, "-m", "connkit", "lint", "--baseline", "known.json", "--write-baseline"], folder, {})
    assert action_run(folder, environment, baseline="known.json").returncode == 0
    assert action_run(folder, environment, baseline="nowhere.json").returncode == 2


def test_the_template_prints_and_publishes(folder: Path, environment: Path) -> None:
    done = azure_run(folder, environment, paths="book;book")
    assert (done.returncode, done.stdout.count(FOUND)) == (1, 1)
    assert "OperationIdNotUnique" in (folder / "connkit.xml").read_text("utf-8")


def test_the_template_takes_its_parameters(folder: Path, environment: Path) -> None:
    assert azure_run(folder, environment, profile="certified").stdout.count("RequiredPropertyMissing") > 1
    assert azure_run(folder, environment, failOn="never").returncode == 2


def test_each_input_is_given_to_the_script() -> None:
    step = action_step("Lint")
    used = {name for value in step["env"].values() for name in re.findall(r"inputs\.([\w-]+)", value)}
    assert used | {"python-version"} == set(ACTION["inputs"])
    names = {*SCRIPT["OPTIONS"], "CONNKIT_PATHS", "CONNKIT_REPORT", "CONNKIT_FORMAT"}
    azure = next(step for step in TEMPLATE["steps"] if step.get("displayName") == "Lint")
    assert set(step["env"]) == set(azure["env"]) == names
    given = re.findall(r"parameters\.(\w+)", json.dumps(TEMPLATE["steps"]))
    assert set(given) == {entry["name"] for entry in TEMPLATE["parameters"]}


def test_the_options_exist() -> None:
    known = {option for parameter in command.params for option in parameter.opts}
    hook = {word for word in shlex.split(HOOK["entry"]) if word.startswith("--")}
    page = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", PAGE))
    assert ({*SCRIPT["OPTIONS"].values(), "--format", "--output"} | hook | page) <= known


def test_no_input_is_put_into_a_command_line() -> None:
    commands = [step.get("run") or step.get("script") or "" for step in (*ACTION["runs"]["steps"], *TEMPLATE["steps"])]
    assert not [line for line in commands if "${{" in line]


def test_installing_asks_for_pinned_versions_and_this_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def noted(words: list[str]) -> subprocess.CompletedProcess[str]:
        asked.append(words)
        return subprocess.CompletedProcess(words, 0)

    monkeypatch.setattr(subprocess, "run", noted)
    assert SCRIPT["main"](["--install", str(tmp_path)]) == 0
    python = str(tmp_path / "bin" / "python")
    pip = [python, "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
    assert asked == [
        [*pip, "--require-hashes", "-r", str(ROOT / "requirements" / "check.txt")],
        [*pip, "--no-deps", "--no-build-isolation", str(ROOT)],
    ]
    assert (ROOT / "requirements" / "check.txt").read_text("utf-8").count("hatchling==") == 1


@pytest.mark.parametrize("failing", [0, 1])
def test_a_failed_installation_is_told(failing: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = [1, 0] if failing == 0 else [0, 1]

    def fails(words: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(words, codes.pop(0))

    monkeypatch.setattr(subprocess, "run", fails)
    assert SCRIPT["main"](["--install", str(tmp_path)]) == 2


def test_the_hook_runs_from_the_root_of_a_repository(folder: Path) -> None:
    program, *words = shlex.split(HOOK["entry"])
    assert (program, HOOK["language"], HOOK["pass_filenames"]) == ("connkit", "python", False)
    done = run([sys.executable, "-m", program, *words, "--profile", "certified"], folder, {})
    assert done.returncode == 1
    assert FOUND in done.stdout


@pytest.mark.parametrize(
    ("path", "runs"),
    [
        ("apiDefinition.swagger.json", True),
        ("connectors/book/APIProperties.json", True),
        ("a/README.md", True),
        ("a/script.csx", True),
        ("connkit.yaml", True),
        ("a/myapiProperties.json", False),
        ("package.json", False),
        ("a/icon.png.bak", False),
    ],
)
def test_the_hook_runs_for_the_files_of_a_connector(path: str, runs: bool) -> None:
    assert bool(re.search(HOOK["files"], path)) is runs


def test_the_page_names_what_there_is() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \| (?:`(.*?)`)? ?\|", PAGE, re.MULTILINE)
    assert rows == [(name, entry["default"]) for name, entry in ACTION["inputs"].items()]
    snippets = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]
    hooks, workflow, pipeline = snippets
    assert hooks["repos"][0]["hooks"][0]["id"] == HOOK["id"]
    assert set(workflow["jobs"]["lint"]["steps"][1]["with"]) <= set(ACTION["inputs"])
    step = pipeline["steps"][0]
    path, _, alias = step["template"].partition("@")
    assert (ROOT / path).is_file()
    assert alias == pipeline["resources"]["repositories"][0]["repository"]
    assert {"checkout": alias, "path": "s/connkit"} in TEMPLATE["steps"]
    assert set(step["parameters"]) <= {entry["name"] for entry in TEMPLATE["parameters"]}
