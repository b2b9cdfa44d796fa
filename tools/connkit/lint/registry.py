"""Rules register themselves with the decorator `rule`; importing a family module is all it takes."""

from __future__ import annotations

import enum
import functools
import importlib
import inspect
import pkgutil
import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from connkit.core import Authority, Pointer, Severity
from connkit.load.positions import Region
from connkit.model import Connector


class Scope(enum.StrEnum):
    """For which connectors a rule holds."""

    EVERY = "every"  # each connector
    CERTIFICATION = "certification"  # submitted to Microsoft, by a company or an independent publisher
    INDEPENDENT = "independent"  # submitted by an independent publisher


PROFILES: dict[str, frozenset[Scope]] = {
    "custom": frozenset({Scope.EVERY}),
    "certified": frozenset({Scope.EVERY, Scope.CERTIFICATION}),
    "independent": frozenset(Scope),
}


class Part(enum.StrEnum):
    """A file of a connector."""

    DEFINITION = "definition"
    PROPERTIES = "properties"
    SETTINGS = "settings"
    ICON = "icon"
    README = "readme"
    SCRIPT = "script"


DOCUMENTS = (Part.DEFINITION, Part.PROPERTIES)
"""What a rule needs that holds the two documents against each other."""


class Flaw(NamedTuple):
    """What a rule has to say.

    `part` is the file that `at` and `related` point into; a text file has a `region` instead of a pointer.
    `elsewhere` are related places in the other of definition and properties. `scope` narrows the rule's own for
    this one flaw, and `mend` says better than the rule how to put this one right.
    """

    at: Pointer
    message: str
    related: tuple[Pointer, ...] = ()
    scope: Scope = Scope.EVERY
    part: Part = Part.DEFINITION
    elsewhere: tuple[Pointer, ...] = ()
    region: Region | None = None
    mend: str = ""


Check = Callable[[Connector], Iterator[Flaw]]


class Rule(NamedTuple):
    """A rule with everything that its page says; `scaffold` names what `bad` and `good` are put into.

    `mend` says in one sentence how to put a flaw right. `needs` are the files without which the rule cannot run.
    """

    name: str
    severity: Severity
    scope: Scope
    authority: Authority
    source: str
    needs: tuple[Part, ...]
    mend: str
    raw_bad: str
    raw_good: str
    scaffold: str
    check: Check

    @property
    def bad(self) -> str:
        return textwrap.dedent(self.raw_bad).strip() + "\n"

    @property
    def good(self) -> str:
        return textwrap.dedent(self.raw_good).strip() + "\n"

    @property
    def text(self) -> str:
        return inspect.cleandoc(self.check.__doc__ or "")

    @property
    def title(self) -> str:
        return self.text.partition("\n")[0]


_RULES: dict[str, Rule] = {}


def rule(
    *,
    severity: Severity,
    scope: Scope,
    source: str,
    mend: str,
    bad: str,
    good: str,
    scaffold: str = "operation",
    authority: Authority = Authority.OFFICIAL,
    needs: tuple[Part, ...] = (Part.DEFINITION,),
    name: str = "",
) -> Callable[[Check], Check]:
    """Registers a check under its function's name in CamelCase; its docstring is its page."""

    def register(check: Check) -> Check:
        own = name or "".join(word.capitalize() for word in check.__name__.split("_"))
        if own in _RULES:
            raise ValueError(f"two rules are called '{own}'")
        if authority is Authority.OWN and severity is Severity.ERROR:
            raise ValueError(f"'{own}' is our own opinion and cannot be an error")
        _RULES[own] = Rule(own, severity, scope, authority, source, needs, mend, bad, good, scaffold, check)
        return check

    return register


@functools.cache
def all_rules() -> Mapping[str, Rule]:
    """Every rule by name, in alphabetical order."""
    families = importlib.import_module("connkit.lint.rules")
    for module in pkgutil.iter_modules(families.__path__):
        importlib.import_module(f"{families.__name__}.{module.name}")
    return dict(sorted(_RULES.items()))
