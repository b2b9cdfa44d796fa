"""Waivers, and findings traced to the sources."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from connkit.core import Finding, Pointer, Severity, UserError
from connkit.workflows.linting import lint_project
from connkit.workflows.places import placed
from connkit.workflows.project import read_project

PLACE = "/paths/~1contacts~1{contact_id}/get/parameters/0/x-ms-url-encoding"


@pytest.fixture
def flawed(connector_copy: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The connector with a path parameter whose encoding was taken out of the built file."""
    path = connector_copy / "apiDefinition.swagger.json"
    document = json.loads(path.read_text("utf-8"))
    del document["paths"]["/contacts/{contact_id}"]["get"]["parameters"][0]["x-ms-url-encoding"]
    path.write_text(json.dumps(document, indent=2) + "\n", "utf-8")
    monkeypatch.chdir(connector_copy)
    return Path()


def configure(root: Path, place: str) -> None:
    text = f"waivers:\n  - {{rule: PathParameterMissingEncoding, place: '{place}', reason: only digits}}\n"
    (root / "connkit.yaml").write_text(text, "utf-8")


def test_a_finding_in_a_stale_file_keeps_the_line_of_the_file(flawed: Path) -> None:
    found = lint_project(read_project(flawed)).findings
    assert [(finding.rule, finding.file, str(finding.pointer)) for finding in found] == [
        ("PathParameterMissingEncoding", "apiDefinition.swagger.json", PLACE)
    ]


def test_a_waiver_with_a_reason_silences_one_place(flawed: Path) -> None:
    configure(flawed, PLACE)
    linted = lint_project(read_project(flawed))
    assert (linted.findings, linted.waived) == ((), 1)


def test_a_waiver_that_nothing_trips_is_a_finding(flawed: Path) -> None:
    configure(flawed, "/paths/~1gone")
    assert [(finding.rule, finding.message) for finding in lint_project(read_project(flawed)).findings] == [
        (
            "PathParameterMissingEncoding",
            "the path parameter 'contact_id' has no encoding; add x-ms-url-encoding: single",
        ),
        ("UnusedWaiver", "nothing at '/paths/~1gone' trips PathParameterMissingEncoding any more; remove the waiver"),
    ]


def test_a_finding_in_a_fresh_file_points_at_the_source(connector_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = connector_copy / "definition" / "resources" / "voicemails.yaml"
    source.write_text(
        source.read_text("utf-8").replace("operation: GetVoicemails\n", "operation: GetVoicemailByI\n"), "utf-8"
    )
    monkeypatch.chdir(connector_copy)
    glossary = Path("definition/fields.yaml")
    glossary.write_text(
        glossary.read_text("utf-8").replace('"Number of the person who left the voicemail."', "Sender"), "utf-8"
    )
    source.write_text(
        source.read_text("utf-8").replace("operation: GetVoicemailByI\n", "operation: GetVoicemails\n"), "utf-8"
    )
    from connkit.build.files import write
    from connkit.workflows.building import build_connector

    write(Path(), build_connector(read_project(Path()), "repository").files)

    found = {str(finding.span): finding.message for finding in lint_project(read_project(Path())).findings}

    assert found["definition/shapes/Voicemail.yaml:3:3"] == "the description 'Sender' only repeats 'sender'"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("profil: custom", "connkit.yaml:1:1: unknown key 'profil'; did you mean 'profile'?"),
        ("profile: gold", "connkit.yaml:1:10: unknown value 'gold'; known are 'certified', 'custom', 'independent'"),
        (
            "waivers: [{rule: A, place: /x}]",
            "connkit.yaml:1:11: missing key 'reason'; a waiver has a rule, a place and a reason",
        ),
        ("profile: [", "connkit.yaml:1:11: "),
    ],
)
def test_a_mistake_in_connkit_yaml_stops_the_tool(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, expected: str
) -> None:
    (tmp_path / "connkit.yaml").write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError) as raised:
        read_project(Path())
    assert str(raised.value).startswith(expected)


def test_a_finding_in_properties_points_at_the_source(connector_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = connector_copy / "definition" / "resources" / "contacts.yaml"
    text = path.read_text("utf-8")
    line = text.splitlines().index("poll:") + 1
    monkeypatch.chdir(connector_copy)
    project = read_project(Path())
    policy = Pointer(("properties", "policyTemplateInstances", "0", "parameters", "x"))
    color = Pointer(("properties", "iconBrandColor"))
    findings = [Finding("Any", Severity.WARNING, "wrong", "apiProperties.json", place) for place in (policy, color)]

    first, second = placed(project, findings)

    assert (str(first.span), first.pointer) == (f"definition/resources/contacts.yaml:{line + 1}:3", policy)
    assert str(second.span).startswith("definition/brands/tele2.yaml:")
