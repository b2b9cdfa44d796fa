"""How fast the mock service starts and answers, beside Prism where that is installed; Linux, needs wrk.

    python tools/benchmarks/mock_service_speed.py [--prism PATH] [--seconds 4] [--rounds 3]

Everything is measured in one run on one machine, so that the figures can be read as ratios. Prism serves the same
definition, quiet (`-v error`) and as it comes.
"""

from __future__ import annotations

import argparse
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import requests

import smartmex

ROOT = Path(__file__).resolve().parents[2]
KEY = "Authorization: Bearer fake-key-for-tests"


@dataclass(frozen=True, slots=True)
class Contender:
    """A server to be started with a command; `path` is where it has one contact."""

    name: str
    command: Callable[[int], Sequence[str]]
    path: str


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--prism", help="the prism command")
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    if shutil.which("wrk") is None:
        print("wrk is not installed; it comes with the package of that name")
        return 2
    print("server                     start, ms   c=1, req/s   c=16, req/s   p99 at 16, ms   memory, MB")
    for contender in contenders(asked.prism):
        print(f"{contender.name:<26} {measured(contender, asked.rounds, asked.seconds)}")
    print(f"\none call through the responses skin: {responses_call():.2f} ms")
    return 0


def contenders(prism: str | None) -> Iterator[Contender]:
    ours = [sys.executable, "-m", "connkit", "-C", str(ROOT), "mock", "service", "--quiet", "--port"]
    yield Contender("connkit mock service", lambda port: [*ours, str(port)], "/api/v2/contacts/48211")
    if prism is not None:
        mock = [prism, "mock", "-h", "127.0.0.1", str(ROOT / "apiDefinition.swagger.json"), "-p"]
        yield Contender("prism, quiet", lambda port: [*mock, str(port), "-v", "error"], "/contacts/48211")
        yield Contender("prism, as it comes", lambda port: [*mock, str(port)], "/contacts/48211")


def measured(contender: Contender, rounds: int, seconds: int) -> str:
    starts, memory, one, many, slowest = [], 0.0, [], [], []
    for _ in range(rounds):
        with running(contender) as (process, port, started):
            starts.append(started)
            one.append(load(contender, port, 1, seconds)[0])
            rate, p99 = load(contender, port, 16, seconds)
            many.append(rate)
            slowest.append(p99)
            memory = max(memory, resident(process.pid))
    figures = [statistics.median(each) for each in (starts, one, many, slowest)]
    return "{:>9.0f} {:>12.0f} {:>13.0f} {:>15.1f} {:>12.0f}".format(*figures, memory)


@contextmanager
def running(contender: Contender) -> Iterator[tuple[subprocess.Popen[bytes], int, float]]:
    """The process, its port and the milliseconds until its first answer."""
    port = free_port()
    began = time.perf_counter()
    process = subprocess.Popen(contender.command(port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until_answered(port, contender.path)
        yield process, port, (time.perf_counter() - began) * 1000
    finally:
        process.terminate()
        process.wait(10)


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until_answered(port: int, path: str) -> None:
    name, value = KEY.split(": ")
    while True:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", path, headers={name: value})
            status = connection.getresponse().status
            connection.close()
        except OSError:
            time.sleep(0.002)
            continue
        assert status == 200, status
        return


def load(contender: Contender, port: int, connections: int, seconds: int) -> tuple[float, float]:
    """Requests a second, and the 99th percentile of their milliseconds."""
    url = f"http://127.0.0.1:{port}{contender.path}"
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-H", KEY, url]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in told, told
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", told)
    assert rate
    assert p99
    return float(rate[1]), float(p99[1]) * {"us": 0.001, "ms": 1, "s": 1000}[p99[2]]


def resident(pid: int) -> float:
    """The most memory that the process had at a time, in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    peak = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert peak
    return int(peak[1]) / 1024


def responses_call() -> float:
    """Milliseconds of one call with `requests`, the mean of two thousand."""
    with smartmex.responses_mock() as service, requests.Session() as session:
        url, (name, value) = f"{service.base}/contacts/48211", KEY.split(": ")
        began = time.perf_counter()
        for _ in range(2000):
            session.get(url, headers={name: value}, timeout=5).json()
        return (time.perf_counter() - began) / 2


if __name__ == "__main__":
    sys.exit(main())
