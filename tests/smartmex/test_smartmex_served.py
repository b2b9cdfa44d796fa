"""The mock over HTTP: real deliveries, a clock that runs, links to sounds, and the control interface."""

from __future__ import annotations

import io
import json
import threading
import time
import wave
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

import smartmex
from connkit.core import Happening, Request, Response, UserError
from connkit.serving.control import PREFIX
from smartmex.seeding import default_seed

_HEADERS = {"Authorization": "Bearer fake-key-for-tests"}


class Receiver:
    """Takes notifications on this machine; `statuses` are answered in turn, then 200."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.statuses: list[int] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append(json.loads(body))
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hook?sig=secret"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def events(self) -> list[str]:
        return [each["eventType"] for each in self.got]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


@pytest.fixture(scope="module")
def shared() -> Iterator[smartmex.SmartMex]:
    with smartmex.served() as service:
        yield service


@pytest.fixture
def service(shared: smartmex.SmartMex) -> smartmex.SmartMex:
    shared.reset()
    return shared


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not true():
        assert time.monotonic() < end, "it did not come about in five seconds"
        time.sleep(0.002)


def ask(service: smartmex.SmartMex, line: str, body: Any = None) -> requests.Response:
    method, path = line.split(" ", 1)
    return requests.request(method, service.base + path, headers=_HEADERS, json=body, timeout=5)


def control(service: smartmex.SmartMex, line: str, body: Any = None) -> tuple[int, Any]:
    method, path = line.split(" ", 1)
    data = body if isinstance(body, bytes) else None if body is None else json.dumps(body)
    origin = service.base.removesuffix("/api/v2")
    reply = requests.request(method, origin + PREFIX + path, data=data, timeout=5)
    return reply.status_code, reply.json()


# Deliveries


def test_an_event_arrives_at_its_receiver(service: smartmex.SmartMex, receiver: Receiver) -> None:
    registered = ask(service, "POST /webhooks/CallStarted", {"endpoint": receiver.url})
    assert registered.headers["Location"] == f"{service.base}/webhooks/90417"
    sent = service.fire("CallStarted")
    until(lambda: receiver.got == [sent])
    assert requests.delete(registered.headers["Location"], headers=_HEADERS, timeout=5).status_code == 200
    service.fire("CallStarted")
    time.sleep(0.02)
    assert receiver.got == [sent]


def test_what_a_receiver_refuses_comes_again() -> None:
    receiver = Receiver()
    receiver.statuses = [500, 404]
    with smartmex.served(delivery_pause=0, patience=5) as service:
        ask(service, "POST /webhooks/CallStarted", {"endpoint": receiver.url})
        sent = service.fire("CallStarted")
        until(lambda: receiver.got == [sent] * 3)
    (log,) = service.delivery_log()
    receiver.close()
    assert (log.state, log.attempts, log.outcome) == ("delivered", 3, "200")


def test_a_dead_receiver_is_given_up_and_logged() -> None:
    with smartmex.served(delivery_pause=0, delivery_retries=1) as service:
        ask(service, "POST /webhooks/CallStarted", {"endpoint": "http://127.0.0.1:9/hook?sig=secret"})
        service.fire("CallStarted")
        until(lambda: service.delivery_log()[0].state == "given up")
        (log,) = service.delivery_log()
        assert (log.attempts, log.outcome) == (2, "no answer: ConnectionRefusedError")
        assert service.live_webhooks() == 1


@pytest.mark.parametrize("forget", ["remove", "reset"])
def test_what_waits_for_a_webhook_that_is_gone_is_cancelled(forget: str) -> None:
    with smartmex.served(delivery_pause=60) as service:
        ask(service, "POST /webhooks/CallStarted", {"endpoint": "http://127.0.0.1:9/hook?sig=secret"})
        for _ in range(2):
            service.fire("CallStarted")
        log = service.delivery_log()
        until(lambda: log[0].attempts == 1)
        if forget == "remove":
            assert ask(service, "DELETE /webhooks/90417").status_code == 200
        else:
            service.reset()
        until(lambda: [each.state for each in log] == ["cancelled", "cancelled"])


def test_whether_gone_removes_a_webhook_is_a_switch(receiver: Receiver) -> None:
    receiver.statuses = [410]
    with smartmex.served(gone_removes_webhook=True) as service:
        ask(service, "POST /webhooks/CallStarted", {"endpoint": receiver.url})
        service.fire("CallStarted")
        until(lambda: service.live_webhooks() == 0)


def test_what_is_left_at_the_end_is_told() -> None:
    service = smartmex.SmartMex(switches=smartmex.Switches(delivery_pause=60))
    with smartmex.served(service):
        ask(service, "POST /webhooks/CallStarted", {"endpoint": "http://127.0.0.1:9/hook?sig=secret"})
        service.set_fault("reorder", "CallStarted", times=1)
        service.fire("CallStarted")
        told = service.close(0)
    assert told == ["CallStarted for webhook 90417 was not delivered"]


def test_latency_delays_a_notification_and_keeps_the_order(service: smartmex.SmartMex, receiver: Receiver) -> None:
    ask(service, "POST /webhooks/CallStarted", {"endpoint": receiver.url})
    service.set_fault("latency", "CallStarted", seconds=0.1, times=1)
    began = time.monotonic()
    sent = [service.fire("CallStarted"), service.fire("CallStarted")]
    until(lambda: len(receiver.got) == 2)
    assert receiver.got == sent
    assert time.monotonic() - began >= 0.1


def test_a_request_is_answered_while_another_one_waits(service: smartmex.SmartMex) -> None:
    service.set_fault("latency", "GET /groups", seconds=0.3, times=1)
    slow = threading.Thread(target=lambda: ask(service, "GET /groups"))
    slow.start()
    until(lambda: service.faults_in_force() == [])
    assert ask(service, "GET /contacts").status_code == 200
    assert slow.is_alive()
    slow.join()


def test_a_mock_is_served_at_one_place_at_a_time(service: smartmex.SmartMex) -> None:
    with pytest.raises(UserError) as error:
        service.open("http://127.0.0.1:1", 0)
    origin = service.base.removesuffix("/api/v2")
    assert str(error.value) == f"the mock service is served at {origin} already; close it first"


class Receivers:
    """Twenty in memory: a tenth takes each event at the second attempt only, and the last is dead."""

    def __init__(self) -> None:
        self.endpoints = [f"https://receiver.example/{number}" for number in range(20)]
        self.got: dict[str, list[int]] = {endpoint: [] for endpoint in self.endpoints}
        self._tried: set[tuple[str, int]] = set()

    def __call__(self, request: Request) -> Response:
        call_id = json.loads(request.body)["data"]["callID"]
        if request.url == self.endpoints[-1]:
            raise ConnectionRefusedError
        if request.url in self.endpoints[:2] and (request.url, call_id) not in self._tried:
            self._tried.add((request.url, call_id))
            return Response(503)
        self.got[request.url].append(call_id)
        return Response(200)


def test_many_events_reach_every_living_receiver_in_order() -> None:
    receivers = Receivers()
    service = smartmex.SmartMex(switches=smartmex.Switches(delivery_pause=0), post=lambda timeout: receivers)
    with smartmex.served(service, patience=30):
        for endpoint in receivers.endpoints:
            ask(service, "POST /webhooks/CallStarted", {"endpoint": endpoint})
        fired = [service.fire("CallStarted")["data"]["callID"] for _ in range(500)]
        assert service.close(30) == []
    living = receivers.endpoints[:-1]
    assert {endpoint: receivers.got[endpoint] == fired for endpoint in living} == dict.fromkeys(living, True)
    dead = [each for each in service.delivery_log() if each.request.url == receivers.endpoints[-1]]
    told = {(each.state, each.attempts, each.outcome) for each in dead}
    assert (len(dead), told) == (500, {("given up", 4, "no answer: ConnectionRefusedError")})


# A clock that runs


def test_a_story_plays_in_real_time_times_the_speed(receiver: Receiver) -> None:
    seen: list[Happening] = []
    service = smartmex.SmartMex()
    with smartmex.served(service, speed=2000, watch=seen.append):
        for event in ("CallStarted", "CallConnected", "CallCompleted", "CallRecorded"):
            ask(service, f"POST /webhooks/{event}", {"endpoint": receiver.url})
        service.play("incoming-answered-recorded")
        until(lambda: len(receiver.got) == 4)
        until(lambda: len(seen) == 8)
        assert abs(service.now().timestamp() - time.time()) < 86_400
    assert sorted(receiver.events()) == ["CallCompleted", "CallConnected", "CallRecorded", "CallStarted"]
    assert seen[0] == Happening("request", "POST /webhooks/CallStarted", "201", "demo")
    where = receiver.url.removesuffix("?sig=secret")
    assert Happening("event", "CallRecorded -> webhook 90420", "200", where) in seen


def test_an_event_that_nobody_hears_and_a_refusal_are_told() -> None:
    seen: list[Happening] = []
    with smartmex.served(watch=seen.append) as service:
        service.fire("CallStarted")
        requests.get(f"{service.base}/contacts", timeout=5)
        ask(service, "GET /nowhere")
    assert seen == [
        Happening("event", "CallStarted", "no webhook is registered for it"),
        Happening("request", "GET /contacts", "403", "no valid key", True),
        Happening("request", "GET /nowhere", "404", "demo", True),
    ]


def test_a_reset_while_the_clock_runs_lets_it_run_on() -> None:
    with smartmex.served(speed=1000) as service:
        service.reset()
        assert abs(service.now().timestamp() - time.time()) < 86_400
        service.play("incoming-answered")
        until(lambda: len(ask(service, "GET /call_history").json()["data"]) == 7)


def test_a_mock_can_be_served_again() -> None:
    service = smartmex.SmartMex()
    with smartmex.served(service, speed=1):
        pass
    with smartmex.served(service):
        service.play("incoming-answered")
        assert len(ask(service, "GET /call_history").json()["data"]) == 7


# Sounds


@pytest.mark.parametrize(("path", "link"), [("/call_records", "recordingURL"), ("/voicemails", "messageURL")])
def test_a_link_leads_to_a_sound_without_a_key(service: smartmex.SmartMex, path: str, link: str) -> None:
    url = ask(service, f"GET {path}?limit=1").json()["data"][0][link]
    reply = requests.get(url, timeout=5)
    assert reply.headers["Content-Type"] == "audio/wav"
    with wave.open(io.BytesIO(reply.content)) as sound:
        assert (sound.getnframes(), sound.getframerate()) == (8000, 8000)
    assert requests.get(url[:-1], timeout=5).status_code == 403


# The control interface


def test_the_state_names_every_command(service: smartmex.SmartMex) -> None:
    status, state = control(service, "GET /")
    assert (status, state["service"], state["webhooks"]) == (200, service.base, 0)
    assert state["now"] == "2026-01-12T08:00:00+0000"
    assert state["switches"]["cap"] == 20
    assert "POST /events/{name}" in state["commands"]


def test_everything_can_be_controlled(service: smartmex.SmartMex, receiver: Receiver) -> None:
    ask(service, "POST /webhooks/CallStarted", {"endpoint": receiver.url})
    shown = receiver.url.removesuffix("?sig=secret")
    assert control(service, "GET /webhooks") == (200, [{"id": 90417, "event": "CallStarted", "receiver": shown}])
    status, sent = control(service, "POST /events/CallStarted")
    assert (status, sent["eventType"]) == (200, "CallStarted")
    until(lambda: [each.state for each in service.delivery_log()] == ["delivered"])
    assert control(service, "GET /deliveries") == (
        200,
        [
            {
                "webhook": 90417,
                "event": "CallStarted",
                "receiver": shown,
                "state": "delivered",
                "attempts": 1,
                "outcome": "200",
                "notification": sent,
            }
        ],
    )
    assert control(service, "POST /items/GetContacts") == (200, {"made": "GetContacts"})
    assert control(service, "POST /stories/blind-transfer", {"caller": "1", "contactID": 48211}) == (
        200,
        {"playing": "blind-transfer"},
    )
    assert ask(service, "GET /call_history?limit=1").json()["data"][0]["caller"] == "1"
    assert control(service, "POST /clock", {"advance": 60}) == (200, {"now": "2026-01-12T08:07:25+0000"})
    fault = {"kind": "error", "where": "GET /contacts", "times": 1, "seconds": 0.0, "status": 503}
    assert control(service, "POST /faults", {"kind": "error", "where": "GET /contacts", "times": 1, "status": 503}) == (
        200,
        fault,
    )
    assert control(service, "GET /faults") == (200, [fault])
    assert control(service, "DELETE /faults") == (200, [])
    assert control(service, "PUT /switches/default_limit", {"value": 1}) == (200, {"default_limit": 1})
    assert len(ask(service, "GET /contacts").json()["data"]) == 1
    assert control(service, "PUT /switches/default_limit", {"value": 20})[0] == 200
    assert control(service, "POST /seed", b"contacts: [{contactID: 7}]")[0] == 200
    assert [each["contactID"] for each in ask(service, "GET /contacts").json()["data"]] == [7]
    assert control(service, "POST /seed", b"{}")[0] == 200
    assert control(service, "POST /reset") == (200, {"webhooks": 0})
    assert ask(service, "GET /contacts").json()["data"] == []
    service.seed(default_seed())


_REFUSED = {
    "POST /events/Nothing": (None, "smartmex knows no webhook trigger 'Nothing': known are CallStarted,"),
    "POST /stories/nothing": (None, "there is no story 'nothing'; there are incoming-answered,"),
    "POST /stories/blind-transfer": ({"caller": 5}, "caller 5 is not text"),
    "POST /items/Dial": (None, "smartmex knows no polling trigger 'Dial': known are GetContacts,"),
    "POST /clock": ({"advance": -1}, "say how many seconds to move the clock, at most a year:"),
    "POST /faults": ({}, 'say which fault: {"kind": "error", "where": "GET /contacts", "times": 1}'),
    "PUT /switches/cap": ({"value": "many"}, "the switch 'cap' cannot be 'many'; it takes a number from 0 on"),
    "PUT /switches/delivery_pause": (
        {"value": 1},
        "the switch 'delivery_pause' is read when the mock begins to be served; set it before that",
    ),
    "PUT /switches/caps": ({"value": 1}, "there is no switch 'caps'; there are trigger_paths,"),
    "POST /seed": (b"contacts: 5", "the seed is wrong at contacts: 5 is not of type 'array'"),
    "GET /nothing": (None, "the control interface has no GET /nothing; it has GET /, POST /reset,"),
    "DELETE /": (None, "the control interface has no DELETE /; it has GET /,"),
    "POST /switches/a/b": (b"[", "the control interface has no POST /switches/a/b; it has GET /,"),
}


@pytest.mark.parametrize(("line", "expected"), _REFUSED.items(), ids=_REFUSED)
def test_a_mistaken_command_is_told_what_would_be_right(
    service: smartmex.SmartMex, line: str, expected: tuple[Any, str]
) -> None:
    body, message = expected
    status, told = control(service, line, body)
    assert status == 422
    assert told["error"].startswith(message)


@pytest.mark.parametrize("body", [b"[", b"[]", b"\xff"])
def test_a_body_that_is_no_object_is_told(service: smartmex.SmartMex, body: bytes) -> None:
    assert control(service, "POST /clock", body)[0] == 422


def test_only_this_machine_controls_the_mock(service: smartmex.SmartMex) -> None:
    from smartmex import control as interface

    def asked_from(client: str) -> Response:
        return interface.answer(service, Request("GET", "http://x/", client=client), "/webhooks")

    assert [asked_from(each).status for each in ("127.0.0.1", "::1", "::ffff:127.0.0.1", "")] == [200] * 4
    assert asked_from("192.168.1.9").status == 403
    assert asked_from("192.168.1.9").json() == {
        "error": "the control interface answers callers on its own machine only"
    }
