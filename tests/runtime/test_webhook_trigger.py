"""Webhook triggers."""

import contextlib
import functools
import json
from typing import Any

import pytest

from connkit.core import Request, Response, UserError
from connkit.model import Connector
from connkit.runtime.connection import credentials
from connkit.runtime.pacing import STANDARD, Clock, retried
from connkit.runtime.switches import EmulatorSwitches
from connkit.runtime.webhook import Leak, Removal, WebhookTrigger

CALLBACK = "https://flows.example/run?sig=a%2Fb"


RETRYING = functools.partial(retried, clock=Clock(lambda: 0.0, lambda seconds: None), rule=STANDARD)


def trigger(connector: Connector, service: Any, given: Any = None, **switches: Any) -> WebhookTrigger:
    """`service.answer` stands for the service's own, where it is set."""
    service.answer = None

    def send(request: Request) -> Response:
        if isinstance(service.answer, OSError):
            raise service.answer
        return service.answer or service.handle(request)

    connection = credentials(connector, service.connection())
    return WebhookTrigger(connector, connection, "WhenMade", given or {}, send, EmulatorSwitches(**switches))


def test_enabling_registers_the_callback_url(connector: Connector, service: Any) -> None:
    given = {"label": "x", "target": {"extra": 1}}
    registration = trigger(connector, service, given).enable(CALLBACK)
    body = {"label": "x", "target": {"extra": 1, "url": CALLBACK}, "kind": "made"}
    assert json.loads(registration.request.body) == body
    assert given == {"label": "x", "target": {"extra": 1}}
    assert (registration.registered, registration.location, registration.mismatches) == (
        True,
        "https://widgets.example/v1/hooks/1",
        (),
    )


def test_disabling_deletes_with_the_credentials_and_nothing_else(connector: Connector, service: Any) -> None:
    one = trigger(connector, service)
    one.enable(CALLBACK)
    request = Request("DELETE", "https://widgets.example/v1/hooks/1", {"Authorization": "Bearer fake-key"})
    assert one.disable() == Removal(True, "the service answered 204", request, Response(204))
    assert one.disable() == Removal(True, "no webhook was registered")
    assert service.live_webhooks() == 0
    assert one.leaks == ()


NO_LOCATION = (
    "the webhook is leaked and stays behind, because the registration named no Location; "
    "the service has to answer 201 with a Location header"
)


def test_without_a_location_the_webhook_is_leaked(connector: Connector, new_service: Any) -> None:
    service = new_service(flaw="no location")
    one = trigger(connector, service)
    one.enable(CALLBACK)
    assert one.disable() == Removal(False, NO_LOCATION)
    assert [request.method for request in service.seen] == ["POST"]


def test_a_leak_is_reported_once(connector: Connector, new_service: Any) -> None:
    one = trigger(connector, new_service(flaw="no location"))
    one.enable(CALLBACK)
    assert one.leaks == ()
    one.disable()
    assert one.disable() == Removal(True, "no webhook was registered")
    assert one.leaks == (Leak(NO_LOCATION, certain=True),)


HOOK = "https://widgets.example/v1/hooks/1"
IS, MAY = f"the webhook is leaked: the service answered {{}} to DELETE {HOOK}", "the webhook may be leaked: "


@pytest.mark.parametrize(
    ("answer", "leak"),
    [
        (Response(200), None),
        (Response(404), None),
        (Response(410), None),
        (
            Response(403),
            Leak(f"{IS.format(403)}; the connection may register a webhook, but not remove one", True, HOOK),
        ),
        (Response(405), Leak(IS.format(405), True, HOOK)),
        (Response(429), Leak(IS.format(429), True, HOOK)),
        (Response(408), Leak(f"{MAY}the service answered 408 to DELETE {HOOK}", False, HOOK)),
        (Response(503), Leak(f"{MAY}the service answered 503 to DELETE {HOOK}", False, HOOK)),
        (OSError("cut"), Leak(f"{MAY}no answer came to DELETE {HOOK}", False, HOOK)),
    ],
)
def test_a_removal_that_fails_is_a_leak(
    connector: Connector, service: Any, answer: Response | OSError, leak: Leak | None
) -> None:
    one = trigger(connector, service)
    one.enable(CALLBACK)
    service.answer = answer
    assert one.disable().removed is (leak is None)
    assert one.leaks == ((leak,) if leak else ())


ALL_THE_SAME = "to POST https://widgets.example/v1/hooks, which may have registered a webhook all the same"


