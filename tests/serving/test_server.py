"""The HTTP skin, met over real sockets: what a caller sees, and what the mock service is asked."""

from __future__ import annotations

import http.client
import logging
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from connkit.core import Reply, Request, Response, UserError
from connkit.serving.server import Server

MAX_BODY = 200_000
HEAD_TOO_LARGE = "431 the request line and the headers are larger than 65536 bytes"
BODY_TOO_LARGE = "413 the body is larger than 200000 bytes"


class Service:
    """Answers by path; keeps what it was asked."""

    def __init__(self) -> None:
        self.requests: list[Request] = []

    def answer(self, request: Request) -> Reply:
        self.requests.append(request)
        return ANSWERS.get(urlsplit(request.url).path, lambda: Reply(Response(200, {"X-Found": "yes"}, b"hello")))()


def fail() -> Reply:
    raise LookupError("no such thing")


ANSWERS: dict[str, Callable[[], Reply]] = {
    "/slow": lambda: Reply(Response(200, {}, b"slow"), delay=0.15),
    "/endless": lambda: Reply(Response(200), delay=3600),
    "/dropped": lambda: Reply(None),
    "/failing": fail,
    "/unsayable": lambda: Reply(Response(200, {"two words": "x"})),
    "/early": lambda: Reply(Response(100)),
    "/split": lambda: Reply(Response(200, {"X-Note": "a\r\nSet-Cookie: b\x00\u2026"})),
    "/empty": lambda: Reply(Response(204, {}, b"never sent")),
    "/lying": lambda: Reply(Response(200, {"Content-Length": "99", "Transfer-Encoding": "chunked"}, b"ab")),
    "/last": lambda: Reply(Response(200, {"Connection": "close"}, b"bye")),
}


def refuse(status: int, message: str) -> Response:
    return Response(status, {"Content-Type": "text/refusal"}, f"{status} {message}".encode())


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[Server, Service]]:
    service = Service()
    with Server(refuse, max_body=MAX_BODY) as running:
        running.start(service.answer)
        yield running, service


@pytest.fixture(scope="module")
def impatient() -> Iterator[Server]:
    with Server(refuse, body_timeout=0.25) as running:
        running.start(Service().answer)
        yield running


@pytest.fixture
def server(shared: tuple[Server, Service]) -> Server:
    shared[1].requests.clear()
    return shared[0]


@pytest.fixture
def service(shared: tuple[Server, Service]) -> Service:
    return shared[1]


@contextmanager
def connected(server: Server) -> Iterator[http.client.HTTPConnection]:
    url = urlsplit(server.origin)
    connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=5)
    try:
        yield connection
    finally:
        connection.close()


def get(connection: http.client.HTTPConnection, path: str, method: str = "GET") -> tuple[int, str]:
    connection.request(method, path)
    response = connection.getresponse()
    return response.status, response.read().decode()


@contextmanager
def raw(server: Server) -> Iterator[socket.socket]:
    url = urlsplit(server.origin)
    with socket.create_connection((url.hostname or "", url.port or 0), timeout=5) as caller:
        yield caller


def everything(caller: socket.socket) -> bytes:
    """Until the server hangs up."""
    parts = []
    while part := caller.recv(65536):
        parts.append(part)
    return b"".join(parts)


def said(server: Server, *sent: bytes) -> list[str]:
    """Sends bytes as they are; the status and body of each answer until the server hangs up."""
    with raw(server) as caller:
        for part in sent:
            caller.sendall(part)
        return answers(everything(caller))


def answers(received: bytes) -> list[str]:
    """Status and body of each response, as `200 hello`; a refusal's body holds its status already."""
    found = []
    while received:
        head, _, rest = received.partition(b"\r\n\r\n")
        fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:])
        body, received = rest[: int(fields[b"content-length"])], rest[int(fields[b"content-length"]) :]
        status = head.split(b" ")[1].decode()
        refused = fields.get(b"content-type") == b"text/refusal"
        assert not refused or (body.decode().startswith(status) and fields[b"connection"] == b"close")
        found.append(body.decode() if refused else f"{status} {body.decode()}")
    return found


