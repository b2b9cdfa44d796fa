"""Holds lint against what Microsoft's Swagger validator said of definitions in pull requests.

    lint_oracle.py FOLDER

Below FOLDER stands one folder a pull request, with `apiDefinition.swagger.json` and `expected.json`: its `sightings`
(validator, code, level, value_path or null where it was cut) and whether its errors are `complete`. Exit code 1 when
one is not reproduced with code, severity and pointer, or when a complete list is exceeded.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from connkit.core import Finding, Severity
from connkit.lint import lint
from connkit.load import find_connectors

PROFILES = {"certified-connectors": "certified", "independent-publisher-connectors": "independent"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    bad = 0
    for case in sorted(parser.parse_args().folder.iterdir()):
        if (case / "expected.json").is_file():
            bad += compare(case, json.loads((case / "expected.json").read_text("utf-8")))
    sys.exit(1 if bad else 0)


def compare(case: Path, expected: dict[str, Any]) -> int:
    sightings = [one for one in expected["sightings"] if one["validator"] == "swagger"]
    if not sightings:
        return 0
    definition = case / "apiDefinition.swagger.json"
    found = list(lint(find_connectors([definition]), PROFILES.get(expected["scope"], "custom")).findings)
    errors = sum(finding.severity is Severity.ERROR for finding in found)
    missing = [sighting for sighting in sightings if not taken(found, sighting)]
    print(
        f"{case.name}: {len(sightings) - len(missing)} of {len(sightings)} sightings reproduced; {errors} errors in all"
    )
    for sighting in missing:
        print(f"    not reproduced: {sighting['level']} {sighting['code']} {sighting['value_path']}")
    beyond = [finding for finding in found if finding.severity is Severity.ERROR and expected["complete"] == "errors"]
    for finding in beyond:
        print(f"    beyond the complete list: {finding.rule} {finding.pointer}: {finding.message}")
    return len(missing) + len(beyond)


def taken(found: list[Finding], sighting: dict[str, Any]) -> bool:
    """Takes the finding that reproduces the sighting away from those found; a cut place is any place."""
    level = {"critical": "error"}.get(sighting["level"].lower(), sighting["level"].lower())
    for finding in found:
        place = sighting["value_path"]
        at_root = sighting["message"].startswith("The 'x-ms-connector-metadata'")
        matches = str(finding.pointer) == (place or "") if place or at_root else True
        if finding.rule == sighting["code"] and finding.severity == level and matches:
            found.remove(finding)
            return True
    return False


if __name__ == "__main__":
    main()
