"""The emulator's end of a webhook."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests

from connkit.core import Request, UserError
from connkit.runtime import receiver as module
from connkit.runtime.receiver import Receiver

CHANGED = "a notification was refused with 401: its URL has not the query of the callback URL as it was"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.stop()


def status(receiver: Receiver, url: str, method: str = "POST") -> int:
    reply = receiver.answer(Request(method, url))
    assert reply.response and not reply.delay
    return reply.response.status


def test_a_notification_over_http_waits_to_be_taken(receiver: Receiver) -> None:
    receiver.start()
    assert requests.post(receiver.url, json={"id": 1}, timeout=5).status_code == 202
    arrived = receiver.next(5)
    assert isinstance(arrived, Request)
    assert (arrived.method, arrived.body) == ("POST", b'{"id": 1}')
    assert receiver.next(0) is None


def test_only_this_machine_can_reach_it(receiver: Receiver) -> None:
    parts = urlsplit(receiver.url)
    assert (parts.scheme, parts.hostname) == ("http", "127.0.0.1")
    assert urlsplit(receiver.origin).netloc == parts.netloc


def test_no_url_can_be_guessed(receiver: Receiver) -> None:
    other = Receiver()
    other.stop()
    assert len({*receiver.secrets, *other.secrets}) == 4
    assert all(len(secret) == 32 and secret in receiver.url for secret in receiver.secrets)


def test_another_path_is_not_found_and_not_told(receiver: Receiver) -> None:
    assert status(receiver, f"{receiver.origin}/workflows/guessed/run?{urlsplit(receiver.url).query}") == 404
    assert receiver.next(0) is None


@pytest.mark.parametrize("query", ["", "?sig=guessed", "?sig=é", "?x=1&{}", "?{}&x=1"])
def test_a_query_that_was_changed_is_refused_and_told(query: str, receiver: Receiver) -> None:
    address, _, own = receiver.url.partition("?")
    assert status(receiver, address + query.format(own)) == 401
    assert receiver.next(0) == CHANGED


def test_another_method_is_refused(receiver: Receiver) -> None:
    assert status(receiver, receiver.url, "GET") == 405


def test_what_nobody_takes_is_refused_in_the_end(receiver: Receiver) -> None:
    answers = [status(receiver, receiver.url) for _ in range(module._MOST_WAITING + 1)]
    assert answers == [202] * module._MOST_WAITING + [429]


def test_a_tunnel_may_put_something_before_the_path() -> None:
    receiver = Receiver(public="https://tunnel.example/abc/")
    try:
        assert receiver.url.startswith("https://tunnel.example/abc/workflows/")
        assert status(receiver, receiver.url) == 202
        assert status(receiver, receiver.url.replace("https://tunnel.example/abc", receiver.origin)) == 202
    finally:
        receiver.stop()


@pytest.mark.parametrize(
    "url", ["tunnel.example", "ftp://tunnel.example", "https://tunnel.example?x=1", "https://a:b@t.example", "http://["]
)
def test_a_callback_that_is_no_address_is_told(url: str) -> None:
    with pytest.raises(UserError) as told:
        Receiver(public=url)
    assert str(told.value) == (
        "--callback is no address that a path can be added to; write the tunnel's own address, "
        "such as https://tunnel.example"
    )


def test_a_port_in_use_is_told_with_its_option() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UserError) as told:
            Receiver(port)
    message = f"port {port} on 127.0.0.1 is in use; choose another with --callback-port, or 0 for a free one"
    assert str(told.value) == message
