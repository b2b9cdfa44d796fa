"""How the mock platform answers what its validation says, by the switches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from connkit.platform import MockPlatform, PlatformSwitches

OID = "00000000-0000-4000-8000-000000000b0b"
USABLE = {"swagger": "2.0", "info": {}, "paths": {}}
ERROR, WARNING = "Error : info : it lacks\na title", "Warning : paths/~1x : it is empty"
CERTIFICATION = "SwaggerCertificationFailedWithErrors"
TOLD = "the definition has errors: Warning : paths/~1x : it is empty##Error : info : it lacks a title"
BOTH = "Warning : paths/~1x : it is empty\r\nError : info : it lacks a title"

_ANSWERS: dict[str, tuple[bool, list[str], dict[str, Any], int, Any]] = {
    "nothing to say": (True, [], {}, 200, ""),
    "nothing to say before a create": (False, [], {}, 200, ""),
    "warnings stop nobody": (False, [WARNING], {}, 200, WARNING),
    "errors of certification are text": (True, [WARNING, ERROR], {}, 200, BOTH),
    "errors before a create are refused": (False, [WARNING, ERROR], {}, 400, ("ApiDefinitionNotValid", TOLD)),
    "errors of certification may be refused": (
        True,
        [WARNING, ERROR],
        {"certification_errors_status": 400},
        400,
        (CERTIFICATION, TOLD),
    ),
    "errors before a create may be text": (False, [WARNING, ERROR], {"definition_errors_status": 200}, 200, BOTH),
}


@pytest.mark.parametrize(("certification", "lines", "switches", "status", "expected"), _ANSWERS.values(), ids=_ANSWERS)
def test_a_verdict_is_text_or_a_refusal(
    caller: Any, certification: bool, lines: list[str], switches: dict[str, Any], status: int, expected: Any
) -> None:
    asked: list[tuple[Mapping[str, Any], bool]] = []

    def validate(definition: Mapping[str, Any], certification: bool) -> list[str]:
        asked.append((definition, certification))
        return lines

    platform = MockPlatform(validate, lambda: 1_800_000_000.0, PlatformSwitches(**switches))
    response = caller._replace(platform=platform).validate(USABLE, certification)
    told = response.json()
    said = (told["error"]["code"], told["error"]["message"]) if isinstance(told, dict) else told
    assert (response.status, said) == (status, expected)
    assert (asked, platform.seen[-1].effect) == ([(USABLE, certification)], False)


@pytest.mark.parametrize("certification", [True, False])
@pytest.mark.parametrize(
    ("definition", "problem"),
    [
        ([], "it is not a JSON object"),
        ({"swagger": 2.0, "info": {}, "paths": {}}, "it is not of Swagger 2.0"),
        ({"swagger": "2.0", "paths": {}}, "it has no object 'info'"),
        ({"swagger": "2.0", "info": {}, "paths": []}, "it has no object 'paths'"),
    ],
)
def test_what_is_no_definition_is_refused_whatever_the_switches(
    caller: Any, certification: bool, definition: Any, problem: str
) -> None:
    response = caller.validate(definition, certification)
    expected = {"error": {"code": "ApiDefinitionNotValid", "message": f"the definition is not valid: {problem}"}}
    assert (response.status, response.json()) == (400, expected)


_EFFECTS: dict[str, tuple[str, bool, dict[str, Any], tuple[bool, bool, bool]]] = {
    # what is left after an update: the icon, the script, the publisher that the update does not send
    "as assumed": ("missing_icon_keeps", True, {"scriptDefinitionUrl": ""}, (True, False, False)),
    "an icon goes": ("missing_icon_keeps", False, {"scriptDefinitionUrl": ""}, (False, False, False)),
    "an empty script stays": ("empty_script_removes", False, {"scriptDefinitionUrl": ""}, (True, True, False)),
    "a script that is not named stays": (
        "empty_script_removes",
        True,
        {"scriptDefinitionUrl": None},
        (True, True, False),
    ),
    "properties are merged": ("update_merges", True, {"scriptDefinitionUrl": ""}, (True, False, True)),
}


@pytest.mark.parametrize(("switch", "value", "sent", "left"), _EFFECTS.values(), ids=_EFFECTS)
def test_what_an_update_leaves_is_a_switch(
    caller: Any, platform: MockPlatform, switch: str, value: bool, sent: dict[str, Any], left: tuple[bool, bool, bool]
) -> None:
    platform.configure(switch, value)
    signed = caller.storage()
    made = caller.create(
        iconUri=caller.upload(signed, "icon.png", b"icon"),
        scriptDefinitionUrl=caller.upload(signed, "script.csx", b"script"),
        publisher="Orai",
    )
    shown = caller.update(made, **sent).json()["properties"]
    assert tuple(name in shown for name in ("iconUri", "scriptDefinitionUrl", "publisher")) == left
    assert caller.get(made).json()["properties"] == shown


def test_a_property_that_nobody_knows_is_refused_by_a_switch(caller: Any, platform: MockPlatform) -> None:
    made = caller.create(surprise=1)
    platform.configure("refuses_unknown_properties", "true")
    message = (
        "the content of the request is not valid: Could not find member 'surprise' on object of type "
        "'ApiPropertiesDefinition', path 'properties.surprise'"
    )
    assert caller.update(made, surprise=1).json() == {"error": {"code": "InvalidRequestContent", "message": message}}
    assert caller.update(made, publisher="Orai", iconBrandColor="#107c10").status == 200


def test_lists_that_were_not_sent_are_filled_in_by_a_switch(caller: Any, platform: MockPlatform) -> None:
    made = caller.create(capabilities=["actions"])
    platform.configure("fills_in_properties", True)
    shown = caller.get(made).json()["properties"]
    lists = ("capabilities", "policyTemplateInstances", "scriptOperations")
    assert [shown[name] for name in lists] == [["actions"], [], []]
