"""`check` on this repository's connector, and each thing that must make it fail."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import smartmex
from connkit.build.files import write
from connkit.core import Request, Response
from connkit.workflows import mocks
from connkit.workflows.building import build_connector
from connkit.workflows.checking import Report, Status, check
from connkit.workflows.places import STALE_NOTE
from connkit.workflows.project import read_project

PARTS = [
    "built files",
    "OpenAPI 2.0",
    "properties and settings",
    "lint",
    "lint of the submission",
    "breaking changes",
    "operations",
    "polling triggers",
    "webhook triggers",
]
SERVICE = PARTS[-3:]


@pytest.fixture
def use_mock(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[dict[str, Any]], Any]], None]:
    """Makes `check` use this factory, as an installed entry point would."""

    def use(factory: Callable[[dict[str, Any]], Any]) -> None:
        monkeypatch.setattr(mocks, "mock_factory", lambda name: factory)

    use(smartmex.mock)
    return use


def run(folder: Path) -> Report:
    return check(read_project(folder))


def failures(report: Report) -> dict[str, list[str]]:
    return {
        outcome.name: [*outcome.problems, *(f"{finding.rule}: {finding.message}" for finding in outcome.findings)]
        for outcome in report.outcomes
        if outcome.status is Status.FAILED
    }


def change_json(path: Path, change: Callable[[Any], object]) -> None:
    document = json.loads(path.read_text("utf-8"))
    change(document)
    path.write_text(json.dumps(document, indent=2) + "\n", "utf-8")


@pytest.fixture
def released(connector_copy: Path, git: Callable[..., str]) -> Path:
    """The connector in a repository of its own, released as it is."""
    git(connector_copy, "init", "-q")
    git(connector_copy, "add", ".")
    git(connector_copy, "commit", "-q", "-m", "First")
    git(connector_copy, "tag", "v1.0.0")
    return connector_copy


def test_this_connector_passes_every_part(released: Path, use_mock: object) -> None:
    report = run(released)
    assert [(outcome.name, outcome.status) for outcome in report.outcomes] == [(name, Status.PASSED) for name in PARTS]
    assert (report.ok, report.no_baseline) == (True, "")


def breaking(report: Report) -> list[str]:
    (outcome,) = (outcome for outcome in report.outcomes if outcome.name == "breaking changes")
    return [outcome.status, outcome.summary, *(f"{found.rule} {found.value_path}" for found in outcome.findings)]


def test_what_breaks_flows_of_the_last_release_fails(released: Path, use_mock: object) -> None:
    def change(document: Any) -> None:
        document["paths"]["/contacts/{contact_id}"]["get"] |= {"x-ms-visibility": "internal", "deprecated": True}
        document["host"] = "other.example.com"

    change_json(released / "apiDefinition.swagger.json", change)
    assert breaking(run(released)) == [
        Status.FAILED,
        "compared with v1.0.0; errors 1, warnings 1, safe changes 1, waived 0",
        "HostChanged host",
        "OperationHidden operation/GetContactsByID/x-ms-visibility",
    ]


def test_without_a_release_nothing_is_compared(connector_copy: Path, use_mock: object, git: Callable[..., str]) -> None:
    git(connector_copy, "init", "-q")
    git(connector_copy, "commit", "-q", "--allow-empty", "-m", "First")
    report = run(connector_copy)
    why = "there is no release tag such as v1.0.0 before HEAD; fetch tags with 'git fetch --tags'"
    told = f"not compared with an earlier release: {why}"
    assert breaking(report) == [Status.NOT_CHECKED, told]
    assert (report.ok, report.no_baseline) == (True, told)


def test_a_release_that_lacks_the_connector_is_no_baseline(
    connector_copy: Path, use_mock: object, git: Callable[..., str]
) -> None:
    git(connector_copy, "init", "-q")
    git(connector_copy, "commit", "-q", "--allow-empty", "-m", "First")
    git(connector_copy, "tag", "v1.0.0")
    assert breaking(run(connector_copy)) == [
        Status.NOT_CHECKED,
        "not compared with an earlier release: there is no connector at 'git:v1.0.0'; "
        "add ':' and the path of its folder",
    ]


def test_a_stale_file_fails(connector_copy: Path, use_mock: object) -> None:
    readme = connector_copy / "README.md"
    readme.write_text(readme.read_text("utf-8") + "edited by hand\n", "utf-8")
    assert failures(run(connector_copy)) == {
        "built files": ["README.md differs from what definition/ makes; run 'connkit build'"]
    }


def test_a_mistake_in_the_sources_fails(connector_copy: Path, use_mock: object) -> None:
    path = connector_copy / "definition" / "events" / "CallStarted.yaml"
    path.write_text(path.read_text("utf-8").replace("summary:", "sumary:"), "utf-8")
    assert failures(run(connector_copy)) == {
        "built files": [
            "SourceNotValid: missing key 'summary'",
            "SourceNotValid: unknown key 'sumary'; did you mean 'summary'?",
        ]
    }


def test_the_submission_is_held_to_what_certification_asks_for(connector_copy: Path, use_mock: object) -> None:
    path = connector_copy / "definition" / "connector.yaml"
    text = path.read_text("utf-8")
    (line,) = [number for number, written in enumerate(text.splitlines(), 1) if written.startswith("description:")]
    path.write_text(re.sub(r"(?m)^description:.*(\n  .*)*", "description: Too short.", text), "utf-8")
    write(connector_copy, build_connector(read_project(connector_copy), "repository").files)
    outcomes = {outcome.name: outcome for outcome in run(connector_copy).outcomes}
    assert outcomes["lint"].status is Status.PASSED
    assert [(found.rule, str(found.span)) for found in outcomes["lint of the submission"].findings] == [
        ("FieldLengthNotInRange", f"{path.as_posix()}:{line}:14")
    ]


def test_a_wrong_answer_of_the_mock_fails(connector_copy: Path, use_mock: Any) -> None:
    def text_for_number(request: Request, response: Response) -> Response:
        if request.method == "GET" and "/audio_prompts/" in request.url:
            body = response.json()
            body["data"]["id"] = "seven"
            return Response(response.status, response.headers, json.dumps(body).encode())
        return response

    def broken(definition: dict[str, Any]) -> smartmex.SmartMex:
        mock = smartmex.mock(definition)
        mock.corrupt = text_for_number
        return mock

    use_mock(broken)
    assert failures(run(connector_copy)) == {
        "operations": ["GetAudioPromptByID: /data/id: a string, but the definition promises integer"]
    }


def test_a_missing_policy_fails(connector_copy: Path, use_mock: object) -> None:
    change_json(
        connector_copy / "apiProperties.json",
        lambda document: document["properties"]["policyTemplateInstances"].pop(0),
    )
    failed = failures(run(connector_copy))
    assert list(failed) == ["built files", "operations", "polling triggers"]
    assert failed["polling triggers"] == [
        "GetContacts: the first poll only marks the start: the service answered 404; "
        "no pollingtrigger policy names this operation"
    ]


def test_a_page_that_cannot_hold_what_comes_between_two_polls_fails(connector_copy: Path, use_mock: object) -> None:
    def limit_to_three(document: Any) -> None:
        parameters = document["paths"]["/trigger/contacts"]["get"]["parameters"]
        limit = next(each for each in parameters if each["name"] == "limit")
        limit.update({"required": True, "default": 3})

    change_json(connector_copy / "apiDefinition.swagger.json", limit_to_three)
    assert failures(run(connector_copy))["polling triggers"] == [
        "GetContacts: 10 new items between two polls start 10 runs, each once: items 1 to 7 of 10 never started a run, "
        "because a page holds at most 3 items ('limit' is 3) and the state is read from its first, the newest, which "
        "passes over the others; raise the default of 'limit', so that one page holds all between two polls"
    ]


def test_a_service_that_lists_the_oldest_first_fails(connector_copy: Path, use_mock: Any) -> None:
    use_mock(lambda definition: smartmex.mock(definition, smartmex.Switches(newest_first=False)))
    failed = failures(run(connector_copy))
    assert list(failed) == ["polling triggers"]
    assert len(failed["polling triggers"]) == 8
    assert failed["polling triggers"][0] == (
        "GetContacts: a poll with nothing new starts no run: 3 runs started, 0 expected; item 2 of the page before "
        "came again, because the state is read from the page's first item, which is the oldest here; the service has "
        "to list the newest first, for example by a sort parameter with a default"
    )


def test_a_mock_without_location_fails(connector_copy: Path, use_mock: Any) -> None:
    use_mock(lambda definition: smartmex.mock(definition, smartmex.Switches(registration_location=False)))
    failed = failures(run(connector_copy))
    assert list(failed) == ["operations", "webhook triggers"]
    assert failed["webhook triggers"][0] == (
        "CallStarted: the registration names a Location, where the webhook can be removed: the answer has no "
        "Location header, so nothing can ever remove the webhook; the service has to answer 201 with one"
    )
    assert len(failed["webhook triggers"]) == 10


def test_a_definition_that_is_no_openapi_fails(connector_copy: Path, use_mock: object) -> None:
    change_json(connector_copy / "apiDefinition.swagger.json", lambda document: document.pop("info"))
    failed = failures(run(connector_copy))
    assert failed["OpenAPI 2.0"] == [f"OpenApiSpecification: 'info' is a required property ({STALE_NOTE})"]


@pytest.mark.parametrize(
    ("file", "change", "expected"),
    [
        (
            "apiProperties.json",
            lambda document: document["properties"].update(iconBrandColor="green"),
            "DocumentSchema: 'green' should be a colour such as #31ab3d",
        ),
        (
            "apiProperties.json",
            lambda document: document["properties"]["connectionParameters"]["api_key"].update(type="secret"),
            "DocumentSchema: unknown value 'secret'; did you mean 'securestring'?",
        ),
        (
            "apiProperties.json",
            lambda document: document["properties"]["policyTemplateInstances"][0]["parameters"].pop(
                "x-ms-apimTemplateParameter.triggerDataPath"
            ),
            "DocumentSchema: missing key 'x-ms-apimTemplateParameter.triggerDataPath'",
        ),
        (
            "settings.json",
            lambda document: document.update(secret="fake"),
            "DocumentSchema: unknown key 'secret'; did you mean 'script'?",
        ),
    ],
)
def test_properties_and_settings_have_schemas(
    connector_copy: Path, use_mock: object, file: str, change: Callable[[Any], object], expected: str
) -> None:
    change_json(connector_copy / file, change)
    stale = "" if file == "settings.json" else f" ({STALE_NOTE})"
    assert failures(run(connector_copy))["properties and settings"] == [expected + stale]


@pytest.fixture
def bare(connector_copy: Path) -> Path:
    """Somebody else's folder: no sources, no connkit.yaml."""
    folder = connector_copy.parent / "bare"
    folder.mkdir()
    for name in ("apiDefinition.swagger.json", "apiProperties.json"):
        (connector_copy / name).rename(folder / name)
    return folder


