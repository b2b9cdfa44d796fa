"""Templates register themselves with the decorator `template`; importing a family module is all it takes."""

from __future__ import annotations

import enum
import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from connkit.runtime.policies.exchange import Exchange
from connkit.runtime.policies.job import Job


class Section(enum.StrEnum):
    """When a policy runs; ANY_ANSWER is for templates that look at each answer, whatever its status."""

    REQUEST = "Request"
    RESPONSE = "Response"
    FAILURE = "Failure"
    ANY_ANSWER = "any answer"


Run = Callable[[Job], Exchange]


@dataclass(frozen=True, slots=True)
class Template:
    """A policy template: its parameters, and where it may run, the section of most uses first.

    `needs` have to be there and say something, `needs_text` may be empty; `knows` are optional, and None means
    that nobody has published them.
    """

    name: str
    needs: tuple[str, ...]
    needs_text: tuple[str, ...]
    knows: tuple[str, ...] | None
    sections: tuple[Section, ...]
    run: Run


_TEMPLATES: dict[str, Template] = {}


def template(
    *,
    sections: tuple[Section, ...],
    needs: tuple[str, ...] = (),
    needs_text: tuple[str, ...] = (),
    knows: tuple[str, ...] | None = (),
) -> Callable[[Run], Run]:
    """Registers a function under its own name, which is the template's id in lower case."""

    def register(run: Run) -> Run:
        if run.__name__ in _TEMPLATES:
            raise ValueError(f"two templates are called '{run.__name__}'")
        _TEMPLATES[run.__name__] = Template(run.__name__, needs, needs_text, knows, sections, run)
        return run

    return register


@cache
def all_templates() -> dict[str, Template]:
    """Every template by its id, in alphabetical order."""
    families = importlib.import_module("connkit.runtime.policies.templates")
    for module in pkgutil.iter_modules(families.__path__):
        importlib.import_module(f"{families.__name__}.{module.name}")
    return dict(sorted(_TEMPLATES.items()))
