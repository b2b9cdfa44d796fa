"""What polling triggers read: the items of each, the newest last, and the pages made of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connkit.mock.switches import GeneratedSwitches
from connkit.model import Connector, Operation
from connkit.model.schema import whole_schema
from connkit.model.shape import as_object, as_text
from connkit.semantics.examples import example
from connkit.semantics.expressions import ExpressionError, UnsupportedExpression, evaluate
from connkit.semantics.expressions import as_text as written
from connkit.semantics.policy_templates import NEXT_LINK

STATE = "triggerState"
_MOST_ITEMS = 1_000
_STEP = re.compile(r"\.\s*([A-Za-z_@$][\w@$-]*)|\[\s*'([^']*)'\s*\]")


@dataclass(slots=True)
class Feed:
    """The items of one polling trigger, each known by its number, which begins at 1.

    `policy` are the parameters of its pollingtrigger policy; without one, the trigger speaks the platform's protocol
    and its state is the number of the item it saw last.
    """

    connector: Connector
    operation: Operation
    policy: Mapping[str, Any] | None
    latest: int = 0
    states: dict[int, dict[str, str]] = field(default_factory=dict)  # what the policy reads from the page of each item

    def make(self) -> None:
        self.latest += 1
        if self.policy is not None:
            self.states[self.latest] = self._state(self.latest)
            self.states.pop(self.latest - _MOST_ITEMS, None)

    @property
    def state_names(self) -> list[str]:
        """The query parameters that carry the state."""
        if self.policy is not None:
            return [name for name in as_object(self.policy.get("triggerConfig")) if name and name != NEXT_LINK]
        declared = [each.name for each in self.operation.parameters if each.location == "query"]
        return [next((name for name in declared if name.lower() == STATE.lower()), STATE)]

    def page(self, query: Mapping[str, str], switches: GeneratedSwitches) -> Any:
        """The page that a trigger with a policy gets for the state in its query."""
        first = self._seen(query) + (0 if switches.state_inclusive and self._is_state(query) else 1)
        numbers = range(max(first, 1, self.latest - _MOST_ITEMS + 1), self.latest + 1)
        return self._page(self.latest, list(reversed(numbers)) if switches.newest_first else list(numbers))

    def next_answer(self, state: str) -> tuple[Any, str]:
        """The body with what is new and the state after it, for a trigger without a policy.

        Where the definition names no array, one item comes at a time.
        """
        seen = self.number(state) or 0
        numbers = list(range(seen + 1, self.latest + 1))
        place = _first_array(self.schema, self.connector)
        if place is None:
            return example(self.schema, self.connector.resolve, seen + 1), self.text(seen + 1)
        items = [example(self._item_schema(place), self.connector.resolve, each) for each in reversed(numbers)]
        body = example(self.schema, self.connector.resolve, self.latest)
        return _with_items(body, place, items), self.text(self.latest)

    def number(self, state: str) -> int | None:
        """The item that the state names; None where the state is not one of this mock's."""
        match = re.fullmatch(r"after-(\d{1,9})", state)
        return min(int(match[1]), self.latest) if match else None

    def text(self, number: int) -> str:
        return f"after-{number}"

    @property
    def schema(self) -> dict[str, Any]:
        default = next((each for each in self.operation.responses if each.code == "default"), None)
        answer = self.operation.success_response or default
        return answer.schema if answer else {}

    def _page(self, latest: int, numbers: Sequence[int]) -> Any:
        place = tuple(one or other for one, other in _STEP.findall(as_text((self.policy or {}).get("triggerDataPath"))))
        items = [self._item(place, number) for number in numbers]
        body = example(self.schema, self.connector.resolve, latest) if self.schema else {}
        return _with_items(body, place, items)

    def _item(self, place: Sequence[str], number: int) -> Any:
        """An item; what the state is read from is added where the definition leaves the item's properties open."""
        schema = self._item_schema(place)
        made = example(schema, self.connector.resolve, number)
        if not whole_schema(schema, self.connector.resolve).get("properties"):
            names = re.findall(r"\[\s*0\s*\]\.(\w+)", " ".join(map(as_text, self._config().values())))
            made = {**as_object(made), **{name: f"{name} {number:04}" for name in names}} if names else made
        return made

    def _item_schema(self, place: Sequence[str]) -> dict[str, Any]:
        schema = whole_schema(self.schema, self.connector.resolve)
        for name in place:
            properties = as_object(schema.get("properties"))
            own = next((key for key in properties if key.lower() == name.lower()), None)
            schema = whole_schema(properties.get(own or name), self.connector.resolve)
        return as_object(schema.get("items"))

    def _config(self) -> dict[str, Any]:
        return {name: (self.policy or {})["triggerConfig"][name] for name in self.state_names}

    def _state(self, number: int) -> dict[str, str]:
        """What the policy makes of a page whose newest item has this number; {} where it cannot."""
        page = self._page(number, [number] if number else [])
        try:
            return {name: written(evaluate(as_text(value), page)) for name, value in self._config().items()}
        except (ExpressionError, UnsupportedExpression):
            return {}

    def _is_state(self, query: Mapping[str, str]) -> bool:
        return any(state and state.items() <= query.items() for state in self.states.values())

    def _seen(self, query: Mapping[str, str]) -> int:
        """The newest item that the state covers: the one it was read from, else the last that is not greater."""
        if not all(name in query for name in self.state_names):
            return 0
        known = [(0, self._state(0)), *self.states.items()]
        same = [number for number, state in known if state and state.items() <= query.items()]
        if same:
            return max(same)
        covered = [number for number, state in self.states.items() if state and _not_greater(state, query)]
        return max(covered, default=0)


def _first_array(schema: Any, connector: Connector) -> tuple[str, ...] | None:
    """Where a body has its items: itself, or the array that its schema names first."""
    full = whole_schema(schema, connector.resolve)
    if full.get("type") == "array":
        return ()
    for name, raw in as_object(full.get("properties")).items():
        if connector.resolve(raw).get("type") == "array":
            return (name,)
    return None


def _with_items(body: Any, place: Sequence[str], items: list[Any]) -> Any:
    """The body with these items at the place."""
    if not place:
        return items
    known = as_object(body)
    own = next((key for key in known if key.lower() == place[0].lower()), place[0])
    return {**known, own: _with_items(known.get(own), place[1:], items)}


def _not_greater(state: Mapping[str, str], query: Mapping[str, str]) -> bool:
    return all(_is_not_greater(text, query[name]) for name, text in state.items())


def _is_not_greater(one: str, other: str) -> bool:
    """Numbers by value, texts as they are sorted, with dates of one form among them; never one kind by the other."""
    first, second = _number(one), _number(other)
    if first is None or second is None:
        return first is second and one <= other
    return first <= second


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