def test_the_service_is_asked_with_everything_that_was_received(server: Server, service: Service) -> None:
    with raw(server) as caller:
        caller.sendall(
            b"POST /a%20b//c?q=%C3%A9&q=+1 HTTP/1.1\r\nHost: evil.example\r\nX-One: \xe9\r\nContent-Length: 4\r\n"
            b"accept: a\r\nAccept: b\r\nConnection: close\r\n\r\nbody"
        )
        assert answers(everything(caller)) == ["200 hello"]
    assert service.requests == [
        Request(
            "POST",
            f"{server.origin}/a%20b//c?q=%C3%A9&q=+1",
            {
                "Host": "evil.example",
                "X-One": "é",
                "Content-Length": "4",
                "accept": "a, b",
                "Connection": "close",
            },
            b"body",
            "127.0.0.1",
        )
    ]


def test_a_response_is_sent_with_its_length_and_a_date_and_no_server(server: Server) -> None:
    with connected(server) as connection:
        connection.request("GET", "/")
        response = connection.getresponse()
        assert (response.status, response.read()) == (200, b"hello")
        headers = dict(response.getheaders())
        assert headers.pop("date").endswith(" GMT")
        assert headers == {"x-found": "yes", "content-length": "5"}


def test_head_has_the_headers_of_get_and_no_body(server: Server) -> None:
    with connected(server) as connection:
        connection.request("HEAD", "/")
        response = connection.getresponse()
        assert (response.getheader("x-found"), response.getheader("content-length"), response.read()) == (
            "yes",
            "5",
            b"",
        )
        assert get(connection, "/") == (200, "hello")


@pytest.mark.parametrize(
    ("path", "status", "headers", "body"),
    [
        ("/split", 200, {"x-note": "a  Set-Cookie: b ?", "content-length": "0"}, b""),
        ("/empty", 204, {}, b""),
        ("/lying", 200, {"content-length": "2"}, b"ab"),
        ("/last", 200, {"connection": "close", "content-length": "3"}, b"bye"),
    ],
)
def test_a_response_is_sent_so_that_it_ends_where_it_should(
    server: Server, path: str, status: int, headers: dict[str, str], body: bytes
) -> None:
    with connected(server) as connection:
        connection.request("GET", path)
        response = connection.getresponse()
        sent = {name: value for name, value in response.getheaders() if name != "date"}
        assert (response.status, sent, response.read()) == (status, headers, body)
        assert get(connection, "/") == (200, "hello")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/failing", "500 the mock service failed: LookupError: no such thing"),
        ("/unsayable", "500 the mock service failed: ValueError: 'two words' cannot be the name of a header"),
        ("/early", "500 the mock service failed: ValueError: a response cannot have the status 100"),
    ],
)
def test_a_failing_service_is_told_in_its_own_words(server: Server, path: str, message: str) -> None:
    with connected(server) as connection:
        assert get(connection, path) == (500, message)
        assert get(connection, "/") == (200, "hello")


def test_a_connection_is_used_again_and_its_answers_come_without_delay(server: Server) -> None:
    began = time.monotonic()
    with connected(server) as connection:
        connection.connect()
        first = connection.sock
        assert [get(connection, "/") for _ in range(40)] == [(200, "hello")] * 40
        assert connection.sock is first
    assert time.monotonic() - began < 0.8, "each answer waits for the caller's delayed acknowledgement"


def test_requests_sent_at_once_are_answered_in_order(server: Server) -> None:
    last = b"GET /last HTTP/1.1\r\n\r\n"
    assert said(server, b"GET /slow HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n" + last) == [
        "200 slow",
        "200 hello",
        "200 bye",
    ]


def test_what_cannot_be_read_is_refused_after_the_answers_before_it(server: Server) -> None:
    requests = b"GET /slow HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n"
    assert said(server, requests + b"rubbish") == [
        "200 slow",
        "200 hello",
        "400 malformed HTTP request: Invalid method encountered",
    ]
    too_large = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n30d41\r\n" + b"x" * 200_001
    assert said(server, requests + too_large) == ["200 slow", "200 hello", BODY_TOO_LARGE]


