"""The mock platform's validation by lint, and its connectors from folders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connkit.core import UserError
from connkit.platform import MockPlatform
from connkit.workflows.platforms import lint_validation, seed

ROOT = Path(__file__).resolve().parents[2]
REHEARSAL = "1e5e0001-0000-4000-8000-000000000001"


def definition(**changes: Any) -> dict[str, Any]:
    operation = {
        "operationId": "GetWeather",
        "summary": "Get the weather",
        "description": "Tells what the weather is like now.",
        "responses": {"200": {"description": "Now", "schema": {"type": "string"}}},
    }
    whole = json.loads((ROOT / "apiDefinition.swagger.json").read_text("utf-8"))
    return {**whole, "paths": {"/weather": {"get": operation}}, "definitions": {}, "parameters": {}, **changes}


def test_this_connector_has_nothing_to_hear() -> None:
    whole = json.loads((ROOT / "apiDefinition.swagger.json").read_text("utf-8"))
    assert [lint_validation(whole, certification) for certification in (True, False)] == [[], []]


def test_errors_and_warnings_are_said_in_the_platforms_words() -> None:
    broken = definition(host="https://weather.example")
    broken["paths"]["/weather"]["get"]["parameters"] = [
        {"name": "id", "in": "path", "required": True, "type": "string"}
    ]
    del broken["paths"]["/weather"]["get"]["summary"]
    place = "paths/~1weather/get"
    custom = [
        "Error : host : the host 'https://weather.example' is not a host name; write it without scheme, path, braces "
        "and blanks",
        f"Warning : {place}/parameters/0/x-ms-url-encoding : the path parameter 'id' has no encoding; add "
        "x-ms-url-encoding: single",
        f"Error : {place}/parameters/0 : the path '/weather' has no variable '{{id}}' for the path parameter",
    ]
    certified = [
        f"Error : {place} : the property 'summary' is missing",
        f"Error : {place}/parameters/0 : the property 'x-ms-summary' is missing",
        f"Error : {place}/parameters/0 : the property 'description' is missing",
    ]
    assert lint_validation(broken, False) == custom
    assert lint_validation(broken, True) == custom + certified


def folder(path: Path) -> Path:
    path.mkdir()
    (path / "apiDefinition.swagger.json").write_text(json.dumps(definition()), "utf-8")
    (path / "apiProperties.json").write_text('{"properties": {"iconBrandColor": "#107c10"}}', "utf-8")
    (path / "icon.png").write_bytes(b"icon")
    return path


def test_a_seed_names_folders(tmp_path: Path) -> None:
    folder(tmp_path / "orai")
    path = tmp_path / "seed.yaml"
    path.write_text(
        "connectors:\n"
        "  - {environment: Rehearsal, folder: orai}\n"
        f"  - {{environment: {REHEARSAL}, folder: orai, name: Vėjas, created_by: Somebody Else}}\n",
        "utf-8",
    )
    platform = MockPlatform()
    seed(platform, path)
    stored = list(platform.connectors(REHEARSAL).values())
    assert [(each.display_name, each.created_by) for each in stored] == [
        ("Mobili Stotele", "Rita Rehearsal"),
        ("Vėjas", "Somebody Else"),
    ]
    assert (stored[0].definition, stored[0].properties, stored[0].icon, stored[0].script) == (
        definition(),
        {"iconBrandColor": "#107c10"},
        b"icon",
        None,
    )


SUCH = "connectors: [{environment: Rehearsal, folder: my-connector}]"
_MISTAKES = {
    "no YAML": ("a: [", "{seed}:1:5: the file is not YAML: expected the node content, but found '<stream end>'"),
    "nothing": ("", "{seed}:1:1: the file is empty"),
    "a list": ("[]", f"{{seed}}: a seed is a list of connectors, such as {SUCH}"),
    "something else": ("connectors: []\nfaults: []", f"{{seed}}: a seed is a list of connectors, such as {SUCH}"),
    "no object": ("connectors: [x]", f"{{seed}}: connectors/0: it is not an object, such as {SUCH}"),
    "no folder": (
        "connectors: [{environment: Rehearsal}]",
        f"{{seed}}: connectors/0: it names no folder; it is such as {SUCH}",
    ),
    "another key": (
        "connectors: [{environment: Rehearsal, folder: orai, icon: x}]",
        "{seed}: connectors/0: it has no text 'icon'; it has environment, folder, name, created_by",
    ),
    "a number": (
        "connectors: [{environment: 7, folder: orai}]",
        "{seed}: connectors/0: it has no text 'environment'; it has environment, folder, name, created_by",
    ),
    "an environment": (
        "connectors: [{environment: Rehearsal, folder: orai}, {environment: Test, folder: orai}]",
        "{seed}: connectors/1: there is no environment 'Test'; there are Rehearsal "
        "(1e5e0001-0000-4000-8000-000000000001), Production (1e5e0002-0000-4000-8000-000000000002)",
    ),
    "a folder without a connector": (
        "connectors: [{environment: Rehearsal, folder: empty}]",
        "{seed}: connectors/0: '{empty}' has no apiDefinition.swagger.json; use -C to name a connector's folder, or "
        "run 'connkit build' when it has a definition/ folder",
    ),
    "a broken connector": (
        "connectors: [{environment: Rehearsal, folder: broken}]",
        "{seed}: connectors/0: apiDefinition.swagger.json: the definition is no JSON object",
    ),
}


@pytest.mark.parametrize(("text", "message"), _MISTAKES.values(), ids=_MISTAKES)
def test_a_seed_with_a_mistake_adds_nothing(tmp_path: Path, text: str, message: str) -> None:
    folder(tmp_path / "orai")
    (tmp_path / "empty").mkdir()
    (folder(tmp_path / "broken") / "apiDefinition.swagger.json").write_text("[]", "utf-8")
    path = tmp_path / "seed.yaml"
    path.write_text(text, "utf-8")
    platform = MockPlatform()
    with pytest.raises(UserError) as error:
        seed(platform, path)
    assert str(error.value) == message.replace("{seed}", path.as_posix()).replace("{empty}", str(tmp_path / "empty"))
    assert dict(platform.connectors(REHEARSAL)) == {}
