"""Templates register themselves with the decorator `template`; importing a family module is all it takes."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from connkit.runtime.policies.exchange import Exchange
from connkit.runtime.policies.job import Job
from connkit.semantics.policy_templates import TEMPLATES, TemplateForm

Run = Callable[[Job], Exchange]


@dataclass(frozen=True, slots=True)
class Template:
    """A policy template: what it takes, and what it does."""

    form: TemplateForm
    run: Run

    @property
    def name(self) -> str:
        return self.form.name


_TEMPLATES: dict[str, Template] = {}


def template(run: Run) -> Run:
    """Registers a function under its own name, which is the template's id in lower case."""
    if run.__name__ in _TEMPLATES:
        raise ValueError(f"two templates are called '{run.__name__}'")
    _TEMPLATES[run.__name__] = Template(TEMPLATES[run.__name__], run)
    return run


@cache
def all_templates() -> dict[str, Template]:
    """Every template by its id, in alphabetical order."""
    families = importlib.import_module("connkit.runtime.policies.templates")
    for module in pkgutil.iter_modules(families.__path__):
        importlib.import_module(f"{families.__name__}.{module.name}")
    return dict(sorted(_TEMPLATES.items()))
