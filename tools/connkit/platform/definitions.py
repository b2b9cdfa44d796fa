"""What the platform says of a definition."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from connkit.core import Response
from connkit.platform.refusal import Refusal, json_response
from connkit.platform.switches import PlatformSwitches

Validate = Callable[[Mapping[str, Any], bool], Sequence[str]]
"""Checks a definition, by the rules for certified connectors too where told so; lines such as
`Error : paths/~1items/get : the summary is missing`, or beginning with `Warning`."""


def no_complaints(definition: Mapping[str, Any], certification: bool) -> Sequence[str]:
    return ()


def refuse_unusable(definition: Any) -> None:
    """Refusal for what is no definition at all, which no rule could look at."""
    problem = _problem(definition)
    if problem:
        raise Refusal(400, "ApiDefinitionNotValid", f"the definition is not valid: {problem}")


def verdict(
    definition: Mapping[str, Any], certification: bool, validate: Validate, switches: PlatformSwitches
) -> Response:
    """The lines as one JSON text, empty where there are none; with errors, it may be a refusal instead."""
    lines = [" ".join(line.split()) for line in validate(definition, certification)]
    status = switches.certification_errors_status if certification else switches.definition_errors_status
    if status == 400 and any(line.startswith("Error") for line in lines):
        code = "SwaggerCertificationFailedWithErrors" if certification else "ApiDefinitionNotValid"
        raise Refusal(400, code, f"the definition has errors: {'##'.join(lines)}")
    return json_response(200, "\r\n".join(lines))


def _problem(definition: Any) -> str:
    if not isinstance(definition, dict):
        return "it is not a JSON object"
    if definition.get("swagger") != "2.0":
        return "it is not of Swagger 2.0"
    for name in ("info", "paths"):
        if not isinstance(definition.get(name), dict):
            return f"it has no object '{name}'"
    return ""
