"""Rules register themselves with the decorator `rule`; importing a family module is all it takes."""

from __future__ import annotations

import enum
import importlib
import inspect
import pkgutil
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from connkit.core import Authority, Pointer, Severity
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
    """A document of a connector."""

    DEFINITION = "definition"
    PROPERTIES = "properties"


@dataclass(frozen=True, slots=True)
class Flaw:
    """What a rule has to say.

    `scope` narrows the rule's own for this one flaw; `part` is the document that `at` points into.
    """

    at: Pointer
    message: str
    related: tuple[Pointer, ...] = ()
    scope: Scope = Scope.EVERY
    part: Part = Part.DEFINITION


Check = Callable[[Connector], Iterator[Flaw]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with everything that its page says; `scaffold` names what `bad` and `good` are put into."""

    name: str
    severity: Severity
    scope: Scope
    authority: Authority
    source: str
    needs: tuple[Part, ...]
    bad: str
    good: str
    scaffold: str
    text: str
    check: Check

    @property
    def title(self) -> str:
        return self.text.partition("\n")[0]


_RULES: dict[str, Rule] = {}


def rule(
    *,
    severity: Severity,
    scope: Scope,
    source: str,
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
        _RULES[own] = Rule(
            name=own,
            severity=severity,
            scope=scope,
            authority=authority,
            source=source,
            needs=needs,
            bad=textwrap.dedent(bad).strip() + "\n",
            good=textwrap.dedent(good).strip() + "\n",
            scaffold=scaffold,
            text=inspect.cleandoc(check.__doc__ or ""),
            check=check,
        )
        return check

    return register


def all_rules() -> dict[str, Rule]:
    """Every rule by name, in alphabetical order."""
    families = importlib.import_module("connkit.lint.rules")
    for module in pkgutil.iter_modules(families.__path__):
        importlib.import_module(f"{families.__name__}.{module.name}")
    return dict(sorted(_RULES.items()))
