"""What the expressions of a policy are read as."""

from __future__ import annotations

from typing import Any

import pytest

from connkit.lint.policy_reading import readings
from connkit.model.policy import PARAMETER_PREFIX, policies

FORMS = "@headers('name') or @headers('name', 'default')"
NO_CALL = f"'@headers(b)' is no call that a policy knows; expected {FORMS}"


def read(template: str, **parameters: Any) -> list[tuple[str, list[str], list[str], list[Any], str]]:
    given = {f"{PARAMETER_PREFIX}{name}": value for name, value in parameters.items()}
    instance = {"templateId": template, "parameters": given}
    (policy,) = policies({"properties": {"policyTemplateInstances": [instance]}})
    return [
        (
            str(reading.pointer).rpartition(".")[2],
            [lookup.text for lookup in reading.lookups],
            [path.text for path in reading.paths],
            [step.key for step in reading.steps],
            str(reading.problem or ""),
        )
        for reading in readings(policy)
    ]


@pytest.mark.parametrize(
    ("template", "parameters", "found"),
    [
        ("SetHeader", {"value": "a @headers('b')"}, [("value", ["@headers('b')"], [], [], "")]),
        ("routerequesttoendpoint", {"newPath": "/@headers('b')"}, [("newPath", ["@headers('b')"], [], [], "")]),
        ("stringreplace", {"propertySubPath": "a.b"}, [("propertySubPath", [], [], ["a", "b"], "")]),
        ("stringreplace", {"propertySubPath": "NULL"}, [("propertySubPath", [], [], [], "")]),
        ("stringreplace", {"sourceString": "@headers("}, [("sourceString", [], [], [], "")]),
        ("updatenextlink", {"nextLinkParentPropertyPath": ""}, [("nextLinkParentPropertyPath", [], [], [], "")]),
        (
            "setproperty",
            {"propertyValuePathTemplate": "@item().a"},
            [("propertyValuePathTemplate", [], ["item().a"], [], "")],
        ),
        (
            "setproperty",
            {"propertyValuePathTemplate": "x{@body().a}"},
            [("propertyValuePathTemplate", [], ["body().a"], [], "")],
        ),
        (
            "pollingtrigger",
            {"triggerConfig": {"a": "@{triggerBody().x}", "b": 5}, "triggerDataPath": "@triggerBody()"},
            [("triggerConfig/a", [], ["triggerBody().x"], [], ""), ("triggerDataPath", [], ["triggerBody()"], [], "")],
        ),
        (
            "setheader",
            {"value": "@headers(b)"},
            [
                (
                    "value",
                    [],
                    [],
                    [],
                    NO_CALL,
                )
            ],
        ),
        ("setheader", {"value": ["@headers(b)"], "values": "@headers(b)"}, []),
        ("pollingtrigger", {"triggerConfig": ["@{triggerBody()}"]}, []),
        ("gone", {"value": "@headers(b)"}, []),
    ],
)
def test_each_language(template: str, parameters: dict[str, Any], found: list[Any]) -> None:
    assert read(template, **parameters) == found
