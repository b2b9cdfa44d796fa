"""A connector's files as the rules see them, with what is wrong with a file as such."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from connkit.core import Finding, Severity
from connkit.lint.registry import Part
from connkit.load import DEFINITION, ConnectorFiles, Document, read_document
from connkit.load.problems import no_definition, no_object
from connkit.load.text import read_bytes, read_text
from connkit.model import BinaryFile, Companions, Connector, TextFile


class ReadConnector(NamedTuple):
    """A connector with the texts of its JSON files by the name that messages use."""

    connector: Connector
    texts: Mapping[str, str]
    findings: tuple[Finding, ...]

    @property
    def parts(self) -> set[Part]:
        """The files that can be looked at; one that a folder described by connkit.yaml lacks is among them."""
        other = self.connector.companions
        there = {
            Part.DEFINITION: bool(self.connector.definition_file),
            Part.PROPERTIES: bool(self.connector.properties_file),
            Part.SETTINGS: other.settings is not None or other.described,
            Part.ICON: other.icon is not None or other.described,
            Part.README: other.readme is not None or other.described,
            Part.SCRIPT: other.script is not None,
        }
        return {part for part, present in there.items() if present}

    def file(self, part: Part) -> str:
        """How messages name the file, be it there or not."""
        connector, other = self.connector, self.connector.companions
        found = {
            Part.DEFINITION: connector.definition_file,
            Part.PROPERTIES: connector.properties_file,
            Part.SETTINGS: other.settings_file,
            Part.ICON: other.icon.shown if other.icon else "",
            Part.README: other.readme.shown if other.readme else "",
            Part.SCRIPT: other.script.shown if other.script else "",
        }
        return found[part] or _in_folder(connector.folder, STANDARD_NAMES[part])


STANDARD_NAMES = {
    Part.DEFINITION: DEFINITION,
    Part.PROPERTIES: "apiProperties.json",
    Part.SETTINGS: "settings.json",
    Part.ICON: "icon.png",
    Part.README: "README.md",
    Part.SCRIPT: "script.csx",
}


def _in_folder(folder: str, name: str) -> str:
    return name if folder in ("", ".") else f"{folder.rstrip('/')}/{name}"


def read_connector(files: ConnectorFiles) -> ReadConnector:
    """Reads every file of the connector; what is missing or broken is a finding, never an error."""
    paths = (files.definition, files.properties, files.settings)
    documents = {path: read_document(path, files.shown_file(path)) for path in paths if path is not None}
    shown = files.shown_file(files.folder / DEFINITION)
    findings = [] if files.definition else [no_definition(DEFINITION, shown)]
    for document in documents.values():
        findings += [*document.findings, *_no_object(document)]
    settings = _object(documents, files.settings)
    readme, script = _text(files, files.readme), _text(files, files.script)
    findings += [*readme[1], *script[1]]
    companions = Companions(
        described=files.described,
        settings=settings,
        settings_file=documents[files.settings].shown if files.settings else "",
        icon=_binary(files, files.icon),
        readme=readme[0],
        script=script[0],
        sizes={document.shown: document.size for document in documents.values()},
        holds=files.holds,
    )
    definition, properties = _object(documents, files.definition), _object(documents, files.properties)
    connector = Connector(
        definition or {},
        properties or {},
        files.shown,
        documents[files.definition].shown if files.definition and definition is not None else "",
        documents[files.properties].shown if files.properties and properties is not None else "",
        companions,
    )
    own = tuple(dataclasses.replace(finding, connector=files.shown) for finding in findings)
    return ReadConnector(connector, {document.shown: document.text for document in documents.values()}, own)


def _no_object(document: Document) -> Iterator[Finding]:
    broken = any(finding.severity is Severity.ERROR for finding in document.findings)
    if not broken and not isinstance(document.value, dict):
        yield no_object(document.shown)


def _object(documents: Mapping[Path, Document], path: Path | None) -> dict[str, Any] | None:
    value = documents[path].value if path is not None else None
    return value if isinstance(value, dict) else None


def _text(files: ConnectorFiles, path: Path | None) -> tuple[TextFile | None, tuple[Finding, ...]]:
    if path is None:
        return None, ()
    shown = files.shown_file(path)
    text, findings = read_text(path, shown)
    return (TextFile(shown, text) if text is not None else None), findings


def _binary(files: ConnectorFiles, path: Path | None) -> BinaryFile | None:
    if path is None or path.is_dir():
        return None
    return BinaryFile(files.shown_file(path), read_bytes(path, files.shown_file(path)))
