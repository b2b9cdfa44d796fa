"""Each mistake in the sources: its place, and what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from connkit.build.building import build
from connkit.core import UserError

MISTAKES = [
    pytest.param(
        "events/CallStarted.yaml",
        "summary: When a call starts",
        "sumary: When a call starts",
        [
            "definition/events/CallStarted.yaml:1:1: missing key 'summary'",
            "definition/events/CallStarted.yaml:2:1: unknown key 'sumary'; did you mean 'summary'?",
        ],
        id="a misspelt key",
    ),
    pytest.param(
        "shapes/AudioPrompt.yaml",
        "type: count",
        "type: cuont",
        ["definition/shapes/AudioPrompt.yaml:5:16: unknown value 'cuont'; did you mean 'count'?"],
        id="an unknown type",
    ),
    pytest.param(
        "actions/Dial.yaml",
        "summary: Start a call",
        "summary: 'Start a call",
        ["definition/actions/Dial.yaml:5:63: the file is not YAML: expected <block end>, but found '<scalar>'"],
        id="a quote that is not closed",
    ),
    pytest.param(
        "resources/groups.yaml",
        "operation: GetGroups\n",
        "operation: GetContacts\n",
        [
            "definition/resources/groups.yaml:4:73: 'GetGroups.groupID' is no output of a trigger; no trigger has the "
            "operationId 'GetGroups'",
            "definition/resources/groups.yaml:12:14: operation 'GetContacts' stands twice; "
            "each needs a name of its own",
        ],
        id="an operationId that stands twice",
    ),
    pytest.param(
        "resources/groups.yaml",
        "shape: Group",
        "shape: Grupo",
        ["definition/resources/groups.yaml:1:8: unknown shape 'Grupo'; did you mean 'Group'?"],
        id="an unknown shape",
    ),
    pytest.param(
        "events/CallStarted.yaml",
        "fields: [callID, caller, destination, direction, status, callStarted, contactID]",
        "",
        ["definition/events/CallStarted.yaml:1:1: missing key 'fields'"],
        id="an event without its fields",
    ),
    pytest.param(
        "events/CallStarted.yaml",
        "fields: [callID, caller,",
        "fields: [callID, callr,",
        [
            "definition/events/CallStarted.yaml:6:18: field 'callr' has no type here and is not in "
            "definition/fields.yaml; did you mean 'caller'?"
        ],
        id="a field that the glossary lacks",
    ),
    pytest.param(
        "events/CallStarted.yaml",
        "summary: When a call starts",
        "summary: ''",
        ["definition/events/CallStarted.yaml:2:10: '' should not be empty"],
        id="an empty text",
    ),
    pytest.param(
        "resources/contacts.yaml",
        "parameters: [limit,",
        "parameters: [limits,",
        ["definition/resources/contacts.yaml:18:16: unknown parameter 'limits'; did you mean 'limit'?"],
        id="an unknown parameter",
    ),
    pytest.param(
        "resources/voicemails.yaml",
        "instant: VoicemailCreated",
        "instant: CallStarted",
        [
            "definition/events/VoicemailCreated.yaml:6:11: 'GetVoicemails' does not name 'VoicemailCreated' as its "
            "instant sibling; siblings name each other",
            "definition/resources/voicemails.yaml:18:12: 'CallStarted' does not name this trigger as its periodic "
            "sibling; siblings name each other",
        ],
        id="siblings that do not name each other",
    ),
    pytest.param(
        "connector.yaml",
        "  - CallTransfered\n",
        "",
        [
            "definition/events/CallTransfered.yaml:1:1: operation 'CallTransfered' is missing in the order of "
            "definition/connector.yaml; add it there"
        ],
        id="an operation without its place in the order",
    ),
    pytest.param(
        "connector.yaml",
        "  - CallTransfered\n",
        "  - CallTransfered\n  - CallHeld\n",
        [
            "definition/connector.yaml:112:5: no file describes operation 'CallHeld'; remove it or add its file",
        ],
        id="a name in the order without its file",
    ),
    pytest.param(
        "events/CallStarted.yaml",
        "in either direction",
        "in {{ direcion }}",
        [
            "definition/events/CallStarted.yaml:3:14: the text names something unknown: 'direcion' is undefined; "
            "known are brand, color, contact, country, host, icon, name, operator, portal, privacy, publisher, "
            "service, stack_owner, time_zone, title, website"
        ],
        id="a text that names an unknown fact",
    ),
    pytest.param(
        "brands/tele2.yaml",
        'color: "#31ab3d"',
        'color: "#31ab3e"',
        ["definition/brands/tele2.yaml:13:7: the icon's background is #31ab3d; it should be the brand's #31ab3e"],
        id="an icon of another colour",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "expected"), MISTAKES)
def test_a_mistake_is_told_with_its_place(
    connector_copy: Path, monkeypatch: pytest.MonkeyPatch, file: str, old: str, new: str, expected: list[str]
) -> None:
    path = connector_copy / "definition" / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    monkeypatch.chdir(connector_copy)

    built = build(Path(), "tele2")

    assert [f"{finding.span}: {finding.message}" for finding in built.findings] == expected
    assert built.files == {}


def test_an_unknown_brand_lists_those_there_are(connector_copy: Path) -> None:
    with pytest.raises(UserError) as raised:
        build(connector_copy, "tele3")
    assert str(raised.value) == "unknown brand 'tele3'; did you mean 'tele2'?"
