"""`connkit check`: everything that can be proven about a connector without Microsoft and without the service."""

from __future__ import annotations

import enum
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

from connkit.build.files import stale
from connkit.contract.contract import contract
from connkit.core import Authority, Finding, MockService, Pointer, Send, Severity, UserError, shown_path
from connkit.lint.engine import NotRun
from connkit.load import PROPERTIES
from connkit.model.connector import Connector
from connkit.report.values import many
from connkit.runtime.life import Step, polling_life, webhook_life
from connkit.runtime.transports import in_memory, requests_send
from connkit.runtime.unsupported import Unsupported, unsupported
from connkit.semantics.document_schema import problems
from connkit.workflows.building import build_connector
from connkit.workflows.diffing import diff_with_release
from connkit.workflows.linting import Linted, lint_project
from connkit.workflows.mocks import UNPROVEN, MockSource, mock_source, obstacle
from connkit.workflows.places import placed
from connkit.workflows.project import Project
from connkit.workflows.reading import ConnectorFolder, read_folder
from connkit.workflows.revisions import NoBaseline
from connkit.workflows.submission import lint_submission

SPECIFICATION = "https://spec.openapis.org/oas/v2.0"
BREAKING_CHANGES = "breaking changes"
OUR_SCHEMAS = {"apiProperties.json": "properties", "settings.json": "settings"}


