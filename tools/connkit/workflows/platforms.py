"""The mock platform with connkit's own lint for the validation, and with connectors from folders."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from connkit.core import Finding, Severity, UserError
from connkit.lint.engine import check
from connkit.load import ICON, SCRIPT, read_yaml
from connkit.model import Connector
from connkit.platform import MockPlatform
from connkit.workflows.reading import ConnectorFolder, read_folder

_EXAMPLE = "connectors: [{environment: Rehearsal, folder: my-connector}]"
_KEYS = ("environment", "folder", "name", "created_by")


def lint_validation(definition: Mapping[str, Any], certification: bool) -> list[str]:
    """What lint says of a definition alone, in the words of the platform's validation; remarks are left out."""
    connector = Connector(dict(definition), {}, definition_file="apiDefinition.swagger.json")
    findings = check(connector, "certified" if certification else "custom")
    return [_line(finding) for finding in findings if finding.severity is not Severity.INFO]


def _line(finding: Finding) -> str:
    """The place is a JSON pointer without its first slash."""
    return f"{finding.severity.capitalize()} : {str(finding.pointer).removeprefix('/')} : {finding.message}"


def seed(platform: MockPlatform, path: Path) -> None:
    """Adds the connectors that a YAML file names; UserError, before any is added, where it cannot be understood.

    Each has an `environment` by name or ID, and a `folder`, relative to the file; `name` and `created_by` may be given.
    """
    shown = path.as_posix()
    document = read_yaml(path, shown)
    if document.findings:
        raise UserError(f"{document.findings[0].span or shown}: {document.findings[0].message}")
    listed = document.value.get("connectors") if isinstance(document.value, dict) else None
    if not isinstance(listed, list) or set(document.value) != {"connectors"}:
        raise UserError(f"{shown}: a seed is a list of connectors, such as {_EXAMPLE}")
    read = [_seeded(platform, path.parent, each, f"{shown}: connectors/{index}") for index, each in enumerate(listed)]
    for arguments in read:
        platform.add(**arguments)


def _seeded(platform: MockPlatform, base: Path, given: Any, place: str) -> dict[str, Any]:
    """The arguments of `add`."""
    if not isinstance(given, dict):
        raise UserError(f"{place}: it is not an object, such as {_EXAMPLE}")
    for key, value in given.items():
        if key not in _KEYS or not isinstance(value, str) or not value:
            raise UserError(f"{place}: it has no text '{key}'; it has {', '.join(_KEYS)}")
    for key in ("environment", "folder"):
        if key not in given:
            raise UserError(f"{place}: it names no {key}; it is such as {_EXAMPLE}")
    try:
        environment = platform.environment(given["environment"])
        folder = read_folder(base / given["folder"])
    except UserError as error:
        raise UserError(f"{place}: {error}") from None
    if folder.definition is None:
        raise UserError(f"{place}: {folder.definition_file}: {folder.problem}")
    info = folder.definition.get("info")
    title = info.get("title") if isinstance(info, dict) else None
    properties = folder.properties.get("properties")
    arguments = {
        "environment_id": environment.id,
        "display_name": given.get("name") or str(title or "unnamed"),
        "definition": folder.definition,
        "properties": properties if isinstance(properties, dict) else {},
        "icon": _bytes(folder, ICON),
        "script": _bytes(folder, SCRIPT),
    }
    return arguments | ({"created_by": given["created_by"]} if "created_by" in given else {})


def _bytes(folder: ConnectorFolder, name: str) -> bytes | None:
    path = folder.file(name)
    return None if path is None else path.read_bytes()
