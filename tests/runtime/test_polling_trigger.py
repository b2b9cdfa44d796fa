"""Polling triggers, poll by poll."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connkit.core import MockService, Request, Response, UserError
from connkit.model import Connector
from connkit.runtime.connection import credentials
from connkit.runtime.pacing import Clock, paced
from connkit.runtime.policies import PolicyStep
from connkit.runtime.polling import Poll, PollingTrigger
from connkit.runtime.switches import EmulatorSwitches


def trigger(connector: Connector, service: MockService, **switches: Any) -> PollingTrigger:
    connection = credentials(connector, service.connection())
    return PollingTrigger(connector, connection, "NewWidgets", {}, service.handle, EmulatorSwitches(**switches))


def told(poll: Poll) -> tuple[int, list[Any], dict[str, str], str]:
    return poll.status, [run["id"] for run in poll.runs], dict(poll.state), poll.request.url.split("/v1")[1]


def test_a_life(connector: Connector, service: Any) -> None:
    one = trigger(connector, service)
    service.ids = [1, 2]
    assert told(one.poll()) == (202, [], {"after": "2"}, "/widgets?after=0")
    assert told(one.poll()) == (202, [], {"after": "2"}, "/widgets?after=2")
    service.ids += [3, 4]
    assert told(one.poll()) == (200, [4, 3], {"after": "4"}, "/widgets?after=2")
    assert told(one.poll()) == (202, [], {"after": "4"}, "/widgets?after=4")


def test_an_empty_first_page_keeps_the_default(connector: Connector, service: Any) -> None:
    one = trigger(connector, service)
    assert told(one.poll()) == (202, [], {"after": "0"}, "/widgets?after=0")
    service.ids = [1]
    assert told(one.poll()) == (200, [1], {"after": "1"}, "/widgets?after=0")


def test_by_a_switch_an_empty_first_page_fails(connector: Connector, service: Any) -> None:
    one = trigger(connector, service, empty_first_page_keeps_default=False)
    poll = one.poll()
    assert told(poll) == (502, [], {}, "/widgets?after=0")
    assert poll.problem == ("the policy failed: 'triggerBody().items[0].id' selects item 0 of an array with 0 items")
    service.ids = [1]
    assert told(one.poll()) == (202, [], {"after": "1"}, "/widgets?after=0")


def test_by_a_switch_the_first_poll_sends_no_default(connector: Connector, service: Any) -> None:
    assert told(trigger(connector, service, first_poll_sends_default=False).poll())[3] == "/widgets"


def test_a_refusal_starts_no_run_and_keeps_the_state(connector: Connector, service: Any) -> None:
    one = trigger(connector, service)
    service.ids = [1]
    one.poll()
    service.flaw = "down"
    poll = one.poll()
    assert told(poll) == (503, [], {"after": "1"}, "/widgets?after=1")
    assert poll.problem == "the service answered 503"
    service.flaw, service.ids = "", [1, 2]
    assert told(one.poll()) == (200, [2], {"after": "2"}, "/widgets?after=1")


def test_without_the_policy_the_path_is_taken_literally(without_policy: Connector, service: Any) -> None:
    poll = trigger(without_policy, service).poll()
    assert told(poll) == (404, [], {}, "/trigger/widgets")
    assert poll.problem == "the service answered 404; no pollingtrigger policy names this operation"


def test_a_wrong_body_names_its_places(connector: Connector, new_service: Any) -> None:
    poll = trigger(connector, new_service(flaw="wrong body")).poll()
    assert [str(found) for found in poll.mismatches] == [
        "/items/0/id: missing, but the definition requires it",
        "/items/0/name: an integer, but the definition promises string",
    ]
    assert poll.problem == (
        "the policy failed: 'triggerBody().items[0].id' selects property 'id', which is not there; there are 'name'"
    )


@pytest.mark.parametrize(
    ("body", "status", "problem"),
    [
        ({"items": None}, 202, ""),
        ({"items": 5}, 502, "the policy failed: '@triggerBody().items' is no array"),
        (
            {},
            502,
            "the policy failed: 'triggerBody().items' selects property 'items', which is not there; there are none",
        ),
    ],
)
def test_odd_pages(connector: Connector, service: Any, body: Any, status: int, problem: str) -> None:
    service.handle = lambda _: Response(200, {}, json.dumps(body).encode())
    poll = trigger(connector, service).poll()
    assert (poll.status, poll.problem) == (status, problem)


Configure = Callable[[dict[str, str]], Connector]


@pytest.fixture
def configured(definition: dict[str, Any], properties: dict[str, Any]) -> Configure:
    def make(config: dict[str, str]) -> Connector:
        parameters = properties["properties"]["policyTemplateInstances"][0]["parameters"]
        parameters["x-ms-apimTemplateParameter.triggerConfig"] = config
        return Connector(definition, properties)

    return make


@pytest.mark.parametrize(
    ("config", "state"),
    [
        ({"since": "id gt @{triggerBody().items[0].id}"}, {"since": "id gt 2"}),
        ({"since": "@triggerBody().items[0].name"}, {"since": ""}),
        ({"per_page": "1", "": "1", "x-ms-triggerConfig-nextLink": "next"}, {"per_page": "1"}),
    ],
)
def test_state(configured: Configure, service: Any, config: dict[str, str], state: dict[str, str]) -> None:
    service.ids = [1, 2]
    assert trigger(configured(config), service).poll().state == state


def test_a_root_property_gives_state_on_an_empty_page(configured: Configure, service: Any) -> None:
    service.handle = lambda _: Response(200, {}, b'{"items": [], "at": 9}')
    assert trigger(configured({"after": "@{triggerBody().at}"}), service).poll().state == {"after": "9"}


def test_a_single_trigger_starts_one_run_with_the_page(
    definition: dict[str, Any], properties: dict[str, Any], service: Any
) -> None:
    definition["paths"]["/trigger/widgets"]["get"]["x-ms-trigger"] = "single"
    one = trigger(Connector(definition, properties), service)
    one.poll()
    service.ids = [1, 2]
    assert [len(run["items"]) for run in one.poll().runs] == [2]


def test_a_service_may_speak_the_protocol_itself(without_policy: Connector, service: Any) -> None:
    asked: list[Request] = []
    answers = iter(
        [
            Response(202, {"Location": "/v1/widgets?triggerState=1"}),
            Response(200, {"Location": "https://elsewhere.example/x"}, b'{"items": [{"id": 5}, {"id": 6}]}'),
            Response(202),
        ]
    )
    service.handle = lambda request: (asked.append(request), next(answers))[1]
    one = trigger(without_policy, service)
    polls = [one.poll() for _ in range(3)]
    assert [(poll.status, [run["id"] for run in poll.runs]) for poll in polls] == [(202, []), (200, [5, 6]), (202, [])]
    assert [(request.url, sorted(request.headers)) for request in asked] == [
        ("https://widgets.example/v1/trigger/widgets", ["Authorization"]),
        ("https://widgets.example/v1/widgets?triggerState=1", ["Authorization"]),
        ("https://elsewhere.example/x", []),
    ]


EVENTS = ["make", "poll", "refuse", "cut", "garble", "off", "on"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=400)
@given(st.integers(0, 3), st.lists(st.sampled_from(EVENTS), max_size=40))
def test_each_item_starts_exactly_one_run(
    connector: Connector, new_service: Any, earlier: int, timeline: list[str]
) -> None:
    """Whatever comes between two polls, where the service lists all that is new, the newest first."""
    service = new_service(ids=list(range(1, earlier + 1)))
    line = Line(service)
    one = PollingTrigger(connector, credentials(connector, service.connection()), "NewWidgets", {}, line)
    one.poll()
    started: list[int] = []
    for event in [*timeline, "on", "poll"]:
        if event == "make":
            service.make_item("NewWidgets")
        elif event in ("off", "on"):
            one.disable() if event == "off" else one.enable()
        elif one.on:
            started += line.runs(one, event)
    assert sorted(started) == service.ids[earlier:]


class Line:
    """A way to the service on which a poll may be refused, cut after the service was asked, or garbled."""

    def __init__(self, service: Any) -> None:
        self.service, self.event = service, "poll"

    def __call__(self, request: Request) -> Response:
        answer: Response = self.service.handle(request)
        if self.event == "cut":
            raise OSError("cut")
        return {"refuse": Response(500), "garble": Response(200, {}, b'{"items": [{')}.get(self.event, answer)

    def runs(self, one: PollingTrigger, event: str) -> list[int]:
        """The IDs that a poll starts runs for; one that fails changes no state."""
        self.event, before = event, one.state
        try:
            poll = one.poll()
        except OSError:
            poll = None
        self.event = "poll"
        assert event == "poll" or one.state is before
        return [run["id"] for run in poll.runs] if poll else []


def test_a_trigger_that_is_off_does_not_poll_and_catches_up_later(connector: Connector, service: Any) -> None:
    one = trigger(connector, service)
    one.poll()
    one.disable()
    service.ids = [1, 2]
    with pytest.raises(UserError) as raised:
        one.poll()
    assert str(raised.value) == "NewWidgets is off, so the platform does not poll"
    one.enable()
    assert told(one.poll()) == (200, [2, 1], {"after": "2"}, "/widgets?after=0")


@pytest.mark.parametrize(
    ("status", "asked", "recurrence", "next_in"),
    [
        (202, None, 60, 60),
        (202, "300", 60, 300),
        (202, "60", 180, 180),
        (202, "0", 60, 60),
        (200, None, 180, 180),
        (200, "10", 180, 10),
        (200, "0", 60, 0),
        (200, "600", 180, 600),
        (429, "30", 60, 60),
        (503, "90", 60, 90),
        (500, None, 60, 60),
    ],
)
def test_when_to_poll_next(
    without_policy: Connector, service: Any, status: int, asked: str | None, recurrence: float, next_in: float
) -> None:
    def send(request: Request) -> Response:
        return Response(status, {"Retry-After": asked} if asked else {}, b'{"items": [{"id": 1}]}')

    known = credentials(without_policy, service.connection())
    one = PollingTrigger(without_policy, known, "NewWidgets", {}, send, recurrence=recurrence)
    assert one.poll().next_in == next_in


@pytest.mark.parametrize(
    ("switches", "waits"),
    [
        ({}, [60, 10, 90]),
        ({"retry_after_hastens_after_runs": False}, [60, 60, 90]),
        ({"policy_passes_retry_after": False}, [60, 60, 60]),
    ],
)
def test_by_switches_when_to_poll_next(
    connector: Connector, service: Any, switches: dict[str, bool], waits: list[float]
) -> None:
    pages = iter([("10", []), ("10", [{"id": 1}]), ("90", [])])

    def handle(request: Request) -> Response:
        asked, items = next(pages)
        return Response(200, {"Retry-After": asked}, json.dumps({"items": items}).encode())

    service.handle = handle
    one = trigger(connector, service, **switches)
    assert [one.poll().next_in for _ in range(3)] == waits


def test_a_service_that_speaks_the_protocol_itself_is_heard_whatever_the_policy_does(
    without_policy: Connector, service: Any
) -> None:
    service.handle = lambda _: Response(202, {"Retry-After": "90"})
    assert trigger(without_policy, service, policy_passes_retry_after=False).poll().next_in == 90


@pytest.mark.parametrize("recurrence", [59, 500 * 86_400 + 1])
def test_a_recurrence_that_the_platform_does_not_take(connector: Connector, service: Any, recurrence: float) -> None:
    known = credentials(connector, service.connection())
    with pytest.raises(UserError) as raised:
        PollingTrigger(connector, known, "NewWidgets", {}, service.handle, recurrence=recurrence)
    assert str(raised.value) == (
        f"a recurrence of {recurrence:g} s is not possible; the platform takes 60 s to 500 days"
    )


def test_polls_on_a_clock_are_tried_again_and_then_wait_for_the_recurrence(connector: Connector, service: Any) -> None:
    times: list[float] = [0.0]
    asked: list[float] = []
    clock = Clock(lambda: times[0], lambda seconds: times.__setitem__(0, times[0] + seconds))

    def handle(request: Request) -> Response:
        asked.append(times[0])
        return Response(503) if 60 <= times[0] < 90 else service.handle(request)

    known = credentials(connector, service.connection())
    one = PollingTrigger(connector, known, "NewWidgets", {}, paced(handle, clock), recurrence=60)
    runs: list[Any] = []
    for _ in range(3):
        poll = one.poll()
        runs += poll.runs
        service.make_item("NewWidgets")
        clock.sleep(poll.next_in)
    assert asked == [0, 60, 67, 81, 109, 169]
    assert [run["id"] for run in runs] == [1, 2]


HOST = {
    "templateId": "dynamichosturl",
    "title": "Host",
    "parameters": {"x-ms-apimTemplateParameter.urlTemplate": "https://@headers('Region','north').example/own"},
}


def test_policies_act_on_polls(definition: dict[str, Any], properties: dict[str, Any], service: Any) -> None:
    properties["properties"]["policyTemplateInstances"].append(HOST)
    connector = Connector(definition, properties)
    steps: list[PolicyStep] = []
    known = credentials(connector, service.connection())
    one = PollingTrigger(connector, known, "NewWidgets", {}, service.handle, policy_trace=steps.append)
    assert one.poll().request.url == "https://north.example/own/widgets?after=0"
    assert [step.policy.title for step in steps] == ["Host"]


def test_a_policy_that_fails_fails_the_poll(
    definition: dict[str, Any], properties: dict[str, Any], service: Any
) -> None:
    properties["properties"]["policyTemplateInstances"].append({**HOST, "templateId": "unheard"})
    poll = trigger(Connector(definition, properties), service).poll()
    assert (poll.status, poll.runs, service.seen) == (502, (), [])
    assert poll.problem.startswith("policy 'Host': there is no template 'unheard'; there are convertarraytoobject, ")


@pytest.mark.parametrize(("switch", "expected"), [(True, ["k", "k"]), (False, [None, None])])
def test_credentials_go_to_a_location_where_they_go_to_the_host_of_a_policy(
    definition: dict[str, Any], properties: dict[str, Any], switch: bool, expected: list[str | None]
) -> None:
    properties["properties"]["policyTemplateInstances"] = [HOST]
    seen: list[Request] = []

    def send(request: Request) -> Response:
        seen.append(request)
        return Response(202, {"Location": "/own/widgets?s=1"})

    connector = Connector(definition, properties)
    switches = EmulatorSwitches(credentials_to_dynamic_host=switch)
    one = PollingTrigger(connector, credentials(connector, {"api_key": "k"}), "NewWidgets", {}, send, switches)
    one.poll()
    one.poll()
    assert [request.url for request in seen] == [
        "https://north.example/own/trigger/widgets",
        "https://north.example/own/widgets?s=1",
    ]
    assert [request.header("Authorization") for request in seen] == expected