@pytest.mark.parametrize(
    ("answer", "leaks"),
    [
        (Response(403), ()),
        (Response(429), ()),
        (Response(500), (Leak(f"a webhook may be leaked: the service answered 500 {ALL_THE_SAME}", False),)),
        (OSError("cut"), (Leak(f"a webhook may be leaked: no answer came {ALL_THE_SAME}", False),)),
    ],
)
def test_a_registration_whose_answer_is_lost_is_a_possible_leak(
    connector: Connector, service: Any, answer: Response | OSError, leaks: tuple[Leak, ...]
) -> None:
    one = trigger(connector, service)
    service.answer = answer
    with contextlib.suppress(OSError):
        assert not one.enable(CALLBACK).registered
    assert one.leaks == leaks
    assert one.disable() == Removal(True, "no webhook was registered")


def test_each_attempt_to_register_is_seen_where_the_rule_tries_again(connector: Connector, service: Any) -> None:
    """The first answer is lost after the service registered, so the second attempt registers another webhook."""
    answers = iter([True, False])

    def send(request: Request) -> Response:
        response = service.handle(request)
        if next(answers, False):
            raise OSError("cut")
        return response

    one = WebhookTrigger(
        connector, credentials(connector, service.connection()), "WhenMade", {}, send, retrying=RETRYING
    )
    assert one.enable(CALLBACK).registered
    assert one.disable().removed
    assert one.leaks == (Leak(f"a webhook may be leaked: no answer came {ALL_THE_SAME}", False),)
    assert service.live_webhooks() == 1


def test_a_removal_is_tried_again_by_the_rule(connector: Connector, service: Any) -> None:
    answers = iter([Response(503), OSError("cut")])

    def send(request: Request) -> Response:
        answer = next(answers, None) if request.method == "DELETE" else None
        if isinstance(answer, OSError):
            raise answer
        return answer or service.handle(request)

    one = WebhookTrigger(
        connector, credentials(connector, service.connection()), "WhenMade", {}, send, retrying=RETRYING
    )
    one.enable(CALLBACK)
    assert one.disable().removed
    assert (one.leaks, service.live_webhooks()) == ((), 0)


@pytest.mark.parametrize(
    ("switches", "calls", "leaks"),
    [
        ({}, [("POST", "Bearer fake-key"), ("DELETE", "Bearer new"), ("POST", "Bearer new")], ()),
        (
            {"edit_removes_first": False},
            [("POST", "Bearer fake-key"), ("POST", "Bearer new"), ("DELETE", "Bearer new")],
            (),
        ),
        (
            {"renewal_removes_old": False},
            [("POST", "Bearer fake-key"), ("POST", "Bearer new")],
            (Leak("the webhook is leaked: the platform registered another and did not remove it", True, HOOK),),
        ),
    ],
)
def test_renewing_credentials(
    connector: Connector,
    service: Any,
    switches: dict[str, bool],
    calls: list[tuple[str, str]],
    leaks: tuple[Leak, ...],
) -> None:
    seen: list[tuple[str, str | None]] = []

    def send(request: Request) -> Response:
        seen.append((request.method, request.header("Authorization")))
        return Response(201, {"Location": "/v1/hooks/1"})

    service.handle = send
    one = trigger(connector, service, **switches)
    one.enable(CALLBACK)
    removal, registration = one.renew(credentials(connector, {"api_key": "Bearer new"}), CALLBACK)
    assert (removal.removed, registration.registered) == (not leaks, True)
    assert (seen, one.leaks) == (calls, leaks)


def test_switching_on_twice_leaks_the_first_webhook(connector: Connector, service: Any) -> None:
    one = trigger(connector, service)
    one.enable(CALLBACK)
    one.enable(CALLBACK)
    assert [leak.location for leak in one.leaks] == [HOOK]


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        (Response(422), "the old webhook stays, because the new one was refused"),
        (OSError("cut"), None),
    ],
)
def test_by_a_switch_an_edit_that_is_refused_keeps_the_old_webhook(
    connector: Connector, service: Any, answer: Response | OSError, detail: str | None
) -> None:
    one = trigger(connector, service, edit_removes_first=False)
    one.enable(CALLBACK)
    told = None
    service.answer = answer
    with contextlib.suppress(OSError):
        told = one.edit(CALLBACK)[0].detail
    service.answer = None
    assert (told, one.location) == (detail, HOOK)
    assert one.disable().removed
    assert service.live_webhooks() == 0


def foreign(connector: Connector, service: Any, **switches: Any) -> Removal:
    def handle(request: Request) -> Response:
        if request.method == "POST":
            return Response(201, {"Location": "http://widgets.example/v1/hooks/1"})
        return Response(204 if request.header("Authorization") else 403)

    service.handle = handle
    one = trigger(connector, service, **switches)
    one.enable(CALLBACK)
    return one.disable()


