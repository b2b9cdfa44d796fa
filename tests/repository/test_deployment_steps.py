"""The README's steps for deploying, run as they are printed: with connkit, and with paconn alone."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
SECTION = README.split("\n## Deployment Instructions\n")[1].split("\n## ")[0]
(LISTED,) = re.findall(r"^```yaml\n(.*?)^```$", SECTION, re.MULTILINE | re.DOTALL)
SH, POWERSHELL = (
    re.findall(rf"^```{kind}\n(.*?)^```$", SECTION, re.MULTILINE | re.DOTALL) for kind in ("bash", "powershell")
)
DIFFERENCES = (
    ("python3 ", "py "),
    ('"$HOME/paconn-env/bin/python" ', '& "$HOME\\paconn-env\\Scripts\\python" '),
    ('"$HOME/paconn-env"', '"$HOME\\paconn-env"'),
)
"""How PowerShell on Windows says what sh says; all else is the same."""

PYTHON3 = """#!/bin/sh
case "$1 $2" in
"run.py connkit") shift 2; PYTHONPATH=$CONNKIT_TESTS_TOOLS exec "$CONNKIT_TESTS_PYTHON" -m connkit "$@" ;;
"-m venv") shift 2; exec "$PACONN_TESTS_PYTHON" -m venv --without-pip "$@" ;;
esac
echo "python3 $* is not foreseen" >&2
exit 99
"""
"""Nothing is downloaded: run.py sets nothing up, and a new environment has no pip, but sees the tests' packages."""


ADDED = (
    "backendService",
    "description",
    "displayName",
    "environment",
    "iconUri",
    "openApiDefinition",
    "scriptDefinitionUrl",
)
SIGNING_IN = [f"POST https://login.microsoftonline.com/common/oauth2/{step}" for step in ("devicecode", "token")]
PROVIDER = "https://api.powerapps.com/providers/Microsoft.PowerApps"


in_sh = pytest.mark.skipif(os.name == "nt", reason="the steps for Windows are held against these for sh below")


class Ran(NamedTuple):
    exit_codes: list[int]
    output: str


Shell = Callable[[str, Path], Ran]


@pytest.fixture
def shell(internet: Any, paconn_python: Path, tmp_path: Path) -> Shell:
    """Runs lines one after the other in one sh, with a new home, and the internet that there is here."""
    (packages,) = paconn_python.parent.parent.glob("lib/python*/site-packages")
    for name in ("home", "programs"):
        (tmp_path / name).mkdir()
    (tmp_path / "programs" / "python3").write_text(PYTHON3, "utf-8")
    (tmp_path / "programs" / "python3").chmod(0o755)
    ours = "(?i)(python|pip_|connkit|paconn|(all|no|http|https)_proxy|requests_|curl_)"
    variables = {
        **{name: value for name, value in os.environ.items() if not re.match(ours, name)},
        "PATH": f"{tmp_path / 'programs'}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path / "home"),
        "HTTPS_PROXY": internet.proxy,
        "REQUESTS_CA_BUNDLE": str(internet.ca_file),
        "CONNKIT_PACONN": str(paconn_python.parent.parent),
        "CONNKIT_TESTS_PYTHON": sys.executable,
        "CONNKIT_TESTS_TOOLS": str(ROOT / "tools"),
        "PACONN_TESTS_PYTHON": str(paconn_python),
        "PYTHONPATH": str(packages),
        **{"PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PIP_CONFIG_FILE": os.devnull},
    }

    def run(lines: str, folder: Path) -> Ran:
        script, codes = tmp_path / "steps.sh", tmp_path / "codes"
        script.write_text("".join(f"{line}\necho $? >&9\n" for line in lines.splitlines()), "utf-8", newline="\n")
        done = subprocess.run(
            f'exec sh "{script}" 9>"{codes}" 2>&1',
            shell=True,
            cwd=folder,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            timeout=60,
        )
        return Ran([int(code) for code in codes.read_text().split()], done.stdout)

    return run


@in_sh
def test_with_connkit_the_steps_plan_and_create_the_connector(
    shell: Shell, internet: Any, connector_copy: Path
) -> None:
    environment = internet.platform.environments[0].id
    with (connector_copy / "connkit.yaml").open("a", encoding="utf-8") as file:
        file.write(LISTED.removeprefix("environments:\n").replace("ENVIRONMENT", environment))  # it ends with that list
    ran = shell(SH[0], connector_copy)
    assert ran.exit_codes == [0, 0, 0, 0, 1], ran.output
    assert f"enter the code {internet.user_code}" in ran.output
    (connector,) = internet.platform.connectors(environment)
    assert "Nothing was touched. To carry it out: connkit deploy --environment test --apply" in ran.output
    assert f"done: the connector {connector} was created, read back and is what was sent" in ran.output
    assert f"the last deployment created the connector {connector}, and connkit deletes nothing" in ran.output
    assert deployed(internet, environment) == ("Mobili Stotele", *of_folder(connector_copy))


