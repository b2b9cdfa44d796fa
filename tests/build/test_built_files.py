"""What build writes, and that it writes all or nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connkit.build.building import build
from connkit.build.files import json_bytes, stale, write
from connkit.build.icon import icon_problems
from connkit.core import Pointer, UserError
from connkit.workflows.building import build_connector
from connkit.workflows.places import nearest
from connkit.workflows.project import read_project

ROOT = Path(__file__).resolve().parents[2]
ID_FIELDS = {
    "callID", "contactID", "previous_contactID", "recordingID", "groupID", "voicemailID", "voicemailBoxID",
    "clientID", "employee_id", "id",
}  # fmt: skip


@pytest.fixture(scope="module")
def definition() -> dict[str, Any]:
    return dict(build(ROOT, "tele2").definition)


def operations(definition: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    for path, item in definition["paths"].items():
        for method, operation in item.items():
            if not method.startswith("x-"):
                yield method, path, item, operation


def leaves(value: Any, name: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema of a scalar with its name."""
    if isinstance(value, dict):
        if value.get("type") in ("string", "integer") and "in" not in value:
            yield name, value
        for key, item in value.items():
            yield from leaves(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item, name)


def test_the_committed_files_are_what_the_sources_make() -> None:
    connector = build_connector(read_project(ROOT), "repository")
    assert stale(ROOT, connector.files) == []


def test_the_json_is_ascii_with_line_feeds() -> None:
    for name, data in build(ROOT, "tele2").files.items():
        if name.endswith(".json"):
            assert data.isascii() and b"\r" not in data and data.endswith(b"}\n")


def test_non_ascii_text_is_escaped() -> None:
    assert json_bytes({"a": "stotelė"}) == b'{\n  "a": "stotel\\u0117"\n}\n'


def test_there_are_29_operations_of_four_kinds(definition: dict[str, Any]) -> None:
    kinds = [operation.get("x-ms-trigger", "action") for _, _, _, operation in operations(definition)]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {"action": 11, "batch": 8, "single": 10}


def test_no_two_operations_share_a_name(definition: dict[str, Any]) -> None:
    names = [operation["summary"] for _, _, _, operation in operations(definition)]
    assert len({name.lower() for name in names}) == len(names)


def test_triggers_begin_with_when_and_actions_with_a_verb(definition: dict[str, Any]) -> None:
    for _, _, _, operation in operations(definition):
        first = operation["summary"].split()[0]
        assert first == "When" if "x-ms-trigger" in operation else first in {"Get", "List", "Start", "Delete"}


def test_every_id_is_int64_and_nothing_else_is(definition: dict[str, Any]) -> None:
    for name, schema in leaves([definition["definitions"], definition["paths"]]):
        if schema["type"] == "integer" and "format" in schema:
            assert schema["format"] == ("int64" if name in ID_FIELDS else "int32"), name


def test_only_inputs_claim_date_time(definition: dict[str, Any]) -> None:
    claimed = [
        parameter["name"]
        for _, _, _, operation in operations(definition)
        for parameter in operation["parameters"]
        if parameter.get("format") == "date-time"
    ]
    assert set(claimed) == {"date_from", "date_to"}
    assert json.dumps(definition).count('"date-time"') == len(claimed)


def test_only_the_answering_time_may_be_null(definition: dict[str, Any]) -> None:
    nullable = {name for name, schema in leaves([definition]) if schema.get("x-nullable")}
    assert nullable == {"callConnected"}


def test_every_leaf_has_a_title_and_a_description_of_its_own(definition: dict[str, Any]) -> None:
    for name, schema in leaves([definition["definitions"], definition["paths"]]):
        if name == "Location":
            continue
        title, description = schema["x-ms-summary"], schema["description"]
        assert 0 < len(title) <= 80
        assert description.endswith(".") and description.rstrip(".").lower() not in {title.lower(), name.lower()}


def test_containers_have_a_description_and_no_title(definition: dict[str, Any]) -> None:
    text = json.dumps(definition["definitions"]["Contact"]["properties"]["group_membership"])
    assert "description" in text and "x-ms-summary" not in text


