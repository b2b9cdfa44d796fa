"""Where paconn misleads who runs it alone, each trap shown to bite there; and connkit deploy in the same situation.

The traps were measured with paconn 0.0.21; a newer one in which a trap is gone fails here, and the page can be mended.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connkit.platform import Fault

Plain = Stage = Told = Any  # conftest.py has the classes
Change = Callable[[dict[str, Any]], object]

FIRST = "shared_widgets-5f7bdd9b846afd15ac-5ff15dccada41e8d2a"
SECOND = "shared_widgets-5f7bdd9b846afd15ac-5f87ef931d00688f90"
CREATED = f"the connector {FIRST} was created, read back and is what was sent"
UPDATED = f"the connector {FIRST} was updated, read back and is what was sent"
NOTHING = "nothing to do: what is deployed is what would be sent"
BLOCKED = "the plan is blocked; nothing was changed"
SOURCES = {"apiDefinition": "apiDefinition.swagger.json", "apiProperties": "apiProperties.json", "icon": "icon.png"}
NOT_JSON = "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)"
STRANGE = "connkit has not deployed this connector from this folder before: make sure that it is the right one"
NO_CONTENT = "ApiResourceNotFound: the fault '404' is set for 'content'"
SECRET = "fake-secret-0000"


def created(plain: Plain, connector: str = FIRST) -> bool:
    return (plain.code, plain.last) == (0, f"{connector} created successfully.")


def updated(plain: Plain) -> bool:
    return (plain.code, plain.last) == (0, f"{FIRST} updated successfully.")


def failed(plain: Plain, last: str) -> bool:
    return (plain.code, plain.last) == (1, last)


def ended(told: Told) -> tuple[int, list[str]]:
    return told.code, told.words


def ids(stage: Stage) -> list[str]:
    return [each.id for each in stage.connectors]


def described(stage: Stage, text: str = "Other widgets.") -> None:
    """The folder's definition says something new."""
    definition = stage.definition
    definition["info"]["description"] = text
    stage.write(definition=definition)


# ---- what the exit code says


def test_a_validation_that_finds_errors_exits_0_and_creates_all_the_same(stage: Stage) -> None:
    stage.complaints.append("Error : paths/~1widgets/get : it is wrong")
    stage.platform.configure("definition_errors_status", 200)
    validated = stage.paconn("validate", *stage.files(icon=None, script=None, api_prop=None, env=None))
    assert (validated.code, validated.last) == (0, "Error : paths/~1widgets/get : it is wrong")
    assert created(stage.create())
    assert ids(stage) == [FIRST]

    stage.begin()
    told = stage.apply()
    words = "Microsoft's validation refuses the definition: Error : paths/~1widgets/get : it is wrong"
    assert ended(told) == (1, [words, "nothing was changed"])
    assert ids(stage) == []


def test_what_the_validation_warns_of_is_thrown_away(stage: Stage) -> None:
    stage.complaints.append("Warning : paths/~1widgets/get : it is odd")
    assert "odd" not in stage.create().errors

    stage.begin()
    told = stage.apply()
    assert ended(told) == (0, [CREATED])
    assert told.outcome["warnings"] == ["Warning : paths/~1widgets/get : it is odd"]


def test_a_settings_file_in_the_way_exits_1_after_the_connector_was_created(stage: Stage) -> None:
    stage.write(settings={"icon": "icon.png"})
    plain = stage.create()
    assert failed(plain, "knack.prompting.NoTTYException")
    assert ids(stage) == [FIRST] and FIRST not in plain.errors

    stage.begin()
    stage.write(settings={"icon": "icon.png"})
    assert ended(stage.apply()) == (0, [CREATED])
    assert ids(stage) == [FIRST]


def test_the_settings_file_is_overwritten_and_loses_what_it_said(stage: Stage) -> None:
    settings = {"icon": "icon.png", "flowUrl": stage.address.url, "tenant": "contoso.example"}
    stage.write(settings=settings)
    assert created(stage.create("--overwrite-settings"))
    assert json.loads((stage.folder / "settings.json").read_bytes()) == {
        "connectorId": FIRST,
        "environment": stage.environment,
        "apiProperties": "apiProperties.json",
        "apiDefinition": "apiDefinition.swagger.json",
        "icon": "icon.png",
        "powerAppsUrl": stage.address.url,
        "powerAppsApiVersion": "2016-11-01",
    }

    stage.begin()
    stage.write(settings=settings)
    assert ended(stage.apply()) == (0, [CREATED])
    assert json.loads((stage.folder / "settings.json").read_bytes()) == settings


@pytest.mark.parametrize(("kind", "last"), [("nameless-after", "KeyError: 'name'"), ("502-empty-after", NOT_JSON)])
def test_a_create_whose_answer_is_lost_exits_1_and_again_makes_a_second(stage: Stage, kind: str, last: str) -> None:
    stage.platform.fault(Fault("create", kind))
    plain = stage.create()
    assert failed(plain, last)
    assert ids(stage) == [FIRST] and FIRST not in plain.errors
    assert created(stage.create(), SECOND)
    assert ids(stage) == [FIRST, SECOND]

    stage.begin()
    stage.platform.fault(Fault("create", kind))
    assert ended(stage.apply()) == (0, [CREATED])
    assert ended(stage.apply()) == (0, [NOTHING])
    assert ids(stage) == [FIRST]


