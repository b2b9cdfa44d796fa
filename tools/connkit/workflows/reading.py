"""The files of one connector folder, whatever the letter case of their names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connkit.core import UserError
from connkit.load import DEFINITION, PROPERTIES, find_file, read_document


@dataclass(frozen=True, slots=True)
class ConnectorFolder:
    """What a folder holds; `definition` is None when it cannot be read, and `problem` says why."""

    root: Path
    definition_file: str
    definition: dict[str, Any] | None
    properties: dict[str, Any]
    problem: str = ""

    def file(self, name: str) -> Path | None:
        """The file of that name in any letter case."""
        return find_file(self.root, name)


def read_folder(root: Path) -> ConnectorFolder:
    """Reads definition and properties; UserError when the folder holds no connector."""
    path = find_file(root, DEFINITION)
    if path is None:
        raise UserError(
            f"'{root}' has no apiDefinition.swagger.json; use -C to name a connector's folder, "
            "or run 'connkit build' when it has a definition/ folder"
        )
    document = read_document(path, path.name)
    properties_path = find_file(root, PROPERTIES)
    properties = read_document(properties_path, properties_path.name).value if properties_path else {}
    definition = document.value if isinstance(document.value, dict) else None
    problem = document.findings[0].message if document.findings else "the definition is no JSON object"
    return ConnectorFolder(root, path.name, definition, properties if isinstance(properties, dict) else {}, problem)
