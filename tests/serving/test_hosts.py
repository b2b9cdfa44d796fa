"""Addresses that a notification can be sent to, and which hosts are this machine."""

from __future__ import annotations

import pytest

from connkit.serving.hosts import is_loopback, web_address


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "::1", "::1%lo"])
def test_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", [None, "", "0.0.0.0", "::", "10.0.0.1", "localhost.example", "127.0.0.1.example", "1"])
def test_anything_else(host: str | None) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize("url", ["http://a.example", "HTTPS://a.example:8/b?c#d", "http://[::1]/"])
def test_an_address(url: str) -> None:
    parts = web_address(url)
    assert parts is not None
    assert (parts.scheme, parts.geturl().lower()) == (url.split(":")[0].lower(), url.lower())


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.example",
        "ftp://a.example",
        "https://",
        "https:///b",
        "https://[x",
        "https://a:b",
        "https://ä",
        "https://a b",
    ],
)
def test_what_is_no_address(url: str) -> None:
    assert web_address(url) is None
