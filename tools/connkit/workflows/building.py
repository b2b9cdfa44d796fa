"""The whole built connector: JSON files, icon and pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from connkit.build.building import Built, build
from connkit.build.files import text_bytes
from connkit.core import Finding, MockService, Severity, Span, UserError
from connkit.core.switches import unknowns
from connkit.deploy.assumed import ASSUMED as ASSUMED_OF_DEPLOY
from connkit.docs.fidelity import Double, fidelity
from connkit.docs.pages import Edition, TemplateMistake, operations, readme, rows
from connkit.lint.rules_page import rules_page
from connkit.mock.switches import ASSUMED as ASSUMED_OF_GENERATED
from connkit.mock.switches import GeneratedSwitches
from connkit.platform.switches import ASSUMED as ASSUMED_OF_PLATFORM
from connkit.platform.switches import PlatformSwitches
from connkit.runtime.switches import EmulatorSwitches
from connkit.runtime.unsupported import ASSUMED, NOT_EMULATED
from connkit.workflows.mocks import mock_factory
from connkit.workflows.project import Project

OPERATIONS_PAGE = "tools/docs/operations.md"
TEMPLATE = "definition/readme.md"
FIDELITY_PAGE = "tools/docs/fidelity.md"
RULES_PAGE = "tools/docs/rules.md"


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
    try:
        pages = _pages(project.root, built, edition)
    except TemplateMistake as mistake:
        return Connector({}, (_in_template(mistake),), built)
    if edition == "repository" and project.mock is not None:
        pages[FIDELITY_PAGE] = text_bytes(_fidelity(mock_factory(project.mock)(dict(built.definition))))
    if edition == "repository" and (project.root / "tools" / "connkit" / "lint").is_dir():
        pages[RULES_PAGE] = text_bytes(rules_page())
    return Connector({**built.files, **pages}, (), built)


def _in_template(mistake: TemplateMistake) -> Finding:
    message = f"the page cannot be made: {mistake}; mend this line, or bring back what it names"
    return Finding("TemplateNotFilled", Severity.ERROR, message, TEMPLATE, span=Span(TEMPLATE, mistake.line))


def _fidelity(mock: MockService) -> str:
    told = (
        f"The mock service `{mock.name}`, in place of the service. `connkit mock service --switch NAME=VALUE` sets one."
    )
    return fidelity(
        [
            Double("The mock service", told, mock.unknowns(), mock.assumed()),
            Double(
                "The emulator",
                "connkit acting as the platform, in place of Power Platform.",
                unknowns(EmulatorSwitches),
                ASSUMED,
            ),
            Double(
                "What is not emulated",
                "`connkit check` names the places of a connector that ask for it.",
                (),
                NOT_EMULATED,
            ),
            Double(
                "The generated mock",
                "Made from a definition alone, where connkit.yaml names no mock service.",
                unknowns(GeneratedSwitches),
                ASSUMED_OF_GENERATED,
            ),
            Double(
                "The mock platform",
                "In place of the endpoints that paconn talks to. `connkit mock platform --switch NAME=VALUE` sets one.",
                unknowns(PlatformSwitches),
                ASSUMED_OF_PLATFORM,
            ),
            Double(
                "Deploying",
                "`connkit deploy` on the real platform, where nothing of it has been tried.",
                (),
                ASSUMED_OF_DEPLOY,
            ),
        ]
    )


def _pages(root: Path, built: Built, edition: Edition) -> dict[str, bytes]:
    table = rows(built.entries, built.definition, built.polling_prefix)
    page = {"repository": OPERATIONS_PAGE, "folder": "operations.md", "certification": ""}[edition]
    template = (root / TEMPLATE).read_text("utf-8")
    pages = {"README.md": text_bytes(readme(template, built.brand, table, edition, page))}
    if page:
        title = built.brand["title"]
        pages[page] = text_bytes(operations(title, table, built.definition, built.examples))
    return pages