def test_somebody_elses_folder_is_tried_on_a_generated_mock(bare: Path) -> None:
    report = run(bare)
    assert {outcome.name: outcome.summary for outcome in report.outcomes if outcome.name in (PARTS[0], *SERVICE)} == {
        "built files": "there is no definition/ folder that they could be built from",
        "operations": "29 of 29 operations answered as the definition says, on a mock generated from it",
        "polling triggers": "8 of 8 went through their life, 80 steps, on a mock generated from the definition",
        "webhook triggers": "10 of 10 went through their life, 100 steps, on a mock generated from the definition",
    }
    assert report.ok
    assert report.not_covered[0] == (
        "whether the service really answers so: connkit.yaml names no mock service, so operations and triggers were "
        "tried on one generated from the definition itself, with right input alone"
    )
    assert len(report.not_covered) == 2


def test_a_connector_that_cannot_work_fails_on_a_generated_mock_too(bare: Path) -> None:
    def forget_the_url(document: Any) -> None:
        event = document["paths"]["/webhooks/CallStarted"]["post"]
        (body,) = (each for each in event["parameters"] if each["in"] == "body")
        body["schema"]["properties"]["endpoint"].pop("x-ms-notification-url")

    change_json(bare / "apiDefinition.swagger.json", forget_the_url)
    assert failures(run(bare))["webhook triggers"] == [
        "CallStarted: switching on registers one webhook: CallStarted has no property marked x-ms-notification-url in "
        "its body; the platform would not know where to put the callback URL"
    ]


