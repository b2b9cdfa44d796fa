"""Whole lives, good and flawed; a life ends with the first step that fails."""

from typing import Any

import pytest

from connkit.model import Connector
from connkit.runtime.life import Step, polling_life, webhook_life

FIRST = "the first poll only marks the start"
POLLING = [
    FIRST,
    "a poll with nothing new starts no run",
    "one new item starts one run with its data",
    "the next poll does not start it again",
    "two new items start two runs, each once",
    "the next poll does not start them again",
]
ON = "switching on registers one webhook"
LOCATED = "the registration names a Location, where the webhook can be removed"
FIRED = "the event sends one notification, which starts one run with data as defined"
OFF = "switching off removes the webhook, and none is left behind"


def failed(steps: list[Step]) -> dict[str, str]:
    return {step.name: step.detail for step in steps if not step.ok}


def test_a_good_polling_life(connector: Connector, service: Any) -> None:
    steps = polling_life(connector, service, "NewWidgets", service.handle)
    assert [step.name for step in steps] == POLLING
    assert failed(steps) == {}


def test_a_good_webhook_life(connector: Connector, service: Any) -> None:
    assert failed(webhook_life(connector, service, "WhenMade", service.handle)) == {}


def test_a_missing_policy(without_policy: Connector, service: Any) -> None:
    steps = polling_life(without_policy, service, "NewWidgets", service.handle)
    assert steps == [Step(FIRST, False, "the service answered 404; no pollingtrigger policy names this operation")]


@pytest.mark.parametrize(
    ("flaw", "first", "detail"),
    [
        (
            "wrong body",
            FIRST,
            "the policy failed: 'triggerBody().items[0].id' selects property 'id', which is not there; "
            "there are 'name'",
        ),
        ("raises", FIRST, "the mock service failed: RuntimeError: no samples"),
        ("down", FIRST, "the service answered 503"),
        (
            "repeats",
            POLLING[1],
            "1 run started, 0 expected; the service has to list exactly what is newer than {'after': '1'}, "
            "the newest first",
        ),
    ],
)
def test_flawed_polling(connector: Connector, new_service: Any, flaw: str, first: str, detail: str) -> None:
    service = new_service(flaw=flaw)
    steps = polling_life(connector, service, "NewWidgets", service.handle)
    assert steps[-1] == Step(first, False, detail)
    assert [step.name for step in steps] == POLLING[: POLLING.index(first) + 1]


@pytest.mark.parametrize(
    ("flaw", "expected"),
    [
        (
            "no location",
            {
                LOCATED: "the answer has no Location header, so nothing can ever remove the webhook; "
                "the service has to answer 201 with one",
            },
        ),
        ("wrong event", {FIRED: "/id: a string, but the definition promises integer"}),
        (
            "keeps hooks",
            {
                OFF: "there are 1 more webhooks than before switching on, expected 0",
            },
        ),
    ],
)
def test_flawed_webhooks(connector: Connector, new_service: Any, flaw: str, expected: dict[str, str]) -> None:
    service = new_service(flaw=flaw)
    assert failed(webhook_life(connector, service, "WhenMade", service.handle)) == expected


def test_no_answer(connector: Connector, service: Any) -> None:
    def send(request: object) -> Any:
        raise OSError("no route")

    steps = webhook_life(connector, service, "WhenMade", send)
    assert failed(steps)[ON] == "no answer came: no route"


def test_a_policy_that_fails_ends_a_webhook_life(
    definition: dict[str, Any], properties: dict[str, Any], service: Any
) -> None:
    policy = {"templateId": "setheader", "title": "Key", "parameters": {}}
    properties["properties"]["policyTemplateInstances"] = [policy]
    assert failed(webhook_life(Connector(definition, properties), service, "WhenMade", service.handle)) == {
        ON: "policy 'Key': the parameter 'name' is missing; setheader needs 'name', 'value'"
    }
