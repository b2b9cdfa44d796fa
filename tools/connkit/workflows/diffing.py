"""Diff: two connectors from folders, files or git, with a project's waivers applied and the places to mend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from connkit.core import Finding, Severity, Span, UserError
from connkit.diff import Change, Gap, Part, all_classes, compare
from connkit.load import (
    DEFINITION,
    PROPERTIES,
    SCRIPT,
    ConnectorFiles,
    Document,
    document_of,
    find_connectors,
    find_file,
    locate_all,
    matching,
    read_document,
)
from connkit.load.problems import no_definition, no_object
from connkit.model import Companions, Connector, TextFile
from connkit.workflows.places import placed
from connkit.workflows.project import Project, Waiver
from connkit.workflows.waivers import unused_waivers

if TYPE_CHECKING:
    from connkit.diff.remedies import Remedy
    from connkit.workflows.revisions import Revision

GIT = "git:"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two connectors as read; `named` as the user did, `folder` where it is, or would be, on disk."""

    named: str
    shown: str
    folder: Path
    definition: Document | None
    properties: Document | None
    script: TextFile | None

    @property
    def connector(self) -> Connector:
        """What is no object counts as empty."""
        definition, properties = self.definition, self.properties
        files = _file(definition), _file(properties)
        return Connector(_value(definition), _value(properties), self.shown, *files, Companions(script=self.script))

    @property
    def documents(self) -> tuple[Document, ...]:
        return tuple(one for one in (self.definition, self.properties) if one)

    @property
    def problems(self) -> Iterator[Finding]:
        """Why a file of this side cannot be compared at all."""
        if self.definition is None:
            yield replace(no_definition(DEFINITION, self.shown), connector=self.shown)
        for document in self.documents:
            if not _usable(document):
                errors = [found for found in document.findings if found.severity is Severity.ERROR]
                yield from (replace(found, connector=self.shown) for found in errors or [no_object(document.shown)])


def _usable(document: Document | None) -> bool:
    return document is not None and isinstance(document.value, dict)


def _file(document: Document | None) -> str:
    return document.shown if document is not None and _usable(document) else ""


def _value(document: Document | None) -> dict[str, object]:
    return document.value if document is not None and isinstance(document.value, dict) else {}


@dataclass(frozen=True, slots=True)
class Compared:
    """Findings less what the project waives, what was not compared, and what to do about what breaks.

    `changes` are all of them, because makers notice what is waived as well.
    """

    old: str
    new: str
    findings: tuple[Finding, ...]
    waived: int
    not_compared: tuple[str, ...]
    texts: Mapping[str, str]
    changes: tuple[Change, ...]
    remedy: Remedy | None
    connectors: tuple[Connector, Connector]

    @property
    def changelog(self) -> str:
        """What makers should know, in Markdown."""
        from connkit.diff.changelog import changelog

        return changelog(*self.connectors, self.changes)


def diff(project: Project, old: str, new: str) -> Compared:
    """Compares two sides as the command line names them; UserError for one that cannot be found."""
    return compare_sides(project, read_side(project.root, old), read_side(project.root, new))


def diff_with_release(project: Project) -> Compared:
    """The project against its last release; NoBaseline, or UserError, where there is none to be read."""
    from connkit.workflows.revisions import last_release

    return diff(project, f"{GIT}{last_release(project.root)}", ".")


# ---- reading


# The part that runs git costs a tenth of all the time, so it is imported where it is needed.
def read_side(root: Path, named: str) -> Side:
    if named.startswith(GIT):
        from connkit.workflows.revisions import revision

        name, _, path = named.removeprefix(GIT).partition(":")
        return _from_git(root, revision(root, name, path), path)
    return _from_disk(_only_connector(root / named), (root / named).as_posix())


def _only_connector(path: Path) -> ConnectorFiles:
    if path.is_dir():
        own = ConnectorFiles(path, path.as_posix(), find_file(path, DEFINITION), find_file(path, PROPERTIES))
        if own.definition or own.properties:
            return own
    found = find_connectors([path])
    if len(found) > 1:
        raise UserError(f"'{path.as_posix()}' holds {len(found)} connectors; name the folder of one")
    return found[0]


def _from_disk(files: ConnectorFiles, named: str) -> Side:
    definition, properties = (
        read_document(path, files.shown_file(path)) if path else None for path in (files.definition, files.properties)
    )
    path = find_file(files.folder, SCRIPT)
    script = TextFile(files.shown_file(path), path.read_text("utf-8-sig", "replace")) if path else None
    return Side(named, files.shown, files.folder, definition, properties, script)


def _from_git(root: Path, place: Revision, path: str) -> Side:
    from connkit.workflows.revisions import content, names_at

    targets = names_at(place)
    definition = _from_commit(place, _named(targets, DEFINITION) or _only_file(place, targets))
    properties = _from_commit(place, _named(targets, PROPERTIES))
    script = _named(targets, SCRIPT)
    if definition is None and properties is None:
        raise UserError(f"there is no connector at '{place.shown()}'; add ':' and the path of its folder")
    text = TextFile(place.shown(SCRIPT), content(place, script).decode("utf-8", "replace")) if script else None
    return Side(place.shown(), place.shown(), root / path, definition, properties, text)


