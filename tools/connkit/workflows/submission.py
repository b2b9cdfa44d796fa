"""The folder that is submitted for certification, linted without being written."""

from __future__ import annotations

from collections.abc import Mapping

from connkit.core import Finding, Pointer, Span
from connkit.lint.engine import LintRun, check, rules_of
from connkit.load import DEFINITION, ICON, PROPERTIES, README
from connkit.model.companions import BinaryFile, Companions, TextFile
from connkit.model.connector import Connector
from connkit.workflows.building import build_connector
from connkit.workflows.linting import Linted, unwaived
from connkit.workflows.places import in_yaml
from connkit.workflows.project import Project

PROFILE = "certified"
_FOLDER = "submission"


def lint_submission(project: Project) -> Linted | None:
    """Lints what `connkit build --certification` would write; None where it cannot be built.

    Findings in the two documents stand at the YAML they come from, others in a file of the folder.
    """
    if not project.has_sources or project.brand is None:
        return None
    edition = build_connector(project, "certification")
    if edition.findings:
        return None
    built = edition.built
    connector = Connector(
        dict(built.definition),
        dict(built.properties),
        _FOLDER,
        f"{_FOLDER}/{DEFINITION}",
        f"{_FOLDER}/{PROPERTIES}",
        _companions(edition.files),
    )
    found = check(connector, PROFILE)
    kept, _ = unwaived(project, found)
    traced = (_traced(built.trace, finding) for finding in kept)
    ordered = tuple(sorted(traced, key=lambda finding: finding.order))
    run = LintRun(PROFILE, (_FOLDER,), tuple(found), tuple(rule.name for rule in rules_of(PROFILE)), ())
    return Linted(run, ordered, len(found) - len(kept))


def _companions(files: Mapping[str, bytes]) -> Companions:
    return Companions(
        icon=BinaryFile(f"{_FOLDER}/{ICON}", files[ICON]),
        readme=TextFile(f"{_FOLDER}/{README}", files[README].decode("utf-8")),
        sizes={f"{_FOLDER}/{name}": len(data) for name, data in files.items()},
    )


def _traced(traces: Mapping[str, Mapping[Pointer, Span]], finding: Finding) -> Finding:
    trace = traces.get(finding.file.removeprefix(f"{_FOLDER}/"))
    return finding if trace is None else in_yaml(trace, finding)