@in_sh
def test_with_paconn_alone_the_steps_create_the_connector_and_update_it(
    shell: Shell, internet: Any, connector_copy: Path
) -> None:
    environment, folder = internet.platform.environments[0].id, connector_copy / "deploy"
    _, *create, update = (block.replace("ENVIRONMENT", environment) for block in SH)

    ran = shell("".join(create), connector_copy)
    assert ran.exit_codes == [0, 0, 0, 0, 0, 0], ran.output
    assert "Requirement already satisfied: paconn==0.0.21" in ran.output
    assert f"enter the code {internet.user_code}" in ran.output
    (connector,) = internet.platform.connectors(environment)
    assert f"{connector} created successfully" in ran.output
    assert json.loads((folder / "settings.json").read_text("utf-8"))["connectorId"] == connector
    assert deployed(internet, environment) == ("Mobili Stotele", *of_folder(folder))

    rename_an_action(folder / "apiDefinition.swagger.json")
    ran = shell(update.replace("CONNECTOR", connector), folder)
    assert ran.exit_codes == [0], ran.output
    assert deployed(internet, environment) == ("Mobili Stotele", *of_folder(folder))
    assert internet.asked == [*SIGNING_IN, *sent(1, "POST", "apis"), *sent(2, "PATCH", f"apis/{connector}")]


def sent(upload: int, method: str, write: str) -> list[str]:
    """What paconn asks for to write once."""
    user = f"{PROVIDER}/objectIds/00000000-0000-4000-8000-000000000b0b"
    checked = [f"POST {user}/validateApiSwagger", f"POST {user}/generateResourceStorage"]
    return [*checked, f"PUT https://storage.example/upload-{upload:04}/icon.png", f"{method} {PROVIDER}/{write}"]


def deployed(internet: Any, environment: str) -> tuple[Any, ...]:
    """Of the one connector that is there: name, definition, properties but for those of paconn's making, and icon."""
    (held,) = internet.platform.connectors(environment).values()
    own = {name: value for name, value in held.properties.items() if name not in ADDED}
    return held.display_name, held.definition, own, held.icon


def of_folder(folder: Path) -> tuple[Any, ...]:
    definition = json.loads((folder / "apiDefinition.swagger.json").read_text("utf-8"))
    properties = json.loads((folder / "apiProperties.json").read_text("utf-8"))["properties"]
    return definition, properties, (folder / "icon.png").read_bytes()


def rename_an_action(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("Start a call") == 1
    path.write_text(text.replace("Start a call", "Call somebody"), "utf-8", newline="\n")


def test_the_steps_for_powershell_are_those_for_sh() -> None:
    assert len(SH) == 5
    assert [in_powershell(block) for block in SH] == POWERSHELL


def in_powershell(block: str) -> str:
    for said, instead in DIFFERENCES:
        block = block.replace(said, instead)
    return block


PAGE = (ROOT / "tools" / "docs" / "deploy.md").read_text("utf-8")
FILLED_IN = re.compile(r"…|['()]|\w+Error|\d[\d.]*|CONNKIT_\w+|connkit paconn \w+|~/\.paconn/accessTokens\.json")
"""What need not stand in the code as it does on the page."""
SOURCES = ("deploy/*.py", "cli/deploy_*.py", "cli/paconn_command.py", "workflows/deploying.py", "runtime/transports.py")


def test_the_messages_on_the_admins_page_are_in_the_code() -> None:
    section = PAGE.split("\n## When something goes wrong\n")[1].split("\n## ")[0]
    shown = [
        cell for row in re.findall(r"^\| (`.*?) \| ", section, re.MULTILINE) for cell in re.findall("`(.*?)`", row)
    ]
    sources = [path for pattern in SOURCES for path in (ROOT / "tools" / "connkit").glob(pattern)]
    known = "\n".join(text for path in sources for text in texts(path))
    assert len(shown) > 30
    assert [(message, piece) for message in shown for piece in pieces(message) if piece not in known] == []


def pieces(message: str) -> Iterator[str]:
    """What has to stand in one text of the code."""
    for piece in FILLED_IN.split(message.removeprefix("LOOK AT THIS: ")):
        if len(piece.strip(" .,;:()")) > 4:
            yield piece.strip()


def texts(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
