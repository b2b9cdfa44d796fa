"""Lints connectors as environment variables say; action.yml and azure-pipelines-template.yml run it.

    lint.py --install ENVIRONMENT    installs connkit from this checkout into a virtual environment, versions pinned
    lint.py ENVIRONMENT              lints with it

CONNKIT_PATHS      folders, files or trees, divided by line ends or semicolons; the current folder without any
CONNKIT_PROFILE    as --profile, and likewise CONNKIT_FAIL_ON and CONNKIT_BASELINE
CONNKIT_REPORT     a file to write a report to, in CONNKIT_FORMAT, beside what is printed

The exit code is that of connkit.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
OPTIONS = {"CONNKIT_PROFILE": "--profile", "CONNKIT_FAIL_ON": "--fail-on", "CONNKIT_BASELINE": "--baseline"}


def main(arguments: list[str]) -> int:
    if not arguments:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    python = interpreter(Path(arguments[-1]))
    if arguments[0] == "--install":
        return install(python)
    lint = [python, "-m", "connkit", "lint", *options()]
    report = os.environ.get("CONNKIT_REPORT", "")
    if report:
        quiet = os.environ | {"GITHUB_ACTIONS": ""}  # or every annotation would be there twice
        written = [*lint, "--format", os.environ.get("CONNKIT_FORMAT") or "sarif", "--output", report, "--", *paths()]
        code = subprocess.run(written, env=quiet).returncode
        if code > 1:
            return code
    return subprocess.run([*lint, "--", *paths()]).returncode


def install(python: str) -> int:
    pip = [python, "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
    pinned = subprocess.run([*pip, "--require-hashes", "-r", str(CHECKOUT / "requirements" / "check.txt")])
    if pinned.returncode:
        return 2
    own = subprocess.run([*pip, "--no-deps", "--no-build-isolation", str(CHECKOUT)])
    return 2 if own.returncode else 0


def interpreter(environment: Path) -> str:
    """The environment's own Python; on Windows it stands elsewhere."""
    windows = environment / "Scripts" / "python.exe"
    return str(windows if windows.exists() else environment / "bin" / "python")


def options() -> list[str]:
    given = [(option, os.environ.get(name, "")) for name, option in OPTIONS.items()]
    return [word for option, value in given if value for word in (option, value)]


def paths() -> list[str]:
    divided = os.environ.get("CONNKIT_PATHS", "").replace(";", "\n").split("\n")
    return [path.strip() for path in divided if path.strip()] or ["."]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
