"""Runs rules over connectors and stamps what they say with rule, severity and place."""

from __future__ import annotations

import dataclasses
import gc
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from connkit.core import Finding, Pointer, Severity, Span, UserError
from connkit.lint.catalogue import known
from connkit.lint.reading import ReadConnector, read_connector
from connkit.lint.registry import PROFILES, Flaw, Part, Rule, Scope, all_rules
from connkit.load import ConnectorFiles, locate_all
from connkit.model import Connector

WORTH_A_PROCESS = 4_000_000
"""Bytes of definitions for which a further process is quicker than one."""


class NotRun(NamedTuple):
    """Rules that did not run, or not everywhere, and why."""

    rules: tuple[str, ...]
    reason: str


class LintRun(NamedTuple):
    """Findings in order of place."""

    profile: str
    connectors: tuple[str, ...]
    findings: tuple[Finding, ...]
    rules_run: tuple[str, ...]
    not_run: tuple[NotRun, ...]


class _Job(NamedTuple):
    """What is the same for every connector; rules by name, because a job goes to other processes."""

    rules: tuple[str, ...]
    ignored: frozenset[str]
    scopes: frozenset[Scope]


class _Result(NamedTuple):
    findings: tuple[Finding, ...]
    parts: frozenset[Part]


def lint(
    connectors: Sequence[ConnectorFiles],
    profile: str = "custom",
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    *,
    remarks: bool = True,
    processes: int = 1,
) -> LintRun:
    """Lints connectors; UserError for an unknown profile or rule.

    With `select` only those rules run; what is wrong with a file as such is reported all the same. Without
    `remarks`, the rules whose findings are remarks do not run.
    """
    scopes = _scopes(profile)
    selected, ignored = {known(name) for name in select}, {known(name) for name in ignore}
    wanted = [rule for rule in all_rules().values() if _runs(rule, scopes, selected, ignored)]
    chosen = [rule for rule in wanted if remarks or rule.severity is not Severity.INFO]
    quiet = tuple(rule.name for rule in wanted if rule not in chosen)
    job = _Job(tuple(rule.name for rule in chosen), frozenset(ignored), scopes)
    results = _results(connectors, job, processes)
    everywhere = frozenset().union(*(result.parts for result in results))
    findings = [finding for result in results for finding in result.findings]
    return LintRun(
        profile=profile,
        connectors=tuple(files.shown for files in connectors),
        findings=tuple(sorted(findings, key=lambda finding: finding.order)),
        rules_run=tuple(rule.name for rule in chosen if everywhere.issuperset(rule.needs)),
        not_run=(
            *_left_out(scopes, selected, ignored),
            *([NotRun(quiet, "--remarks")] if quiet else []),
            *_absences(chosen, connectors, results),
        ),
    )


def check(connector: Connector, profile: str = "custom", select: Iterable[str] = ()) -> list[Finding]:
    """What the rules of the profile, or the selected ones, say of a connector in memory; without spans in JSON."""
    selected = set(select)
    chosen = [rule for rule in rules_of(profile) if not selected or rule.name in selected]
    read = ReadConnector(connector, {}, ())
    parts = read.parts
    runnable = [rule for rule in chosen if parts.issuperset(rule.needs)]
    return list(_stamped(_met(connector, runnable, _scopes(profile)), read))


def rules_of(profile: str) -> list[Rule]:
    """The rules of a profile; UserError for an unknown one."""
    scopes = _scopes(profile)
    return [rule for rule in all_rules().values() if rule.scope in scopes]


def _scopes(profile: str) -> frozenset[Scope]:
    if profile not in PROFILES:
        raise UserError(f"there is no profile '{profile}'; choose one of {', '.join(PROFILES)}")
    return PROFILES[profile]


def _runs(rule: Rule, scopes: frozenset[Scope], selected: set[str], ignored: set[str]) -> bool:
    return rule.scope in scopes and rule.name not in ignored and (not selected or rule.name in selected)


def _left_out(scopes: frozenset[Scope], selected: set[str], ignored: set[str]) -> Iterator[NotRun]:
    rest = [rule for rule in all_rules().values() if rule.name not in ignored]
    if ignored:
        yield NotRun(tuple(sorted(ignored)), "ignored")
    if selected:
        unselected = tuple(rule.name for rule in rest if rule.name not in selected)
        yield NotRun(unselected, "not selected")
        rest = [rule for rule in rest if rule.name in selected]
    for scope, profile in ((Scope.CERTIFICATION, "certified"), (Scope.INDEPENDENT, "independent")):
        names = tuple(rule.name for rule in rest if rule.scope is scope)
        if names and scope not in scopes:
            yield NotRun(names, f"--profile {profile}")


