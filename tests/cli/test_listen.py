"""connkit listen: registers, shows what arrives, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

import smartmex
from connkit.cli import acting, listen_command, listening, stopping
from connkit.cli.stopping import Stopping

ROOT = Path(__file__).resolve().parents[2]
KEY = "Bearer fake-key-for-tests"
STORY = ("--story", "incoming-answered", "--speed", "0", "--times", "1")
Act = Callable[..., tuple[int, str, str]]


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end, "waited ten seconds in vain"
        time.sleep(0.005)


@contextmanager
def meanwhile(action: Callable[[], object]) -> Iterator[None]:
    """Acts in another thread, as whoever sits at the terminal or the service does."""
    thread = threading.Thread(target=action)
    thread.start()
    yield
    thread.join(10)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (stopping, listening):
        monkeypatch.setattr(module, "_MOMENT", 0.005)


@pytest.fixture(scope="module")
def _served() -> Iterator[smartmex.SmartMex]:
    with smartmex.served() as running:
        yield running


@pytest.fixture
def service(_served: smartmex.SmartMex) -> smartmex.SmartMex:
    """A service of its own process, as far as the command can tell."""
    _served.reset()
    return _served


@pytest.fixture
def stops(monkeypatch: pytest.MonkeyPatch) -> list[Stopping]:
    """What the command listens to for Ctrl-C, once it does."""
    made: list[Stopping] = []

    class Known(Stopping):
        def __enter__(self) -> Known:
            super().__enter__()
            made.append(self)
            return self

    monkeypatch.setattr(listen_command, "Stopping", Known)
    return made


def registered(title: str = "When a call is answered") -> str:
    return f"{title}: registered, 201 Created; Ctrl-C removes the webhook\n"


def test_a_call_rings_and_arrives_as_a_triggers_outputs(act: Act, mock: smartmex.SmartMex) -> None:
    code, out, err = act("listen", "CallConnected", *STORY)
    told = """\
        notification 1:
          Notification Type: Event
          Notification Version: v1
          Event Name: CallConnected
          (data):
            Call ID: 1768204860097344
            Caller: 60000201
            Called Number: 60000001
            Direction: in
            Call Status: 1
            Call Started At: 2026-01-12T08:01:00+0000
            Answered At: 2026-01-12T08:01:06+0000
            Employee ID: 48212
        """
    assert (code, out) == (0, textwrap.dedent(told))
    assert err.startswith(registered())
    assert err.endswith("removed: the service answered 200\n")
    assert re.search(r"^\d\d:\d\d:\d\d  CallStarted +no webhook is registered for it$", err, re.MULTILINE)
    assert mock.live_webhooks() == 0


def test_json_is_a_line_for_each_notification_and_the_trace_beside_it_hides_what_is_secret(
    act: Act, mock: smartmex.SmartMex
) -> None:
    code, out, err = act("listen", "CallConnected", *STORY, "--format", "json", "--trace")
    assert (code, [json.loads(line)["eventType"] for line in out.splitlines()]) == (0, ["CallConnected"])
    assert re.search(
        r'^  \{"endpoint": "http://127\.0\.0\.1:\d+/workflows/\*\*\*/run\?sig=\*\*\*"\}$', err, re.MULTILINE
    )
    assert re.search(r"^  DELETE http://127\.0\.0\.1:\d+/api/v2/webhooks/90417$", err, re.MULTILINE)
    secrets = [KEY[7:], *re.findall(r"[\w-]{32}", mock.delivery_log()[0].request.url)]
    assert len(secrets) == 3
    assert [secret for secret in secrets if secret in out + err] == []


def test_what_differs_in_a_notification_is_told(act: Act, mock: smartmex.SmartMex) -> None:
    mock.set_fault("wrong_schema", "CallConnected")
    code, out, _ = act("listen", "CallConnected", *STORY)
    assert code == 1
    assert "  Call ID (/data/callID): a string, but the definition promises integer\n" in out


def test_a_refused_registration_is_told_and_nothing_removed(act: Act, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLD_KEY", "Bearer of-yesterday")
    code, out, err = act("listen", "CallConnected", "--key-env", "OLD_KEY")
    assert (code, err) == (1, "When a call is answered: refused with 403 Forbidden\n")
    assert out.splitlines()[2] == "(statusCode): 403"


# Ctrl-C, and what is left behind

AT_BACKEND = ("listen", "CallConnected", "--key-env", "PBX_KEY", "--backend")


def test_ctrl_c_while_the_registration_is_under_way_removes_it(
    service: smartmex.SmartMex, act: Act, stops: list[Stopping]
) -> None:
    service.set_fault("latency", "POST /webhooks/CallConnected", seconds=0.15)

    def stop() -> None:
        until(lambda: service.live_webhooks())
        stops[0].ask()

    with meanwhile(stop):
        code, _, err = act(*AT_BACKEND, service.base)
    assert (code, service.live_webhooks()) == (0, 0)
    assert err == (
        "stopping once the registration is answered, to remove it; Ctrl-C again gives up\n"
        f"{registered()}removed: the service answered 200\n"
    )


def test_no_story_begins_after_ctrl_c(act: Act, mock: smartmex.SmartMex, stops: list[Stopping]) -> None:
    mock.set_fault("latency", "POST /webhooks/CallConnected", seconds=0.15)

    def stop() -> None:
        until(lambda: mock.live_webhooks())
        stops[0].ask()

    with meanwhile(stop):
        assert act("listen", "CallConnected", *STORY)[:2] == (0, "")
    assert mock.delivery_log() == []


def test_ctrl_c_twice_gives_up_and_says_what_may_be_left(
    service: smartmex.SmartMex, act: Act, stops: list[Stopping]
) -> None:
    service.set_fault("latency", "POST /webhooks/CallConnected", seconds=0.4)

    def stop() -> None:
        until(lambda: service.live_webhooks())
        stops[0].ask()
        stops[0].ask()

    with meanwhile(stop):
        code, _, err = act(*AT_BACKEND, service.base)
    assert (code, err.splitlines()[-1]) == (
        2,
        "given up before the registration was answered; if a webhook was registered, it is left behind",
    )


def test_giving_up_the_removal_names_the_webhook(service: smartmex.SmartMex, act: Act, stops: list[Stopping]) -> None:
    service.set_fault("latency", "DELETE /webhooks/{webhook_id}", seconds=0.4)

    def stop() -> None:
        until(lambda: service.live_webhooks())
        stops[0].ask()
        until(lambda: not service.live_webhooks())
        stops[0].ask()
        stops[0].ask()

    with meanwhile(stop):
        code, _, err = act(*AT_BACKEND, service.base)
    location = f"{service.base}/webhooks/90417"
    assert (code, err) == (
        2,
        f"{registered()}the webhook is being removed; Ctrl-C again gives up\n"
        f"given up: the webhook may be left behind; remove it with DELETE {location}\n",
    )


_LEFT = {
    "refused": (
        ("error", {"status": 503}),
        1,
        "the webhook may be leaked: the service answered 503 to DELETE {}/webhooks/90417\n",
    ),
    "without an answer": (
        ("drop_before", {}),
        2,
        "the webhook may be leaked: no answer came to DELETE {}/webhooks/90417\n",
    ),
}


@pytest.mark.parametrize(("fault", "expected", "message"), _LEFT.values(), ids=_LEFT)
def test_a_removal_that_fails_is_told(
    fault: tuple[str, dict[str, int]],
    expected: int,
    message: str,
    service: smartmex.SmartMex,
    act: Act,
    stops: list[Stopping],
) -> None:
    service.set_fault(fault[0], "DELETE /webhooks/{webhook_id}", **fault[1])

    def stop() -> None:
        until(lambda: service.live_webhooks())
        stops[0].ask()

    with meanwhile(stop):
        code, _, err = act(*AT_BACKEND, service.base)
    assert (code, err) == (expected, registered() + message.format(service.base))


def test_a_registration_without_an_answer_may_leave_a_webhook(service: smartmex.SmartMex, act: Act) -> None:
    service.set_fault("drop_after", "POST /webhooks/CallConnected")
    code, _, err = act(*AT_BACKEND, service.base)
    assert (code, err) == (
        2,
        f"no answer from {service.base}/webhooks/CallConnected (ConnectionError)\n"
        f"a webhook may be leaked: no answer came to POST {service.base}/webhooks/CallConnected, which may have "
        "registered a webhook all the same\n",
    )


def test_a_registration_that_the_service_failed_at_may_leave_a_webhook(service: smartmex.SmartMex, act: Act) -> None:
    service.set_fault("error", "POST /webhooks/CallConnected", status=500)
    code, _, err = act(*AT_BACKEND, service.base)
    assert (code, err) == (
        1,
        "When a call is answered: refused with 500 Internal Server Error\n"
        f"a webhook may be leaked: the service answered 500 to POST {service.base}/webhooks/CallConnected, which may "
        "have registered a webhook all the same\n",
    )


def test_what_ends_the_command_otherwise_removes_the_webhook_first(
    act: Act, mock: smartmex.SmartMex, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(listening.Listening, "_tell", broken)
    with pytest.raises(BrokenPipeError):
        act("listen", "CallConnected", *STORY)
    assert mock.live_webhooks() == 0


def test_a_notification_without_its_signature_is_refused_and_told(
    act: Act, mock: smartmex.SmartMex, stops: list[Stopping]
) -> None:
    refused: list[int] = []

    def send() -> None:
        until(lambda: mock.live_webhooks())
        refused.append(requests.post(mock.webhooks()[0]["receiver"], timeout=5).status_code)
        stops[0].ask()

    with meanwhile(send):
        code, out, err = act("listen", "CallConnected")
    assert (code, out, refused) == (1, "", [401])
    assert "a notification was refused with 401: its URL has not the query of the callback URL as it was\n" in err


def test_what_arrived_before_the_removal_is_shown(service: smartmex.SmartMex, act: Act, stops: list[Stopping]) -> None:
    service.set_fault("latency", "POST /webhooks/CallConnected", seconds=0.15)

    def fire() -> None:
        until(lambda: service.live_webhooks())
        service.fire("CallConnected")
        until(lambda: any(delivery.outcome == "202" for delivery in service.delivery_log()))
        stops[0].ask()

    with meanwhile(fire):
        code, out, _ = act(*AT_BACKEND, service.base)
    assert (code, out.splitlines()[0]) == (0, "notification 1:")


def test_a_callback_may_have_another_address_than_the_one_listened_at(act: Act) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    tunnel = ("--callback", f"http://localhost:{port}", "--callback-port", str(port))
    code, out, err = act("listen", "CallConnected", *STORY, *tunnel)
    assert (code, out.splitlines()[0]) == (0, "notification 1:")
    assert f"http://localhost:{port}/workflows/***/run\n" in err


# Mistakes

_MISTAKES = {
    "a story of another service": (
        ["--backend", "http://127.0.0.1:9", "--story", "x"],
        "--story is played by the mock service in this process, and --backend names another; leave out one, "
        "or start the other with 'connkit mock service --story NAME'",
    ),
    "a tunnel to any port": (
        ["--callback", "https://tunnel.example"],
        "--callback needs the port that the tunnel leads to; add --callback-port PORT",
    ),
    "a service that cannot reach this machine": (
        ["--backend", "https://service.example"],
        "the service of --backend has to reach the callback, and one on this machine it cannot; open a tunnel to "
        "a port and add --callback URL-OF-THE-TUNNEL --callback-port PORT",
    ),
    "a story": (
        ["--story", "nothing"],
        f"there is no story 'nothing'; there are {', '.join(smartmex.SmartMex().stories())}",
    ),
    "a port": (
        ["--callback-port", "70000"],
        "there is no port 70000; choose one from 1 to 65535 with --callback-port, or 0 for a free one",
    ),
}


@pytest.mark.parametrize(("arguments", "message"), _MISTAKES.values(), ids=_MISTAKES)
def test_a_mistake_is_a_line_that_says_what_to_do(arguments: list[str], message: str, act: Act) -> None:
    assert act("listen", "CallConnected", *arguments) == (2, "", f"connkit: {message}\n")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Dial", "'Dial' is an action; use 'connkit invoke Dial'"),
        ("GetGroups", "'GetGroups' is a polling trigger; use 'connkit poll GetGroups'"),
    ],
)
def test_what_is_no_webhook_trigger_is_told(name: str, message: str, act: Act) -> None:
    assert act("listen", name) == (2, "", f"connkit: {message}\n")


# Signals


def test_signals_are_counted_while_open_and_left_alone_afterwards() -> None:
    before = [signal.getsignal(number) for number in stopping._SIGNALS]
    with Stopping() as stop:
        assert not stop.asked
        signal.raise_signal(signal.SIGTERM)
        assert stop.asked
    assert [signal.getsignal(number) for number in stopping._SIGNALS] == before


def test_what_a_call_raises_is_raised_where_it_is_waited_for() -> None:
    def fails() -> None:
        raise OSError("no answer")

    with pytest.raises(OSError, match="^no answer$"):
        Stopping().finish(fails, lambda: None)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for another process")
def test_ctrl_c_at_the_terminal_removes_the_webhook(service: smartmex.SmartMex) -> None:
    arguments = ["listen", "CallConnected", "--backend", service.base, "--key-env", "PBX_KEY"]
    process = subprocess.Popen(
        [sys.executable, "-m", "connkit", "-C", str(ROOT), *arguments],
        env={**os.environ, "PYTHONUTF8": "1", "PBX_KEY": KEY},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until(lambda: service.live_webhooks() or process.poll() is not None)
        service.play("incoming-answered")
        until(lambda: any(delivery.outcome == "202" for delivery in service.delivery_log()))
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=10)
    finally:
        process.kill()
    assert (process.returncode, service.live_webhooks()) == (0, 0)
    assert out.startswith("notification 1:\n  Notification Type: Event\n")
    assert err == f"{registered()}removed: the service answered 200\n"


def test_a_paced_registration_is_tried_again_and_what_it_may_leave_is_told(
    act: Act, mock: smartmex.SmartMex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acting.time, "sleep", lambda seconds: None)
    mock.set_fault("drop_after", "POST /webhooks/CallConnected", times=1)
    code, _, err = act("listen", "CallConnected", *STORY, "--paced")
    told = [re.sub(r"127\.0\.0\.1:\d+", "HERE", line) for line in err.splitlines() if not re.match(r"\d\d:", line)]
    assert (code, mock.live_webhooks(), told) == (
        1,
        1,
        [
            "waiting 7 s before the next try",
            registered().rstrip(),
            "a webhook may be leaked: no answer came to POST http://HERE/api/v2/webhooks/CallConnected, "
            "which may have registered a webhook all the same",
            "removed: the service answered 200",
        ],
    )
