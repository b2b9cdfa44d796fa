"""Throttling, time-outs and retries, on a clock that only moves when somebody sleeps."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connkit.core import Request, Response
from connkit.runtime.pacing import LOW, STANDARD, Clock, Pacing, RetryRule, paced, retry_after, throttled
from connkit.runtime.switches import EmulatorSwitches

ASKED = Request("GET", "https://widgets.example/v1/widgets?key=fake")


@dataclass
class Service:
    """Answers in turn, then 200 for ever; an answer may be an error to raise. Each takes `lasts` seconds."""

    answers: list[Response | OSError] = field(default_factory=list)
    lasts: float = 0.0
    time: float = 1000.0
    at: list[float] = field(default_factory=list)

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.time, self.sleep)

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.time += seconds

    def send(self, request: Request) -> Response:
        self.at.append(self.time - 1000)
        self.time += self.lasts
        answer = self.answers.pop(0) if self.answers else Response(200)
        if isinstance(answer, OSError):
            raise answer
        return answer


@pytest.mark.parametrize(("status", "tries"), [(200, 1), (202, 1), (400, 1), (404, 1), (408, 2), (429, 2), (500, 2)])
def test_which_answers_are_tried_again(status: int, tries: int) -> None:
    service = Service([Response(status)])
    assert paced(service.send, service.clock)(ASKED).status == (status if tries == 1 else 200)
    assert len(service.at) == tries


def test_the_pauses_double_and_the_last_answer_stands() -> None:
    service = Service([Response(503)] * 20)
    assert paced(service.send, service.clock)(ASKED) == Response(503)
    assert service.at == [0, 7, 21, 49, 105, 217, 441, 889, 1785]


def test_the_profile_low_tries_twice_more() -> None:
    service = Service([OSError("no route")] * 3)
    with pytest.raises(OSError, match="no route"):
        paced(service.send, service.clock, Pacing(retry=LOW))(ASKED)
    assert service.at == [0, 300, 900]


@pytest.mark.parametrize(
    ("lengthens", "asked", "second"), [(True, "30", 30), (True, "3", 7), (True, "soon", 7), (False, "30", 7)]
)
def test_retry_after(lengthens: bool, asked: str, second: float) -> None:
    service = Service([Response(429, {"Retry-After": asked})])
    switches = EmulatorSwitches(retry_after_lengthens_pause=lengthens)
    assert paced(service.send, service.clock, switches=switches)(ASKED).status == 200
    assert service.at == [0, second]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": " 5 "}, 5),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "Mon, 12 Jan 2026 08:01:00 GMT", "Date": "Mon, 12 Jan 2026 08:00:00 GMT"}, 60),
        ({"Retry-After": "Mon, 12 Jan 2026 07:00:00 GMT", "Date": "Mon, 12 Jan 2026 08:00:00 GMT"}, 0),
        ({"Retry-After": "Mon, 12 Jan 2026 08:01:00 GMT"}, None),
        ({"Retry-After": "Mon, 12 Jan 2026 08:01:00", "Date": "Mon, 12 Jan 2026 08:00:00 GMT"}, None),
    ],
)
def test_reading_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(Response(429, headers)) == seconds


@pytest.mark.parametrize(("lasts", "answered"), [(120.0, True), (120.5, False)])
def test_a_call_may_take_two_minutes(lasts: float, answered: bool) -> None:
    service = Service(lasts=lasts)
    send = paced(service.send, service.clock, Pacing(retry=None))
    if answered:
        assert send(ASKED).status == 200
        return
    with pytest.raises(TimeoutError) as raised:
        send(ASKED)
    assert str(raised.value) == "no answer from https://widgets.example/v1/widgets within 120 s"


def test_a_call_that_took_too_long_is_tried_again() -> None:
    service = Service(lasts=121.0)
    with pytest.raises(TimeoutError):
        paced(service.send, service.clock, Pacing(retry=RetryRule(1, 10.0, 10.0)))(ASKED)
    assert service.at == [0, 131]


def test_500_calls_a_minute() -> None:
    service = Service(lasts=0.0625)
    send = paced(service.send, service.clock, Pacing(retry=None))
    answers = [send(ASKED) for _ in range(501)]
    assert [answer.status for answer in answers] == [200] * 500 + [429]
    assert answers[-1].header("Retry-After") == "29"
    assert answers[-1].json() == {"statusCode": 429, "message": "more than 500 calls in a minute on this connection"}
    assert len(service.at) == 500
    service.sleep(29)
    assert send(ASKED).status == 200


@pytest.mark.parametrize(("slides", "statuses"), [(True, [200, 429]), (False, [200, 200])])
def test_by_a_switch_a_minute_begins_with_its_first_call(slides: bool, statuses: list[int]) -> None:
    service = Service()
    send = throttled(service.send, service.clock, 2, EmulatorSwitches(throttle_slides=slides))
    send(ASKED)
    service.sleep(50)
    send(ASKED)
    service.sleep(15)
    assert [send(ASKED).status for _ in range(2)] == statuses


def test_each_part_can_be_switched_off() -> None:
    service = Service([Response(503)], lasts=500.0)
    send = paced(service.send, service.clock, Pacing(None, None, None))
    assert send(ASKED).status == 503
    assert service.at == [0]


@given(st.integers(1, 5), st.lists(st.floats(0, 40), max_size=40))
def test_no_minute_has_more_calls_than_allowed(limit: int, pauses: list[float]) -> None:
    service = Service()
    send = throttled(service.send, service.clock, limit)
    for pause in pauses:
        service.sleep(pause)
        send(ASKED)
    for moment in service.at:
        assert sum(moment <= other < moment + 60 for other in service.at) <= limit


def test_what_is_throttled_waits_as_long_as_it_is_told() -> None:
    service = Service()
    send = paced(service.send, service.clock, Pacing(calls_per_minute=1, retry=STANDARD))
    assert [send(ASKED).status for _ in range(3)] == [200] * 3
    assert service.at == [0, 60, 120]
