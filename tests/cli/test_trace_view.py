"""What a trace shows of messages, and that no secret is in it."""

from __future__ import annotations

import json
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from connkit.cli.maker_view import outputs
from connkit.cli.screen import plain
from connkit.cli.trace_view import TraceView, http_text
from connkit.core import Pointer, Request, Response
from connkit.model import Connector, Policy
from connkit.runtime.connection import credentials
from connkit.runtime.masking import Mask, mask_of
from connkit.runtime.policies import PolicyStep

KEYED = Connector({"securityDefinitions": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}}, {})
IN_QUERY = Connector({"securityDefinitions": {"key": {"type": "apiKey", "in": "query", "name": "k"}}}, {})
SECRETS = st.text(st.characters(codec="ascii", exclude_categories=["Cc"], exclude_characters="*\\"), min_size=4)
TEXTS = st.text(max_size=12)


def test_a_body_that_is_no_text_is_told_by_its_size() -> None:
    assert (
        http_text(Response(200, {"A": "b"}, b"\xff\xfe"), Mask()) == "HTTP 200 OK\nA: b\n\n(2 bytes that are no text)"
    )


def test_a_long_body_is_cut() -> None:
    told = http_text(Response(299, {}, b"x" * 20_005), Mask())
    assert (told[:9], told[-12:]) == ("HTTP 299\n", "(and 5 more)")


def test_a_terminal_obeys_nothing_that_a_service_sends() -> None:
    assert http_text(Response(200, {"A": "\x1b[2J"}, b"\x07\r\n\xc2\x9b"), Mask()) == (
        "HTTP 200 OK\nA: \\x1b[2J\n\n\\x07\n\\x9b"
    )


@given(SECRETS.map(str.strip).filter(lambda text: len(text) >= 4), TEXTS, st.sampled_from([KEYED, IN_QUERY]))
def test_no_secret_ever_reaches_a_trace(secret: str, around: str, connector: Connector) -> None:
    mask = mask_of(connector, credentials(connector, {"api_key": secret}))
    shown: list[str] = []
    trace = TraceView(mask, lambda text: shown.append(mask.text(text)))
    policy = Policy("setheader", f"Title {secret}", {}, (), "", Pointer())
    headers = {"X-Key": secret, "Authorization": f"Bearer {secret}", "X-Copy": f"{around}{secret}"}
    url = f"https://user:{quote(secret, safe='')}@x.example/{quote(secret)}?k={quote(secret)}&sig={quote(secret)}"
    request = Request("POST", url, headers, json.dumps({around: [secret, {secret: around}]}).encode())
    response = Response(200, {"Location": url, "Set-Cookie": f"a={secret}"}, f"{around}{secret}".encode())
    trace.step(PolicyStep(policy, Request("GET", url), request))
    trace.sending(lambda sent: response)(request)
    trace.step(PolicyStep(policy, response, Response(201, {}, secret.encode())))
    assert secret.lower() not in "\n".join(shown).lower()


@given(SECRETS.map(str.strip).filter(lambda text: len(text) >= 4), TEXTS)
def test_no_secret_ever_reaches_a_makers_view(secret: str, around: str) -> None:
    mask = mask_of(KEYED, credentials(KEYED, {"api_key": secret}))
    value = mask.value({"a": f"{around}{secret}", secret: [secret, {"b": [around + secret]}]})
    lines = [mask.text(line) for line in outputs(KEYED, {"properties": {"a": {"x-ms-summary": secret}}}, value)]
    assert secret.lower() not in "\n".join(lines).lower()


@given(st.text())
def test_plain_text_has_no_control_characters(text: str) -> None:
    assert all(character.isprintable() or character in "\n\t" for character in plain(text))
