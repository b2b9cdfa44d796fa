"""What the expressions of a policy say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from connkit.core import Pointer
from connkit.model import Policy
from connkit.model.shape import as_object
from connkit.semantics.expressions import paths_in
from connkit.semantics.paths import Path, Step, UnsupportedExpression, parse_steps
from connkit.semantics.policy_templates import TEMPLATES, Language

if TYPE_CHECKING:
    from connkit.semantics.policy_text import Lookup


@dataclass(frozen=True, slots=True)
class Reading:
    """One parameter: its lookups, paths and steps in order, or why nothing can read it."""

    parameter: str
    text: str
    pointer: Pointer
    language: Language
    lookups: tuple[Lookup, ...] = ()
    paths: tuple[Path, ...] = ()
    steps: tuple[Step, ...] = ()
    problem: UnsupportedExpression | None = None


def readings(policy: Policy) -> Iterator[Reading]:
    """Every parameter that is text with a language of its own; nothing of a template that is not known."""
    form = TEMPLATES.get(policy.template_id)
    for name, value in policy.parameters.items():
        language = form.parameters.get(name) if form else None
        place = policy.parameter_pointer(name)
        if language is Language.STATE:
            for key, text in as_object(value).items():
                if isinstance(text, str):
                    yield _read(name, text, place / key, language)
        elif language is not None and isinstance(value, str):
            yield _read(name, value, place, language)


def _read(name: str, text: str, place: Pointer, language: Language) -> Reading:
    try:
        return _parsed(name, text, place, language)
    except UnsupportedExpression as problem:
        return Reading(name, text, place, language, problem=problem)


def _parsed(name: str, text: str, place: Pointer, language: Language) -> Reading:
    if language in (Language.STATE, Language.STATE_PATH):
        return Reading(name, text, place, language, paths=paths_in(text))
    if language is Language.STEPS:
        return Reading(name, text, place, language, steps=parse_steps("" if text.lower() == "null" else text))
    if language in (Language.TEXT, Language.ADDRESS):
        return Reading(name, text, place, language, lookups=_lookups(text))
    if language in (Language.PATH, Language.VALUE):
        return Reading(name, text, place, language, paths=_paths(text, language))
    return Reading(name, text, place, language)


def _lookups(text: str) -> tuple[Lookup, ...]:
    from connkit.semantics.policy_text import Lookup, parse_policy_text  # 3 ms, which polling triggers do without

    return tuple(part for part in parse_policy_text(text) if isinstance(part, Lookup))


def _paths(text: str, language: Language) -> tuple[Path, ...]:
    from connkit.semantics.policy_text import parse_body_path, parse_body_value

    if language is Language.PATH:
        return (parse_body_path(text),) if text else ()
    value = parse_body_value(text)
    parts = (value,) if isinstance(value, Path) else value.parts
    return tuple(part for part in parts if isinstance(part, Path))