def test_a_delayed_answer_keeps_nobody_else_waiting(server: Server) -> None:
    with connected(server) as slow, connected(server) as other:
        began = time.monotonic()
        slow.request("GET", "/slow")
        assert get(other, "/") == (200, "hello")
        assert time.monotonic() - began < 0.12
        assert slow.getresponse().read() == b"slow"
        assert time.monotonic() - began > 0.14


def test_a_dropped_connection_has_no_answer(server: Server) -> None:
    with connected(server) as connection, pytest.raises(ConnectionError):
        get(connection, "/dropped")


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        (b"GET http://other.example:9/x?y=1 HTTP/1.1\r\n", "/x?y=1"),
        (b"GET HTTP://other.example HTTP/1.1\r\n", "/"),
        (b"GET https://other.example?y HTTP/1.1\r\n", "/?y"),
        (b"GET //other.example/x HTTP/1.1\r\n", "//other.example/x"),
        (b"GET /? HTTP/1.1\r\n", "/?"),
    ],
)
def test_any_target_with_a_path_is_asked_for_here(
    server: Server, service: Service, request_: bytes, answer: str
) -> None:
    assert said(server, request_ + b"Connection: close\r\n\r\n") == ["200 hello"]
    assert [request.url for request in service.requests] == [server.origin + answer]


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (b"OPTIONS * HTTP/1.1\r\n\r\n", "400 the request target '*' is not a path"),
        (b"CONNECT other:443 HTTP/1.1\r\n\r\n", "400 the request target 'other:443' is not a path"),
        (b"GET ftp://other/x HTTP/1.1\r\n\r\n", "400 the request target 'ftp://other/x' is not a path"),
        (b"BOGUS / HTTP/1.1\r\n\r\n", "400 malformed HTTP request: Invalid method encountered"),
        (b"\x16\x03\x01\x02\x00\x01\x00", "400 malformed HTTP request: Invalid method encountered"),
        (b"GET /\xc3\xa9 HTTP/1.1\r\n\r\n", "400 malformed HTTP request: Invalid char in url path"),
        (b"GET /\x00 HTTP/1.1\r\n\r\n", "400 malformed HTTP request: Invalid char in url path"),
        (b"GET / HTTP/1.1\r\nA\x00: b\r\n\r\n", "400 malformed HTTP request: Invalid header token"),
        (b"GET / HTTP/1.1\r\nA: b\x00\r\n\r\n", "400 malformed HTTP request: Invalid header value char"),
        (
            b"POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "400 malformed HTTP request: Transfer-Encoding can't be present with Content-Length",
        ),
        (
            b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
            "400 malformed HTTP request: Request has invalid `Transfer-Encoding`",
        ),
        (
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "400 malformed HTTP request: Invalid character in chunk size",
        ),
        (b"GET /" + b"x" * 100_000, HEAD_TOO_LARGE),
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n", HEAD_TOO_LARGE),
        (b"GET / HTTP/1.1\r\n" + b"A: " + b"x" * 100_000, HEAD_TOO_LARGE),
        (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 11_000 + b"\r\n", HEAD_TOO_LARGE),
        (b"POST / HTTP/1.1\r\nContent-Length: 200001\r\n\r\n", BODY_TOO_LARGE),
        (b"POST / HTTP/1.1\r\nContent-Length: 200001\r\nExpect: 100-continue\r\n\r\n", BODY_TOO_LARGE),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n30d41\r\n" + b"x" * 200_001, BODY_TOO_LARGE),
    ],
)
def test_what_is_no_good_request_is_refused_in_the_services_words(
    server: Server, service: Service, sent: bytes, message: str
) -> None:
    first, rest = sent[:20], sent[20:]
    assert said(server, first, rest) == [message]
    assert service.requests == []


def test_one_who_sends_far_too_much_still_reads_why_it_was_refused(server: Server) -> None:
    with connected(server) as connection:
        connection.request("POST", "/", body=bytes(20_000_000))
        assert connection.getresponse().read().decode() == BODY_TOO_LARGE


@pytest.mark.parametrize("size", [0, 1, MAX_BODY])
@pytest.mark.parametrize("chunked", [False, True], ids=["with its length", "in chunks"])
def test_a_body_of_any_permitted_size_arrives(server: Server, service: Service, size: int, chunked: bool) -> None:
    body = b"x" * size
    with connected(server) as connection:
        connection.request("POST", "/", body=iter([body] if body else []) if chunked else body, encode_chunked=chunked)
        assert connection.getresponse().read() == b"hello"
    assert [request.body for request in service.requests] == [body]


