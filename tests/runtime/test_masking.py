"""What must not be shown, and does not get through however it is written."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connkit.model import Connector
from connkit.runtime.connection import Credentials, credentials
from connkit.runtime.masking import HIDDEN, Mask, is_secret, mask_of

KEY = "Bearer abc/def+ghi"


def test_a_key_is_hidden_in_every_spelling(connector: Connector) -> None:
    mask = mask_of(connector, credentials(connector, {"api_key": KEY}))
    spellings = [KEY, KEY[7:], quote(KEY), quote(KEY, safe=""), quote_plus(KEY), KEY.replace("/", r"\/"), KEY.lower()]
    assert [mask.text(f"<{each}>") for each in spellings] == [f"<{HIDDEN}>"] * len(spellings)


def test_a_password_is_hidden_in_the_header_made_of_it(connector: Connector) -> None:
    basic = Connector({"securityDefinitions": {"b": {"type": "basic"}}}, {})
    mask = mask_of(basic, credentials(basic, {"username": "ona", "password": "fake-word"}))
    coded = base64.b64encode(b"ona:fake-word").decode()
    assert mask.text(f"ona {coded} fake-word") == f"ona {HIDDEN} {HIDDEN}"
    assert mask.header("Authorization", f"Basic {coded}") == f"Basic {HIDDEN}"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://x.example/hook?a=1&sig=fake#b", f"https://x.example/hook?a=1&sig={HIDDEN}#b"),
        ('{"u": "https://x.example/?sig=fake"}', f'{{"u": "https://x.example/?sig={HIDDEN}"}}'),
        (r"https:\/\/x.example\/?a=1\u0026sig=fake", rf"https:\/\/x.example\/?a=1\u0026sig={HIDDEN}"),
        ("http://ona:fake@x.example/a@b", f"http://{HIDDEN}@x.example/a@b"),
        ("http://x.example?design=a", "http://x.example?design=a"),
        ("write to ona@x.example", "write to ona@x.example"),
    ],
)
def test_what_urls_carry_is_hidden_without_being_known(text: str, shown: str) -> None:
    assert Mask().text(text) == shown


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("authorization", "Bearer fake", f"Bearer {HIDDEN}"),
        ("Proxy-Authorization", "fake", HIDDEN),
        ("Set-Cookie", "session=fake; Path=/", HIDDEN),
        ("X-Key", "abc", HIDDEN),
        ("Location", "https://x.example/?key=abc", f"https://x.example/?key={HIDDEN}"),
        ("Accept", "text/plain", "text/plain"),
    ],
)
def test_headers_that_carry_secrets(name: str, value: str, shown: str) -> None:
    assert Mask(("abc",), ("x-key",), ("key",)).header(name, value) == shown


def test_a_short_secret_is_hidden_where_it_belongs_and_not_in_every_word() -> None:
    assert Mask(("a1",), (), ("key",)).text("a1?key=a1") == f"a1?key={HIDDEN}"


def test_json_stays_json() -> None:
    value = {"12345": [12345, {"id": 1123456, "seen": "of 12345", "gone": None}]}
    masked = Mask(("12345",)).value(value)
    assert masked == {HIDDEN: [HIDDEN, {"id": f"1{HIDDEN}6", "seen": f"of {HIDDEN}", "gone": None}]}


_DECLARED = {
    "password": ({}, True),
    "username": ({}, False),
    "token:host": ({}, True),
    "key": ({"type": "securestring"}, True),
    "auth": ({"type": "oauthSetting"}, True),
    "region": ({"type": "string"}, False),
    "pin": ({"type": "string", "uiDefinition": {"constraints": {"clearText": False}}}, True),
    "size": ({"type": "int"}, False),
}


@pytest.mark.parametrize(("name", "declared", "secret"), [(n, d, s) for n, (d, s) in _DECLARED.items()], ids=_DECLARED)
def test_which_connection_parameters_are_secret(name: str, declared: dict[str, Any], secret: bool) -> None:
    parameters = {name: declared} if declared else {}
    assert is_secret(Connector({}, {"properties": {"connectionParameters": parameters}}), name) is secret


SECRETS = st.text(st.characters(codec="ascii", exclude_categories=["Cc"], exclude_characters="*\\"), min_size=4)


@given(SECRETS.map(str.strip).filter(lambda text: len(text) >= 4), st.text(max_size=20))
def test_no_secret_gets_through_a_text(secret: str, around: str) -> None:
    mask = mask_of(Connector({}, {}), Credentials(values={"api_key": secret}))
    written = [secret, quote(secret), quote_plus(secret), json.dumps({around: secret}), f"{around}{secret}{around}"]
    for text in written:
        assert secret.lower() not in mask.text(text).lower()
