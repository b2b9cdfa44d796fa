"""Many events of the mock service to many receivers over real HTTP on loopback, some of which fail.

    python tools/benchmarks/deliver_events.py [--events 10000] [--receivers 20]

The receivers run in a process of their own. The last one is a dead port; a tenth of the others, at least one, refuse
the first attempt of each event. Prints how each fared, and exits 1 when a living receiver missed an event or took one
out of order.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import socket
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from time import perf_counter

import smartmex
from connkit.core import Happening, Request

PATIENCE = 600.0
AUTHORIZATION = {"Authorization": f"Bearer {smartmex.FAKE_KEY}"}


@dataclass
class Receiver:
    """`taken` are the calls whose start was answered with 200, in the order of their coming."""

    faltering: bool
    port: int = 0
    requests: int = 0
    last: int = 0
    taken: list[int] = field(default_factory=list)

    def answer(self, notification: bytes) -> bytes:
        self.requests += 1
        event: int = json.loads(notification)["data"]["callID"]
        first, self.last = event != self.last, event
        if self.faltering and first:
            return b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"
        self.taken.append(event)
        return b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


class Answering(asyncio.Protocol):
    """Takes requests that have a Content-Length and an event as their body."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._held = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._held += data
        while (end := self._held.find(b"\r\n\r\n")) >= 0:
            start, length = end + 4, _content_length(self._held[:end])
            if len(self._held) < start + length:
                return
            event, self._held = self._held[start : start + length], self._held[start + length :]
            self._transport.write(self._receiver.answer(event))


def _content_length(head: bytes) -> int:
    return int(head.lower().partition(b"content-length:")[2].split(None, 1)[0])


def receive(pipe: Connection, receivers: list[Receiver]) -> None:
    """Sends back the receivers with their ports, and again, when anything comes, with what they took."""
    asyncio.run(_receive(pipe, receivers))


async def _receive(pipe: Connection, receivers: list[Receiver]) -> None:
    loop = asyncio.get_running_loop()
    for receiver in receivers:
        server = await loop.create_server(partial(Answering, receiver), "127.0.0.1", 0)
        receiver.port = server.sockets[0].getsockname()[1]
    pipe.send(receivers)
    await loop.run_in_executor(None, pipe.recv)
    pipe.send(receivers)


def deliver(urls: Sequence[str], events: int) -> tuple[list[int], Counter[str], list[str]]:
    """The calls that started, what became of the notifications to the last URL, and all that was left."""
    told: Counter[str] = Counter()
    dead = urls[-1].partition("?")[0]

    def watch(happening: Happening) -> None:
        if happening.who == dead:
            told[happening.outcome] += 1

    service = smartmex.SmartMex(switches=smartmex.Switches(delivery_timeout=5, delivery_retries=2, delivery_pause=0))
    service.open("http://127.0.0.1", 0, watch)
    for url in urls:
        body = json.dumps({"endpoint": url}).encode()
        request = Request("POST", f"{service.base}/webhooks/CallStarted", AUTHORIZATION, body)
        assert service.handle(request).status == 201
    started = [int(service.fire("CallStarted")["data"]["callID"]) for _ in range(events)]
    return started, told, list(service.close(PATIENCE))


def run(events: int, count: int) -> int:
    faltering = max(1, count // 10)
    pipe, far_end = multiprocessing.Pipe()
    receivers = [Receiver(number < faltering) for number in range(count - 1)]
    process = multiprocessing.get_context("spawn").Process(target=receive, args=(far_end, receivers), daemon=True)
    process.start()
    far_end.close()
    with socket.socket() as dead:
        dead.bind(("127.0.0.1", 0))  # and does not listen
        ports = [receiver.port for receiver in pipe.recv()] + [dead.getsockname()[1]]
        began = perf_counter()
        started, told, left = deliver([f"http://127.0.0.1:{port}/?sig=secret" for port in ports], events)
        seconds = perf_counter() - began
    pipe.send(None)
    receivers = pipe.recv()
    process.join()
    return report(started, seconds, receivers, told, left)


def report(started: list[int], seconds: float, receivers: list[Receiver], told: Counter[str], left: list[str]) -> int:
    taken = sum(len(receiver.taken) for receiver in receivers)
    print(f"{taken} deliveries in {seconds:.1f} s, {taken / seconds:.0f} a second")
    flawed = 0
    for number, receiver in enumerate(receivers):
        verdict = _verdict(started, receiver.taken)
        flawed += verdict != "complete, in order"
        kind = "faltering" if receiver.faltering else "well"
        print(f"receiver {number:2} ({kind}): {receiver.requests} requests, {len(receiver.taken)} taken, {verdict}")
    log = ", ".join(f"{count} x {what}" for what, count in sorted(told.items()))
    print(f"receiver {len(receivers):2} (dead): {log}")
    print(f"{len(left)} left at the end")
    return 1 if flawed else 0


def _verdict(started: list[int], taken: list[int]) -> str:
    """An event that came more than once counts when it came first."""
    once = list(dict.fromkeys(taken))
    missing = len(set(started) - set(once))
    return f"{missing} MISSING" if missing else "complete, in order" if once == started else "OUT OF ORDER"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--receivers", type=int, default=20)
    options = parser.parse_args()
    return run(options.events, max(2, options.receivers))


if __name__ == "__main__":
    sys.exit(main())