def test_trailers_are_no_headers(server: Server, service: Service) -> None:
    chunked = b"POST /last HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nX-Role: admin\r\n\r\n"
    assert said(server, chunked) == ["200 bye"]
    assert [dict(request.headers) for request in service.requests] == [{"Transfer-Encoding": "chunked"}]


def test_a_caller_who_would_speak_another_protocol_is_answered_in_this_one(server: Server) -> None:
    upgrade = b"GET /last HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
    assert said(server, upgrade) == ["200 bye"]


def test_headers_belong_to_one_request(server: Server, service: Service) -> None:
    said(server, b"GET / HTTP/1.1\r\nX-First: 1\r\n\r\nGET /last HTTP/1.1\r\nX-Second: 2\r\n\r\n")
    assert [dict(request.headers) for request in service.requests] == [{"X-First": "1"}, {"X-Second": "2"}]


def test_a_caller_who_is_asked_to_wait_is_told_to_go_on(server: Server) -> None:
    with raw(server) as caller:
        caller.sendall(b"POST /last HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        assert caller.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        caller.sendall(b"ab")
        assert answers(everything(caller)) == ["200 bye"]


def test_a_caller_who_hangs_up_while_sending_leaves_no_trace(
    server: Server, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        with raw(server) as caller:
            caller.sendall(b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nbo")
        with raw(server) as caller:
            caller.sendall(b"GET /slow HTTP/1.1\r\n\r\n")
        time.sleep(0.2)
    assert [urlsplit(request.url).path for request in service.requests] == ["/slow"]
    assert caplog.records == []


def test_a_request_that_stops_arriving_is_refused(impatient: Server) -> None:
    with raw(impatient) as in_head, raw(impatient) as in_body:
        in_head.sendall(b"GET / HTTP/1.1\r\nHost:")
        in_body.sendall(b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nbo")
        late = ["408 the request did not arrive within 0.25 seconds"]
        assert (answers(everything(in_head)), answers(everything(in_body))) == (late, late)


def test_a_caller_who_has_gone_is_not_refused() -> None:
    refused: list[int] = []

    def keep(status: int, message: str) -> Response:
        refused.append(status)
        return Response(status)

    with Server(keep, body_timeout=0.05) as server:
        server.start(Service().answer)
        with raw(server) as caller:
            caller.sendall(b"GET / HT")
        time.sleep(0.15)
    assert refused == []


def test_slowness_is_measured_from_each_requests_beginning(impatient: Server) -> None:
    request = b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\na"
    with raw(impatient) as caller:
        for part in (request, b"b" + request, b"bGET /last HTTP/1.1\r\n\r\n"):
            caller.sendall(part)
            time.sleep(0.15)
        assert answers(everything(caller)) == ["200 hello", "200 hello", "200 bye"]


def test_nothing_keeps_the_server_from_stopping(caplog: pytest.LogCaptureFixture) -> None:
    service = Service()
    with caplog.at_level(logging.WARNING), Server(refuse) as server, raw(server) as idle, raw(server) as delayed:
        server.start(service.answer)
        idle.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert up_to(b"hello", idle).endswith(b"\r\n\r\nhello")
        delayed.sendall(b"GET /endless HTTP/1.1\r\n\r\nPOST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n")
        wait_for(lambda: len(service.requests) == 2)
        began = time.monotonic()
        server.stop()
        server.stop()
        assert time.monotonic() - began < 1
        assert (what_is_left(idle), what_is_left(delayed)) == (b"", b"")
    assert caplog.records == []


def up_to(end: bytes, caller: socket.socket) -> bytes:
    received = b""
    while not received.endswith(end) and (part := caller.recv(65536)):
        received += part
    return received


def what_is_left(caller: socket.socket) -> bytes:
    try:
        return everything(caller)
    except ConnectionError:
        return b""


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.005)
    assert condition()


def test_the_port_is_free_again_after_stop_even_without_a_start() -> None:
    with Server(refuse) as first:
        port = urlsplit(first.origin).port or 0
    with Server(refuse, port=port) as second:
        assert second.origin == first.origin == f"http://127.0.0.1:{port}"


def test_who_calls_before_the_start_waits_for_it() -> None:
    with Server(refuse) as server, connected(server) as connection:
        connection.request("GET", "/")
        server.start(Service().answer)
        assert connection.getresponse().read() == b"hello"


def test_start_raises_what_keeps_it_from_serving() -> None:
    with Server(refuse) as server:
        server.stop()
        with pytest.raises(OSError, match="."):
            server.start(Service().answer)


def test_wait_returns_when_the_server_stops() -> None:
    with Server(refuse) as server:
        server.start(Service().answer)
        threading.Timer(0.05, server.stop).start()
        server.wait()
        with pytest.raises(OSError, match="."), raw(server):
            pass


def test_wait_returns_on_control_c(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(thread: threading.Thread, timeout: float | None = None) -> None:
        raise KeyboardInterrupt

    with Server(refuse) as server:
        server.start(Service().answer)
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "join", interrupted)
            server.wait()


def test_a_port_in_use_is_told_at_once() -> None:
    with Server(refuse) as first:
        port = urlsplit(first.origin).port or 0
        with pytest.raises(UserError) as told:
            Server(refuse, port=port)
    assert str(told.value) == f"port {port} on 127.0.0.1 is in use; choose another with --port, or 0 for a free one"


@pytest.mark.parametrize(
    ("host", "port", "message"),
    [
        (
            "a..b",
            0,
            "the host 'a..b' cannot be found; choose an address of this machine with --host, such as 127.0.0.1",
        ),
        ("192.0.2.1", 0, "'192.0.2.1' is no address of this machine; choose one with --host, such as 127.0.0.1"),
        ("127.0.0.1", 65536, "there is no port 65536; choose one from 1 to 65535 with --port, or 0 for a free one"),
        ("127.0.0.1", -1, "there is no port -1; choose one from 1 to 65535 with --port, or 0 for a free one"),
    ],
)
def test_an_address_that_cannot_be_had_is_told_with_what_to_do(host: str, port: int, message: str) -> None:
    with pytest.raises(UserError) as told:
        Server(refuse, host, port)
    assert str(told.value) == message


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            socket.gaierror(-2, "Name or service not known"),
            "the host 'desk' cannot be found; choose an address of this machine with --host, such as 127.0.0.1",
        ),
        (
            PermissionError(13, "Permission denied"),
            "listening on port 80 of desk is not permitted; choose another with --port, or 0 for a free one",
        ),
        (
            OSError(24, "Too many open files"),
            "cannot listen on port 80 of desk: [Errno 24] Too many open files; choose another with --port or --host",
        ),
    ],
)
def test_a_system_that_will_not_let_us_listen_is_told(
    monkeypatch: pytest.MonkeyPatch, error: OSError, message: str
) -> None:
    def refused(*args: object, **kwargs: object) -> None:
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", refused)
    with pytest.raises(UserError) as told:
        Server(refuse, "desk", 80)
    assert str(told.value) == message


@pytest.mark.parametrize("host", ["", "0.0.0.0", "::"])
def test_every_address_of_the_machine_is_shown_by_its_name(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    on_loopback = socket.create_server(("127.0.0.1", 0))  # a firewall might ask about any other
    monkeypatch.setattr(socket, "create_server", lambda *args, **kwargs: on_loopback)
    port = on_loopback.getsockname()[1]
    with Server(refuse, host) as server:
        assert server.origin == f"http://{socket.gethostname()}:{port}"


def has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
def test_an_ipv6_address_is_shown_in_brackets() -> None:
    service = Service()
    with Server(refuse, "::1") as server, connected(server) as connection:
        server.start(service.answer)
        assert get(connection, "/") == (200, "hello")
        assert server.origin.startswith("http://[::1]:")
        assert [(request.url, request.client) for request in service.requests] == [(f"{server.origin}/", "::1")]


def test_the_module_is_imported_without_uvicorn() -> None:
    code = (
        "import sys, connkit.serving.server; print(sorted({'uvicorn', 'httptools', 'requests'} & sys.modules.keys()))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "[]\n"
