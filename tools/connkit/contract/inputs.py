"""Right input for the operations of a service that nobody can ask for samples."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from connkit.core import Send
from connkit.model import Connector, Operation, Parameter
from connkit.model.shape import as_object, texts
from connkit.runtime.bodies import parsed
from connkit.runtime.connection import Credentials
from connkit.runtime.invoke import invoke
from connkit.runtime.outgoing import operation_path
from connkit.runtime.switches import EmulatorSwitches

READS = ("get", "head", "options")
Item = dict[str, Any]


class NotTried(Exception):
    """Why an operation is not called."""


class ListedInputs:
    """Takes the IDs that reads need from the service's own lists; anything else has to be `given`, by operation."""

    def __init__(
        self, connector: Connector, connection: Credentials, send: Send, given: Mapping[str, Mapping[str, Any]]
    ) -> None:
        self._connector, self._connection, self._send, self._given = connector, connection, send, given
        self._lists: dict[str, list[Item]] = {}

    def __call__(self, operation: Operation) -> Mapping[str, Any]:
        """Parameters by name; NotTried where one is not known."""
        known = dict(self._given.get(operation.operation_id, {}))
        for parameter in operation.parameters:
            if parameter.location == "body":
                self._check_body(operation, parameter, known)
            elif parameter.required and not parameter.has_default and parameter.name not in known:
                known[parameter.name] = self._found(operation, parameter)
        return known

    def _check_body(self, operation: Operation, parameter: Parameter, known: Mapping[str, Any]) -> None:
        filled = {field.path[0] for field in operation.notification_urls}
        schema = self._connector.resolve(parameter.schema)
        for name in texts(schema.get("required")):
            inside = self._connector.resolve(as_object(schema.get("properties")).get(name))
            if name not in known and name not in filled and "default" not in inside:
                raise NotTried(f"no value is known for '{name}'")

    def _found(self, operation: Operation, parameter: Parameter) -> Any:
        if parameter.location != "path" or operation.method not in READS:
            raise NotTried(f"no value is known for '{parameter.name}'")
        path = self._path(operation).partition(f"{{{parameter.name}}}")[0].rstrip("/")
        found = [each for each in self._connector.operations if each.method == "get" and self._path(each) == path]
        if not found:
            raise NotTried(f"no ID is known, as no operation lists what '{parameter.name}' could be")
        items = self._items(found[0], path)
        if not items:
            raise NotTried(f"no ID is known, as GET {path} lists nothing")
        name = id_field(parameter.name, items[0])
        if name is None:
            raise NotTried(f"no ID is known, as no field of GET {path} is like '{parameter.name}'")
        return items[0][name]

    def _path(self, operation: Operation) -> str:
        return operation_path(self._connector, operation, EmulatorSwitches())

    def _items(self, operation: Operation, path: str) -> list[Item]:
        name = operation.operation_id
        if name not in self._lists:
            answer = invoke(self._connector, self._connection, name, self(operation), self._send).response
            if not answer.succeeded:
                raise NotTried(f"no ID is known, as GET {path} was answered {answer.status}")
            try:
                self._lists[name] = listed_in(parsed(answer.body))
            except ValueError:
                raise NotTried(f"no ID is known, as the answer to GET {path} is no JSON") from None
        return self._lists[name]


def listed_in(value: Any) -> list[Item]:
    """The objects of the list that is nearest to the top of a body."""
    level = [value]
    while level:
        for each in level:
            if isinstance(each, list):
                return [item for item in each if isinstance(item, dict)]
        level = [inside for each in level if isinstance(each, dict) for inside in each.values()]
    return []


def id_field(parameter: str, item: Item) -> str | None:
    """The field of an item that a path parameter names: box_id may be called boxID, id, mailBoxID or boxNumberID."""
    wanted = _letters(parameter)
    stem = wanted.removesuffix("id")
    known = {name: _letters(name) for name, value in item.items() if isinstance(value, str | int)}
    return (
        _the_one(known, lambda name: name == wanted)
        or _the_one(known, lambda name: name == "id")
        or _the_one(known, lambda name: name.endswith(wanted))
        or _the_one(known, lambda name: bool(stem) and name.startswith(stem) and name.endswith("id"))
    )


def _the_one(known: Mapping[str, str], fits: Callable[[str], bool]) -> str | None:
    return next((name for name, letters in known.items() if fits(letters)), None)


def _letters(name: str) -> str:
    return re.sub("[^a-z0-9]", "", name.lower())
