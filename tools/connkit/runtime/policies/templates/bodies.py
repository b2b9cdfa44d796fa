"""Properties of a body; where the parent is an array, of each of its items."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

from connkit.runtime.policies.exchange import Exchange
from connkit.runtime.policies.job import Job
from connkit.runtime.policies.outcomes import PolicyFailure, ProblemKind
from connkit.runtime.policies.registry import template
from connkit.semantics.expressions import as_text
from connkit.semantics.paths import ExpressionError, Path, Step, read_steps, write_steps
from connkit.semantics.policy_text import parse_body_value, read_body_value

_PARENT, _SUB, _NEW = "propertyParentPath", "propertySubPath", "newPropertyPath"


@template
def setproperty(job: Job) -> Exchange:
    """Sets a property: to text, to what the text spells as a JSON array or object, or to a value of the body."""
    parent = job.path("newPropertyParentPathTemplate")
    steps = job.steps("newPropertySubPathTemplate")
    with job.at("propertyValuePathTemplate"):
        value = parse_body_value(job.text("propertyValuePathTemplate"))
    body = job.exchange.body()
    target = _present(job, "newPropertyParentPathTemplate", lambda: parent.read({"body": body}))

    def changed(holder: Any, item: Any) -> Any:
        try:
            unquote = job.switches.quotes_around_a_value_are_dropped
            new = read_body_value(value, {"body": body, "item": item}, unquote=unquote)
        except ExpressionError as error:
            if job.switches.absent_property_fails:
                job.failed("propertyValuePathTemplate", str(error))
            return holder
        with job.at("newPropertySubPathTemplate"):
            made = job.switches.missing_parents_are_made
            return write_steps(holder, steps, new, job.text("newPropertySubPathTemplate"), make=made)

    if target is None:
        return job.exchange
    many = isinstance(target, list) and not (steps and isinstance(steps[0].key, int))
    changes = [changed(item, item) for item in target] if many else changed(target, None)
    return job.exchange.with_body(parent.write(body, changes, {"body": body}, make=False))


@template
def stringreplace(job: Job) -> Exchange:
    """Replaces a text wherever it stands in a property."""
    old, new = job.text("sourceString"), job.text("replacementString")
    return _converted(job, lambda value: _text(job, value).replace(old, new))


@template
def encodepropertyvalue(job: Job) -> Exchange:
    """Percent-encodes a property."""
    return _converted(job, lambda value: quote(_text(job, value), safe="", errors="surrogatepass"))


@template
def stringtoarray(job: Job) -> Exchange:
    """Makes an array of objects with one property each from a text with delimiters."""
    delimiters, name = job.text("delimiterList"), job.text("childPropertyName")
    each = job.switches.each_delimiter_character_splits
    pattern = re.compile("|".join(map(re.escape, delimiters)) if each else re.escape(delimiters))

    def split(value: Any) -> list[Any]:
        parts = pattern.split(_text(job, value))
        return [{name: part} for part in parts if part or not job.switches.empty_parts_are_dropped]

    return _converted(job, split)


@template
def convertobjecttoarray(job: Job) -> Exchange:
    """Makes an array with an item for each property of an object."""
    key, value = job.text("keyName") or "key", job.text("valueName") or "value"

    def convert(target: Any) -> list[Any]:
        if not isinstance(target, dict):
            job.failed(_SUB, f"{_named(target)} cannot become an array; expected an object")
        return [{key: name, value: inside} for name, inside in target.items()]

    return _converted(job, convert)


@template
def convertarraytoobject(job: Job) -> Exchange:
    """Makes an object of an array's items, each under what one of its properties says."""
    steps = job.steps("keyWithinCollectionPath")
    keep = job.choice("retainKey") == "true"

    def convert(target: Any) -> dict[str, Any]:
        if not isinstance(target, list):
            job.failed(_SUB, f"{_named(target)} cannot become an object; expected an array")
        made: dict[str, Any] = {}
        for item in target:
            key = _key(job, item, steps)
            if key in made:
                job.failed("keyWithinCollectionPath", f"two items have the key '{key}'; an object needs distinct ones")
            made[key] = item if keep else _without(item, steps)
        return made

    return _converted(job, convert)


@template
def moveproperties(job: Job) -> Exchange:
    """Neither its meaning nor its parameters are published, so it is told instead of guessed."""
    raise PolicyFailure(
        "what moveproperties does is documented nowhere, so it is not emulated; setproperty can set each property",
        ProblemKind.UNSUPPORTED,
    )


def _converted(job: Job, convert: Callable[[Any], Any]) -> Exchange:
    """The exchange with what a property, or that of each item, was converted to written at the new path."""
    parent, steps, new = job.path(_PARENT), job.steps(_SUB), job.path(_NEW)
    body = job.exchange.body()
    target = _present(job, _PARENT, lambda: parent.read({"body": body}))
    each = bool(steps) and isinstance(target, list)
    _check_new_path(job, new, each)

    def changed(root: Any, holder: Any) -> Any:
        value = _present(job, _SUB if steps else _PARENT, lambda: read_steps(holder, steps, job.text(_SUB)))
        if value is None:
            return root
        converted = convert(value)
        with job.at(_NEW):
            values = {"body": body, "item": holder}
            return new.write(root, converted, values, make=job.switches.missing_parents_are_made)

    if target is None:
        return job.exchange
    if not each:
        return job.exchange.with_body(changed(body, target))
    items = [changed(item, item) for item in target]
    return job.exchange.with_body(parent.write(body, items, {"body": body}, make=False))


def _check_new_path(job: Job, new: Path, each: bool) -> None:
    if each and new.function != "item":
        job.mistake(_NEW, f"'{job.text(_NEW)}' is one place for every item of an array; expected a path of @item()")
    if not each and new.function != "body":
        job.mistake(_NEW, f"'{job.text(_NEW)}' needs an array in {_PARENT}; expected a path of @body()")


def _present(job: Job, parameter: str, read: Callable[[], Any]) -> Any:
    """The value that a path names; None where it names none and the policy is to do nothing then."""
    fails = job.switches.absent_property_fails
    try:
        with job.at(parameter):
            value = read()
    except PolicyFailure as failure:
        if fails or failure.kind is not ProblemKind.FAILED:
            raise
        return None
    if value is None and fails:
        job.failed(parameter, f"'{job.text(parameter)}' is null; the policy needs a value there")
    return value


def _text(job: Job, value: Any) -> str:
    return value if isinstance(value, str) else job.failed(_SUB, f"{_named(value)} stands there; expected text")


def _key(job: Job, item: Any, steps: Sequence[Step]) -> str:
    with job.at("keyWithinCollectionPath"):
        key = read_steps(item, steps, job.text("keyWithinCollectionPath"))
    if key is None or isinstance(key, (dict, list)):
        job.failed("keyWithinCollectionPath", f"{_named(key)} cannot be a key; expected text or a number")
    return as_text(key)


def _without(item: Any, steps: Sequence[Step]) -> Any:
    """The object without the property at the end of the selections, which is there."""
    last = Step(steps[-1].key)
    holder = read_steps(item, steps[:-1], "")
    left = {name: value for name, value in holder.items() if name.lower() != str(last.key).lower()}
    return write_steps(item, steps[:-1], left, "", make=False)


def _named(value: Any) -> str:
    kinds = {dict: "an object", list: "an array", str: "text", bool: "a truth value", type(None): "null"}
    return kinds.get(type(value), "a number")
