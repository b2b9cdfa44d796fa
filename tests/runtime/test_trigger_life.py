"""Whole lives, good and flawed; a life ends with the first step that fails."""

import json
from typing import Any

import pytest

from connkit.core import Request, Response
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
    "an error between two polls loses nothing",
    "what came while it was off starts its run after switching on",
    "10 new items between two polls start 10 runs, each once",
    "the next poll starts none of them again",
]
ON = "switching on registers one webhook"
LOCATED = "the registration names a Location, where the webhook can be removed"
FIRED = "the event sends one notification, which starts one run with data as defined"
EDITED = "editing leaves exactly one webhook, and the event starts one run"
OFF = "switching off removes the webhook, and none is left behind"
WEBHOOK = [
    ON,
    LOCATED,
    "the registration's answer is as defined",
    FIRED,
    EDITED,
    OFF,
    "after that, the event sends nothing",
    "switching on again registers one webhook, for new events only",
    "renewed credentials leave exactly one webhook, and the event starts one run",
    "deleting the flow removes the webhook, and none is left behind",
]


def failed(steps: list[Step]) -> dict[str, str]:
    return {step.name: step.detail for step in steps if not step.ok}


def test_a_good_polling_life(connector: Connector, service: Any) -> None:
    steps = polling_life(connector, service, "NewWidgets", service.handle)
    assert [step.name for step in steps] == POLLING
    assert failed(steps) == {}


def test_a_good_webhook_life(connector: Connector, service: Any) -> None:
    steps = webhook_life(connector, service, "WhenMade", service.handle)
    assert [step.name for step in steps] == WEBHOOK
    assert failed(steps) == {}
    assert [request.method for request in service.seen] == ["POST", "DELETE"] * 4


def test_a_service_may_hand_out_one_item_at_a_time(without_policy: Connector, service: Any) -> None:
    def one_by_one(request: Request) -> Response:
        after = int(request.url.partition("?after=")[2] or len(service.ids))
        there = after < len(service.ids)
        location = {"Location": f"/v1/trigger/widgets?after={after + there}", "Retry-After": "0"}
        body = json.dumps({"items": [{"id": after + 1}]}).encode()
        return Response(200, location, body) if there else Response(202, location)

    without_policy.operation("NewWidgets").raw["responses"]["202"] = {"description": ""}  # type: ignore[union-attr]
    assert failed(polling_life(without_policy, service, "NewWidgets", one_by_one)) == {}


LIMIT = {"name": "limit", "in": "query", "required": True, "type": "integer"}
TEN = POLLING[8]
FROM_FIRST = "and the state is read from its first, the newest, which passes over the others"


@pytest.mark.parametrize(
    ("limit", "step", "which", "held"),
    [
        (1, POLLING[4], "item 1 of 2", "1 item"),
        (3, TEN, "items 1 to 7 of 10", "3 items"),
        (9, TEN, "item 1 of 10", "9 items"),
    ],
)
def test_a_small_limit_loses_items(
    definition: dict[str, Any], properties: dict[str, Any], service: Any, limit: int, step: str, which: str, held: str
) -> None:
    definition["paths"]["/trigger/widgets"]["get"]["parameters"].append({**LIMIT, "default": limit})
    steps = polling_life(Connector(definition, properties), service, "NewWidgets", service.handle)
    assert steps[-1] == Step(
        step,
        False,
        f"{which} never started a run, because a page holds at most {held} ('limit' is {limit}) {FROM_FIRST}; "
        "raise the default of 'limit', so that one page holds all between two polls",
    )


@pytest.mark.parametrize(
    ("expression", "which", "because"),
    [
        ("@{triggerBody().items[0].id}", "items 1 to 7 of 10", f" {FROM_FIRST}"),
        ("@{triggerBody().newest}", "7 of 10 new items", ""),
    ],
)
def test_a_service_with_small_pages_loses_items(
    definition: dict[str, Any], properties: dict[str, Any], service: Any, expression: str, which: str, because: str
) -> None:
    def paged(request: Request) -> Response:
        items = json.loads(service.handle(request).body)["items"][:3]
        return Response(200, {}, json.dumps({"items": items, "newest": len(service.ids)}).encode())

    definition["definitions"]["Page"]["properties"]["newest"] = {"type": "integer"}
    definition["paths"]["/trigger/widgets"]["get"]["parameters"].append({**LIMIT, "default": 50})
    parameters = properties["properties"]["policyTemplateInstances"][0]["parameters"]
    parameters["x-ms-apimTemplateParameter.triggerConfig"] = {"after": expression}
    steps = polling_life(Connector(definition, properties), service, "NewWidgets", paged)
    assert steps[-1] == Step(
        TEN,
        False,
        f"{which} never started a run, because a page holds at most 3 items{because}; ask for larger pages, "
        "so that one page holds all between two polls",
    )


@pytest.mark.parametrize(("earlier", "step", "started"), [(0, POLLING[5], "1 run"), (3, POLLING[1], "3 runs")])
def test_a_list_that_begins_with_the_oldest_repeats_items(
    connector: Connector, new_service: Any, earlier: int, step: str, started: str
) -> None:
    service = new_service(flaw="oldest first", ids=list(range(1, earlier + 1)))
    steps = polling_life(connector, service, "NewWidgets", service.handle)
    assert steps[-1] == Step(
        step,
        False,
        f"{started} started, 0 expected; item 2 of the page before came again, because the state is read from the "
        "page's first item, which is the oldest here; the service has to list the newest first, for example by a sort "
        "parameter with a default",
    )


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
                EDITED: "there are 2 more webhooks than before switching on, expected 1",
            },
        ),
    ],
)
def test_flawed_webhooks(connector: Connector, new_service: Any, flaw: str, expected: dict[str, str]) -> None:
    service = new_service(flaw=flaw)
    assert failed(webhook_life(connector, service, "WhenMade", service.handle)) == expected


@pytest.mark.parametrize(
    ("removal", "step", "more"),
    [(1, EDITED, (2, 1)), (2, OFF, (1, 0)), (3, WEBHOOK[8], (2, 1)), (4, WEBHOOK[9], (1, 0))],
)
def test_each_removal_that_only_seems_to_work_is_found(
    connector: Connector, service: Any, removal: int, step: str, more: tuple[int, int]
) -> None:
    removals: list[Request] = []

    def send(request: Request) -> Response:
        removals.extend([request] if request.method == "DELETE" else [])
        if request.method == "DELETE" and len(removals) == removal:
            return Response(204)
        return service.handle(request)

    assert webhook_life(connector, service, "WhenMade", send)[-1] == Step(
        step, False, f"there are {more[0]} more webhooks than before switching on, expected {more[1]}"
    )


def test_events_from_before_switching_on_are_none_of_the_trigger(connector: Connector, service: Any) -> None:
    registrations: list[Request] = []

    def send(request: Request) -> Response:
        registrations.extend([request] if request.method == "POST" else [])
        response = service.handle(request)
        if len(registrations) == 3 and request is registrations[-1]:
            service.fire("WhenMade")
        return response

    assert webhook_life(connector, service, "WhenMade", send)[-1] == Step(
        WEBHOOK[7], False, "a notification came of an event from before switching on, expected none"
    )


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