def test_without_a_host_there_is_nothing_to_try(bare: Path) -> None:
    change_json(bare / "apiDefinition.swagger.json", lambda document: document.pop("host"))
    report = run(bare)
    told = {outcome.summary for outcome in report.outcomes if outcome.name in SERVICE}
    assert told == {"apiDefinition.swagger.json has no host, so there is nothing to answer for; add 'host'"}
    assert {outcome.status for outcome in report.outcomes if outcome.name in SERVICE} == {Status.NOT_CHECKED}


def test_what_the_emulator_does_not_do_is_said(connector_copy: Path, use_mock: object) -> None:
    (connector_copy / "script.csx").write_text("// custom code\n", "utf-8")
    path = connector_copy / "apiProperties.json"
    change_json(path, lambda document: document["properties"].update(scriptOperations=["GetContacts"]))
    outcome = run(connector_copy).outcomes[-1]
    told = "1 place asks for what the emulator does not do; try it on the platform"
    assert (outcome.name, outcome.status, outcome.summary) == ("emulation", Status.NOT_CHECKED, told)
    assert [(finding.file, str(finding.pointer), finding.message) for finding in outcome.findings] == [
        (
            path.as_posix(),
            "/properties/scriptOperations/0",
            "script.csx: custom code does not run: GetContacts is called as if the connector had no script.csx "
            f"({STALE_NOTE})",
        )
    ]
    assert outcome.findings[0].span is not None
