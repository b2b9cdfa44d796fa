"""The mock service of a folder: the installed one that connkit.yaml names, else one generated from the definition."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.metadata import entry_points
from typing import Any

from connkit.core import MockService, UserError
from connkit.semantics.suggestions import suggestion
from connkit.workflows.project import Project
from connkit.workflows.reading import ConnectorFolder

GROUP = "connkit.mocks"
MockFactory = Callable[[dict[str, Any]], MockService]
UNPROVEN = (
    "whether the service really answers so: connkit.yaml names no mock service, so operations and triggers were tried "
    "on one generated from the definition itself, with right input alone"
)


@dataclass(frozen=True, slots=True)
class MockSource:
    """Makes a folder's mock, a fresh one each time; `generated` says that it knows nothing but the definition."""

    make: Callable[[], MockService]
    generated: bool


def mock_source(project: Project, folder: ConnectorFolder) -> MockSource:
    """UserError when connkit.yaml names a mock that is not installed, or where there is an obstacle."""
    problem = obstacle(project, folder)
    if problem:
        raise UserError(problem)
    factory = mock_factory(project.mock) if project.mock else _generating(folder.properties)
    make = partial(with_switches(factory, project.switches), folder.definition or {})
    return MockSource(make, generated=project.mock is None)


def _generating(properties: dict[str, Any]) -> MockFactory:
    """Imported only where no mock is named, as it takes a while."""
    from connkit.mock.service import generated_mock

    return partial(generated_mock, properties=properties)


def obstacle(project: Project, folder: ConnectorFolder) -> str:
    """Why there is nothing that a mock could be made from, '' where there is."""
    if folder.definition is None:
        return "the definition cannot be read"
    host = folder.definition.get("host")
    if project.mock is None and not (isinstance(host, str) and host):
        return f"{folder.definition_file} has no host, so there is nothing to answer for; add 'host'"
    return ""


def mock_factory(name: str) -> MockFactory:
    """The installed mock service of that name; UserError when none is installed."""
    installed = {entry.name: entry for entry in entry_points(group=GROUP)}
    if name not in installed:
        known = suggestion(name, installed) if installed else "none is installed"
        raise UserError(
            f"connkit.yaml names the mock service '{name}', which is not installed ({known}); "
            f"install the package that has the entry point '{name}' of the group '{GROUP}', "
            "or take the line out, and one is generated from the definition"
        )
    factory: MockFactory = installed[name].load()
    return factory


def with_switches(factory: MockFactory, switches: Mapping[str, object]) -> MockFactory:
    """Makes mock services that are set as connkit.yaml says; UserError where a mock has no such switch or value."""

    def made(definition: dict[str, Any]) -> MockService:
        mock = factory(definition)
        for name, value in switches.items():
            try:
                mock.configure(name, value)
            except UserError as error:
                raise UserError(f"connkit.yaml: {error}") from None
        return mock

    return made if switches else factory
