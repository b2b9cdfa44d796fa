"""Faults: which request they strike, what its caller sees, and whether it was done all the same."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from connkit.core import Reply, UserError
from connkit.platform import Fault, MockPlatform
from connkit.platform.faults import KINDS, STEPS, fault_from_text, fault_of

REHEARSAL = "1e5e0001-0000-4000-8000-000000000001"
RP = "/providers/Microsoft.PowerApps"
Step = Callable[[Any, str], Reply]


def _objects(action: str, body: Callable[[Any], Any]) -> Step:
    def step(caller: Any, made: str) -> Reply:
        path = f"{RP}/objectIds/{caller.platform.object_id}/{action}"
        reply: Reply = caller.reply("POST", path, body(caller), "api-version=2016-11-01")
        return reply

    return step


def _blob(caller: Any, made: str) -> Reply:
    place, _, query = caller.storage().partition("?")
    reply: Reply = caller.reply("PUT", "/" + place.split("/", 3)[3] + "/icon.png", b"x", query, {})
    return reply


_ASK: dict[str, Step] = {
    "validate": _objects("validateApiSwagger", lambda _: {"swagger": "2.0", "info": {}, "paths": {}}),
    "storage": _objects("generateResourceStorage", lambda caller: {"environment": {"name": caller.environment}}),
    "blob": _blob,
    "create": lambda caller, made: caller.reply("POST", f"{RP}/apis", caller.body(), caller.filter),
    "update": lambda caller, made: caller.reply(
        "PATCH", f"{RP}/apis/{made}", caller.body(displayName="Vėjas"), caller.filter
    ),
    "get": lambda caller, made: caller.reply("GET", f"{RP}/apis/{made}", query=caller.filter),
    "list": lambda caller, made: caller.reply("GET", f"{RP}/apis", query=caller.filter),
    "content": lambda caller, made: caller.reply(
        "GET", f"/contents/{caller.environment}/{made}/swagger.json", headers={}
    ),
    "environments": lambda caller, made: caller.reply(
        "GET", "/providers/Microsoft.ProcessSimple/environments", query="api-version=2016-11-01"
    ),
}
_CHANGING = ("storage", "blob", "create", "update")
_PLAIN = {
    "401": (401, "InvalidAuthenticationToken"),
    "403": (403, "Forbidden"),
    "404": (404, "ApiResourceNotFound"),
    "409": (409, "Conflict"),
    "429": (429, "TooManyRequests"),
    "500": (500, "InternalServerError"),
    "503": (503, "ServiceUnavailable"),
    "200-error": (200, "InternalServerError"),
}


def state(platform: MockPlatform) -> dict[str, tuple[str, int]]:
    return {each.id: (each.display_name, each.changes) for each in platform.connectors(REHEARSAL).values()}


def outcome(reply: Reply) -> Any:
    """What the caller sees, in a word."""
    if reply.response is None:
        return "stall" if reply.delay == math.inf else "drop"
    if not reply.response.body:
        return (reply.response.status, "empty")
    told = reply.response.json()
    return (reply.response.status, told["error"]["code"] if "error" in told else "")


def expected(kind: str) -> Any:
    plain = kind.removesuffix("-after")
    return (502, "empty") if plain == "502-empty" else _PLAIN.get(plain, plain)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("stale", "slow", "nameless-after")])
@pytest.mark.parametrize("step", STEPS)
def test_a_fault_strikes_once_and_says_whether_it_was_done(
    caller: Any, platform: MockPlatform, step: str, kind: str
) -> None:
    made = caller.create()
    before = state(platform)
    platform.fault(Fault(step, kind))
    assert outcome(_ASK[step](caller, made)) == expected(kind)
    done = kind.endswith("-after") and step in _CHANGING
    assert platform.seen[-1].effect is done
    assert (state(platform) != before) is (done and step in ("create", "update"))
    again = _ASK[step](caller, made).response
    assert (platform.faults(), again is not None and again.status < 300) == ([], True)


def test_a_create_without_a_name_in_its_answer_is_done(caller: Any, platform: MockPlatform) -> None:
    platform.fault(Fault("create", "nameless-after"))
    response = caller.ask("POST", f"{RP}/apis", caller.body(), caller.filter)
    assert (response.status, "name" in response.json(), "properties" in response.json()) == (201, False, True)
    assert list(state(platform).values()) == [("Orų stotelė", 0)]


def test_a_slow_answer_is_an_answer(caller: Any, platform: MockPlatform) -> None:
    platform.fault(Fault("create", "slow", seconds=2.5))
    reply = caller.reply("POST", f"{RP}/apis", caller.body(), caller.filter)
    assert (reply.delay, reply.response.status, len(state(platform))) == (2.5, 201, 1)


@pytest.mark.parametrize("kind", ["429", "503"])
def test_when_to_try_again_is_said_where_it_is_given(caller: Any, platform: MockPlatform, kind: str) -> None:
    platform.fault(Fault("list", kind))
    platform.fault(Fault("list", kind, retry_after=7))
    assert [caller.list().header("Retry-After") for _ in range(3)] == [None, "7", None]


def test_a_fault_passes_over_what_comes_before_its_turn(caller: Any, platform: MockPlatform) -> None:
    platform.fault(Fault("list", "500", after=1, times=2))
    platform.fault(Fault("list", "403", after=1))
    assert [caller.list().status for _ in range(5)] == [200, 500, 500, 403, 200]


def test_a_fault_may_strike_for_ever_and_everywhere(caller: Any, platform: MockPlatform) -> None:
    made = caller.create()
    platform.fault(Fault("*", "503", times=None))
    assert [caller.list().status, caller.get(made).status, caller.list().status] == [503, 503, 503]
    platform.clear_faults()
    assert caller.list().status == 200


def test_a_fault_may_strike_one_name(caller: Any, platform: MockPlatform) -> None:
    first, second = caller.create(), caller.create()
    platform.fault(Fault("get", "500", times=None, name=second))
    platform.fault(Fault("blob", "403", name="script.csx"))
    assert [caller.get(first).status, caller.get(second).status] == [200, 500]
    place, _, query = caller.storage().partition("?")
    path = "/" + place.split("/", 3)[3]
    put = [caller.ask("PUT", f"{path}/{name}", b"x", query, {}).status for name in ("icon.png", "script.csx")]
    assert put == [201, 403]


def test_a_stale_answer_is_that_from_before_the_last_write(caller: Any, platform: MockPlatform) -> None:
    def read(made: str) -> list[Any]:
        listed = [each["properties"]["description"] for each in caller.list().json()["value"]]
        got = caller.get(made)
        content = caller.content(f"{platform.origin}/contents/{REHEARSAL}/{made}/swagger.json")
        return [listed, got.json().get("properties", {}).get("description"), content.json().get("host")]

    def stale() -> None:
        for step in ("list", "get", "content"):
            platform.fault(Fault(step, "stale"))

    there = platform.add(REHEARSAL, "Orai", {"host": "one"}, {"description": "one"})
    stale()
    assert read(there) == [["one"], "one", "one"]
    changed = {"swagger": "2.0", "info": {}, "paths": {}, "host": "two"}
    caller.update(there, description="two", openApiDefinition=changed)
    stale()
    assert read(there) == [["one"], "one", "one"]
    assert read(there) == [["two"], "two", "two"]
    made = caller.create(description="new")
    stale()
    assert read(made) == [["two"], None, None]
    assert read(made) == [["two", "new"], "new", None]
    platform.remove(REHEARSAL, made)
    stale()
    assert read(made)[:2] == [["two", "new"], "new"]
    assert read(made)[:2] == [["two"], None]


def test_a_refusal_comes_before_what_would_be_done_after(caller: Any, platform: MockPlatform) -> None:
    platform.fault(Fault("create", "nameless-after"))
    response = caller.ask("POST", f"{RP}/apis", {}, caller.filter)
    assert (response.status, platform.seen[-1].effect) == (400, False)


_MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "a key": (
        {"step": "get", "kind": "500", "often": 1},
        "a fault has no 'often'; it has step, kind, after, times, retry_after, name, seconds",
    ),
    "no step": ({"kind": "500"}, 'say which step: {"step": "create", "kind": "drop-after"}'),
    "no kind": ({"step": "get", "kind": 500}, 'say which kind: {"step": "create", "kind": "drop-after"}'),
    "a step": (
        {"step": "delete", "kind": "500"},
        "there is no step 'delete'; there are validate, storage, blob, create, update, get, list, content, "
        "environments, *",
    ),
    "a kind": (
        {"step": "get", "kind": "418"},
        "there is no kind of fault '418'; there are 401, 403, 404, 409, 429, 500, 502-empty, 503, 200-error, stall, "
        "drop, stall-after, drop-after, 502-empty-after, 200-error-after, nameless-after, stale, slow",
    ),
    "a name that is never told": (
        {"step": "update", "kind": "nameless-after"},
        "the fault 'nameless-after' cannot strike 'update'; it can strike create",
    ),
    "a write that is stale": (
        {"step": "create", "kind": "stale"},
        "the fault 'stale' cannot strike 'create'; it can strike get, list, content",
    ),
    "a negative number": ({"step": "get", "kind": "500", "after": -1}, "after -1 is no whole number from 0 to 1000000"),
    "no times at all": ({"step": "get", "kind": "500", "times": 0}, "times 0 is no whole number from 1 to 1000000"),
    "a text for a number": (
        {"step": "get", "kind": "429", "retry_after": "soon"},
        "retry_after 'soon' is no whole number from 0 to 1000000",
    ),
    "a number for a name": ({"step": "get", "kind": "500", "name": 1}, "name 1 is not text"),
    "too many seconds": (
        {"step": "get", "kind": "slow", "seconds": 1e9},
        "seconds 1000000000.0 is no number from 0 to 3600",
    ),
}


@pytest.mark.parametrize(("given", "message"), _MISTAKES.values(), ids=_MISTAKES)
def test_a_fault_that_makes_no_sense_is_told(given: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError) as error:
        fault_of(given)
    assert str(error.value) == message


def test_a_fault_that_makes_no_sense_is_not_set(platform: MockPlatform) -> None:
    with pytest.raises(UserError):
        platform.fault(Fault("update", "stale"))
    assert platform.faults() == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("create:drop-after", Fault("create", "drop-after")),
        ("get:429,times=3,retry_after=2", Fault("get", "429", times=3, retry_after=2)),
        ("*:500,times=none,after=1", Fault("*", "500", after=1, times=None)),
        ("blob:slow,seconds=0.5,name=7", Fault("blob", "slow", name="7", seconds=0.5)),
    ],
)
def test_a_fault_in_one_line(text: str, fault: Fault) -> None:
    assert fault_from_text(text) == fault


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("create", "the fault 'create' names no kind; write STEP:KIND, such as create:drop-after"),
        ("get:500,twice", "'twice' of the fault 'get:500,twice' has no value; write twice=VALUE"),
        ("get:500,times=twice", "times 'twice' is no whole number from 1 to 1000000"),
    ],
)
def test_a_line_that_is_no_fault_is_told(text: str, message: str) -> None:
    with pytest.raises(UserError) as error:
        fault_from_text(text)
    assert str(error.value) == message
