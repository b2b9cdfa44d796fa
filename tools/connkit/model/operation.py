"""Operations: actions and triggers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from connkit.core import Pointer
from connkit.model.nodes import NOTIFICATION
from connkit.model.parameter import Parameter
from connkit.model.schema import Field, Resolver
from connkit.model.shape import as_list, as_object, as_text


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """An answer that an operation declares; `schema` as written, {} where there is none."""

    code: str
    raw: dict[str, Any]
    pointer: Pointer

    @property
    def schema(self) -> dict[str, Any]:
        return as_object(self.raw.get("schema"))

    @property
    def schema_pointer(self) -> Pointer:
        return self.pointer / "schema"


@dataclass(frozen=True, eq=False)
class Operation:
    """One method of one path; `method` is in lower case."""

    method: str
    path: str
    raw: dict[str, Any]
    path_item: dict[str, Any]
    resolver: Resolver

    @property
    def pointer(self) -> Pointer:
        return Pointer(("paths", self.path, self.method))

    @property
    def operation_id(self) -> str:
        return as_text(self.raw.get("operationId"))

    @property
    def label(self) -> str:
        """What messages call the operation."""
        return self.operation_id or f"{self.method.upper()} {self.path}"

    @property
    def summary(self) -> str:
        return as_text(self.raw.get("summary"))

    @property
    def description(self) -> str:
        return as_text(self.raw.get("description"))

    @property
    def visibility(self) -> str:
        """important, advanced, internal, or '' for none."""
        return as_text(self.raw.get("x-ms-visibility")).lower()

    @property
    def internal(self) -> bool:
        return self.visibility == "internal"

    @property
    def deprecated(self) -> bool:
        return self.raw.get("deprecated") is True

    @property
    def trigger(self) -> Literal["single", "batch"] | None:
        value = as_text(self.raw.get("x-ms-trigger")).lower()
        return "single" if value == "single" else "batch" if value == "batch" else None

    @property
    def is_webhook(self) -> bool:
        """A trigger that is told where to send notifications or says what they contain."""
        return self.trigger is not None and (NOTIFICATION in self.path_item or bool(self.notification_urls))

    @property
    def is_polling(self) -> bool:
        return self.trigger is not None and not self.is_webhook

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The path's parameters that the operation does not replace, then its own."""
        shared = list(self._parameters(self.path_item, self.pointer.parent))
        own = list(self._parameters(self.raw, self.pointer))
        replaced = {(parameter.name, parameter.location) for parameter in own}
        kept = [parameter for parameter in shared if (parameter.name, parameter.location) not in replaced]
        return (*kept, *own)

    def _parameters(self, parent: dict[str, Any], pointer: Pointer) -> Iterator[Parameter]:
        for index, raw in enumerate(as_list(parent.get("parameters"))):
            found = self.resolver.resolve(raw)
            if found:
                yield Parameter(as_text(found.get("name")), pointer / "parameters" / index, found)

    @property
    def body(self) -> Parameter | None:
        return next((parameter for parameter in self.parameters if parameter.location == "body"), None)

    @cached_property
    def notification_urls(self) -> tuple[Field, ...]:
        """The body's properties into which the platform writes where to send notifications."""
        body = self.body
        if body is None:
            return ()
        fields = self.resolver.fields(body.schema, body.pointer / "schema")
        return tuple(field for field in fields if field.is_notification_url)

    @cached_property
    def responses(self) -> tuple[Response, ...]:
        declared = as_object(self.raw.get("responses"))
        place = self.pointer / "responses"
        resolved = ((code, self.resolver.follow(raw, place / code)) for code, raw in declared.items())
        return tuple(Response(code, raw, pointer) for code, (raw, pointer) in resolved)

    @property
    def success_response(self) -> Response | None:
        """The answer whose schema the designer shows: 200, else 201, else the lowest other 2xx."""
        good = {response.code: response for response in self.responses if _is_success(response.code)}
        order = ["200", "201", *sorted(good)]
        shown = [good[code] for code in order if code in good]
        return next((response for response in shown if response.schema), shown[0] if shown else None)

    @property
    def notification_schema(self) -> dict[str, Any]:
        """What a webhook's notification contains, {} where nothing says so."""
        return as_object(as_object(self.path_item.get(NOTIFICATION)).get("schema"))

    @property
    def notification_schema_pointer(self) -> Pointer:
        return self.pointer.parent / NOTIFICATION / "schema"


def _is_success(code: str) -> bool:
    return len(code) == 3 and code.startswith("2")