def test_creating_again_makes_a_second_connector_of_the_same_name(stage: Stage) -> None:
    assert created(stage.create())
    stage.write(settings=None)
    assert created(stage.create(), SECOND)
    assert [each.display_name for each in stage.connectors] == ["Widgets", "Widgets"]

    stage.begin()
    assert ended(stage.apply()) == (0, [CREATED])
    assert ended(stage.apply()) == (0, [NOTHING])
    assert ids(stage) == [FIRST]


def test_an_update_that_the_service_refused_in_a_200_is_told_as_a_success(stage: Stage) -> None:
    described(stage)
    connector = stage.add(script=None)
    stage.platform.fault(Fault("update", "200-error"))
    assert updated(stage.update(connector))
    assert stage.connectors[0].changes == 0

    stage.begin()
    stage.add(script=None)
    stage.platform.fault(Fault("update", "200-error"))
    words = (
        f"the update of {FIRST} failed: answer 200 with an error inside: InternalServerError: the fault '200-error' is "
        "set for 'update'"
    )
    assert ended(stage.apply()) == (2, [words, "the service shows the old state, unchanged"])
    assert stage.connectors[0].changes == 0


def test_a_mistyped_script_exits_0_and_removes_the_script(stage: Stage) -> None:
    stage.write(script=stage.script)
    assert updated(stage.update(stage.add(), script="scirpt.csx"))
    assert stage.sent["scriptDefinitionUrl"] == "" and stage.connectors[0].script is None

    stage.begin()
    stage.add()
    stage.write(settings={"script": "scirpt.csx"})
    told = stage.apply()
    assert (told.code, told.errors) == (
        2,
        "connkit: settings.json names 'scirpt.csx' as script, and there is no such file; paconn would leave it out "
        "without a word\nmend the name, or take the line out of settings.json\n",
    )
    assert stage.connectors[0].script == stage.script


def test_a_script_that_is_not_named_is_removed_without_a_word(stage: Stage) -> None:
    assert updated(stage.update(stage.add()))
    assert stage.connectors[0].script is None

    stage.begin()
    stage.add()
    told = stage.deploy()
    assert (told.code, told.notes) == (0, ["the deployed script is removed, because the folder has none", STRANGE])
    assert told.plan["changes"] == ["script.csx is removed (7e4d3e3fd8dc)"]
    stage.write(script=stage.script)  # no settings.json needs to name it
    assert ended(stage.apply()) == (0, [NOTHING])


def test_a_mistyped_icon_exits_0_and_is_left_out(stage: Stage) -> None:
    assert created(stage.create(icon="icno.png"))
    assert stage.connectors[0].icon is None

    stage.begin()
    stage.write(settings={"icon": "icno.png"})
    told = stage.apply()
    assert (told.code, told.errors) == (
        2,
        "connkit: settings.json names 'icno.png' as icon, and there is no such file; paconn would leave it out "
        "without a word\nmend the name, or take the line out of settings.json\n",
    )
    assert stage.steps == []


# ---- what stands on the screen


def test_the_status_of_an_answer_without_a_body_is_lost(stage: Stage) -> None:
    stage.platform.fault(Fault("storage", "502-empty"))
    assert failed(stage.create(), NOT_JSON)

    stage.begin()
    stage.platform.fault(Fault("storage", "502-empty", times=5))
    words = "the storage for the files: answer 502; the service has trouble, try again in some minutes"
    assert ended(stage.apply()) == (2, [words, "nothing was changed"])
    assert stage.pauses == [1, 2, 4, 8]
    stage.platform.fault(Fault("storage", "502-empty"))
    told = stage.apply()
    assert ended(told) == (0, [CREATED])
    assert "the service answered 502; trying again in 1 second" in told.errors.splitlines()


def test_all_it_says_goes_to_standard_error_in_no_format_for_machines(stage: Stage) -> None:
    plain = stage.create("--output", "json")
    assert created(plain) and plain.output == ""

    stage.begin()
    code, output, errors = stage.connkit("deploy", "--environment", "Rehearsal", "--format", "json", "--apply")
    assert (code, json.loads(output)["outcome"]["told"]) == (0, [CREATED])
    assert errors.splitlines() == ["paconn create is running", f"the connector's ID is {FIRST}"]


def test_a_refused_connection_is_a_traceback(stage: Stage) -> None:
    nowhere = "http://127.0.0.1:9"
    plain = stage.create(pau=nowhere)
    assert plain.code == 1 and "Traceback (most recent call last):" in plain.errors

    stage.begin()
    stage.listed(url=nowhere, flow_url=nowhere)
    told = stage.apply()
    assert (told.code, told.errors.splitlines()[-1]) == (
        2,
        "connkit: the list of connectors cannot be read: no answer from "
        f"{nowhere}/providers/Microsoft.PowerApps/apis (ConnectionError); check the network and try again",
    )


