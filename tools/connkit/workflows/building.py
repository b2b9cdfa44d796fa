"""The whole built connector: JSON files, icon and pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from connkit.build.building import Built, build
from connkit.build.files import text_bytes
from connkit.core import Finding, UserError
from connkit.docs.pages import Edition, operations, readme, rows
from connkit.workflows.project import Project

OPERATIONS_PAGE = "tools/docs/operations.md"


@dataclass(frozen=True, slots=True)
class Connector:
    """A built connector with its pages; `files` is empty when there are `findings`."""

    files: Mapping[str, bytes]
    findings: tuple[Finding, ...]
    built: Built


def build_connector(project: Project, edition: Edition, brand: str | None = None) -> Connector:
    """Everything `connkit build` writes; UserError where there are no sources or no such brand."""
    if not project.has_sources:
        raise UserError(
            f"'{project.root}' has no definition/connector.yaml to build from; use -C to name the folder that has"
        )
    name = brand or project.brand
    if name is None:
        raise UserError("no brand chosen; set 'brand' in connkit.yaml or use --brand")
    built = build(project.root, name, certification=edition == "certification")
    if built.findings:
        return Connector({}, built.findings, built)
    return Connector({**built.files, **_pages(project.root, built, edition)}, (), built)


def _pages(root: Path, built: Built, edition: Edition) -> dict[str, bytes]:
    table = rows(built.entries, built.definition, built.polling_prefix)
    page = {"repository": OPERATIONS_PAGE, "folder": "operations.md", "certification": ""}[edition]
    template = (root / "definition" / "readme.md").read_text("utf-8")
    pages = {"README.md": text_bytes(readme(template, built.brand, table, edition, page))}
    if page:
        title = built.brand["title"]
        pages[page] = text_bytes(operations(title, table, built.definition, built.examples))
    return pages