class Status(enum.StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One part of the check: what was looked at in a sentence, and what is wrong."""

    name: str
    status: Status
    summary: str
    problems: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class Report:
    """All parts, in the order they ran; `not_covered` names what no part can prove, the service itself first."""

    outcomes: list[Outcome] = field(default_factory=list)
    not_covered: tuple[str, ...] = (
        "the live service: operations and triggers are tried on a mock service only",
        "Microsoft's own validation: it runs when you deploy or submit",
    )

    @property
    def no_baseline(self) -> str:
        """Why nothing was compared with an earlier release, '' where something was."""
        compared = (outcome for outcome in self.outcomes if outcome.name == BREAKING_CHANGES)
        return next((outcome.summary for outcome in compared if outcome.status is Status.NOT_CHECKED), "")

    @property
    def ok(self) -> bool:
        return all(outcome.status is not Status.FAILED for outcome in self.outcomes)


def check(project: Project) -> Report:
    """Runs every part; one that fails never stops the others."""
    report = Report()
    report.outcomes.append(_built_files(project))
    folder = read_folder(project.root)
    report.outcomes.append(_specification(project, folder))
    report.outcomes.append(_schemas(project, folder))
    report.outcomes += _lint(project)
    report.outcomes.append(_breaking_changes(project))
    _service(project, folder, report)
    report.outcomes += _emulation(project, folder)
    return report


# ---- files


def _built_files(project: Project) -> Outcome:
    name = "built files"
    if not project.has_sources:
        return Outcome(name, Status.NOT_CHECKED, "there is no definition/ folder that they could be built from")
    connector = build_connector(project, "repository")
    if connector.findings:
        return Outcome(name, Status.FAILED, "the sources have mistakes", findings=connector.findings)
    old = stale(project.root, connector.files)
    if old:
        told = tuple(f"{path} differs from what definition/ makes; run 'connkit build'" for path in old)
        return Outcome(name, Status.FAILED, f"{len(old)} of {len(connector.files)} files are stale", told)
    return Outcome(name, Status.PASSED, f"all {len(connector.files)} files are what definition/ makes")


def _specification(project: Project, folder: ConnectorFolder) -> Outcome:
    name = "OpenAPI 2.0"
    if folder.definition is None:
        return Outcome(name, Status.FAILED, folder.problem)
    # the same messages whether or not another package has brought jsonschema-rs, which it would use otherwise
    os.environ.setdefault("OPENAPI_SPEC_VALIDATOR_SCHEMA_VALIDATOR_BACKEND", "jsonschema")
    from openapi_spec_validator import OpenAPIV2SpecValidator

    errors = list(OpenAPIV2SpecValidator(folder.definition).iter_errors())
    findings = [
        Finding(
            "OpenApiSpecification",
            Severity.ERROR,
            error.message.splitlines()[0][:300],
            shown_path(folder.root, folder.definition_file),
            Pointer(tuple(str(part) for part in error.absolute_path)),
            doc=SPECIFICATION,
        )
        for error in errors
    ]
    if findings:
        return Outcome(
            name,
            Status.FAILED,
            f"{len(findings)} differences from the specification",
            findings=placed(project, findings),
        )
    return Outcome(name, Status.PASSED, f"{folder.definition_file} follows the specification")


def _schemas(project: Project, folder: ConnectorFolder) -> Outcome:
    name = "properties and settings"
    findings: list[Finding] = []
    seen: list[str] = []
    for standard_name in OUR_SCHEMAS:
        path = folder.file(standard_name)
        if path is None:
            continue
        seen.append(path.name)
        findings += _schema_findings(path, standard_name, shown_path(folder.root, path.name))
    if findings:
        return Outcome(name, Status.FAILED, "not as the platform wants them", findings=placed(project, findings))
    if not seen:
        return Outcome(name, Status.NOT_CHECKED, "there is neither apiProperties.json nor settings.json")
    return Outcome(name, Status.PASSED, f"{' and '.join(seen)}: as the schemas want")


def _schema_findings(path: Path, standard_name: str, shown: str) -> Iterator[Finding]:
    stem = standard_name.removesuffix(".json")
    schema = json.loads(resources.files("connkit.workflows").joinpath(f"schemas/{stem}.schema.json").read_text("utf-8"))
    try:
        document = json.loads(path.read_text("utf-8-sig"))
    except ValueError:
        return  # lint reports a file that is no JSON, with its place
    for problem in problems(document, schema):
        yield Finding("DocumentSchema", Severity.ERROR, problem.message, shown, problem.pointer)


def _lint(project: Project) -> Iterator[Outcome]:
    yield _linted("lint", lint_project(project, remarks=False))
    submission = lint_submission(project)
    if submission is not None:
        yield _linted("lint of the submission", submission)


def _linted(name: str, linted: Linted) -> Outcome:
    """Errors and warnings; remarks are counted, and `connkit lint` shows them."""
    counted = Counter(finding.severity for finding in linted.findings)
    told = f"{len(linted.rules_run)} rules of the profile '{linted.run.profile}'; errors {counted[Severity.ERROR]}, "
    told += f"warnings {counted[Severity.WARNING]}, waived {linted.waived}"
    told += "".join(f"; {_left_out(group)}" for group in linted.not_run)
    status = Status.FAILED if counted[Severity.ERROR] else Status.PASSED
    serious = tuple(finding for finding in linted.findings if finding.severity is not Severity.INFO)
    return Outcome(name, status, told, findings=serious)


def _left_out(group: NotRun) -> str:
    return f"{many(len(group.rules), 'rule')} not run ({group.reason})"


def _breaking_changes(project: Project) -> Outcome:
    """Against the last release that HEAD comes after; remarks are counted and not listed."""
    try:
        compared = diff_with_release(project)
    except (NoBaseline, UserError) as reason:
        return Outcome(BREAKING_CHANGES, Status.NOT_CHECKED, f"not compared with an earlier release: {reason}")
    told = tuple(finding for finding in compared.findings if finding.severity is not Severity.INFO)
    errors = sum(finding.severity is Severity.ERROR for finding in told)
    summary = f"compared with {compared.old.removeprefix('git:')}; errors {errors}, warnings {len(told) - errors}, "
    summary += f"safe changes {len(compared.findings) - len(told)}, waived {compared.waived}"
    missing = tuple(f"not compared: {place}" for place in compared.not_compared)
    return Outcome(BREAKING_CHANGES, Status.FAILED if errors else Status.PASSED, summary, missing, told)


def _emulation(project: Project, folder: ConnectorFolder) -> Iterator[Outcome]:
    """What the emulator does not do; nothing where it does all that the connector asks for."""
    connector = Connector(folder.definition or {}, folder.properties)
    missing = unsupported(connector, script=folder.file("script.csx") is not None)
    if missing:
        findings = placed(project, [_not_emulated(folder, one) for one in missing])
        places = "place asks" if len(missing) == 1 else "places ask"
        told = f"{len(missing)} {places} for what the emulator does not do; try it on the platform"
        yield Outcome("emulation", Status.NOT_CHECKED, told, findings=findings)


def _not_emulated(folder: ConnectorFolder, one: Unsupported) -> Finding:
    properties = folder.file(PROPERTIES)
    name = properties.name if one.in_properties and properties else folder.definition_file
    pointer = one.pointer if properties or not one.in_properties else Pointer()
    shown = shown_path(folder.root, name)
    return Finding("NotEmulated", Severity.INFO, str(one), shown, pointer, authority=Authority.OWN)


# ---- the service


def _service(project: Project, folder: ConnectorFolder, report: Report) -> None:
    parts = ("operations", "polling triggers", "webhook triggers")
    reason = obstacle(project, folder)
    if reason:
        report.outcomes += [Outcome(name, Status.NOT_CHECKED, reason) for name in parts]
        return
    source = mock_source(project, folder)
    if source.generated:
        report.not_covered = (UNPROVEN, *report.not_covered[1:])
    report.outcomes += _against_mock(Connector(folder.definition or {}, folder.properties), source)


def _against_mock(connector: Connector, source: MockSource) -> Iterator[Outcome]:
    yield _operations(connector, source)
    polling = [operation.operation_id for operation in connector.operations if operation.is_polling]
    webhook = [operation.operation_id for operation in connector.operations if operation.is_webhook]
    yield _lives("polling triggers", connector, source, polling, polling_life)
    yield _lives("webhook triggers", connector, source, webhook, webhook_life)


def _operations(connector: Connector, source: MockSource) -> Outcome:
    mock = source.make()
    results = contract(connector, mock, in_memory(mock), wrong_input=not source.generated)
    told = tuple(f"{result.operation_id}: {problem}" for result in results for problem in result.problems)
    good = sum(result.ok for result in results)
    summary = f"{good} of {len(results)} operations answered as the definition says{_on(source)}"
    return Outcome("operations", Status.PASSED if good == len(results) else Status.FAILED, summary, told)


def _on(source: MockSource) -> str:
    return ", on a mock generated from it" if source.generated else ""


Life = Callable[[Connector, MockService, str, Send], Sequence[Step]]


def _lives(name: str, connector: Connector, source: MockSource, operation_ids: Sequence[str], life: Life) -> Outcome:
    told: list[str] = []
    steps = 0
    failed = 0
    for operation_id in operation_ids:
        mock = source.make()
        with mock.intercept():
            lived = life(connector, mock, operation_id, requests_send())
        steps += len(lived)
        wrong = [step for step in lived if not step.ok]
        failed += bool(wrong)
        told += [f"{operation_id}: {step.name}: {step.detail}" for step in wrong]
    if not operation_ids:
        return Outcome(name, Status.NOT_CHECKED, "the definition has none")
    summary = f"{len(operation_ids) - failed} of {len(operation_ids)} went through their life, {steps} steps"
    on = ", on a mock generated from the definition" if source.generated else ""
    return Outcome(name, Status.FAILED if failed else Status.PASSED, summary + on, tuple(told))