def _absences(
    chosen: Sequence[Rule], connectors: Sequence[ConnectorFiles], results: Sequence[_Result]
) -> Iterator[NotRun]:
    """Rules whose files were not there or could not be read; a script is optional, and nobody misses it."""
    lacking: dict[Part, list[str]] = {}
    for files, result in zip(connectors, results, strict=True):
        for part in (Part.DEFINITION, Part.PROPERTIES):
            if part not in result.parts:
                lacking.setdefault(part, []).append(files.shown)
    for part, where in lacking.items():
        names = tuple(rule.name for rule in chosen if part in rule.needs)
        places = f"'{where[0]}'" if len(where) == 1 else f"{len(where)} connectors"
        if names:
            yield NotRun(names, f"no readable {part} in {places}")


def _results(connectors: Sequence[ConnectorFiles], job: _Job, processes: int) -> list[_Result]:
    if processes < 2 or len(connectors) < 2 or _bytes(connectors) < WORTH_A_PROCESS:
        with _without_collections():
            return [_lint_one(files, job) for files in connectors]
    from concurrent.futures import ProcessPoolExecutor  # 20 ms to import, so only where it saves more

    size = max(1, len(connectors) // (processes * 8))
    with ProcessPoolExecutor(processes) as pool:
        return list(pool.map(_lint_one, connectors, [job] * len(connectors), chunksize=size))


def _bytes(connectors: Iterable[ConnectorFiles]) -> int:
    return sum(os.path.getsize(files.definition) for files in connectors if files.definition)


@contextmanager
def _without_collections() -> Iterator[None]:
    """Garbage is freed by reference counts; looking for cycles, of which there are none, takes a fifth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _lint_one(files: ConnectorFiles, job: _Job) -> _Result:
    read = read_connector(files)
    rules, parts = all_rules(), read.parts
    runnable = [rules[name] for name in job.rules if parts.issuperset(rules[name].needs)]
    met = _met(read.connector, runnable, job.scopes)
    of_files = [finding for finding in read.findings if finding.rule not in job.ignored]
    findings = (*_placed(of_files, read.texts), *_stamped(met, read))
    return _Result(findings, frozenset(parts))


_Met = tuple[Rule, Flaw]


def _met(connector: Connector, chosen: Iterable[Rule], scopes: frozenset[Scope]) -> list[_Met]:
    """What the rules say, each once."""
    found: dict[tuple[object, ...], _Met] = {}
    for rule in chosen:
        for flaw in rule.check(connector):
            if flaw.scope in scopes:
                found.setdefault((rule.name, flaw.part, flaw.at, flaw.region, flaw.message), (rule, flaw))
    return list(found.values())


def _stamped(met: Sequence[_Met], read: ReadConnector) -> Iterator[Finding]:
    """The flaws as findings with their places; each text is walked once, and only for what is asked of it."""
    files = {part: read.file(part) for part in Part}
    wanted: dict[str, set[Pointer]] = {}
    for _, flaw in met:
        if flaw.region is None and read.texts:  # a connector in memory has none
            wanted.setdefault(files[flaw.part], set()).update((flaw.at, *flaw.related))
        if flaw.elsewhere and read.texts:
            wanted.setdefault(files[_OTHER[flaw.part]], set()).update(flaw.elsewhere)
    places = {file: _spans(read.texts, file, pointers) for file, pointers in wanted.items()}
    for rule, flaw in met:
        yield _stamp(rule, flaw, read, files, places)


_OTHER = {part: Part.PROPERTIES if part is Part.DEFINITION else Part.DEFINITION for part in Part}
"""Where `elsewhere` points to, by the part that the flaw is in."""


def _stamp(
    rule: Rule,
    flaw: Flaw,
    read: ReadConnector,
    files: Mapping[Part, str],
    places: Mapping[str, Mapping[Pointer, Span]],
) -> Finding:
    file = files[flaw.part]
    here, there = places.get(file, {}), places.get(files[_OTHER[flaw.part]], {})
    related = [here.get(pointer) for pointer in flaw.related] + [there.get(pointer) for pointer in flaw.elsewhere]
    return Finding(
        rule=rule.name,
        severity=rule.severity,
        message=flaw.message,
        file=file,
        pointer=flaw.at,
        connector=read.connector.folder,
        span=Span(file, *flaw.region) if flaw.region else here.get(flaw.at),
        authority=rule.authority,
        doc=rule.source,
        related=flaw.related,
        related_spans=tuple(span for span in related if span),
        mend=flaw.mend or rule.mend,
    )


def _spans(texts: Mapping[str, str], file: str, pointers: Iterable[Pointer]) -> dict[Pointer, Span]:
    regions = locate_all(texts.get(file, ""), pointers)
    return {pointer: Span(file, *region) for pointer, region in regions.items()}


def _placed(findings: Sequence[Finding], texts: Mapping[str, str]) -> Iterator[Finding]:
    """Findings about files as such, those without a place at the one that their pointer leads to."""
    for finding in findings:
        if finding.span is None:
            span = _spans(texts, finding.file, [finding.pointer])[finding.pointer]
            finding = dataclasses.replace(finding, span=span)
        yield finding