def test_every_id_input_names_where_the_id_comes_from(definition: dict[str, Any]) -> None:
    for _, _, _, operation in operations(definition):
        for parameter in operation["parameters"]:
            inputs = parameter.get("schema", {}).get("properties", {parameter["name"]: parameter})
            for name, own in inputs.items():
                if own.get("format") == "int64" and own.get("x-ms-visibility") != "internal" and name != "webhook_id":
                    assert "Use '" in own["description"], (operation["operationId"], name)


def test_refusals_say_what_to_do_and_have_no_schema(definition: dict[str, Any]) -> None:
    for _, _, _, operation in operations(definition):
        responses = operation["responses"]
        wanted = {"401", "403", "422", "429"} | ({"201"} if operation.get("x-ms-trigger") == "single" else {"404"})
        assert set(responses) == wanted | {"200"}
        assert [code for code, answer in responses.items() if "schema" in answer] == ["200"]


def test_webhooks_declare_where_they_are_removed(definition: dict[str, Any]) -> None:
    for _, path, item, operation in operations(definition):
        if operation.get("x-ms-trigger") == "single":
            assert operation["responses"]["201"]["headers"]["Location"]["type"] == "string"
            assert list(item["x-ms-notification-content"]["schema"]["properties"]) == [
                "type", "version", "eventType", "data",
            ], path  # fmt: skip


def test_the_brands_differ_in_brand_facts_alone() -> None:
    ours, theirs = build(ROOT, "tele2"), build(ROOT, "lmt")
    text = json.dumps([theirs.definition, theirs.properties])
    for key, value in theirs.brand.items():
        if isinstance(value, str):
            text = text.replace(json.dumps(value)[1:-1], f"<{key}>")
    own = json.dumps([ours.definition, ours.properties])
    for key, value in theirs.brand.items():
        if isinstance(value, str):
            own = own.replace(json.dumps(ours.brand[key])[1:-1], f"<{key}>")
    contacts = [json.dumps(dict(built.brand["contact"])) for built in (ours, theirs)]
    assert len(contacts) == 2 and contacts[0] != contacts[1]
    for name in ("Tele2", "tele2", "LMT", "lmt"):
        assert name not in _without_contact(own) and name not in _without_contact(text)


def _without_contact(text: str) -> str:
    start = text.index('"contact"')
    return text[:start] + text[text.index("}", start) :]


def test_only_the_certification_folder_has_a_stack_owner() -> None:
    assert "stackOwner" not in build(ROOT, "tele2").properties["properties"]
    assert build(ROOT, "tele2", certification=True).properties["properties"]["stackOwner"] == "Tele2"


def test_each_place_leads_to_its_source_line() -> None:
    built = build(ROOT, "tele2")
    places = {
        "/paths/~1trigger~1contacts/get/parameters/1": "definition/resources/contacts.yaml:18:23",
        "/paths/~1contacts~1{contact_id}/get/summary": "definition/resources/contacts.yaml:8:12",
        "/definitions/Voicemail/properties/sender/description": "definition/shapes/Voicemail.yaml:3:3",
        "/info/description": "definition/connector.yaml:2:14",
    }
    found = {place: nearest(built.trace["apiDefinition.swagger.json"], Pointer.parse(place)) for place in places}
    assert {place: str(span).removeprefix(f"{ROOT.as_posix()}/") for place, span in found.items()} == places


def test_a_failed_write_leaves_the_old_files_whole(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"old")
    (tmp_path / "b.json").mkdir()

    with pytest.raises(UserError, match="cannot write"):
        write(tmp_path, {"a.json": b"new", "b.json": b"new"})

    assert (tmp_path / "a.json").read_bytes() == b"old"
    assert sorted(os.listdir(tmp_path)) == ["a.json", "b.json"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda data: b"GIF89a", ["the icon is no PNG file; render it with 'python tools/draw_icons.py'"]),
        (lambda data: data[:16] + b"\0\0\0\x60" + data[20:], ["the icon is 96 x 230; it should be 230 x 230"]),
        (
            lambda data: data[:25] + b"\6" + data[26:],
            ["the icon may be transparent; save it as 8-bit RGB without an alpha channel"],
        ),
        (lambda data: data, []),
    ],
)
def test_an_icon_is_checked(change: Any, expected: list[str]) -> None:
    data = (ROOT / "icon.png").read_bytes()
    assert icon_problems(change(data), "#31ab3d") == expected
