"""The languages of policy templates."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connkit.semantics.paths import ExpressionError, MalformedExpression, UnsupportedExpression
from connkit.semantics.policy_text import (
    Lookup,
    parse_body_path,
    parse_body_value,
    parse_policy_text,
    read_body_value,
)

SITE = Lookup("@headers('site')", "headers", "site")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ()),
        ("plain", ("plain",)),
        ("@headers('site')", (SITE,)),
        ("https://@headers('site').shop.example/a", ("https://", SITE, ".shop.example/a")),
        ("r@headers('site')-api", ("r", SITE, "-api")),
        ("@header('site')", (Lookup("@header('site')", "headers", "site"),)),
        ("@HEADERS( 'site' )", (Lookup("@HEADERS( 'site' )", "headers", "site"),)),
        (
            "@queryParameters('a')@ConnectionParameters('token:b','')",
            (
                Lookup("@queryParameters('a')", "queryParameters", "a"),
                Lookup("@ConnectionParameters('token:b','')", "connectionParameters", "token:b", ""),
            ),
        ),
        (
            "@connectionParameters('it''s', 'a ''b''')",
            (Lookup("@connectionParameters('it''s', 'a ''b''')", "connectionParameters", "it's", "a 'b'"),),
        ),
        (
            "p=@{connectionParameters('port')}!",
            ("p=", Lookup("@{connectionParameters('port')}", "connectionParameters", "port"), "!"),
        ),
        (
            "@headers('a','me@headers(b')",
            (Lookup("@headers('a','me@headers(b')", "headers", "a", "me@headers(b"),),
        ),
        ("@", ("@",)),
        ("@odata.nextLink", ("@odata.nextLink",)),
        ("me@shop.example", ("me@shop.example",)),
        ("@headers", ("@headers",)),
        ("@@", ("@@",)),
        ("{id}", ("{id}",)),
    ],
)
def test_text(text: str, parts: tuple[Any, ...]) -> None:
    assert parse_policy_text(text) == parts


OTHERS = "use @connectionParameters, @headers or @queryParameters"
FORMS = "expected @headers('name') or @headers('name', 'default')"


@pytest.mark.parametrize(
    ("text", "malformed", "message"),
    [
        ("@queryParamters('a')", True, "'@queryParamters' is no function of a policy; did you mean '@queryParameters'"),
        ("@utcNow()", False, f"'@utcNow' is no function of a policy; {OTHERS}"),
        ("a @body().b", False, f"'@body()' is not known to work here; {OTHERS}"),
        ("@headers(a)", True, f"'@headers(a)' is no call that a policy knows; {FORMS}"),
        ('@headers("a")', True, f"'@headers(\"a\")' is no call that a policy knows; {FORMS}"),
        ("@headers('a','b','c')", True, f"'@headers('a','b','c')' is no call that a policy knows; {FORMS}"),
        ("x@headers('a'", True, f"'@headers('a'' is no call that a policy knows; {FORMS}"),
        ("@{headers('a')", True, "'@{headers('a')' has '@{' without a closing '}'"),
        ("@{headers('a').b}", True, "'.b' cannot follow a call; expected '}'"),
        ("@@headers('a')", False, "'@@headers' is not known to mean anything in a policy"),
    ],
)
def test_what_text_cannot_hold(text: str, malformed: bool, message: str) -> None:
    with pytest.raises(UnsupportedExpression) as raised:
        parse_policy_text(text)
    assert (str(raised.value), isinstance(raised.value, MalformedExpression)) == (message, malformed)


BODY = {"first": "Ada", "n": 3, "gone": None, "@odata.id": "7", "box": {"a": [1]}, "yes": True}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@body()", BODY),
        ("@Body().N", 3),
        ("@body()['@odata.id']", "7"),
        ("@item().p", "i"),
        ("@body().gone", None),
        ("plain", "plain"),
        ("", ""),
        (" !", " !"),
        ("@odata.type", "@odata.type"),
        ("30", "30"),
        ("true", "true"),
        ("{@body().n}", "3"),
        ("{@body().first} & {@item()['p']}/{@body().gone}{@body().yes}", "Ada & i/True"),
        ("'{@body().n}'", "3"),
        ("'[1]'", "[1]"),
        ("[{@body().box}]", [{"a": [1]}]),
        ("{@body().box}", {"a": [1]}),
        ('["made", "moved"]', ["made", "moved"]),
        ('{"a": {@body().n}}', {"a": 3}),
        ("[{@body().first}]", "[Ada]"),
        ("[draft]", "[draft]"),
    ],
)
def test_body_value(text: str, expected: Any) -> None:
    values = {"body": BODY, "item": {"p": "i"}}
    assert read_body_value(parse_body_value(text), values, unquote=True) == expected


def test_quotes_may_stay() -> None:
    assert read_body_value(parse_body_value("'a'"), {}, unquote=False) == "'a'"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("total @body().n", "'@body()' stands in text without braces; write {@body().name}"),
        (
            "@connectionParameters('a')",
            "'@connectionParameters' does not work in a body value; only @body() and @item() do",
        ),
        ("{@body().n", "'{@body().n' has '{@' without a closing '}'"),
        ("{@utcNow()}", "function 'utcNow' is not known to work here; use body() or item()"),
        ("@body().a b", "'body().a b' cannot be read from ' b' on"),
    ],
)
def test_what_a_body_value_cannot_hold(text: str, message: str) -> None:
    with pytest.raises(UnsupportedExpression) as raised:
        parse_body_value(text)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("body()", "'body()' does not begin with '@'; write '@body()'"),
        ("name", "'name' does not begin with '@', such as @body().name"),
        ("@body.name", "'body.name' is no function call; expected body() or item()"),
        ("@'name'", "'@'name'' is a value and no path; expected @body() or @item()"),
    ],
)
def test_no_path(text: str, message: str) -> None:
    with pytest.raises(UnsupportedExpression) as raised:
        parse_body_path(text)
    assert str(raised.value) == message


PIECES = [
    "@",
    "@{",
    "{@",
    "}",
    "headers(",
    "'a'",
    ",",
    ")",
    "@body()",
    "@item()",
    ".a",
    "[0]",
    "'",
    "connectionParameters('",
]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=8).map("".join))
def test_nothing_else_is_ever_raised(text: str) -> None:
    with contextlib.suppress(UnsupportedExpression):
        parts = parse_policy_text(text)
        assert "".join(part if isinstance(part, str) else part.text for part in parts) == text
    with contextlib.suppress(UnsupportedExpression, ExpressionError):
        read_body_value(parse_body_value(text), {"body": {"a": [1]}, "item": "i"}, unquote=True)