def test_debugging_shows_the_secret(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.write(properties=stage.with_oauth("token"))
    stage.platform.fault(Fault("create", "403"))
    plain = stage.create("--secret", SECRET, "--debug")
    assert plain.code == 1 and plain.errors.count(SECRET) == 2

    stage.begin()
    monkeypatch.setenv("CONNKIT_CLIENT_SECRET", SECRET)
    stage.platform.fault(Fault("create", "403"))
    told = stage.apply()
    words = "the service refused to create the connector: answer 403, Forbidden: the fault '403' is set for 'create'"
    assert told.code == 1 and told.words[0].startswith(words)
    assert SECRET not in f"{told.plan}{told.outcome}{told.errors}"
    assert all("--debug" not in call.arguments for call in stage.calls)


def test_letters_of_the_services_words_are_numbers(stage: Stage) -> None:
    stage.refuses("validate", "die Größe ist falsch")
    assert '"message": "die Gr\\u00f6\\u00dfe ist falsch"' in stage.create().errors

    stage.begin()
    assert ended(stage.apply()) == (
        1,
        ["Microsoft's validation: answer 400, Refused: die Größe ist falsch", "nothing was changed"],
    )


def test_it_leaves_a_folder_in_the_home(stage: Stage) -> None:
    home = stage.folder.parent / "elsewhere"
    home.mkdir()
    assert stage.paconn("create", *stage.files(), home=home).code == 1
    assert [path.name for path in home.iterdir()] == [".paconn"]

    assert ended(stage.apply()) == (0, [CREATED])
    assert [path.name for path in (stage.folder.parent / "home").iterdir()] == [".connkit"]


# ---- waiting


def test_it_gives_up_after_one_429(stage: Stage) -> None:
    stage.platform.fault(Fault("validate", "429", retry_after=7))
    plain = stage.create()
    assert plain.code == 1 and plain.last.startswith("ERROR: 429 Client Error: Too Many Requests for url: ")
    assert stage.steps == ["validate"]

    stage.begin()
    stage.platform.fault(Fault("validate", "429", retry_after=7))
    told = stage.apply()
    assert ended(told) == (0, [CREATED])
    assert told.errors.splitlines()[1] == "the service answered 429; trying again in 7 seconds"
    assert stage.pauses[0] == 7


def test_it_waits_for_ever(stage: Stage) -> None:
    stage.platform.fault(Fault("validate", "stall"))
    assert stage.paconn("create", *stage.files(), until="validate").code is None

    stage.begin()
    stage.platform.fault(Fault("validate", "stall"))
    told = stage.apply("--timeout", "1")
    assert ended(told) == (0, [CREATED])
    assert told.errors.splitlines()[1] == "the service gave no answer; trying again in 1 second"


def test_an_upload_waits_for_ever(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.platform.fault(Fault("blob", "stall"))
    assert stage.paconn("create", *stage.files(), until="blob").code is None
    assert stage.steps == ["validate", "storage", "blob"]

    stage.begin()
    stage.platform.fault(Fault("blob", "stall"))
    limit_when(monkeypatch, stage, "blob")
    words = "paconn did not end within 900 seconds and was stopped while it uploaded icon and script"
    assert ended(stage.apply()) == (2, [words, "nothing was changed; check the network and try again"])


def limit_when(monkeypatch: pytest.MonkeyPatch, stage: Stage, step: str) -> None:
    """The quarter of an hour that paconn may take is over soon after the platform was asked for this step."""

    class Short(subprocess.Popen):  # type: ignore[type-arg]
        def communicate(self, input: Any = None, timeout: float | None = None) -> Any:
            assert timeout is not None
            return super().communicate(input, stage.awaited(step))

    monkeypatch.setattr(subprocess, "Popen", Short)


def test_it_wants_to_ask_which_connector(stage: Stage) -> None:
    described(stage)
    stage.add(script=None)
    assert failed(stage.paconn("update", *stage.files()), "knack.prompting.NoTTYException")

    told = stage.apply()
    assert ended(told) == (0, [UPDATED])
    assert told.plan["found_by"] == "found by its name, made by Rita Rehearsal"


# ---- the sign-in


TOKENS: dict[str, tuple[dict[str, Any] | str, str, str]] = {
    "a byte order mark": (
        "\ufeff{}",
        "ERROR: Failed to load token files. (Inner Error: Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column "
        "1 (char 0))",
        "~/.paconn/accessTokens.json begins with a byte order mark, which paconn refuses; run 'connkit paconn login'",
    ),
    "a sign-in that ends soon": (
        {"expires_on": 599},
        "ERROR: Access token invalid. Please login again.",
        "the sign-in in ~/.paconn/accessTokens.json ends in 9 minutes; a deployment needs 15; run 'connkit paconn "
        "login'",
    ),
    "no object ID, so that the address collapses": (
        {"oid": None},
        "ERROR: 400 Client Error: Bad Request for url: {url}/providers/Microsoft.PowerApps/objectIds/validateApiSwagger"
        "?api-version=2016-11-01",
        "~/.paconn/accessTokens.json has no object ID (oid); run 'connkit paconn login'",
    ),
}


@pytest.mark.parametrize("case", TOKENS)
def test_a_sign_in_that_is_no_good(stage: Stage, case: str) -> None:
    stored, last, message = TOKENS[case]
    home = stage.sign_in(stored)
    assert failed(stage.paconn("create", *stage.files(), home=home), last.format(url=stage.address.url))

    told = stage.apply()
    assert (told.code, told.errors) == (2, f"connkit: nothing was changed: {message}\n")


def test_an_expiry_that_is_text_is_a_traceback(stage: Stage) -> None:
    home = stage.sign_in({"expires_on": str(time.time() + 86_400)})
    plain = stage.paconn("create", *stage.files(), home=home)
    assert failed(plain, "TypeError: '<' not supported between instances of 'str' and 'float'")

    stage.begin()
    assert ended(stage.apply()) == (0, [CREATED])


# ---- settings and flags


def test_flags_beside_a_settings_file_are_ignored(stage: Stage) -> None:
    """The environment that the admin names is not the one that is changed."""
    described(stage)
    connector = stage.add(script=None)
    other = stage.platform.environments[1].id
    settings = {"connectorId": connector, "environment": stage.environment, "powerAppsUrl": stage.address.url}
    files = {"apiDefinition": "apiDefinition.swagger.json", "apiProperties": "apiProperties.json", "icon": "icon.png"}
    stage.write(settings={**settings, **files})
    flags = ["--env", other, "--cid", "shared_other", "--pau", "http://127.0.0.1:9", "--api-def", "nope.json"]
    assert updated(stage.paconn("update", "--settings", "settings.json", *flags))
    assert stage.connectors[0].changes == 1

    stage.begin()
    stage.add(script=None)
    stage.listed(id=other)
    stage.write(settings={**settings, **files})
    told = stage.apply()
    assert told.code == 0 and told.plan["environment_id"] == other and told.plan["action"] == "create"
    assert stage.connectors[0].changes == 0 and len(stage.platform.connectors(other)) == 1
    assert [(call.arguments[0], *call.arguments[3:]) for call in stage.calls] == [("create", "-w")]


def test_paths_in_a_settings_file_are_relative_to_wherever_one_stands(stage: Stage) -> None:
    stage.write(script=stage.script)
    connector = stage.add()
    files = {"apiDefinition": "apiDefinition.swagger.json", "apiProperties": "apiProperties.json"}
    settings = {
        "connectorId": connector,
        "environment": stage.environment,
        "powerAppsUrl": stage.address.url,
        **{key: str(stage.folder / name) for key, name in files.items()},
        "icon": "icon.png",
        "script": "script.csx",
    }
    stage.write(settings=settings)
    above = stage.folder.parent
    assert updated(stage.paconn("update", "--settings", "widgets/settings.json", folder=above))
    assert stage.connectors[0].script is None

    stage.begin()
    stage.add()
    stage.write(settings=settings)
    described(stage)
    assert ended(stage.apply()) == (0, [UPDATED])
    assert stage.connectors[0].script == stage.script


def test_the_path_of_the_services_address_is_dropped(stage: Stage) -> None:
    url = f"{stage.address.url}/elsewhere"
    assert created(stage.create(pau=url))

    stage.begin()
    stage.listed(url=url)
    told = stage.apply()
    settings = stage.folder / "connkit.yaml"
    place = f"{settings.as_posix()}:1:{settings.read_text('utf-8').index(url)}"
    assert told.code == 2
    assert told.errors == f"connkit: {place}: '{url}' should end after the host; paconn drops what follows\n"


def test_an_address_in_the_settings_file_is_taken_as_it_is(stage: Stage) -> None:
    url = f"{stage.address.url}/elsewhere"
    files = {"apiDefinition": "apiDefinition.swagger.json", "apiProperties": "apiProperties.json"}
    stage.write(settings={"powerAppsUrl": url, "environment": stage.environment, **files})
    assert created(stage.paconn("create", "--settings", "settings.json", "--overwrite-settings"))

    stage.begin()
    words = {
        url: f"'{url}' should end after the host; paconn drops what follows",
        "http://api.example": "'http://api.example' would carry the sign-in unencrypted; use https (http only for this "
        "machine)",
    }
    for wrong, message in words.items():
        stage.write(settings={"powerAppsUrl": wrong})
        told = stage.apply()
        assert (told.code, told.errors) == (2, f"connkit: settings.json: {message}\n")


# ---- what is checked before


BEFORE: dict[str, tuple[dict[str, Any], dict[str, Any], str, list[str]]] = {
    "no description": (
        {"info": {"title": "Widgets", "version": "1.0"}},
        {},
        "KeyError: 'description'",
        ["the definition has no info/description, without which paconn fails"],
    ),
    "no title": (
        {"info": {"description": "All.", "version": "1.0"}},
        {},
        "KeyError: 'title'",
        [
            "the definition has no info/title, without which paconn fails",
            "{folder}/apiDefinition.swagger.json:3:3: the property 'title' is missing (RequiredPropertyMissing)",
        ],
    ),
    "no properties": (
        {},
        {"property": {}},
        "KeyError: 'properties'",
        [
            "apiProperties.json has no object 'properties'",
            "{folder}/apiProperties.json:1:1: 'properties' is missing in apiProperties.json "
            "(ApiPropertiesRequiredPropertyMissing)",
        ],
    ),
    "a sign-in without parameters": (
        {},
        {
            "properties": {
                "iconBrandColor": "#007ee5",
                "connectionParameterSets": {
                    "uiDefinition": {"displayName": "Sign-in", "description": "How to sign in."},
                    "values": [{"name": "none", "uiDefinition": {"displayName": "None", "description": "No key."}}],
                },
            }
        },
        "AttributeError: 'NoneType' object has no attribute 'get'",
        ["connectionParameterSets/values/0 has no parameters, without which paconn fails"],
    ),
}


@pytest.mark.parametrize("case", BEFORE)
def test_what_is_missing_is_a_traceback_without_a_place(stage: Stage, case: str) -> None:
    definition, properties, last, blocked = BEFORE[case]
    stage.write(definition={**stage.definition, **definition})
    if properties:
        stage.write(properties=properties)
    plain = stage.create()
    assert failed(plain, last) and "Traceback (most recent call last):" in plain.errors

    stage.begin()
    told = stage.apply()
    assert (told.code, told.words) == (1, [BLOCKED])
    assert told.blocked == [line.format(folder=stage.folder.as_posix()) for line in blocked]
    assert stage.steps == ["list"]


BACKENDS: dict[str, tuple[dict[str, Any], str, str]] = {
    "http goes first": (
        {"schemes": ["http", "https"]},
        "http://widgets.example/v1",
        "the definition's first scheme is not https, and paconn takes the first",
    ),
    "no scheme": (
        {"schemes": []},
        "//widgets.example/v1",
        "the definition's first scheme is not https, and paconn takes the first",
    ),
    "no host": ({"host": ""}, "https:///v1", "the definition has no host"),
}


@pytest.mark.parametrize("case", BACKENDS)
def test_the_services_own_address_may_be_any(stage: Stage, case: str) -> None:
    definition, url, blocked = BACKENDS[case]
    stage.write(definition={**stage.definition, **definition})
    assert created(stage.create())
    assert stage.sent["backendService"] == {"serviceUrl": url}

    stage.begin()
    told = stage.apply()
    assert (told.code, told.words) == (1, [BLOCKED]) and blocked in told.blocked
    assert stage.steps == ["list"]


def test_a_definition_of_openapi_3_is_sent(stage: Stage) -> None:
    info = {"title": "Widgets", "description": "All.", "version": "1.0"}
    stage.write(definition={"openapi": "3.0.0", "info": info, "paths": {}})
    assert stage.create().code == 1
    assert stage.steps == ["validate"]  # it is left to the service to refuse it

    stage.begin()
    told = stage.apply()
    assert (told.code, told.words) == (1, [BLOCKED])
    assert told.blocked[0] == "the definition is no Swagger 2.0; its 'swagger' should be \"2.0\""
    assert stage.steps == ["list"]


def test_an_empty_icon_is_taken(stage: Stage) -> None:
    stage.write(icon=b"")
    assert created(stage.create())
    assert stage.connectors[0].icon == b""

    stage.begin()
    told = stage.apply()
    assert (told.code, told.words, told.blocked) == (1, [BLOCKED], ["the icon is an empty file"])
    assert stage.steps == ["list"]


def test_operations_without_their_script_are_taken(stage: Stage) -> None:
    stage.write(properties={"properties": {**stage.properties, "scriptOperations": ["ListWidgets"]}})
    assert created(stage.create())

    stage.begin()
    told = stage.apply()
    assert (told.code, told.words) == (1, [BLOCKED])
    assert told.blocked[0] == "apiProperties.json names scriptOperations, and there is no script.csx"


def test_a_connector_of_another_environment_is_tried(stage: Stage) -> None:
    other = stage.platform.environments[1].id
    connector = stage.platform.add(other, "Widgets", stage.definition, stage.properties)
    plain = stage.update(connector)
    assert plain.code == 1 and stage.steps == ["validate", "storage", "blob", "update"]

    stage.platform.seen.clear()
    told = stage.apply("--connector", connector)
    assert (told.code, told.words) == (1, [BLOCKED])
    assert told.blocked == [f"there is no custom connector {connector} in 'Rehearsal'; there is none at all"]
    assert stage.steps == ["list"]


# ---- what is sent


def test_stack_owner_is_refused_at_the_last_step(stage: Stage) -> None:
    stage.write(properties={"properties": {**stage.properties, "stackOwner": "Contoso"}})
    plain = stage.create()
    assert plain.code == 1 and plain.last.startswith("ERROR: 400 Client Error: Bad Request for url: ")
    assert stage.steps == ["validate", "storage", "blob", "create"]

    stage.begin()
    told = stage.apply()
    assert ended(told) == (0, [CREATED])
    assert told.notes == ["stackOwner is left out of what is sent, because the service refuses it in a deployment"]


def test_whatever_else_the_file_holds_is_sent_too(stage: Stage) -> None:
    stage.write(properties={"properties": {**stage.properties, "strange": 1}, "own": "note"})
    assert created(stage.create())
    assert json.loads(stage.platform.seen[-1].body)["own"] == "note"

    stage.begin()
    told = stage.apply()
    assert ended(told) == (0, [CREATED])
    assert told.notes == [
        "sent, but never given back and so not compared: strange",
        "not sent, because it stands outside 'properties' in apiProperties.json: own",
    ]
    assert "own" not in json.loads(next(each.body for each in stage.platform.seen if each.step == "create"))


def test_an_update_never_renames(stage: Stage) -> None:
    stage.add(script=None)
    definition = stage.definition
    definition["info"]["title"] = "Gadgets"
    stage.write(definition=definition)
    assert updated(stage.update(FIRST))
    assert stage.connectors[0].display_name == "Widgets"

    stage.begin()
    stage.add(script=None)
    told = stage.apply("--connector", FIRST)
    assert ended(told) == (0, [UPDATED])
    assert told.notes == [
        "the name stays 'Widgets': an update never renames; to have 'Gadgets', rename it in the maker portal",
        STRANGE,
    ]


def test_a_name_among_the_properties_renames_all_the_same(stage: Stage) -> None:
    described(stage)
    stage.write(properties={"properties": {**stage.properties, "displayName": "Gadgets"}})
    assert updated(stage.update(stage.add(script=None)))
    assert stage.connectors[0].display_name == "Gadgets"

    stage.begin()
    stage.add(script=None)
    told = stage.apply()
    assert ended(told) == (0, [UPDATED])
    assert told.notes == [
        "displayName is left out of what is sent: a create takes info/title, and an update would rename silently",
        STRANGE,
    ]
    assert stage.connectors[0].display_name == "Widgets"


def test_an_icon_that_is_no_longer_there_stays_deployed(stage: Stage) -> None:
    described(stage)
    stage.write(icon=None)
    assert updated(stage.update(stage.add(script=None)))
    assert "iconUri" not in stage.sent and stage.connectors[0].icon == stage.icon

    stage.begin()
    stage.add(script=None)
    told = stage.apply()
    assert ended(told) == (0, [UPDATED])
    assert told.notes == ["the deployed icon stays, because the folder has none", STRANGE]


def test_files_of_one_name_overwrite_each_other(stage: Stage) -> None:
    for name, content in (("icon", stage.icon), ("script", stage.script)):
        (stage.folder / name).mkdir()
        (stage.folder / name / "newest").write_bytes(content)
    assert created(stage.create(icon="icon/newest", script="script/newest"))
    assert stage.connectors[0].icon == stage.script

    stage.begin()
    stage.write(settings={"icon": "icon/newest", "script": "script/newest"})
    assert ended(stage.apply()) == (0, [CREATED])
    assert (stage.connectors[0].icon, stage.connectors[0].script) == (stage.icon, stage.script)


def test_a_files_name_stands_in_an_address_as_it_is(stage: Stage) -> None:
    (stage.folder / "ikona š.png").write_bytes(stage.icon)
    assert created(stage.create(icon="ikona š.png"))
    assert "/ikona š.png?" in stage.sent["iconUri"]

    stage.begin()
    stage.write(settings={"icon": "ikona š.png"})
    assert ended(stage.apply()) == (0, [CREATED])
    assert "/icon.png?" in stage.sent["iconUri"]


# ---- the connector's secret


def test_one_secret_goes_to_every_sign_in(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.write(properties=stage.with_oauth("token", "token"))
    assert created(stage.create("--secret", SECRET))
    assert stage.secrets == [SECRET, SECRET]

    stage.begin()
    monkeypatch.setenv("CONNKIT_CLIENT_SECRET", SECRET)
    told = stage.apply()
    assert ended(told) == (0, [CREATED])
    assert told.notes == ["the one OAuth secret is given to each of the 2 sign-ins; paconn knows no other way"]
    assert stage.secrets == [SECRET, SECRET]


def test_a_sign_in_of_another_name_gets_no_secret(stage: Stage) -> None:
    stage.write(properties=stage.with_oauth("account"))
    assert created(stage.create("--secret", SECRET))
    assert stage.secrets == []

    stage.begin()
    told = stage.apply()
    assert ended(told) == (0, [CREATED])
    assert told.notes == [
        "the OAuth parameter 'account' is sent without a secret, because paconn gives one only to a parameter named "
        "'token'; enter it in the maker portal, or rename the parameter"
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="the list of processes is read where Linux keeps it")
def test_the_secret_stands_in_the_list_of_processes(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.write(properties=stage.with_oauth("token"))
    listed = command_lines(monkeypatch)
    assert created(stage.create("--secret", SECRET))
    assert [line[-2:] for line in listed] == [["--secret", SECRET]]

    stage.begin()
    listed.clear()
    monkeypatch.setenv("CONNKIT_CLIENT_SECRET", SECRET)
    assert ended(stage.apply()) == (0, [CREATED])
    assert any(part.startswith("--secret=") for part in listed[-1])
    assert not any(SECRET in part for line in listed for part in line)
    assert stage.secrets == [SECRET]


def command_lines(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Those of the processes that are started from now on, as anybody on the machine may read them."""
    listed: list[list[str]] = []
    started = subprocess.Popen

    class Listed(started):  # type: ignore[type-arg, valid-type, misc]
        def __init__(self, *arguments: Any, **more: Any) -> None:
            super().__init__(*arguments, **more)
            while not (line := Path(f"/proc/{self.pid}/cmdline").read_text("utf-8")):
                time.sleep(0.001)  # not listed yet
            listed.append(line.rstrip("\0").split("\0"))

    monkeypatch.setattr(subprocess, "Popen", Listed)
    return listed


def test_an_update_without_the_secret_sends_none(stage: Stage) -> None:
    described(stage)
    stage.write(properties=stage.with_oauth("token"))
    properties = stage.with_oauth("token")["properties"]
    assert updated(stage.update(stage.add(properties=properties, script=None)))
    assert stage.secrets == []

    stage.begin()
    stage.add(properties=properties, script=None)
    told = stage.apply()
    assert ended(told) == (0, [UPDATED])
    assert told.notes == [
        STRANGE,
        "the connector's OAuth secret is sent only where CONNKIT_CLIENT_SECRET holds it; it is not documented whether "
        "the service keeps the old one otherwise",
    ]


# ---- encodings


def test_a_byte_order_mark_passes_the_validation_and_stops_the_create(stage: Stage) -> None:
    path = stage.folder / "apiDefinition.swagger.json"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    validated = stage.paconn("validate", *stage.files(icon=None, script=None, api_prop=None, env=None))
    assert (validated.code, validated.last) == (0, "apiDefinition.swagger.json validated successfully.")
    last = "json.decoder.JSONDecodeError: Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column 1 (char 0)"
    assert failed(stage.create(), last)

    stage.begin()
    assert ended(stage.apply()) == (0, [CREATED])


CP1252 = """
import builtins, io

opened = io.open

def as_on_windows(file, mode="r", buffering=-1, encoding=None, *rest, **more):
    if "b" not in mode and encoding in (None, "locale"):
        encoding = "cp1252"
    return opened(file, mode, buffering, encoding, *rest, **more)

builtins.open = io.open = as_on_windows
"""


def as_on_windows(stage: Stage) -> dict[str, str]:
    """Variables with which a file that is opened without an encoding is read as in western Europe."""
    site = stage.folder.parent / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(CP1252, encoding="utf-8")
    return {"PYTHONPATH": str(site)}


def test_the_encoding_of_windows_garbles_the_texts(stage: Stage) -> None:
    described(stage, "Widgets für Kaunas.")
    windows = as_on_windows(stage)
    assert created(stage.paconn("create", *stage.files(), environ=windows))
    assert stage.connectors[0].definition["info"]["description"] == "Widgets fÃ¼r Kaunas."

    stage.begin()
    code, output, errors = stage.elsewhere(windows)
    assert (code, errors) == (0, f"paconn create is running\nthe connector's ID is {FIRST}\n")
    assert output.splitlines()[-2] == f"done: {CREATED}"
    assert stage.connectors[0].definition["info"]["description"] == "Widgets für Kaunas."


def test_bytes_that_the_encoding_lacks_are_a_traceback(stage: Stage) -> None:
    described(stage, "Widgets iš Žemaičių.")
    windows = as_on_windows(stage)
    plain = stage.paconn("create", *stage.files(), environ=windows)
    assert plain.code == 1 and plain.last.startswith("UnicodeDecodeError: 'charmap' codec can't decode byte ")

    stage.begin()
    assert stage.elsewhere(windows)[0] == 0
    assert stage.connectors[0].definition["info"]["description"] == "Widgets iš Žemaičių."


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such locale")
@pytest.mark.skipif(
    not sys.prefix.isascii(), reason="with this locale, Python itself finds no packages in a folder of such a name"
)
def test_a_locale_of_plain_ascii_is_a_traceback(stage: Stage) -> None:
    described(stage, "Widgets für Kaunas.")
    ascii_alone = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    plain = stage.paconn("create", *stage.files(), environ=ascii_alone)
    assert plain.code == 1 and plain.last.startswith("UnicodeDecodeError: 'ascii' codec can't decode byte 0xc3 ")

    stage.begin()
    assert stage.elsewhere(ascii_alone)[0] == 0
    assert stage.connectors[0].definition["info"]["description"] == "Widgets für Kaunas."


def test_what_the_validation_says_is_garbled(stage: Stage) -> None:
    stage.complaints.append("Error : the size (Größe) is wrong")
    stage.platform.configure("definition_errors_status", 200)
    validated = stage.paconn("validate", *stage.files(icon=None, script=None, api_prop=None, env=None))
    assert validated.code == 0 and "Größe" not in validated.errors

    stage.begin()
    words = "Microsoft's validation refuses the definition: Error : the size (Größe) is wrong"
    assert ended(stage.apply()) == (1, [words, "nothing was changed"])


# ---- reading what is deployed


def test_a_download_saves_an_error_as_the_icon_and_drops_properties(stage: Stage) -> None:
    connector = stage.add(properties={**stage.properties, "strange": 1})
    stage.platform.fault(Fault("content", "404", name="icon.png"))
    where = ["--env", stage.environment, "--cid", connector, "--pau", stage.address.url, "--dest", "down"]
    plain = stage.paconn("download", *where)
    assert plain.code == 0
    assert json.loads((stage.folder / "down" / "icon.png").read_bytes())["error"]["code"] == "ApiResourceNotFound"
    kept = json.loads((stage.folder / "down" / "apiProperties.json").read_bytes())["properties"]
    assert sorted(kept) == ["capabilities", "connectionParameters", "iconBrandColor"]

    stage.platform.fault(Fault("content", "404", name="icon.png"))
    told = stage.deploy()
    assert (told.code, told.notes[-2]) == (0, f"the deployed icon cannot be read: answer 404, {NO_CONTENT}")
    assert stage.calls == []  # reading is never paconn's


def test_a_download_saves_an_error_as_the_definition(stage: Stage) -> None:
    connector = stage.add()
    stage.platform.fault(Fault("content", "404", name="swagger.json"))
    where = ["--env", stage.environment, "--cid", connector, "--pau", stage.address.url, "--dest", "down"]
    assert stage.paconn("download", *where).code == 0
    saved = json.loads((stage.folder / "down" / "apiDefinition.swagger.json").read_bytes())
    assert saved["error"]["code"] == "ApiResourceNotFound"

    stage.platform.fault(Fault("content", "404", name="swagger.json"))
    told = stage.apply()
    assert (told.code, told.errors) == (
        2,
        f"connkit: the deployed definition cannot be read: answer 404, {NO_CONTENT}\n",
    )
    assert stage.calls == []


READINGS: dict[str, tuple[Change, int, str, str, str]] = {
    "no address of the definition": (
        lambda properties: properties["apiDefinitions"].clear(),
        0,
        "The connector is downloaded to {down}.",
        "apiProperties.json icon.png script.csx settings.json",
        "the service names no address of the deployed definition, so it cannot be compared",
    ),
    "an address of the definition that leads to no JSON": (
        lambda properties: properties["apiDefinitions"].update(originalSwaggerUrl=properties["iconUri"]),
        1,
        "UnicodeDecodeError: 'utf-8' codec can't decode byte 0x89 in position 0: invalid start byte",
        "apiProperties.json",
        "the deployed definition, as the service gives it, is no JSON object",
    ),
    "an empty address of the script": (
        lambda properties: properties.update(scriptDefinitionUrl=""),
        1,
        "requests.exceptions.MissingSchema: Invalid URL '': No scheme supplied. Perhaps you meant https://?",
        "apiDefinition.swagger.json apiProperties.json icon.png",
        "",
    ),
}


@pytest.mark.parametrize("case", READINGS)
def test_a_download_may_be_half_of_it(stage: Stage, case: str) -> None:
    change, code, last, files, words = READINGS[case]
    connector = stage.add()
    stage.shows(change)
    where = ["--env", stage.environment, "--cid", connector, "--pau", stage.address.url, "--dest", "down"]
    plain = stage.paconn("download", *where)
    down = stage.folder / "down"
    assert plain.code == code
    assert last.format(down=down) in plain.errors.splitlines()  # from Python 3.13 on, a note may stand below it
    assert " ".join(sorted(path.name for path in down.iterdir())) == files

    told = stage.deploy()
    assert (told.code, told.errors) == ((2, f"connkit: {words}\n") if words else (0, ""))


def test_a_download_overwrites_the_sources(stage: Stage) -> None:
    paths = {key: str(stage.folder / name) for key, name in SOURCES.items()}
    settings = {"environment": stage.environment, "connectorId": FIRST, "powerAppsUrl": stage.address.url, **paths}
    stage.write(settings=settings)
    stage.add(definition={**stage.definition, "host": "other.example"})
    arguments = ["--settings", str(stage.folder / "settings.json"), "--overwrite", "--dest", "down"]
    assert stage.paconn("download", *arguments).code == 0
    assert stage.definition["host"] == "other.example"

    stage.begin()
    stage.add(definition={**stage.definition, "host": "third.example"}, script=None)
    before = {name: (stage.folder / name).read_bytes() for name in SOURCES.values()}
    assert ended(stage.apply("--allow-breaking")) == (0, [UPDATED])
    assert before == {name: (stage.folder / name).read_bytes() for name in SOURCES.values()}


def test_a_list_that_lacks_a_name_is_a_traceback(stage: Stage) -> None:
    stage.add(script=None)
    stage.shows(lambda properties: properties.pop("createdBy"))
    assert failed(stage.paconn("update", *stage.files()), "KeyError: 'createdBy'")

    told = stage.deploy()
    assert (told.code, told.plan["found_by"]) == (0, "found by its name")


# ---- found on the way


def test_a_stand_in_of_the_secret_is_never_taken_for_an_option(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.write(properties=stage.with_oauth("token"))
    assert stage.create("--secret", "-fake-secret").code == 2

    monkeypatch.setenv("CONNKIT_CLIENT_SECRET", "-fake-secret")
    monkeypatch.setattr(secrets, "token_urlsafe", lambda size: "-begins-with-a-dash")
    assert ended(stage.apply()) == (0, [CREATED])
    assert stage.secrets == ["-fake-secret"]
