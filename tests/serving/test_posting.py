"""Delivery over real HTTP on loopback."""

from __future__ import annotations

import gc
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic, sleep

import pytest
import requests
import responses

from connkit.core import Request
from connkit.serving.courier import Courier, Delivery, RetryRule, http_post
from connkit.serving.posting import HttpPost

TIMEOUT = 0.1
BOUND = TIMEOUT + 1.0  # a machine may be busy


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 3.0  # seconds, after which a connection that a failing test left open is closed
    wbufsize = -1  # one packet an answer: a second one would wait for the first one's acknowledgement
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, self.headers["Content-Type"], body))
        self.server.connections.append(self.client_address[1])
        answer = self.server.answers.pop(0) if self.server.answers else status(200)
        answer(self)

    def log_message(self, format: str, *args: object) -> None:
        pass


class Receiver(ThreadingHTTPServer):
    """Answers with `answers` in turn, and with 200 afterwards."""

    daemon_threads = False  # so that closing it waits for them

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/hook?sig=secret"
        self.answers: list[Answer] = []
        self.got: list[tuple[str, str | None, bytes]] = []
        self.connections: list[int] = []
        self.closed, self.over = threading.Event(), threading.Event()

    def shutdown_request(self, request: object) -> None:
        super().shutdown_request(request)  # type: ignore[arg-type]  # a socket, as this is TCP
        self.closed.set()


Answer = Callable[[Handler], None]


def status(code: int, body: bytes = b"ok", **headers: str) -> Answer:
    def answer(handler: Handler) -> None:
        handler.send_response(code)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def raw(data: bytes) -> Answer:
    """Writes this and closes the connection."""

    def answer(handler: Handler) -> None:
        handler.wfile.write(data)
        handler.close_connection = True

    return answer


def trickle(first: bytes, then: bytes, pause: float = 0.02) -> Answer:
    """Writes `first`, and `then` again and again until the other side has gone, or for too long."""

    def answer(handler: Handler) -> None:
        handler.close_connection = True
        end = monotonic() + 2 * BOUND
        with suppress(OSError):
            handler.wfile.write(first)
            while monotonic() < end:
                handler.wfile.flush()
                sleep(pause)
                handler.wfile.write(then)

    return answer


def silent(handler: Handler) -> None:
    handler.server.over.wait(10)
    handler.close_connection = True


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.005})
        thread.start()
        yield server
        server.over.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def post(receiver: Receiver) -> Iterator[HttpPost]:
    with closing(HttpPost(TIMEOUT)) as post:
        yield post


def notification(url: str, body: bytes = b"{}") -> Request:
    return Request("POST", url, {"Content-Type": "application/json"}, body)


def test_the_request_arrives_as_it_is_and_the_connection_is_used_again(receiver: Receiver, post: HttpPost) -> None:
    receiver.answers = [status(200), status(204, b""), status(202, b""), status(500, b"x" * 4096)]
    answers = [post(notification(receiver.url, b"%d" % number)) for number in range(5)]
    assert [answer.status for answer in answers] == [200, 204, 202, 500, 200]
    assert [answer.body for answer in answers] == [b""] * 5
    assert receiver.got == [("/hook?sig=secret", "application/json", b"%d" % number) for number in range(5)]
    assert len(set(receiver.connections)) == 1


def test_a_chunked_answer_leaves_the_connection_usable(receiver: Receiver, post: HttpPost) -> None:
    def chunked(handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")

    receiver.answers = [chunked]
    assert [post(notification(receiver.url)).status for _ in range(2)] == [200, 200]
    assert len(set(receiver.connections)) == 1


def test_no_redirect_is_followed(receiver: Receiver, post: HttpPost) -> None:
    receiver.answers = [status(307, Location=receiver.url)]
    answer = post(notification(receiver.url))
    assert (answer.status, answer.header("location"), len(receiver.got)) == (307, receiver.url, 1)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (silent, TimeoutError),
        (trickle(b"HTTP/1.1 200 OK\r\nX: ", b"x"), TimeoutError),
        (trickle(b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n", 0.0), TimeoutError),
        (raw(b""), ConnectionResetError),
        (raw(b"SSH-2.0-none\r\n"), ConnectionError),
    ],
    ids=["silent", "endless header", "100 without end", "closed", "not HTTP"],
)
def test_no_answer_is_an_oserror_in_time(
    answer: Answer, error: type[OSError], receiver: Receiver, post: HttpPost
) -> None:
    receiver.answers = [answer]
    started = monotonic()
    with pytest.raises(error, match=r"^no answer$") as raised:
        post(notification(receiver.url))
    assert monotonic() - started < BOUND
    assert (raised.value.__cause__, raised.value.__context__) == (None, None)
    assert post(notification(receiver.url)).status == 200


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nX: "], ids=["silent", "endless header"])
def test_a_failed_attempt_closes_its_connection_at_once(answer: bytes) -> None:
    gc.disable()
    try:
        with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor() as pool:
            attempt = pool.submit(HttpPost(TIMEOUT), notification(f"http://127.0.0.1:{server.getsockname()[1]}/"))
            connected, _ = server.accept()
            with connected:
                connected.settimeout(3.0)
                connected.sendall(answer)
                assert isinstance(attempt.exception(), TimeoutError)
                while connected.recv(4096):
                    pass
    finally:
        gc.enable()


@pytest.mark.parametrize(
    "answer",
    [
        trickle(b"HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n", b"x"),
        trickle(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", b"x" * 65_536, 0.0),
        trickle(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"FFFF\r\n" + b"x" * 0xFFFF + b"\r\n", 0.0),
        trickle(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65_536, 0.0),
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"),
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno number\r\n"),
    ],
    ids=["trickling", "huge", "huge and chunked", "without end", "cut off", "badly chunked"],
)
def test_a_status_counts_whatever_becomes_of_the_body(answer: Answer, receiver: Receiver, post: HttpPost) -> None:
    receiver.answers = [answer]
    started = monotonic()
    assert post(notification(receiver.url)).status == 200
    assert monotonic() - started < BOUND
    assert post(notification(receiver.url)).status == 200
    assert len(set(receiver.connections)) == 2


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://127.0.0.1:{dead}/?sig=secret", ConnectionRefusedError),
        ("ftp://127.0.0.1/?sig=secret", ConnectionError),
        ("http://[/?sig=secret", ConnectionError),
        ("?sig=secret", ConnectionError),
    ],
    ids=["dead port", "scheme", "malformed", "relative"],
)
def test_where_nobody_answers_is_an_oserror_without_the_url(url: str, error: type[OSError]) -> None:
    with socket.socket() as dead:
        dead.bind(("127.0.0.1", 0))  # and does not listen
        with closing(HttpPost(TIMEOUT)) as post, pytest.raises(error, match=r"^no answer$") as raised:
            post(notification(url.format(dead=dead.getsockname()[1])))
    assert (raised.value.__cause__, raised.value.__context__) == (None, None)


