from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SLOW = {"filelock", "httptools", "jsonschema", "openapi_spec_validator", "requests", "responses", "urllib3", "uvicorn"}
PROBE = """
import sys
from connkit.cli.main import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    code = end.code
print("\\nimported:", *sorted({name.partition(".")[0] for name in sys.modules}))
sys.exit(code)
"""


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-X", "utf8", *command],
        cwd=ROOT / "tools",
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_the_package_runs_as_a_module() -> None:
    result = run("-m", "connkit", "--help")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("Usage: connkit ")


@pytest.mark.parametrize(
    ("arguments", "never"),
    [
        (["--help"], SLOW | {"yaml", "jinja2"}),
        (["rules"], SLOW),
        (["lint", str(ROOT)], SLOW),
        (["-C", str(ROOT), "lint"], SLOW),
        (["-C", str(ROOT / "tests"), "diff", *[str(ROOT / "apiDefinition.swagger.json")] * 2], SLOW | {"yaml"}),
        (["-C", str(ROOT), "diff", "."], SLOW),
    ],
    ids=["help", "rules", "lint", "lint in a project", "diff", "diff in a project"],
)
def test_a_quick_command_imports_nothing_slow(arguments: list[str], never: set[str]) -> None:
    result = run("-c", PROBE, *arguments)
    assert (result.returncode, result.stderr) == (0, "")
    imported = set(result.stdout.splitlines()[-1].split()[1:])
    assert "click" in imported
    assert imported & never == set()
