"""Schemathesis against the HTTP skin, by this repository's own definition."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi import checks

import smartmex
from connkit.core import Response

DEFINITION = Path(__file__).resolve().parents[2] / "apiDefinition.swagger.json"
EXISTING = {
    "contact_id": 48211,
    "group_id": 3107,
    "call_id": 1767600000097344,
    "record_id": 176760000018,
    "box_id": 9021,
    "voicemail_id": 176778090052,
    "prompt_id": 5120,
    "endpoint_id": 7011,
    "webhook_id": 90417,
}
LEFT_OUT = [
    # Each says what the definition does not: 401 for a missing key where it declares 403, ...
    checks.missing_required_header,
    # ... a smallest limit, the two directions and the form of an ID, which it leaves open so that no flow breaks, ...
    checks.positive_data_acceptance,
    # ... and that unknown parameters and a missing initial ID are refused, which the service ignores.
    checks.negative_data_rejection,
]

schema = schemathesis.openapi.from_path(DEFINITION)


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    service = smartmex.SmartMex(
        switches=smartmex.Switches(trigger_paths=True), post=lambda timeout: lambda request: Response(200)
    )
    with smartmex.served(service):
        yield service.base


@schema.hook
def map_path_parameters(context: Any, path_parameters: dict[str, Any] | None) -> dict[str, Any] | None:
    """Every other ID is one that exists."""
    for name, value in (path_parameters or {}).items():
        if isinstance(value, int) and value % 2:
            path_parameters = {**(path_parameters or {}), name: EXISTING[name]}
    return path_parameters


@schema.parametrize()
@settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
def test_no_answer_differs_from_the_definition(case: Any, base: str) -> None:
    case.call_and_validate(
        base_url=base, headers={"Authorization": "Bearer fake-key-for-tests"}, excluded_checks=LEFT_OUT, timeout=5
    )