def _named(targets: Mapping[str, str], wanted: str) -> str | None:
    """How the file of that name, in any letter case, is read."""
    name = matching(targets, wanted)
    return targets[name] if name else None


def _only_file(place: Revision, targets: Mapping[str, str]) -> str | None:
    """The file itself, where the path is one, whatever its name."""
    target = f"{place.commit}:{place.path}"
    return target if target in targets.values() and not _named(targets, PROPERTIES) else None


def _from_commit(place: Revision, target: str | None) -> Document | None:
    if target is None:
        return None
    from connkit.workflows.revisions import content

    shown = place.shown(target.partition(":")[2])
    return document_of(content(place, target), Path(target.partition(":")[2]), shown)


# ---- comparing


def compare_sides(project: Project, old: Side, new: Side) -> Compared:
    """What cannot be read on either side is a finding and a gap; the rest is compared all the same."""
    connectors = _comparable(old.connector, new.connector)
    compared = compare(*connectors)
    waivers = _waivers(project, new)
    used = {change: waiver for change in compared.changes if (waiver := _waiver(waivers, change))}
    kept = [change for change in compared.changes if change not in used]
    found = _remedy(connectors, kept)
    located = _located([_finding(change, connectors[1], new, found) for change in kept], new)
    unused = set(waivers.values()) - set(used.values())
    findings = [*old.problems, *new.problems, *placed(project, located), *unused_waivers(project, unused)]
    return Compared(
        old.named,
        new.named,
        tuple(sorted(findings, key=lambda finding: finding.order)),
        len(used),
        tuple(_not_compared(old, new, compared.gaps)),
        {document.shown: document.text for side in (old, new) for document in side.documents},
        compared.changes,
        found,
        connectors,
    )


def _remedy(connectors: tuple[Connector, Connector], changes: Sequence[Change]) -> Remedy | None:
    if not any(change.severity is Severity.ERROR for change in changes):
        return None
    from connkit.diff.remedies import remedy

    return remedy(*connectors, changes)


def _comparable(old: Connector, new: Connector) -> tuple[Connector, Connector]:
    """Without the definitions where one of them cannot be read; otherwise everything would seem to have gone."""
    if old.definition_file and new.definition_file:
        return old, new
    return replace(old, definition={}), replace(new, definition={})


def _finding(change: Change, new: Connector, side: Side, found: Remedy | None) -> Finding:
    files = {
        Part.DEFINITION: new.definition_file,
        Part.PROPERTIES: new.properties_file,
        Part.SCRIPT: side.script.shown if side.script else new.properties_file or new.definition_file,
    }
    return Finding(
        change.kind.name,
        change.severity,
        change.message,
        files[change.part],
        change.pointer,
        side.shown,
        Span(files[Part.SCRIPT]) if change.part is Part.SCRIPT else None,
        change.kind.authority,
        change.kind.source,
        change.value_path,
        mend=found.sentences.get(change.operation_id, "") if found and change.severity is Severity.ERROR else "",
    )


def _located(findings: Sequence[Finding], side: Side) -> list[Finding]:
    """The findings with their lines; each file is scanned once."""
    spans = {}
    for document in side.documents:
        wanted = [finding.pointer for finding in findings if finding.file == document.shown]
        for pointer, region in locate_all(document.text, wanted).items() if wanted else ():
            spans[document.shown, pointer] = Span(document.shown, *region)
    return [replace(finding, span=spans.get((finding.file, finding.pointer), finding.span)) for finding in findings]


def _not_compared(old: Side, new: Side, gaps: Iterable[Gap]) -> Iterator[str]:
    shown = {"old": old, "new": new}
    for side in (old, new):
        for finding in side.problems:
            yield f"{finding.file}: {finding.message}"
    for gap in gaps:
        side = shown[gap.side]
        file = side.definition.shown if side.definition and gap.place.parts else side.shown
        place = f" at {gap.place}" if gap.place.parts else ""
        yield f"{file}{place}: {gap.why}"


# ---- waivers


def _waivers(project: Project, new: Side) -> dict[tuple[str, str], Waiver]:
    """Those of the project that are about changes, by rule and place; none where it is not the new side."""
    if new.folder.resolve() != project.root.resolve():
        return {}
    names = all_classes()
    return {(waiver.rule, waiver.place): waiver for waiver in project.waivers if waiver.rule in names}


def _waiver(waivers: Mapping[tuple[str, str], Waiver], change: Change) -> Waiver | None:
    """A waiver names a place by its value path, or by its JSON pointer in the new file."""
    name = change.kind.name
    return waivers.get((name, change.value_path)) or waivers.get((name, str(change.pointer)))
