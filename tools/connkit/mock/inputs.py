"""What a request brings, held against what its operation declares."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from connkit.core import Request
from connkit.mock.routes import Call
from connkit.model import Connector, Parameter
from connkit.model.schema import whole_schema
from connkit.model.shape import as_list, as_object, texts
from connkit.semantics.expressions import as_text
from connkit.semantics.values import check_value

_SEPARATORS = {"ssv": " ", "tsv": "\t", "pipes": "|"}
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, eq=False)
class Inputs:
    """The inputs of one call."""

    connector: Connector
    call: Call
    request: Request

    @cached_property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.request.url).query, keep_blank_values=True)

    @cached_property
    def body(self) -> Any:
        """The JSON body, None where there is none that can be read."""
        try:
            return json.loads(self.request.body) if self.request.body else None
        except (ValueError, RecursionError):
            return None

    @cached_property
    def problems(self) -> tuple[str, ...]:
        """What is missing or wrong, a sentence each."""
        found = [text for parameter in self.call.operation.parameters for text in self._problems(parameter)]
        return tuple(found)

    @property
    def strangers(self) -> int:
        """How many inputs the operation does not declare."""
        declared = {parameter.name for parameter in self.call.operation.parameters}
        return sum(name not in declared for name, _ in self.query) + len(self._own_names() - set(self._properties()))

    @property
    def constants(self) -> int:
        """How many inputs have the value that the definition fixes for this operation."""
        own = as_object(self.body)
        bodies = [own[name] for name, raw in self._properties().items() if name in own and _is_fixed(raw, own[name])]
        queried = [each for each in self.call.operation.parameters if each.location == "query" and each.has_default]
        return len(bodies) + sum(as_text(each.default) in self._given(each) for each in queried)

    def _own_names(self) -> set[str]:
        return set(as_object(self.body)) if self.call.operation.body else set()

    def _properties(self) -> dict[str, Any]:
        body = self.call.operation.body
        return as_object(whole_schema(body.schema, self.connector.resolve).get("properties")) if body else {}

    def _problems(self, parameter: Parameter) -> Iterator[str]:
        if parameter.location == "body":
            yield from self._body_problems(parameter)
            return
        if parameter.location == "formData" and not self._has_form():
            return
        given = [text for text in self._given(parameter) if text or parameter.type == "string"]
        what = f"{parameter.location} parameter '{parameter.name}'"
        if not given and parameter.required:
            yield f"the {what} is missing"
        for text in given:
            yield from (f"the {what}: {problem}" for problem in _text_problems(text, parameter.raw))

    def _given(self, parameter: Parameter) -> list[str]:
        if parameter.location == "path":
            return [self.call.values[parameter.name]] if parameter.name in self.call.values else [""]
        if parameter.location == "header":
            value = self.request.header(parameter.name)
            return [] if value is None else [value]
        pairs = self.query if parameter.location == "query" else self._form
        return [value for name, value in pairs if name == parameter.name]

    @cached_property
    def _form(self) -> list[tuple[str, str]]:
        return parse_qsl(self.request.body.decode("utf-8", "replace"), keep_blank_values=True)

    def _has_form(self) -> bool:
        content = (self.request.header("Content-Type") or _FORM).partition(";")[0]
        return content.strip().lower() == _FORM

    def _body_problems(self, parameter: Parameter) -> Iterator[str]:
        if not self.request.body:
            if parameter.required:
                yield f"the body '{parameter.name}' is missing"
            return
        if self._is_opaque(parameter):
            return
        if self.body is None and self.request.body.strip() != b"null":
            yield "the body is not JSON"
            return
        for mismatch in check_value(self.body, parameter.schema, self.connector.resolve):
            if mismatch.kind != "undeclared":
                yield str(mismatch)

    def _is_opaque(self, parameter: Parameter) -> bool:
        """Whether the body is of a type that is not read."""
        schema = self.connector.resolve(parameter.schema)
        consumes = self.call.operation.raw.get("consumes") or self.connector.definition.get("consumes")
        types = texts(consumes)
        sent = self.request.header("Content-Type") or "application/json"
        declared = not types or any("json" in each for each in types)
        return schema.get("format") == "binary" or not declared or "json" not in sent.lower()


def _is_fixed(schema: Any, value: Any) -> bool:
    default = as_object(schema).get("default")
    return default is not None and bool(value == default)


def _text_problems(text: str, schema: dict[str, Any]) -> Iterator[str]:
    kind = schema.get("type")
    if kind == "array":
        separator = _SEPARATORS.get(str(schema.get("collectionFormat")), ",")
        for item in [text] if schema.get("collectionFormat") == "multi" else text.split(separator):
            yield from _text_problems(item, as_object(schema.get("items")))
        return
    if (kind == "integer" and not _is_integer(text)) or (kind == "number" and not _is_number(text)):
        yield f"'{text}' is no {kind}"
    elif kind == "boolean" and text.lower() not in ("true", "false"):
        yield f"'{text}' is neither true nor false"
    allowed = {as_text(each).lower() for each in as_list(schema.get("enum"))}
    if allowed and text.lower() not in allowed:
        yield f"'{text}' is none of the values in the definition"


def _is_integer(text: str) -> bool:
    try:
        return float(text).is_integer()
    except (ValueError, OverflowError):
        return False


def _is_number(text: str) -> bool:
    try:
        return float(text) == float(text)
    except ValueError:
        return False
