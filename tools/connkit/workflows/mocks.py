"""Finding the mock service that connkit.yaml names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from typing import Any

from connkit.core import MockService, UserError
from connkit.semantics.document_schema import suggestion

GROUP = "connkit.mocks"
MockFactory = Callable[[dict[str, Any]], MockService]


def mock_factory(name: str) -> MockFactory:
    """The installed mock service of that name; UserError when none is installed."""
    installed = {entry.name: entry for entry in entry_points(group=GROUP)}
    if name not in installed:
        known = suggestion(name, installed) if installed else "none is installed"
        raise UserError(
            f"connkit.yaml names the mock service '{name}', which is not installed; {known}. "
            f"Install the package that has the entry point '{name}' of the group '{GROUP}'"
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
