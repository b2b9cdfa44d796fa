"""Delivery in memory: nothing here waits for real, unless a lock is all that it waits for."""

from __future__ import annotations

import gc
import logging
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from time import monotonic, sleep
from typing import NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connkit.core import Request, Response
from connkit.serving.courier import Courier, Delivery, RetryRule, State

SOON = 10.0  # seconds; only a failing test waits so long
RULE = RetryRule(retries=3, pause=1.0)


def at_once(interrupted: threading.Event, seconds: float) -> None:
    pass


def delivery(lane: object, event: object, delay: float = 0.0) -> Delivery:
    return Delivery(
        str(lane), str(event), Request("POST", f"https://{lane}.example/?sig=secret", body=b""), delay=delay
    )


def lane_of(request: Request) -> str:
    return request.url.removeprefix("https://").partition(".")[0]


def courier_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("courier ")]


def eventually(condition: Callable[[], bool]) -> bool:
    end = monotonic() + SOON
    while not condition() and monotonic() < end:
        sleep(0.001)
    return condition()


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    for thread in courier_threads():
        thread.join(SOON)
    assert courier_threads() == []


class Log:
    """What was told, as text."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def __call__(self, told: Delivery) -> None:
        self.lines.append(f"{told.event}: {told.state}, {told.attempts}, {told.outcome}")


class Answers:
    """A receiver that answers with these in turn, and with 200 afterwards."""

    def __init__(self, *answers: int | BaseException) -> None:
        self._answers = list(answers)
        self.requests: list[Request] = []

    def __call__(self, request: Request) -> Response:
        self.requests.append(request)
        answer = self._answers.pop(0) if self._answers else 200
        if isinstance(answer, int):
            return Response(answer, {"Retry-After": "30"})
        raise answer


class Gate:
    """A receiver that lets the first request in and answers with `status` when it is opened."""

    def __init__(self, status: int = 200) -> None:
        self.entered, self.opened = threading.Event(), threading.Event()
        self.status = status

    def __call__(self, request: Request) -> Response:
        self.entered.set()
        assert self.opened.wait(SOON)
        return Response(self.status)


def told_of(post: Callable[[Request], Response], *sent: Delivery, rule: RetryRule = RULE) -> list[str]:
    log = Log()
    courier = Courier(post, rule, log, wait=at_once)
    for each in sent:
        courier.send(each)
    assert courier.stop(SOON) == []
    return log.lines


@pytest.mark.parametrize("status", [200, 202, 204, 299])
def test_2xx_delivers(status: int) -> None:
    assert told_of(Answers(status), delivery("a", "e")) == [f"e: delivered, 1, {status}"]


@pytest.mark.parametrize("status", [199, 300, 302, 307, 400, 404, 410, 429, 500, 503])
def test_any_other_status_is_tried_again(status: int) -> None:
    assert told_of(Answers(status), delivery("a", "e")) == [f"e: waiting, 1, {status}", "e: delivered, 2, 200"]


@pytest.mark.parametrize(
    "error", [TimeoutError("?sig=secret"), ConnectionRefusedError(), KeyError("?sig=secret"), SystemExit(1)], ids=repr
)
def test_whatever_post_raises_is_a_failed_attempt(error: BaseException) -> None:
    assert told_of(Answers(error), delivery("a", 1), delivery("a", 2)) == [
        f"1: waiting, 1, no answer: {type(error).__name__}",
        "1: delivered, 2, 200",
        "2: delivered, 1, 200",
    ]


def test_what_is_no_response_is_a_failed_attempt() -> None:
    def post(request: Request) -> Response:
        return None  # type: ignore[return-value]

    assert told_of(post, delivery("a", "e"), rule=RetryRule(retries=0)) == ["e: given up, 1, no answer: AttributeError"]


def test_the_pause_doubles_until_the_rule_gives_up_whatever_retry_after_says() -> None:
    pauses: list[float] = []
    log = Log()
    courier = Courier(Answers(500, 503, 429, 503), RULE, log, wait=lambda _, seconds: pauses.append(seconds))
    courier.send(delivery("a", 1))
    courier.send(delivery("a", 2))
    assert courier.stop(SOON) == []
    assert pauses == [1.0, 2.0, 4.0]
    assert log.lines == [
        "1: waiting, 1, 500",
        "1: waiting, 2, 503",
        "1: waiting, 3, 429",
        "1: given up, 4, 503",
        "2: delivered, 1, 200",
    ]


@pytest.mark.parametrize(
    ("attempts", "pause"), [(1, 0.5), (2, 1.0), (11, 512.0), (19, 86_400.0), (5_000, 86_400.0)], ids=str
)
def test_no_pause_is_longer_than_a_day(attempts: int, pause: float) -> None:
    assert RetryRule(pause=0.5).pause_after(attempts) == pause


def test_a_delivery_is_held_back_once_and_with_it_what_follows() -> None:
    steps: list[str] = []

    def post(request: Request) -> Response:
        steps.append("post")
        return Response(500 if steps.count("post") == 1 else 200)

    courier = Courier(post, RULE, wait=lambda _, seconds: steps.append(f"wait {seconds}"))
    courier.send(delivery("a", 1, delay=7.0))
    courier.send(delivery("a", 2))
    assert courier.stop(SOON) == []
    assert steps == ["wait 7.0", "post", "wait 1.0", "post", "post"]


def test_the_request_is_posted_as_it_is() -> None:
    receiver, sent = Answers(500), delivery("a", "e")
    told_of(receiver, sent)
    assert [request is sent.request for request in receiver.requests] == [True, True]


def test_a_delivery_shows_no_secret() -> None:
    assert repr(delivery("a", "e")) == (
        "Delivery(lane='a', event='e', state=<State.WAITING: 'waiting'>, attempts=0, outcome='', delay=0.0)"
    )


@settings(deadline=None)
@given(
    retries=st.integers(0, 3),
    lanes=st.lists(
        st.lists(st.lists(st.sampled_from([302, 404, 500, OSError("?sig=secret")]), max_size=5)), max_size=4
    ),
)
def test_each_lane_has_its_events_in_order_as_often_as_the_rule_says(
    retries: int, lanes: list[list[list[int | BaseException]]]
) -> None:
    failures = {(str(lane), str(event)): list(each) for lane, row in enumerate(lanes) for event, each in enumerate(row)}
    got, told = defaultdict(list), defaultdict(list)

    def post(request: Request) -> Response:
        lane, event = lane_of(request), request.body.decode()
        got[lane].append(event)
        answer = failures[lane, event].pop(0) if failures[lane, event] else 204
        if isinstance(answer, int):
            return Response(answer)
        raise answer

    courier = Courier(post, RetryRule(retries=retries), lambda each: told[each.lane].append(each.state), wait=at_once)
    sent = {
        key: Delivery(key[0], key[1], Request("POST", f"https://{key[0]}.example", body=key[1].encode()))
        for key in sorted(failures, key=lambda key: int(key[1]))
    }
    for each in sent.values():
        courier.send(each)
    assert courier.stop(SOON) == []
    for lane, row in enumerate(lanes):
        tries = [min(len(each), retries) + 1 for each in row]
        ends = [State.DELIVERED if len(each) <= retries else State.GIVEN_UP for each in row]
        assert got[str(lane)] == [str(event) for event, count in enumerate(tries) for _ in range(count)]
        assert [sent[str(lane), str(event)].attempts for event in range(len(row))] == tries
        assert [sent[str(lane), str(event)].state for event in range(len(row))] == ends
        assert told[str(lane)] == [
            state for count, end in zip(tries, ends, strict=True) for state in [State.WAITING] * (count - 1) + [end]
        ]


def test_ten_thousand_events_reach_twenty_lanes_though_two_falter_and_one_is_dead() -> None:
    events, dead, faltering = 10_000, "lane19", ("lane0", "lane1")
    names = [f"lane{number}" for number in range(20)]
    got: dict[str, list[str]] = {name: [] for name in names}
    healthy_done = threading.Semaphore(0)

    def post(request: Request) -> Response:
        lane, event = request.url, request.method
        if lane == dead:
            raise ConnectionRefusedError
        seen = got[lane]
        seen.append(event)
        return Response(503 if lane in faltering and seen[-2:-1] != [event] else 200)

    def wait(interrupted: threading.Event, seconds: float) -> None:
        if threading.current_thread().name == f"courier {dead}":
            interrupted.wait()  # for ever

    def tell(told: Delivery) -> None:
        if told.event == str(events - 1) and told.state is State.DELIVERED:
            healthy_done.release()

    courier = Courier(post, RULE, tell, wait=wait)
    for event in map(str, range(events)):
        for name in names:
            courier.send(Delivery(name, event, Request(event, name)))
    for _ in range(len(names) - 1):
        assert healthy_done.acquire(timeout=SOON)
    left = courier.stop(0.0)

    once = [str(event) for event in range(events)]
    twice = [event for event in once for _ in range(2)]
    assert {name: row for name, row in got.items() if row != once} == {dead: [], **dict.fromkeys(faltering, twice)}
    assert [(each.lane, each.event) for each in left] == [(dead, event) for event in once]
    assert [(each.state, each.attempts, each.outcome) for each in left[:2]] == [
        (State.WAITING, 1, "no answer: ConnectionRefusedError"),
        (State.WAITING, 0, ""),
    ]


def test_what_a_dead_receiver_does_not_take_is_given_up_one_by_one() -> None:
    def dead(request: Request) -> NoReturn:
        raise ConnectionRefusedError

    sent = [delivery("dead", event) for event in range(1_000)]
    told = told_of(dead, *sent)
    assert len(told) == 4_000
    assert {(each.state, each.attempts) for each in sent} == {(State.GIVEN_UP, 4)}
    assert told[-1] == "999: given up, 4, no answer: ConnectionRefusedError"


def test_a_receiver_that_does_not_answer_delays_no_other_lane() -> None:
    gate, others = Gate(), threading.Semaphore(0)
    courier = Courier(
        lambda request: gate(request) if lane_of(request) == "slow" else Response(200),
        RULE,
        lambda told: others.release() if told.lane != "slow" else None,
    )
    for event in range(100):
        courier.send(delivery("slow", event))
        courier.send(delivery("quick", event))
    for _ in range(100):
        assert others.acquire(timeout=SOON)
    gate.opened.set()
    assert courier.stop(SOON) == []


def test_cancelling_a_lane_cancels_what_waits_and_lets_the_attempt_under_way_succeed() -> None:
    gate, log = Gate(200), Log()
    courier = Courier(gate, RULE, log, wait=at_once)
    sent = [delivery("a", event) for event in range(3)]
    for each in sent:
        courier.send(each)
    assert gate.entered.wait(SOON)
    courier.cancel("a")
    assert [each.state for each in sent] == [State.SENDING, State.CANCELLED, State.CANCELLED]
    gate.opened.set()
    assert courier.stop(SOON) == []
    assert log.lines == ["0: delivered, 1, 200", "1: cancelled, 0, ", "2: cancelled, 0, "]


def test_an_attempt_that_fails_after_its_lane_was_cancelled_is_the_last() -> None:
    gate, log = Gate(503), Log()
    courier = Courier(gate, RULE, log, wait=at_once)
    courier.send(delivery("a", "e"))
    assert gate.entered.wait(SOON)
    courier.cancel("a")
    gate.opened.set()
    assert courier.stop(SOON) == []
    assert log.lines == ["e: cancelled, 1, 503"]


@pytest.mark.parametrize("delay", [0.0, 3_600.0], ids=["before a retry", "before the first attempt"])
def test_cancelling_a_lane_ends_its_pause(delay: float) -> None:
    pausing, log = threading.Event(), Log()

    def wait(interrupted: threading.Event, seconds: float) -> None:
        pausing.set()
        assert interrupted.wait(SOON)

    receiver = Answers(503)
    courier = Courier(receiver, RULE, log, wait=wait)
    courier.send(delivery("a", "e", delay))
    assert pausing.wait(SOON)
    courier.cancel("a")
    assert courier.stop(SOON) == []
    assert log.lines[-1] == ("e: cancelled, 0, " if delay else "e: cancelled, 1, 503")
    assert len(receiver.requests) == (0 if delay else 1)


def test_a_real_pause_is_ended_by_cancel_and_by_stop() -> None:
    failed = threading.Semaphore(0)
    courier = Courier(Answers(500, 500), RetryRule(pause=3_600.0), lambda _: failed.release())
    kept = delivery("kept", 1)
    courier.send(delivery("cancelled", 1))
    courier.send(kept)
    assert failed.acquire(timeout=SOON) and failed.acquire(timeout=SOON)
    courier.cancel("cancelled")
    assert failed.acquire(timeout=SOON)
    assert courier.stop(0.0) == [kept]
    assert courier_threads() == []


def test_a_cancelled_lane_begins_anew_without_waiting_for_its_past() -> None:
    gate, log = Gate(), Log()
    courier = Courier(
        lambda request: gate(request) if not gate.entered.is_set() else Response(202), RULE, log, wait=at_once
    )
    courier.send(delivery("a", 1))
    assert gate.entered.wait(SOON)
    courier.cancel("a")
    courier.send(delivery("a", 2))
    assert eventually(lambda: log.lines == ["2: delivered, 1, 202"])
    gate.opened.set()
    assert courier.stop(SOON) == []
    assert log.lines == ["2: delivered, 1, 202", "1: delivered, 1, 200"]


def test_cancelling_an_unknown_lane_changes_nothing() -> None:
    courier = Courier(Answers(), RULE)
    courier.cancel("nobody")
    assert courier.stop(0.0) == []


def test_who_is_told_may_cancel_the_lane() -> None:
    log = Log()

    def tell(told: Delivery) -> None:
        log(told)
        if told.outcome == "410" and told.state is State.WAITING:
            courier.cancel(told.lane)

    courier = Courier(Answers(410), RULE, tell, wait=at_once)
    first = delivery("a", 1)
    courier.send(first)
    assert eventually(lambda: first.state is State.CANCELLED)
    assert courier.stop(SOON) == []
    assert log.lines == ["1: waiting, 1, 410", "1: cancelled, 1, 410"]


def test_who_is_told_may_send_more() -> None:
    log, all_told = Log(), threading.Event()

    def tell(told: Delivery) -> None:
        log(told)
        if len(log.lines) == 4:
            all_told.set()
        elif told.lane == "a":
            courier.send(delivery("a", len(log.lines)))

    courier = Courier(Answers(), RULE, tell)
    courier.send(delivery("a", 0))
    assert all_told.wait(SOON)
    assert courier.stop(SOON) == []
    assert log.lines == [f"{number}: delivered, 1, 200" for number in range(4)]


@pytest.mark.parametrize("error", [ValueError("told"), SystemExit("told")], ids=repr)
def test_an_error_of_who_is_told_is_logged_and_ends_no_lane(
    error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    receiver = Answers()

    def tell(told: Delivery) -> NoReturn:
        raise error

    courier = Courier(receiver, RULE, tell)
    sent = [delivery("a", event) for event in range(2)]
    for each in sent:
        courier.send(each)
    assert courier.stop(SOON) == []
    assert [each.state for each in sent] == [State.DELIVERED, State.DELIVERED]
    said = ("connkit.serving.courier", logging.ERROR, "an error in what hears of the deliveries")
    assert caplog.record_tuples == [said, said]


def test_stop_reports_what_is_left_lane_by_lane_and_touches_it_no_more() -> None:
    gate, log = Gate(200), Log()
    courier = Courier(gate, RULE, log)
    sent = [delivery("a", event) for event in range(3)]
    for each in sent:
        courier.send(each)
    assert gate.entered.wait(SOON)
    assert courier.stop(0.0) == sent
    assert [thread.daemon for thread in courier_threads()] == [True]
    gate.opened.set()
    for thread in courier_threads():
        thread.join(SOON)
    assert [(each.state, each.attempts) for each in sent] == [
        (State.SENDING, 0),
        (State.WAITING, 0),
        (State.WAITING, 0),
    ]
    assert log.lines == []
    assert courier.stop(0.0) == []


def test_stop_does_not_report_what_was_cancelled() -> None:
    gate = Gate()
    courier = Courier(gate, RULE)
    for event in range(2):
        courier.send(delivery("a", event))
    assert gate.entered.wait(SOON)
    courier.cancel("a")
    assert courier.stop(0.0) == []
    gate.opened.set()


def test_stop_closes_what_posts_when_nothing_is_sent_any_more() -> None:
    steps: list[str] = []

    class Post:
        def __call__(self, request: Request) -> Response:
            steps.append("post")
            return Response(200)

        def close(self) -> None:
            steps.append("close")

    courier = Courier(Post(), RULE)
    for event in range(2):
        courier.send(delivery("a", event))
    assert courier.stop(SOON) == []
    assert steps == ["post", "post", "close"]


def test_what_is_sent_after_stop_is_cancelled_and_starts_no_thread() -> None:
    log = Log()
    courier = Courier(Answers(), RULE, log)
    assert courier.stop(SOON) == []
    late = delivery("a", "late")
    courier.send(late)
    assert (late.state, courier_threads(), log.lines) == (State.CANCELLED, [], [])


def test_threads_end_when_idle_and_begin_again() -> None:
    log, told = Log(), threading.Semaphore(0)

    def tell(each: Delivery) -> None:
        log(each)
        told.release()

    courier = Courier(Answers(), RULE, tell, idle=0.0)
    for event in range(3):
        courier.send(delivery("a", event))
        assert told.acquire(timeout=SOON)
        for thread in courier_threads():
            thread.join(SOON)
        assert courier_threads() == []
    assert log.lines == [f"{event}: delivered, 1, 200" for event in range(3)]
    assert courier.stop(0.0) == []


def test_nothing_is_lost_to_a_thread_that_is_just_ending() -> None:
    log = Log()
    courier = Courier(Answers(), RULE, log, idle=0.0)
    for event in range(2_000):
        courier.send(delivery("a", event))
    assert courier.stop(SOON) == []
    assert log.lines == [f"{event}: delivered, 1, 200" for event in range(2_000)]


def test_lanes_that_come_and_go_leave_nothing_behind() -> None:
    before = alive()
    courier = Courier(Answers(), RULE, idle=0.0)
    for lane in range(1_000):
        courier.send(delivery(lane, "e"))
        if lane % 2:
            courier.cancel(str(lane))
    assert eventually(lambda: courier_threads() == [])
    assert alive() - before == Counter()
    assert courier.stop(0.0) == []


def test_a_lane_that_waits_for_more_keeps_nothing_of_what_it_delivered() -> None:
    before, log = alive(), Log()
    courier = Courier(Answers(), RULE, log)
    courier.send(delivery("a", "e"))
    assert eventually(lambda: log.lines == ["e: delivered, 1, 200"])
    assert eventually(lambda: alive() - before == Counter(_Lane=1))
    assert courier.stop(0.0) == []


def alive() -> Counter[str]:
    """How many deliveries and lanes exist; errors of earlier tests may hold some by their tracebacks."""
    gc.collect()
    kinds = Counter(type(each) for each in gc.get_objects())
    return Counter({kind.__name__: kinds[kind] for kind in kinds if kind.__name__ in {"Delivery", "_Lane"}})
