"""What the case tables cannot say, because every scaffold stands on a complete definition."""

from __future__ import annotations

from typing import Any

import pytest

from connkit.lint import check
from connkit.model import Connector

RULES = ["RequiredPropertyMissing", "SpecificationVersionIncorrect"]


@pytest.mark.parametrize(
    ("definition", "profile", "expected"),
    [
        (
            {"x-note": 1},
            "custom",
            [
                "RequiredPropertyMissing: the property 'swagger' is missing",
                "RequiredPropertyMissing: the property 'info' is missing",
                "RequiredPropertyMissing: the property 'paths' is missing",
            ],
        ),
        (
            {"openapi": "3.0.1", "info": {"title": "Items", "version": "1"}, "paths": {}},
            "custom",
            [
                "SpecificationVersionIncorrect: the definition is written in OpenAPI 3; "
                "the platform reads OpenAPI 2.0 alone",
            ],
        ),
        (
            {"swagger": "2.0", "info": [], "paths": {}},
            "certified",
            ["RequiredPropertyMissing: the property 'x-ms-connector-metadata' is missing"],
        ),
        (
            {"swagger": None, "info": [], "paths": {}},
            "custom",
            ["SpecificationVersionIncorrect: 'swagger' is null, but must be the string \"2.0\""],
        ),
    ],
)
def test_a_root_that_lacks_something(definition: dict[str, Any], profile: str, expected: list[str]) -> None:
    found = check(Connector(definition, {}, "", "d", "p"), profile, RULES)
    assert [f"{finding.rule}: {finding.message}" for finding in found] == expected
