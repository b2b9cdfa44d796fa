"""Who is signed in: what is read of a token, each reason why it will not do, and that no reason gives it away."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connkit.deploy.signin import SignedOut, SignIn, sign_in

NOW = 1_800_000_000
OID = "00000000-0000-0000-0000-000000000001"
TENANT = "00000000-0000-0000-0000-0000000000aa"
CLAIMS = {
    "aud": "https://service.powerapps.com/",
    "exp": NOW + 3600,
    "oid": OID,
    "tid": TENANT,
    "upn": "ona@example.com",
}
AZ = "az account get-access-token --resource https://service.powerapps.com/ --query accessToken -o tsv"
NOWHERE = Path("nowhere")


def jwt(payload: Any) -> str:
    """Unsigned; what is not JSON yet is made so."""
    text = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return ".".join((_part(b'{"alg":"none"}'), _part(text), "fake-signature-0000"))


def _part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def without(name: str, claims: dict[str, Any] = CLAIMS) -> dict[str, Any]:
    return {key: value for key, value in claims.items() if key != name}


# --- a token from outside ----------------------------------------------------------------------------------------


def test_a_token_from_outside_tells_who_it_is() -> None:
    token = jwt(CLAIMS)
    signed_in = sign_in(f" {token}\r\n", NOWHERE, NOW)
    assert signed_in == SignIn(token, "Bearer", OID, "ona@example.com", TENANT, NOW + 3600, "CONNKIT_ACCESS_TOKEN")
    assert token not in repr(signed_in)


def test_a_token_from_outside_goes_before_a_sign_in(tmp_path: Path) -> None:
    store(tmp_path, STORED)
    found = sign_in(jwt(CLAIMS), tmp_path, NOW)
    assert isinstance(found, SignIn)
    assert found.source == "CONNKIT_ACCESS_TOKEN"


@pytest.mark.parametrize(
    ("names", "user"),
    [
        ({"upn": "a@example.com", "unique_name": "b", "preferred_username": "c", "appid": "d"}, "a@example.com"),
        ({"unique_name": "b@example.com", "appid": "d"}, "b@example.com"),
        ({"preferred_username": "c@example.com", "azp": "d"}, "c@example.com"),
        ({"appid": "00000000-0000-0000-0000-0000000000dd"}, "application 00000000-0000-0000-0000-0000000000dd"),
        ({"azp": "00000000-0000-0000-0000-0000000000dd"}, "application 00000000-0000-0000-0000-0000000000dd"),
        ({"upn": "a\x1b[31m", "unique_name": ["b"]}, OID),
        ({}, OID),
    ],
)
def test_the_user_is_whoever_the_token_names_first(names: dict[str, Any], user: str) -> None:
    found = sign_in(jwt({**without("upn"), **names}), NOWHERE, NOW)
    assert isinstance(found, SignIn)
    assert found.user == user


@pytest.mark.parametrize(
    "audience",
    [
        "https://service.powerapps.com/",
        "https://service.powerapps.com",
        "https://service.powerapps.com//",
        "https://service.powerapps.us/",
        "https://gov.service.powerapps.us/",
        "https://high.service.powerapps.us/",
        "https://service.apps.appsplatform.us/",
        "https://service.powerapps.cn/",
        "475226c6-020e-4fb2-8a90-7a972cbfc1d4",
    ],
)
def test_each_cloud_has_its_audience(audience: str) -> None:
    assert isinstance(sign_in(jwt({**CLAIMS, "aud": audience}), NOWHERE, NOW), SignIn)


NO_TOKEN = f"CONNKIT_ACCESS_TOKEN holds no access token (a JWT: three parts with dots between them); get one: {AZ}"
NO_OID = f"the token in CONNKIT_ACCESS_TOKEN has no object ID (oid); get another: {AZ}"
FOR_OTHERS = f"the token in CONNKIT_ACCESS_TOKEN is meant for something else than Power Apps; get one: {AZ}"
REFUSED = {
    "empty": (" ", "CONNKIT_ACCESS_TOKEN is empty; put an access token into it, or unset it"),
    "a word": ("fake-token-0000", NO_TOKEN),
    "with the type before it": (f"Bearer {jwt(CLAIMS)}", NO_TOKEN),
    "two lines": (f"{jwt(CLAIMS)}\r\nX-Header: a", NO_TOKEN),
    "encrypted": (f"{jwt(CLAIMS)}.a.b", NO_TOKEN),
    "all that az prints": (json.dumps({"accessToken": jwt(CLAIMS)}), NO_TOKEN),
    "no Base64": ("a.b.c", NO_TOKEN),
    "no JSON": (jwt(b"\xff"), NO_TOKEN),
    "no JSON object": (jwt([1]), NO_TOKEN),
    "nested without end": (jwt(b"[" * 100_000), NO_TOKEN),
    "no object ID": (jwt(without("oid")), NO_OID),
    "an object ID that is no text": (jwt({**CLAIMS, "oid": 1}), NO_OID),
    "an object ID that would change the URL": (jwt({**CLAIMS, "oid": "../apis"}), NO_OID),
    "another audience": (
        jwt({**CLAIMS, "aud": "https://management.azure.com/"}),
        "the token in CONNKIT_ACCESS_TOKEN is meant for 'https://management.azure.com/', not for Power Apps; "
        f"get one: {AZ}",
    ),
    "an audience of a similar name": (
        jwt({**CLAIMS, "aud": "https://service.powerapps.com.invalid"}),
        "the token in CONNKIT_ACCESS_TOKEN is meant for 'https://service.powerapps.com.invalid', not for Power Apps; "
        f"get one: {AZ}",
    ),
    "no audience": (jwt(without("aud")), FOR_OTHERS),
    "an audience that a terminal would obey": (jwt({**CLAIMS, "aud": "\x1b[31m"}), FOR_OTHERS),
    "expired": (
        jwt({**CLAIMS, "exp": NOW}),
        f"the token in CONNKIT_ACCESS_TOKEN has expired; get a new one: {AZ}",
    ),
    "ends in seconds": (
        jwt({**CLAIMS, "exp": NOW + 59}),
        f"the token in CONNKIT_ACCESS_TOKEN ends in less than a minute; a deployment needs 15; get a new one: {AZ}",
    ),
    "ends in a minute": (
        jwt({**CLAIMS, "exp": NOW + 60}),
        f"the token in CONNKIT_ACCESS_TOKEN ends in 1 minute; a deployment needs 15; get a new one: {AZ}",
    ),
    "ends before a deployment does": (
        jwt({**CLAIMS, "exp": NOW + 899}),
        f"the token in CONNKIT_ACCESS_TOKEN ends in 14 minutes; a deployment needs 15; get a new one: {AZ}",
    ),
}


@pytest.mark.parametrize(("token", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_token_that_will_not_do_has_a_reason(token: str, reason: str) -> None:
    assert sign_in(token, NOWHERE, NOW) == SignedOut(reason)


@pytest.mark.parametrize(("needed", "good"), [(0, True), (240, True), (241, False)])
def test_what_needs_less_time_says_so(needed: float, good: bool) -> None:
    found = sign_in(jwt({**CLAIMS, "exp": NOW + 240}), NOWHERE, NOW, needed)
    assert isinstance(found, SignIn) == good
    if isinstance(found, SignedOut):
        assert "ends in 4 minutes; a deployment needs 5;" in found.reason


@pytest.mark.parametrize(
    ("expires", "minutes"), [(NOW + 3600, 60), (NOW + 119.9, 1), (NOW, 0), (NOW - 3600, 0), (None, None)]
)
def test_minutes_are_whole_and_never_negative(expires: float | None, minutes: int | None) -> None:
    assert SignIn("fake-token-0000", "Bearer", OID, "", "", expires, "").minutes_left(NOW) == minutes


# --- paconn's own sign-in ----------------------------------------------------------------------------------------


STORED = {
    "token_type": "Bearer",
    "expires_on": NOW + 3600.5,
    "access_token": "fake-token-0000",
    "refresh_token": "fake-refresh-0000",
    "oid": OID,
    "tenant_id": TENANT,
    "user_id": "ona@example.com",
}


def store(home: Path, stored: Any) -> None:
    (home / ".paconn").mkdir()
    data = stored if isinstance(stored, bytes) else json.dumps(stored).encode()
    (home / ".paconn" / "accessTokens.json").write_bytes(data)


def test_paconns_sign_in_is_used_as_it_is(tmp_path: Path) -> None:
    store(tmp_path, STORED)
    source = "~/.paconn/accessTokens.json"
    assert sign_in(None, tmp_path, NOW) == SignIn(
        "fake-token-0000", "Bearer", OID, "ona@example.com", TENANT, NOW + 3600.5, source
    )


@pytest.mark.parametrize(
    ("expires", "read"), [(str(NOW + 3600), NOW + 3600.0), (None, None), ("missing", None), (NOW + 901, NOW + 901)]
)
def test_numbers_of_any_kind_say_when_it_expires(tmp_path: Path, expires: Any, read: float | None) -> None:
    store(tmp_path, without("expires_on", STORED) if expires == "missing" else {**STORED, "expires_on": expires})
    found = sign_in(None, tmp_path, NOW)
    assert isinstance(found, SignIn)
    assert found.expires == read


def test_a_file_without_names_is_asked_for_its_tokens_names(tmp_path: Path) -> None:
    store(tmp_path, {"access_token": jwt(CLAIMS), "oid": OID})
    found = sign_in(None, tmp_path, NOW)
    assert isinstance(found, SignIn)
    assert (found.user, found.tenant, found.token_type) == ("ona@example.com", TENANT, "Bearer")


FILE = "~/.paconn/accessTokens.json"
LOGIN = "run 'connkit paconn login'"
DAMAGED = {
    "byte order mark": (
        b"\xef\xbb\xbf" + json.dumps(STORED).encode(),
        f"{FILE} begins with a byte order mark, which paconn refuses; {LOGIN}",
    ),
    "half a file": (b'{"access_token": "fake', f"{FILE} is damaged: it is no JSON object; {LOGIN}"),
    "empty": (b"", f"{FILE} is damaged: it is no JSON object; {LOGIN}"),
    "a list": ([STORED], f"{FILE} is damaged: it is no JSON object; {LOGIN}"),
    "no UTF-8": (b'"\xff"', f"{FILE} is damaged: it is no JSON object; {LOGIN}"),
    "no token": (without("access_token", STORED), f"{FILE} has no usable access token; {LOGIN}"),
    "a token of two lines": ({**STORED, "access_token": "a\nb"}, f"{FILE} has no usable access token; {LOGIN}"),
    "a type that is no text": ({**STORED, "token_type": 1}, f"{FILE} has no usable access token; {LOGIN}"),
    "no object ID": (without("oid", STORED), f"{FILE} has no object ID (oid); {LOGIN}"),
    "a date as text": (
        {**STORED, "expires_on": "2027-01-15 08:00:00"},
        f"{FILE} does not say in seconds when it expires (expires_on); {LOGIN}",
    ),
    "no finite number": (
        {**STORED, "expires_on": "inf"},
        f"{FILE} does not say in seconds when it expires (expires_on); {LOGIN}",
    ),
    "too large a number": (
        {**STORED, "expires_on": 10**400},
        f"{FILE} does not say in seconds when it expires (expires_on); {LOGIN}",
    ),
    "true": (
        {**STORED, "expires_on": True},
        f"{FILE} does not say in seconds when it expires (expires_on); {LOGIN}",
    ),
    "expired": ({**STORED, "expires_on": NOW - 1}, f"the sign-in in {FILE} has expired; {LOGIN}"),
    "about to": (
        {**STORED, "expires_on": NOW + 720},
        f"the sign-in in {FILE} ends in 12 minutes; a deployment needs 15; {LOGIN}",
    ),
}


@pytest.mark.parametrize(("stored", "reason"), DAMAGED.values(), ids=DAMAGED)
def test_a_sign_in_that_will_not_do_has_a_reason(tmp_path: Path, stored: Any, reason: str) -> None:
    store(tmp_path, stored)
    assert sign_in(None, tmp_path, NOW) == SignedOut(reason)


def test_nobody_signed_in(tmp_path: Path) -> None:
    assert sign_in(None, tmp_path, NOW) == SignedOut(f"nobody is signed in: there is no {FILE}; {LOGIN}")


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / ".paconn" / "accessTokens.json").mkdir(parents=True)
    found = sign_in(None, tmp_path, NOW)
    assert isinstance(found, SignedOut)
    assert found.reason.startswith(f"{FILE} cannot be read: ")
    assert found.reason.endswith(f"; mend that, or {LOGIN}")


# --- no reason gives a token away --------------------------------------------------------------------------------

SECRET = st.text("QXZ0123456789", min_size=4, max_size=40)  # letters that no reason has beside one another
PART_OF_CLAIMS = st.none() | st.booleans() | st.integers() | SECRET | st.lists(SECRET, max_size=2)
OTHER = st.none() | st.booleans() | st.integers() | st.text("abc-")
SOME_CLAIMS = st.dictionaries(st.sampled_from(["exp", "oid", "tid", "upn", "appid", "nonce"]), PART_OF_CLAIMS)
AUDIENCES = st.sampled_from([{}, {"aud": "https://service.powerapps.com/"}, {"aud": "https://graph.microsoft.com"}])
TOKENS = st.builds(lambda claims, aud: jwt({**claims, **aud}), SOME_CLAIMS, AUDIENCES)
OPAQUE = st.lists(SECRET, min_size=1, max_size=5).map(".".join)


def pieces(text: str) -> set[str]:
    return {text[start : start + 4] for start in range(len(text) - 3)}


HARMLESS = {piece for _, reason in (*REFUSED.values(), *DAMAGED.values()) for piece in pieces(reason)}


@given(token=TOKENS | OPAQUE)
def test_a_reason_holds_no_part_of_the_token(token: str) -> None:
    found = sign_in(token, NOWHERE, NOW)
    if isinstance(found, SignedOut):
        assert pieces(token) & pieces(found.reason) - HARMLESS == set()
    else:
        assert token not in repr(found)


def test_a_reason_holds_no_part_of_what_is_stored(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("home")
    (home / ".paconn").mkdir()

    @given(token=OPAQUE, stored=st.dictionaries(st.sampled_from(list(STORED)), OTHER), cut=st.integers(0, 20))
    def holds(token: str, stored: dict[str, Any], cut: int) -> None:
        data = json.dumps({**stored, "refresh_token": token, "access_token": f"{token}\n" if cut % 2 else token})
        (home / ".paconn" / "accessTokens.json").write_text(data[: len(data) - cut // 2], encoding="utf-8")
        found = sign_in(None, home, NOW)
        if isinstance(found, SignedOut):
            assert pieces(token) & pieces(found.reason) - HARMLESS == set()
        else:
            assert token not in repr(found)

    holds()
