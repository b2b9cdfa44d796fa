"""The probes find what the mock service is set to, and say when they cannot tell."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connkit.core import CouldNotTell, Request, Response
from smartmex import FAKE_KEY, SmartMex, Switches
from smartmex.probes import PROBES

_BY_NAME = {probe.switch: probe for probe in PROBES}
_NEVER = {
    "rate_limit": "it would take exceeding it, which could block the key for flows",
    "cap": "it would use up the webhooks that flows need",
    "cap_status": "it would use up the webhooks that flows need",
    "loopback_endpoints": "it is the mock's own, for receivers on a developer's machine",
    **dict.fromkeys(
        ("delivery_timeout", "delivery_retries", "delivery_pause", "gone_removes_webhook", "signature"),
        "only a receiver that the service can reach, and real calls, would show it",
    ),
}
_BOOLEANS = (
    "trigger_paths",
    "double_slashes",
    "error_envelope",
    "registration_location",
    "newest_first",
    "initial_inclusive",
    "over_limit_refused",
    "zero_limit_refused",
    "date_bounds_inclusive",
    "short_offsets_taken",
    "absent_left_out",
)
_SMALL = st.integers(1, 5)  # the call history of the mock's company has six calls


@st.composite
def _settings(draw: st.DrawFn) -> dict[str, Any]:
    limits = sorted([draw(_SMALL), draw(_SMALL)])
    return {
        **{name: draw(st.booleans()) for name in _BOOLEANS},
        "wrong_method_status": draw(st.sampled_from([404, 405])),
        "bad_key_status": draw(st.sampled_from([401, 403])),
        "default_limit": limits[0],
        "max_limit": limits[1],
    }


def _ask(service: SmartMex, seen: list[Request] | None = None) -> Callable[..., Response]:
    def ask(method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Response:
        own = {"Authorization": f"Bearer {FAKE_KEY}"} if headers is None else headers
        request = Request(method, f"{service.base}{path}", own, body)
        if seen is not None:
            seen.append(request)
        return service.handle(request)

    return ask


def _told(service: SmartMex, switch: str) -> object:
    try:
        return _BY_NAME[switch].observe(_ask(service))
    except CouldNotTell as reason:
        return str(reason)


@given(_settings())
def test_every_probe_finds_the_value_that_is_set(settings: dict[str, Any]) -> None:
    service = SmartMex(switches=Switches(**settings))
    assert {name: _told(service, name) for name in settings} == settings
    assert service.live_webhooks() == 0


def test_every_switch_has_one_probe_in_its_order() -> None:
    assert sorted(probe.switch for probe in PROBES) == sorted(each.name for each in SmartMex().unknowns())
    assert list(SmartMex().probes()) == list(PROBES)


@pytest.mark.parametrize(("switch", "reason"), _NEVER.items(), ids=_NEVER)
def test_what_no_request_can_show_is_said(switch: str, reason: str) -> None:
    assert _told(SmartMex(), switch) == reason


def test_only_a_probe_that_says_so_writes() -> None:
    for probe in PROBES:
        seen: list[Request] = []
        with contextlib.suppress(CouldNotTell):
            probe.observe(_ask(SmartMex(), seen))
        assert probe.writes == any(request.method != "GET" for request in seen), probe.switch


_EMPTY = "company_number: '60000001'\n"


@pytest.mark.parametrize(
    ("switch", "reason"),
    [
        ("newest_first", "no list has two items"),
        ("initial_inclusive", "no list has two items"),
        ("default_limit", "too few items: the longest list has 0, which came all at once"),
        ("max_limit", "too few items: the longest list has 0, which came all at once"),
        ("over_limit_refused", "too few items: the longest list has 0, which came all at once"),
        ("date_bounds_inclusive", "the list call_history is empty"),
        ("absent_left_out", "no item lacks a value"),
    ],
)
def test_an_empty_company_shows_little(switch: str, reason: str) -> None:
    service = SmartMex()
    service.seed(_EMPTY)
    assert _told(service, switch) == reason


def test_the_longest_list_may_still_be_too_short() -> None:
    assert _told(SmartMex(), "default_limit") == "too few items: the longest list has 6, which came all at once"


Change = Callable[[Request, Response], Response]


def _status(status: int) -> Change:
    return lambda request, response: Response(status, response.headers, response.body)


def _only(line: str, change: Change) -> Change:
    return lambda request, response: (
        change(request, response) if f"{request.method} {request.url}".endswith(line) else response
    )


def _data(change: Callable[[list[Any]], list[Any]]) -> Change:
    def changed(request: Request, response: Response) -> Response:
        body = response.json()
        return Response(response.status, response.headers, json.dumps({**body, "data": change(body["data"])}).encode())

    return changed


def _nameless(request: Request, response: Response) -> Response:
    headers = {name: value for name, value in response.headers.items() if name != "Location"}
    return Response(response.status, headers, b"{}")


_BROKEN: dict[str, tuple[str, Change, str]] = {
    "the service is down": ("double_slashes", _status(503), "GET //contacts was answered 503"),
    "the key may not do this": ("default_limit", _status(403), "GET /call_history was answered 403"),
    "too many requests": ("zero_limit_refused", _status(429), "GET /call_history?limit=0 was answered 429"),
    "a missing key is another matter": (
        "bad_key_status",
        lambda request, response: Response(403 if request.headers else 401),
        "a missing key is answered 401, a wrong one 403",
    ),
    "no key is needed": ("bad_key_status", _status(200), "the status is 200, which the switch does not know"),
    "another status": ("wrong_method_status", _status(501), "the status is 501, which the switch does not know"),
    "every ID exists": ("error_envelope", _status(200), "an ID that should not exist was answered 200"),
    "another body": (
        "error_envelope",
        lambda request, response: Response(404, {}, b"<html>"),
        "a refusal has a body that is not the envelope",
    ),
    "no list": (
        "default_limit",
        lambda request, response: Response(200, {}, b"[]"),
        "GET /call_history has no list of items in data",
    ),
    "no order": (
        "newest_first",
        _data(lambda items: [*items[1:2], *items[:1], *items[2:]]),
        "the list call_history is not in the order of callID",
    ),
    "the initial ID means nothing": (
        "initial_inclusive",
        lambda request, response: SmartMex().handle(
            Request("GET", request.url.partition("?initial")[0], request.headers)
        ),
        "initial_call_id leaves older items in the list",
    ),
    "no ID": (
        "initial_inclusive",
        _only("call_history", _data(lambda items: [{**item, "callID": None} for item in items])),
        "the items of call_history have no callID",
    ),
    "limit=0 is no limit": (
        "zero_limit_refused",
        lambda request, response: SmartMex().handle(Request("GET", request.url.partition("?")[0], request.headers)),
        "limit=0 is answered with items",
    ),
    "no limit is taken": ("max_limit", _status(422), "every limit is refused"),
    "half-open bounds": (
        "date_bounds_inclusive",
        lambda request, response: _data(lambda items: [])(request, response) if "date_to" in request.url else response,
        "one of date_from and date_to is inclusive, and the other is not",
    ),
    "no date is taken": (
        "short_offsets_taken",
        _status(422),
        "date_from refuses a date of RFC 3339 too",
    ),
    "both forms of absence": (
        "absent_left_out",
        _data(lambda items: [{"recordingID": None}, *items]),
        "some items leave a field out, others have it with null",
    ),
    "registration is refused": ("registration_location", _status(422), "registration was answered 422"),
    "201 without a Location": (
        "registration_location",
        lambda request, response: Response(response.status, {}, response.body),
        "registration answers 201 without a Location",
    ),
    "the webhook stays": (
        "registration_location",
        lambda request, response: Response(500) if request.method == "DELETE" else response,
        "the webhook '90417' is left behind, as its removal was answered 500: remove it in the self-care portal",
    ),
    "nobody knows the webhook's ID": (
        "registration_location",
        _nameless,
        "the webhook '' is left behind, as its registration named no ID: remove it in the self-care portal",
    ),
}


@pytest.mark.parametrize(("switch", "change", "reason"), _BROKEN.values(), ids=_BROKEN)
def test_answers_that_decide_nothing_are_told(switch: str, change: Change, reason: str) -> None:
    service = SmartMex()
    service.corrupt = change
    assert _told(service, switch) == reason
