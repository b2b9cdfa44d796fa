"""Answers as the definition declares them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connkit.core import Response
from connkit.model import Connector, Operation
from connkit.model.schema import whole_schema
from connkit.model.shape import as_object, as_text, texts
from connkit.semantics.examples import example
from connkit.semantics.values import check_value

_FILE = b"a few bytes"
_WRONG_INPUT = ("400", "422")
_OF_OTHER_MEANING = ("401", "403", "404", "429")
_NEXT_LINKS = ("nextLink", "@odata.nextLink")  # the names that the platform follows
_NO_BODY = (204, 304)


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Makes the answers of one connector's operations."""

    connector: Connector

    def success(self, operation: Operation, number: int = 0, code: str = "") -> Response:
        """The declared answer to a call that went well, with an example body; an empty 200 where none is declared."""
        answer = next((one for one in operation.responses if one.code == code), operation.success_response)
        if answer is None:
            answer = next((one for one in operation.responses if one.code == "default"), None)
        if answer is None:
            return Response(int(code or 200))
        schema = answer.schema
        if not schema and code == "201":
            schema = next((one.schema for one in operation.responses if one.code == "200"), {})
        return self._answer(operation, int(code or status_of(answer.code)), schema, answer.raw, number)

    def page(self, operation: Operation, value: Any, headers: Mapping[str, str]) -> Response:
        """A 200 with this body."""
        return self._json(operation, 200, value, headers)

    def nothing_new(self, operation: Operation, headers: Mapping[str, str]) -> Response:
        """The 202 of a trigger that speaks the platform's protocol, with a body where one is declared."""
        declared = {one.code: one for one in operation.responses}
        answer = declared.get("202") or declared.get("default")
        body = self._answer(operation, 202, answer.schema, answer.raw, 0).body if answer else b""
        return Response(202, headers, body)

    def wrong_input(self, operation: Operation, sentence: str) -> Response:
        codes = [answer.code for answer in operation.responses if answer.code.startswith("4")]
        other = sorted(code for code in codes if code.isdecimal() and code not in _OF_OTHER_MEANING)
        code = next((code for code in (*_WRONG_INPUT, *other) if code in codes), "400")
        return self._refusal(operation, code, sentence)

    def wrong_credentials(self, operation: Operation, sentence: str) -> Response:
        codes = [answer.code for answer in operation.responses]
        return self._refusal(operation, next((code for code in ("401", "403") if code in codes), "401"), sentence)

    def _refusal(self, operation: Operation, code: str, sentence: str) -> Response:
        answer = next((one for one in operation.responses if one.code in (code, "default")), None)
        schema = answer.schema if answer else {}
        if not schema:
            return refused(int(code), sentence)
        value = self._worded(schema, sentence)
        return self._json(operation, int(code), value, {})

    def _worded(self, schema: dict[str, Any], sentence: str) -> Any:
        """An example of a declared error that says the sentence in its first text that may say anything."""
        value = example(schema, self.connector.resolve)
        for name in value if isinstance(value, dict) else ():
            worded = {**value, name: sentence}
            if isinstance(value[name], str) and not check_value(worded, schema, self.connector.resolve):
                return worded
        return value

    def _answer(
        self, operation: Operation, status: int, schema: dict[str, Any], raw: dict[str, Any], number: int
    ) -> Response:
        resolved = whole_schema(schema, self.connector.resolve)
        if not resolved or status in _NO_BODY or operation.method == "head":
            return Response(status)
        if resolved.get("type") == "file" or resolved.get("format") == "binary":
            types = self._types(operation)
            return Response(status, {"Content-Type": types[0] if types else "application/octet-stream"}, _FILE)
        return self._json(operation, status, self._body(schema, raw, number), {})

    def _body(self, schema: dict[str, Any], raw: dict[str, Any], number: int) -> Any:
        declared = as_object(raw.get("examples"))
        for content, value in declared.items():
            if not number and "json" in content and not check_value(value, schema, self.connector.resolve):
                return value
        return self._last_page(example(schema, self.connector.resolve, number), schema)

    def _last_page(self, body: Any, schema: dict[str, Any]) -> Any:
        """Without a link to a next page, which would lead nowhere."""
        required = texts(whole_schema(schema, self.connector.resolve).get("required"))
        left_out = set(_NEXT_LINKS) - set(required)
        return {k: v for k, v in body.items() if k not in left_out} if isinstance(body, dict) else body

    def _json(self, operation: Operation, status: int, value: Any, headers: Mapping[str, str]) -> Response:
        types = self._types(operation)
        content = next((one for one in types if "json" in one), types[0] if types else "application/json")
        return Response(status, {"Content-Type": content, **headers}, json.dumps(value).encode())

    def _types(self, operation: Operation) -> list[str]:
        produces = operation.raw.get("produces") or self.connector.definition.get("produces")
        return [each for each in texts(produces) if each.isascii() and each.isprintable() and "/" in each]


def status_of(code: str) -> int:
    """The status that a declared answer stands for."""
    return int(code) if code.isdecimal() and len(code) == 3 else 200


def refused(status: int, sentence: str, **more: Any) -> Response:
    body = json.dumps({"error": as_text(sentence), **more}).encode()
    return Response(status, {"Content-Type": "application/json"}, body)
