"""Runs rules over connectors and stamps what they say with rule, severity and place."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from connkit.core import Finding, Pointer, Severity, Span, UserError
from connkit.lint.catalogue import known
from connkit.lint.registry import PROFILES, Flaw, Part, Rule, Scope, all_rules
from connkit.load import DEFINITION, ConnectorFiles, Document, locate_all, read_document
from connkit.load.positions import Region
from connkit.load.problems import problem
from connkit.model import Connector


@dataclass(frozen=True, slots=True)
class NotRun:
    """A rule that did not run, or not everywhere, and why."""

    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class LintRun:
    """Findings in order of place; `texts` holds the text of each file that has some."""

    profile: str
    connectors: tuple[str, ...]
    findings: tuple[Finding, ...]
    rules_run: tuple[str, ...]
    rules_not_run: tuple[NotRun, ...]
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Read:
    connector: Connector
    documents: tuple[Document, ...]
    findings: tuple[Finding, ...]

    @property
    def parts(self) -> set[Part]:
        files = {
            Part.DEFINITION: self.connector.definition_file,
            Part.PROPERTIES: self.connector.properties_file,
        }
        return {part for part, file in files.items() if file}


def lint(
    connectors: Sequence[ConnectorFiles],
    profile: str = "custom",
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
) -> LintRun:
    """Lints connectors; UserError for an unknown profile or rule.

    With `select` only those rules run; what is wrong with a file as such is reported all the same.
    """
    scopes = _scopes(profile)
    selected, ignored = {known(name) for name in select}, {known(name) for name in ignore}
    chosen, left_out = _choose(scopes, profile, selected, ignored)
    findings: list[Finding] = []
    texts: dict[str, str] = {}
    absences: dict[str, list[str]] = {}
    for files in connectors:
        read = _read(files)
        own = [finding for finding in read.findings if finding.rule not in ignored]
        runnable = [rule for rule in chosen if read.parts.issuperset(rule.needs)]
        own += _check(read.connector, runnable, scopes)
        for rule in chosen:
            if rule not in runnable:
                absences.setdefault(rule.name, []).append(files.shown)
        findings += _placed(own, read.documents)
        texts |= _texts(own, read.documents)
    left_out += [NotRun(name, _absence(where)) for name, where in absences.items()]
    everywhere_absent = {name for name, where in absences.items() if len(where) == len(connectors)}
    return LintRun(
        profile=profile,
        connectors=tuple(files.shown for files in connectors),
        findings=tuple(sorted(findings, key=lambda finding: finding.order)),
        rules_run=tuple(rule.name for rule in chosen if rule.name not in everywhere_absent),
        rules_not_run=tuple(sorted(left_out, key=lambda item: item.rule)),
        texts=texts,
    )


def check(connector: Connector, profile: str = "custom") -> list[Finding]:
    """What every rule of the profile says of a connector in memory; findings without a span."""
    scopes = _scopes(profile)
    return _check(connector, [rule for rule in all_rules().values() if rule.scope in scopes], scopes)


def _scopes(profile: str) -> frozenset[Scope]:
    if profile not in PROFILES:
        raise UserError(f"there is no profile '{profile}'; choose one of {', '.join(PROFILES)}")
    return PROFILES[profile]


def _choose(
    scopes: frozenset[Scope], profile: str, selected: set[str], ignored: set[str]
) -> tuple[list[Rule], list[NotRun]]:
    chosen: list[Rule] = []
    left_out: list[NotRun] = []
    for rule in all_rules().values():
        if rule.name in ignored:
            left_out.append(NotRun(rule.name, "ignored"))
        elif selected and rule.name not in selected:
            left_out.append(NotRun(rule.name, "not selected"))
        elif rule.scope not in scopes:
            left_out.append(NotRun(rule.name, f"not part of the profile '{profile}'"))
        else:
            chosen.append(rule)
    return chosen, left_out


def _absence(where: Sequence[str]) -> str:
    places = f"'{where[0]}'" if len(where) == 1 else f"{len(where)} connectors"
    return f"a file that it needs could not be read in {places}"


def _check(connector: Connector, chosen: Iterable[Rule], scopes: frozenset[Scope]) -> list[Finding]:
    found: dict[Finding, None] = {}
    for rule in chosen:
        for flaw in rule.check(connector):
            if flaw.scope in scopes:
                found[_stamp(rule, flaw, connector)] = None
    return list(found)


def _stamp(rule: Rule, flaw: Flaw, connector: Connector) -> Finding:
    in_definition = flaw.part is Part.DEFINITION
    return Finding(
        rule=rule.name,
        severity=rule.severity,
        message=flaw.message,
        file=connector.definition_file if in_definition else connector.properties_file,
        pointer=flaw.at,
        connector=connector.folder,
        authority=rule.authority,
        doc=rule.source,
        related=flaw.related,
    )


def _read(files: ConnectorFiles) -> _Read:
    documents: list[Document] = []
    findings: list[Finding] = []
    if files.definition is None:
        findings.append(_no_definition(files))
    for path in (files.definition, files.properties):
        if path is not None:
            document = read_document(path, files.shown_file(path))
            documents.append(document)
            findings += [*document.findings, *_no_object(document)]
    definition, definition_file = _object(documents, files, files.definition)
    properties, properties_file = _object(documents, files, files.properties)
    connector = Connector(definition, properties, files.shown, definition_file, properties_file)
    own = tuple(dataclasses.replace(finding, connector=files.shown) for finding in findings)
    return _Read(connector, tuple(documents), own)


def _no_definition(files: ConnectorFiles) -> Finding:
    file = files.shown_file(files.folder / DEFINITION)
    return problem("DefinitionMissing", f"the connector has no '{DEFINITION}'", Span(file))


def _no_object(document: Document) -> Iterator[Finding]:
    broken = any(finding.severity is Severity.ERROR for finding in document.findings)
    if not broken and not isinstance(document.value, dict):
        message = "the outermost value must be an object, written in braces"
        yield problem("DocumentNotObject", message, Span(document.shown))


def _object(documents: Iterable[Document], files: ConnectorFiles, path: Path | None) -> tuple[dict[str, object], str]:
    for document in documents:
        if path is not None and document.path == path and isinstance(document.value, dict):
            return document.value, files.shown_file(path)
    return {}, ""


def _placed(findings: Sequence[Finding], documents: Iterable[Document]) -> list[Finding]:
    """The findings with spans; a file is scanned once, and only when something in it lacks a place."""
    regions: dict[tuple[str, Pointer], Region] = {}
    for document in documents:
        wanted = [found.pointer for found in findings if found.file == document.shown and found.span is None]
        if wanted:
            located = locate_all(document.text, wanted)
            regions |= {(document.shown, pointer): region for pointer, region in located.items()}
    return [
        finding
        if finding.span
        else dataclasses.replace(finding, span=Span(finding.file, *regions[finding.file, finding.pointer]))
        for finding in findings
    ]


def _texts(findings: Iterable[Finding], documents: Iterable[Document]) -> dict[str, str]:
    files = {finding.file for finding in findings}
    return {document.shown: document.text for document in documents if document.shown in files}