def test_only_one_connection_is_tried(caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as dead:
        dead.bind(("127.0.0.1", 0))
        with closing(HttpPost(TIMEOUT)) as post, pytest.raises(ConnectionRefusedError):
            post(notification(f"http://127.0.0.1:{dead.getsockname()[1]}/"))
    assert caplog.messages == []  # urllib3 would warn of a retry


def test_headers_that_are_none_put_no_secret_into_the_log(
    receiver: Receiver, post: HttpPost, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.answers = [raw(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nno header\r\n\r\n")]
    assert post(notification(receiver.url)).status == 200
    assert caplog.messages == []


def test_close_closes_even_what_the_traceback_of_a_failure_holds(receiver: Receiver) -> None:
    receiver.answers = [silent]
    post = HttpPost(TIMEOUT)
    gc.disable()
    try:
        with pytest.raises(TimeoutError):
            post(notification(receiver.url))
        assert post(notification(receiver.url)).status == 200
        post.close()
        assert receiver.closed.wait(1.0)
    finally:
        gc.enable()


def test_https_needs_tls(receiver: Receiver, post: HttpPost) -> None:
    with pytest.raises(ssl.SSLError):
        post(notification(receiver.url.replace("http:", "https:")))


def test_a_connection_that_the_receiver_closed_meanwhile_is_opened_anew(receiver: Receiver, post: HttpPost) -> None:
    receiver.answers = [raw(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")]
    assert post(notification(receiver.url)).status == 200
    assert receiver.closed.wait(10)
    assert post(notification(receiver.url)).status == 200
    assert len(set(receiver.connections)) == 2


@responses.activate
def test_an_active_mock_of_requests_does_not_intercept(receiver: Receiver, post: HttpPost) -> None:
    with pytest.raises(requests.ConnectionError):
        requests.post(receiver.url, timeout=1)
    assert post(notification(receiver.url)).status == 200
    assert len(receiver.got) == 1


def test_a_courier_delivers_in_order_past_failures_while_requests_is_mocked(receiver: Receiver) -> None:
    receiver.answers = [status(500), status(200), raw(b""), status(302, Location="/"), silent]
    told: list[str] = []
    rule = RetryRule(timeout=TIMEOUT, pause=0.001)
    courier = Courier(http_post(rule.timeout), rule, lambda each: told.append(f"{each.event} {each.outcome}"))
    with responses.RequestsMock():
        for event in (b"1", b"2", b"3"):
            courier.send(Delivery("hook", event.decode(), notification(receiver.url, event)))
        assert courier.stop(10.0) == []
    assert told == [
        "1 500",
        "1 200",
        "2 no answer: RemoteDisconnected",
        "2 302",
        "2 no answer: TimeoutError",
        "2 200",
        "3 200",
    ]
    assert [body for _, _, body in receiver.got] == [b"1", b"1", b"2", b"2", b"2", b"2", b"3"]


def test_dead_and_silent_receivers_delay_no_other(receiver: Receiver) -> None:
    receiver.answers = [silent]
    done = threading.Event()
    courier = Courier(
        http_post(60.0),
        RetryRule(pause=60.0),
        lambda each: done.set() if (each.lane, each.event) == ("well", "9") else None,
    )
    with Receiver() as well, socket.socket() as dead:
        serving = threading.Thread(target=well.serve_forever, kwargs={"poll_interval": 0.005})
        serving.start()
        dead.bind(("127.0.0.1", 0))
        urls = {
            "silent": receiver.url,
            "dead": f"http://127.0.0.1:{dead.getsockname()[1]}/",
            "well": well.url,
        }
        for event in range(10):
            for lane, url in urls.items():
                courier.send(Delivery(lane, str(event), notification(url, b"%d" % event)))
        assert done.wait(10)
        (silent_thread,) = (thread for thread in threading.enumerate() if thread.name == "courier silent")
        left = courier.stop(0.0)
        well.shutdown()
        serving.join()
    receiver.over.set()
    silent_thread.join(10)
    assert not silent_thread.is_alive()
    assert [body for _, _, body in well.got] == [b"%d" % event for event in range(10)]
    assert [(each.lane, each.event) for each in left] == [
        (lane, str(event)) for lane in ("silent", "dead") for event in range(10)
    ]