def test_a_key_never_goes_to_another_host_or_scheme(connector: Connector, service: Any) -> None:
    removal = foreign(connector, service)
    assert removal.request == Request("DELETE", "http://widgets.example/v1/hooks/1")
    assert removal.detail == (
        "the webhook is leaked: the service answered 403 to DELETE http://widgets.example/v1/hooks/1, "
        "which is not on https://widgets.example/v1 and so got no credentials"
    )


def test_unless_a_switch_says_so(connector: Connector, service: Any) -> None:
    assert foreign(connector, service, credentials_to_foreign_location=True).removed


@pytest.mark.parametrize(
    ("body", "outputs", "mismatches"),
    [
        (b'{"id": 1}', {"id": 1}, []),
        (b'{"id": "1"}', {"id": "1"}, ["/id: a string, but the definition promises integer"]),
        (b"<", None, ["the body: the notification is no JSON"]),
        (b"", None, ["the body: null, but the definition promises object"]),
    ],
)
def test_receiving(connector: Connector, service: Any, body: bytes, outputs: Any, mismatches: list[str]) -> None:
    notification = trigger(connector, service).receive(Request("POST", CALLBACK, {}, body))
    assert notification.outputs == outputs
    assert [str(found) for found in notification.mismatches] == mismatches


@pytest.mark.parametrize(("removes_first", "methods"), [(True, ["DELETE", "POST"]), (False, ["POST", "DELETE"])])
def test_editing(connector: Connector, service: Any, removes_first: bool, methods: list[str]) -> None:
    one = trigger(connector, service, edit_removes_first=removes_first)
    one.enable(CALLBACK)
    removal, registration = one.edit("https://flows.example/two", {"label": "new"})
    assert (removal.removed, registration.registered) == (True, True)
    assert [request.method for request in service.seen] == ["POST", *methods]
    assert list(service.hooks.values()) == ["https://flows.example/two"]
    assert one.disable().removed
    assert service.live_webhooks() == 0


def test_no_place_for_the_callback_url(connector: Connector, service: Any) -> None:
    connection = credentials(connector, service.connection())
    with pytest.raises(UserError) as raised:
        WebhookTrigger(connector, connection, "PutWidget", {}, service.handle).enable(CALLBACK)
    assert str(raised.value) == (
        "PutWidget has no property marked x-ms-notification-url in its body; "
        "the platform would not know where to put the callback URL"
    )


def bearer(value: str) -> dict[str, Any]:
    given = {"x-ms-apimTemplateParameter.name": "Authorization", "x-ms-apimTemplateParameter.value": value}
    return {"templateId": "setheader", "title": "Bearer", "parameters": given}


HOST = {
    "templateId": "dynamichosturl",
    "title": "Host",
    "parameters": {"x-ms-apimTemplateParameter.urlTemplate": "https://own.example/v1"},
}


@pytest.mark.parametrize(("switch", "expected"), [(False, "k"), (True, "Bearer k")])
def test_policies_act_on_a_registration_and_by_a_switch_on_the_removal(
    definition: dict[str, Any], properties: dict[str, Any], switch: bool, expected: str
) -> None:
    policies = [HOST, bearer("Bearer @connectionParameters('api_key')")]
    properties["properties"]["policyTemplateInstances"] = policies
    definition["paths"]["/hooks/{id}"] = {"delete": {"operationId": "RemoveHook", "responses": {}}}
    seen: list[Request] = []

    def send(request: Request) -> Response:
        seen.append(request)
        return Response(201, {"Location": "/v1/hooks/1"}, b"{}")

    connector = Connector(definition, properties)
    switches = EmulatorSwitches(policies_on_location=switch)
    one = WebhookTrigger(connector, credentials(connector, {"api_key": "k"}), "WhenMade", {}, send, switches)
    one.enable(CALLBACK)
    assert one.disable().removed
    assert [(request.method, request.url, request.header("Authorization")) for request in seen] == [
        ("POST", "https://own.example/v1/hooks", "Bearer k"),
        ("DELETE", "https://own.example/v1/hooks/1", expected),
    ]


def test_a_policy_that_fails_leaves_the_trigger_off(
    definition: dict[str, Any], properties: dict[str, Any], service: Any
) -> None:
    properties["properties"]["policyTemplateInstances"] = [bearer("@headers('Gone')")]
    one = trigger(Connector(definition, properties), service)
    registration = one.enable(CALLBACK)
    assert [str(problem) for problem in registration.problems] == [
        "policy 'Bearer': the request has no header 'Gone', and '@headers('Gone')' gives no default"
    ]
    assert (registration.sent, registration.registered, registration.mismatches) == (False, False, ())
    assert service.seen == []
    assert one.disable() == Removal(True, "no webhook was registered")
