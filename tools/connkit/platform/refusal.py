"""How the platform says no: a status and a JSON object with a code and a sentence."""

from __future__ import annotations

import json
from typing import Any

from connkit.core import Response


class Refusal(Exception):
    """A request that is not done; `code` is the service's own word where one is known."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message

    @property
    def response(self) -> Response:
        return json_response(self.status, error_object(self.code, self.message))


def error_object(code: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}


def json_response(status: int, value: Any) -> Response:
    body = json.dumps(value, ensure_ascii=False).encode(errors="replace")
    return Response(status, {"Content-Type": "application/json; charset=utf-8"}, body)


def invalid_content(message: str) -> Refusal:
    return Refusal(400, "InvalidRequestContent", f"the content of the request is not valid: {message}")


def unknown_member(member: str) -> Refusal:
    return invalid_content(
        f"Could not find member '{member}' on object of type 'ApiPropertiesDefinition', path 'properties.{member}'"
    )
