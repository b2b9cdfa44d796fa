"""A connector's life on the mock platform: created, read, listed, changed, and what is kept of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from connkit.core import UserError
from connkit.platform import Fault, MockPlatform

REHEARSAL, PRODUCTION = "1e5e0001-0000-4000-8000-000000000001", "1e5e0002-0000-4000-8000-000000000002"
PROVIDER = "/providers/Microsoft.PowerApps"
ID = "shared_or-c5-b3-20stotel-c4-97-5f7bdd9b846afd15ac-5ff15dccada41e8d2a"
DEFINITION = {
    "swagger": "2.0",
    "info": {"title": "Orų stotelė", "description": "What the weather is like, wherever you happen to be."},
    "paths": {},
}
ICON, SCRIPT = b"\x89PNG not really", "// ąčę\n".encode()


def test_the_environments_are_those_that_paconn_lets_choose_from(caller: Any) -> None:
    response = caller.ask("GET", "/providers/Microsoft.ProcessSimple/environments", query="api-version=2016-11-01")
    told = {each["name"]: each["properties"]["displayName"] for each in response.json()["value"]}
    assert (response.status, told) == (200, {REHEARSAL: "Rehearsal", PRODUCTION: "Production"})


def test_a_connector_is_shown_as_the_service_shows_one(caller: Any) -> None:
    signed = caller.storage()
    made = caller.create(
        iconUri=caller.upload(signed, "the icon.png", ICON),
        scriptDefinitionUrl=caller.upload(signed, "script.csx", SCRIPT),
        iconBrandColor="#107c10",
        connectionParameters={"api_key": {"type": "securestring"}},
        capabilities=["actions"],
        policyTemplateInstances=[],
        scriptOperations=["GetWeather"],
        publisher="Orai",
    )
    contents = f"http://127.0.0.1/contents/{REHEARSAL}/{ID}"
    assert made == ID
    assert caller.get(made).json() == {
        "name": ID,
        "id": f"{PROVIDER}/apis/{ID}",
        "type": "Microsoft.PowerApps/apis",
        "properties": {
            "displayName": "Orų stotelė",
            "description": "What the weather is like.",
            "iconUri": f"{contents}/icon.png",
            "iconBrandColor": "#107c10",
            "connectionParameters": {"api_key": {"type": "securestring"}},
            "backendService": {"serviceUrl": "https://weather.example/v1"},
            "policyTemplateInstances": [],
            "scriptOperations": ["GetWeather"],
            "capabilities": ["actions"],
            "publisher": "Orai",
            "apiDefinitions": {
                "originalSwaggerUrl": f"{contents}/swagger.json",
                "modifiedSwaggerUrl": f"{contents}/swagger.json",
            },
            "scriptDefinitionUrl": f"{contents}/script.csx",
            "isCustomApi": True,
            "environment": {"id": f"{PROVIDER}/environments/{REHEARSAL}", "name": REHEARSAL},
            "createdBy": {
                "id": "00000000-0000-4000-8000-000000000b0b",
                "displayName": "Rita Rehearsal",
                "userPrincipalName": "rehearsal@mock-platform.example",
            },
            "createdTime": "2027-01-15T08:00:00.0000000Z",
            "changedTime": "2027-01-15T08:00:00.0000000Z",
        },
    }
    assert caller.content(f"{contents}/swagger.json").json() == DEFINITION
    assert caller.content(f"{contents}/icon.png").body == ICON
    assert caller.content(f"{contents}/script.csx").body == SCRIPT


def test_without_icon_and_script_none_is_named(caller: Any) -> None:
    shown = caller.get(caller.create()).json()["properties"]
    assert {"iconUri", "scriptDefinitionUrl"} & set(shown) == set()


def test_an_icon_elsewhere_is_given_back_as_it_came(caller: Any) -> None:
    made = caller.create(iconUri="https://pictures.example/icon.png")
    assert caller.get(made).json()["properties"]["iconUri"] == "https://pictures.example/icon.png"
    assert caller.update(made).json()["properties"]["iconUri"] == "https://pictures.example/icon.png"


def test_a_list_holds_the_connectors_of_its_environment_alone(
    caller: Any, platform: MockPlatform, elsewhere: Callable[[str], Any]
) -> None:
    first, second = caller.create(), caller.create()
    third = elsewhere(PRODUCTION).create()
    assert [each["name"] for each in caller.list().json()["value"]] == [first, second]
    assert caller.list().json()["value"][0] == caller.get(first).json()
    assert list(platform.connectors(PRODUCTION)) == [third]
    assert len({first, second, third}) == 3


def test_an_update_replaces_what_is_sent_and_keeps_name_creator_and_icon(
    caller: Any, platform: MockPlatform, clock: Any
) -> None:
    made = caller.create(iconUri=caller.upload(caller.storage(), "icon.png", ICON), publisher="Orai")
    clock.now += 60
    definition = {**DEFINITION, "paths": {"/now": {}}}
    answer = caller.update(made, openApiDefinition=definition, description="Other words.")
    stored = platform.connectors(REHEARSAL)[made]
    assert (answer.status, answer.json()) == (200, caller.get(made).json())
    assert (stored.display_name, stored.definition, stored.icon, stored.changes) == ("Orų stotelė", definition, ICON, 1)
    assert stored.changed_at.isoformat() == "2027-01-15T08:01:00+00:00"
    shown = answer.json()["properties"]
    assert (shown["description"], "publisher" in shown) == ("Other words.", False)
    assert (shown["createdTime"], shown["changedTime"]) == (
        "2027-01-15T08:00:00.0000000Z",
        "2027-01-15T08:01:00.0000000Z",
    )


def test_a_name_in_an_update_renames(caller: Any, platform: MockPlatform) -> None:
    made = caller.create()
    caller.update(made, displayName="Vėjas")
    assert platform.connectors(REHEARSAL)[made].display_name == "Vėjas"


def test_a_later_upload_under_the_same_name_does_not_change_the_connector(caller: Any, platform: MockPlatform) -> None:
    signed = caller.storage()
    made = caller.create(iconUri=caller.upload(signed, "icon.png", ICON))
    caller.upload(signed, "icon.png", b"another")
    assert platform.connectors(REHEARSAL)[made].icon == ICON


def test_a_client_secret_arrives_and_never_comes_back(caller: Any, platform: MockPlatform) -> None:
    token = {"type": "oauthSetting", "oAuthSettings": {"clientId": "x", "clientSecret": "fake-secret-0000"}}
    made = caller.create(
        connectionParameters={"token": token},
        connectionParameterSets={"values": [{"name": "oauth", "parameters": {"token": token, "other": "?"}}, 7]},
    )
    answers = [caller.get(made), caller.list(), caller.update(made, connectionParameters={"token": token})]
    assert [b"fake-secret-0000" in answer.body for answer in answers] == [False] * 3
    assert answers[0].json()["properties"]["connectionParameters"]["token"]["oAuthSettings"] == {"clientId": "x"}
    sent: Any = platform.connectors(REHEARSAL)[made].properties["connectionParameters"]
    assert sent["token"]["oAuthSettings"]["clientSecret"] == "fake-secret-0000"


def test_a_connector_can_be_there_from_the_start_and_vanish(caller: Any, platform: MockPlatform) -> None:
    made = platform.add(REHEARSAL, "Orai", DEFINITION, {}, ICON, SCRIPT, created_by="Somebody Else")
    shown = caller.get(made).json()["properties"]
    assert shown["createdBy"]["userPrincipalName"] == "somebodyelse@mock-platform.example"
    assert caller.content(shown["iconUri"]).body == ICON
    platform.remove(REHEARSAL, made)
    assert caller.get(made).status == 404
    assert caller.content(shown["iconUri"]).status == 404
    with pytest.raises(UserError) as error:
        platform.remove(REHEARSAL, made)
    assert str(error.value) == f"there is no connector '{made}' in '{REHEARSAL}'"


def test_an_environment_that_is_not_there_is_told_with_those_that_are(platform: MockPlatform) -> None:
    with pytest.raises(UserError) as error:
        platform.connectors("nowhere")
    assert str(error.value) == (
        f"there is no environment 'nowhere'; there are Rehearsal ({REHEARSAL}), Production ({PRODUCTION})"
    )


def test_every_request_is_kept_in_the_order_of_arrival(caller: Any, platform: MockPlatform) -> None:
    platform.fault(Fault("get", "drop"))
    made = caller.create(iconUri=caller.upload(caller.storage(), "icon.png", ICON))
    caller.reply("GET", f"{PROVIDER}/apis/{made}", query=caller.filter)
    caller.reply("DELETE", f"{PROVIDER}/apis/{made}")
    assert [(each.step, each.method, each.status, each.effect) for each in platform.seen] == [
        ("storage", "POST", 200, True),
        ("blob", "PUT", 201, True),
        ("create", "POST", 201, True),
        ("get", "GET", None, False),
        ("other", "DELETE", 404, False),
    ]
    create = platform.seen[2]
    assert create.path == f"{PROVIDER}/apis"
    assert create.query == {"api-version": "2016-11-01", "$filter": f"environment eq '{REHEARSAL}'"}
    assert create.headers == {"Authorization": f"Bearer {platform.token}"}
    assert json.loads(create.body)["properties"]["openApiDefinition"] == DEFINITION


def test_starting_over_keeps_the_switches_alone(caller: Any, platform: MockPlatform) -> None:
    caller.create()
    platform.fault(Fault("get", "500"))
    platform.configure("update_merges", True)
    platform.reset()
    assert (platform.seen, platform.faults(), dict(platform.connectors(REHEARSAL))) == ([], [], {})
    assert platform.switches.update_merges is True
