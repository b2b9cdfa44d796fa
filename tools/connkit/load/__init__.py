"""Text -> plain values, with the place of any of them on demand.

Flaws of a file are findings, never exceptions.
"""

from connkit.load.document import Document, document_of, read_document
from connkit.load.folders import (
    DEFINITION,
    ICON,
    PROPERTIES,
    README,
    SCRIPT,
    SETTINGS,
    ConnectorFiles,
    find_connectors,
    find_file,
    matching,
)
from connkit.load.positions import locate, locate_all
from connkit.load.problems import PROBLEMS
from connkit.load.yamldoc import YamlDocument, read_yaml

__all__ = [
    "DEFINITION",
    "ICON",
    "PROBLEMS",
    "PROPERTIES",
    "README",
    "SCRIPT",
    "SETTINGS",
    "ConnectorFiles",
    "Document",
    "YamlDocument",
    "document_of",
    "find_connectors",
    "find_file",
    "locate",
    "locate_all",
    "matching",
    "read_document",
    "read_yaml",
]
