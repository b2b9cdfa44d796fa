"""Findings that a project lives with: kept quiet by fingerprint, so that only new ones fail.

The file is meant for version control, where it lies decides how connectors are named in it: by their path from there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from connkit.core import Finding, UserError
from connkit.report.values import fingerprint

_VERSION = 1


class Baseline(NamedTuple):
    """The fingerprints in a baseline file."""

    path: Path
    fingerprints: frozenset[str]

    def unknown(self, findings: Sequence[Finding]) -> list[Finding]:
        """Those of the findings that are new."""
        folders = _folders(self.path, findings)
        known = self.fingerprints
        return [finding for finding in findings if fingerprint(finding, folders[finding.connector]) not in known]


def read_baseline(path: Path) -> Baseline:
    """Reads a file that `write_baseline` wrote; UserError for any other."""
    try:
        document = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise UserError(f"the baseline '{path}' does not exist; make it with --write-baseline added") from None
    except OSError as error:
        raise UserError(f"the baseline '{path}' cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise UserError(f"the baseline '{path}' is no JSON ({error}); write it again with --write-baseline") from error
    known = document.get("findings") if isinstance(document, dict) else None
    if not isinstance(known, dict) or document.get("version") != _VERSION:
        raise UserError(f"'{path}' is no baseline of this version; write it again with --write-baseline")
    return Baseline(path, frozenset(known))


def write_baseline(path: Path, findings: Sequence[Finding]) -> int:
    """Writes the findings as known, and returns how many there are; UserError when the file cannot be written."""
    folders = _folders(path, findings)
    known: dict[str, str] = {}
    for finding in findings:
        folder = folders[finding.connector]
        known[fingerprint(finding, folder)] = f"{folder}: {finding.rule} {finding.pointer}".rstrip()
    ordered = dict(sorted(known.items(), key=lambda item: (item[1], item[0])))
    text = json.dumps({"version": _VERSION, "findings": ordered}, indent=2, ensure_ascii=False) + "\n"
    try:
        path.write_text(text, "utf-8", "backslashreplace", newline="\n")
    except OSError as error:
        raise UserError(f"the baseline '{path}' cannot be written: {error.strerror}") from error
    return len(known)


def _folders(path: Path, findings: Iterable[Finding]) -> dict[str, str]:
    """Each connector's folder as seen from the baseline's; absolute where Windows knows no way (another drive)."""
    here = path.resolve().parent
    return {connector: _relative(here, connector) for connector in {finding.connector for finding in findings}}


def _relative(here: Path, connector: str) -> str:
    folder = Path(connector or ".").resolve()
    try:
        return Path(os.path.relpath(folder, here)).as_posix()
    except ValueError:
        return folder.as_posix()
