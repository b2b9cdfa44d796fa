"""Runs the case table of each rule.

`cases/<RuleName>.yaml` maps a sentence to a scaffold, a snippet and the findings. The key beside `findings` picks
what the snippet is put into:

`operation`, `parameters`  GET /items, whose path gets the path parameters named
`schema`, `body`           the schema of what GET /items answers, or of what POST /items takes
`definition`, `properties` keys of the documents (of the latter: what stands under `properties`), over the smallest ones
`root`                     the whole of apiProperties.json
`connector`                keys of both documents: `definition`, `properties`
`webhook`                  the schema of a subscription's body
`choices`                  what GET /rooms `takes` and `answers`, and the `parameters` of POST /items
`polling`                  `parameters` and `policies` of a trigger, and what it answers (`response`)
`files`                    `settings`, `readme`, `script`, `icon` (!!binary), `described`, `sizes`, both documents;
                           `holds` lists all that the folder holds, without it everything
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connkit.core import Finding, UserError
from connkit.lint import PROFILES, NotRun, all_rules, catalogue, check, lint, rule_page
from connkit.lint.published import PUBLISHED
from connkit.lint.registry import Part
from connkit.lint.undecided import UNDECIDED
from connkit.load import PROBLEMS, find_connectors
from connkit.model import BinaryFile, Companions, Connector, TextFile

CASES = Path(__file__).parent / "cases"
RULES = all_rules()
POLICY = {
    "templateId": "pollingtrigger",
    "parameters": {
        "x-ms-apimTemplateParameter.triggerConfig": {"since": "@{triggerBody().items[0].at}"},
        "x-ms-apimTemplateParameter.triggerDataPath": "@triggerBody().items",
        "x-ms-apimTemplate-operationName": ["WhenItemAdded"],
    },
}
LEAST = {"properties": {"iconBrandColor": "#da3b01"}}
ANSWER = {"200": {"description": "The items"}}


def smallest() -> dict[str, Any]:
    operation = {
        "operationId": "ListItems",
        "summary": "List items",
        "description": "All.",
        "responses": {"200": {"description": "The items", "schema": {"type": "string"}}},
    }
    return {
        "swagger": "2.0",
        "info": {
            "title": "Contact book",
            "version": "1.0",
            "description": "Reads and changes the contacts in a contact book.",
            "contact": {},
        },
        "host": "api.adatum.com",
        "paths": {"/items": {"get": copy.deepcopy(operation)}},
        "x-ms-connector-metadata": [
            {"propertyName": "Website", "propertyValue": "https://example.com"},
            {"propertyName": "Privacy policy", "propertyValue": "https://example.com/privacy"},
            {"propertyName": "Categories", "propertyValue": "Productivity"},
        ],
    }


def wrapped(scaffold: str, snippet: Any) -> Connector:
    definition = smallest()
    properties: dict[str, Any] = {"properties": {"connectionParameters": {}}}
    companions = Companions()
    if scaffold == "definition":
        definition |= snippet
    elif scaffold == "properties":
        properties = {"properties": snippet}
    elif scaffold == "root":
        properties = snippet
    elif scaffold == "connector":
        definition |= snippet.get("definition", {})
        properties = {"properties": snippet.get("properties", {})}
    elif scaffold == "files":
        definition |= snippet.get("definition", {})
        properties = {"properties": snippet.get("properties", {})}
        companions = beside(snippet)
    elif scaffold == "operation":
        definition["paths"]["/items"]["get"] = snippet
    elif scaffold == "parameters":
        variables = "".join(f"/{{{item['name']}}}" for item in snippet if item.get("in") == "path")
        operation = definition["paths"]["/items"]["get"] | {"parameters": snippet}
        definition["paths"] = {f"/items{variables}": {"get": operation}}
    elif scaffold == "schema":
        definition["paths"]["/items"]["get"]["responses"] = {"200": {"description": "The items", "schema": snippet}}
    elif scaffold == "body":
        body = {"name": "body", "in": "body", "required": True, "schema": snippet}
        definition["paths"]["/items"]["post"] = {"operationId": "AddItem", "parameters": [body], "responses": ANSWER}
    elif scaffold == "webhook":
        body = {"name": "body", "in": "body", "required": True, "schema": snippet}
        webhook = {"operationId": "WhenItem", "x-ms-trigger": "single", "parameters": [body], "responses": ANSWER}
        definition["paths"]["/hooks"] = {"x-ms-notification-content": {"schema": {}}, "post": webhook}
    elif scaffold == "choices":
        rooms = {"200": {"description": "The rooms", "schema": snippet.get("answers", {})}}
        asked = {"operationId": "ListRooms", "parameters": snippet.get("takes", []), "responses": rooms}
        definition["paths"]["/rooms"] = {"get": asked}
        adding = {"operationId": "AddItem", "parameters": snippet["parameters"], "responses": ANSWER}
        definition["paths"]["/items"]["post"] = adding
    elif scaffold == "polling":
        answer = snippet.get("response", ANSWER["200"])
        trigger = {"operationId": "WhenItemAdded", "x-ms-trigger": "batch", "responses": {"200": answer}}
        trigger["parameters"] = snippet.get("parameters", [])
        definition["paths"]["/trigger/items"] = {"get": trigger}
        properties["properties"]["policyTemplateInstances"] = snippet.get("policies", [POLICY])
    else:
        raise ValueError(f"there is no scaffold {scaffold!r}")
    return Connector(definition, properties, "x", "x/apiDefinition.swagger.json", "x/apiProperties.json", companions)


def beside(snippet: dict[str, Any]) -> Companions:
    texts: dict[str, Any] = {
        key: TextFile(f"x/{name}", snippet[key])
        for key, name in (("readme", "README.md"), ("script", "script.csx"))
        if key in snippet
    }
    if "holds" in snippet:
        texts["holds"] = snippet["holds"].__contains__
    return Companions(
        described=snippet.get("described", False),
        settings=snippet.get("settings"),
        settings_file="x/settings.json" if "settings" in snippet else "",
        icon=BinaryFile("x/icon.png", snippet["icon"]) if "icon" in snippet else None,
        sizes={f"x/{name}": size for name, size in snippet.get("sizes", {}).items()},
        **texts,
    )


def said(rule: str, connector: Connector, profile: str = "independent") -> list[str]:
    return [describe(finding) for finding in check(connector, profile, [rule])]


def describe(finding: Finding) -> str:
    line = f":{finding.span.line}" if finding.span else ""
    return f"{finding.pointer}{line}: {finding.message}"


def cases() -> list[Any]:
    return [
        pytest.param(path.stem, case, id=f"{path.stem}: {sentence}")
        for path in sorted(CASES.glob("*.yaml"))
        for sentence, case in yaml.safe_load(path.read_text("utf-8")).items()
    ]


@pytest.mark.parametrize(("rule", "case"), cases())
def test_a_case_has_exactly_its_findings(rule: str, case: dict[str, Any]) -> None:
    case = dict(case)
    expected, profile = case.pop("findings"), case.pop("profile", "independent")
    ((scaffold, snippet),) = case.items()
    assert said(rule, wrapped(scaffold, snippet), profile) == expected


def test_every_published_code_is_a_rule_or_has_a_reason() -> None:
    published = {name for names in PUBLISHED.values() for name in names}
    assert published - set(RULES) == set(UNDECIDED)
    assert set(UNDECIDED).isdisjoint(RULES)


def test_every_rule_has_a_case_file_and_every_file_a_rule() -> None:
    assert sorted(path.stem for path in CASES.glob("*.yaml")) == list(RULES)


@pytest.mark.parametrize("name", RULES)
def test_the_examples_of_a_rule_are_true(name: str) -> None:
    rule = RULES[name]
    assert said(name, wrapped(rule.scaffold, yaml.safe_load(rule.bad)))
    assert said(name, wrapped(rule.scaffold, yaml.safe_load(rule.good))) == []


@pytest.mark.parametrize(
    ("rule", "places"),
    [
        ("InvokedOperationShouldProduceProperty", ["/paths/~1rooms/get/responses/200/schema"]),
        ("OperationParameterTypeMismatch", ["/paths/~1rooms/get/parameters/0", "/paths/~1items/post/parameters/0"]),
        ("DuplicateEnumValuesInExtension", ["/paths/~1items/get/parameters/0/x-ms-enum-values/0/value"]),
        (
            "DynamicPropertiesItemValuePathMismatch",
            ["/paths/~1items/get/responses/200/schema/x-ms-dynamic-schema/value-path"],
        ),
        ("NotificationOperationMustBeWebhook", ["/paths/~1items/get"]),
    ],
)
def test_the_other_half_of_a_conflict_is_a_related_place(rule: str, places: list[str]) -> None:
    bad = wrapped(RULES[rule].scaffold, yaml.safe_load(RULES[rule].bad))
    assert [str(place) for finding in check(bad, select=[rule]) for place in finding.related] == places


def test_the_smallest_connector_is_clean() -> None:
    submitted = {"iconBrandColor": "#da3b01", "publisher": "Contoso", "stackOwner": "Fabrikam"}
    connector = Connector(smallest(), {"properties": submitted}, "", "d", "p")
    assert [describe(finding) for profile in PROFILES for finding in check(connector, profile)] == []


@pytest.mark.parametrize("name", [*RULES, *PROBLEMS])
def test_every_rule_has_a_page(name: str) -> None:
    assert rule_page(name).startswith(f"# {name}\n\n")
    assert name in {row[0] for row in catalogue()}


def test_an_unknown_rule_is_answered_with_the_nearest() -> None:
    with pytest.raises(UserError, match="^there is no rule 'PathRedefine'; did you mean 'PathRedefined'"):
        rule_page("PathRedefine")


def written(folder: Path, definition: Any, properties: Any = None) -> None:
    (folder / "apiDefinition.swagger.json").write_text(json.dumps(definition, indent=1))
    if properties is not None:
        (folder / "apiProperties.json").write_text(json.dumps(properties))


def test_findings_are_stamped_with_their_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    definition = smallest()
    del definition["paths"]["/items"]["get"]["operationId"]
    written(tmp_path, definition, LEAST)
    run = lint(find_connectors([Path()]))
    assert [(str(found.span), found.rule, found.connector) for found in run.findings] == [
        ("apiDefinition.swagger.json:12:4", "OperationIdRequired", ".")
    ]


def test_the_run_says_which_rules_did_not_run(tmp_path: Path) -> None:
    written(tmp_path, smallest())
    names = ["PathRedefined", "FieldLengthExceeded", "PolicyNamesUnknownOperation", "EmptyPathItem"]
    run = lint(find_connectors([tmp_path]), "custom", select=names, ignore=["EmptyPathItem"])
    assert run.rules_run == ("PathRedefined",)
    assert [group for group in run.not_run if group.reason != "not selected"] == [
        NotRun(("EmptyPathItem",), "ignored"),
        NotRun(("FieldLengthExceeded",), "--profile certified"),
        NotRun(("PolicyNamesUnknownOperation",), f"no readable properties in '{tmp_path.as_posix()}'"),
    ]


@pytest.mark.parametrize("text", ["[]", "null", "3"])
def test_a_document_that_is_no_object_is_a_finding(text: str, tmp_path: Path) -> None:
    (tmp_path / "apiDefinition.swagger.json").write_text(text)
    assert [found.rule for found in lint(find_connectors([tmp_path])).findings] == ["DocumentNotObject"]


def test_a_folder_without_a_definition_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "apiProperties.json").write_text(json.dumps(LEAST))
    run = lint(find_connectors([tmp_path]))
    assert [found.rule for found in run.findings] == ["DefinitionMissing"]
    assert {rule for rule in run.rules_run if Part.DEFINITION in RULES[rule].needs} == set()


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, child in inner for place in places(child, (*path, key)))]


RICH = [wrapped(rule.scaffold, yaml.safe_load(text)) for rule in RULES.values() for text in (rule.bad, rule.good)]
RUBBISH = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["", "/", "internal", "#/paths"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["$ref", "in", "name", "schema", "get", "properties"]), inner, max_size=2)
    ),
    max_leaves=5,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_damage_to_a_connector_makes_a_rule_raise(data: st.DataObject) -> None:
    connector = copy.deepcopy(data.draw(st.sampled_from(RICH)))
    document = data.draw(st.sampled_from([connector.definition, connector.properties]))
    *above, last = data.draw(st.sampled_from(places(document)[1:]))
    holder = document
    for key in above:
        holder = holder[key]
    holder[last] = data.draw(RUBBISH)
    check(connector, "independent")
