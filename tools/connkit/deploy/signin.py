"""Who is signed in, and for how long: by a token given from outside, or by paconn's own sign-in.

Nothing here verifies a token; the service does. No message holds a part of one.
"""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

VARIABLE = "CONNKIT_ACCESS_TOKEN"
TOKEN_FILE = "~/.paconn/accessTokens.json"
LOGIN = "connkit paconn login"
RESOURCE = "https://service.powerapps.com/"

_NEW_TOKEN = f"az account get-access-token --resource {RESOURCE} --query accessToken -o tsv"
_JWT = re.compile(r"[\w-]+\.([\w-]+)\.[\w-]*", re.ASCII)
_OBJECT_ID = re.compile(r"[0-9A-Za-z-]{1,64}")
_SENDABLE = re.compile(r"[!-~]+")  # what a header can carry
_NAMEABLE = re.compile(r"[\w:/.@-]{1,100}", re.ASCII)
_AUDIENCE = re.compile(
    r"https://((gov|high)\.)?service\.powerapps\.(com|us|cn)|https://service\.apps\.appsplatform\.us"
)
_AUDIENCE_IDS = ("475226c6-020e-4fb2-8a90-7a972cbfc1d4",)  # the same service by its application ID
_USER_CLAIMS = ("upn", "unique_name", "preferred_username")


@dataclass(frozen=True, slots=True)
class SignIn:
    """`expires` is in seconds since 1970, None where nothing says so; `source` is the variable or the file."""

    token: str = field(repr=False)
    token_type: str
    object_id: str
    user: str
    tenant: str
    expires: float | None
    source: str

    def minutes_left(self, now: float) -> int | None:
        """Whole minutes, none of them where it has expired."""
        return None if self.expires is None else max(0, int((self.expires - now) // 60))


@dataclass(frozen=True, slots=True)
class SignedOut:
    """Why nobody is signed in, and what to do."""

    reason: str


def sign_in(access_token: str | None, home: Path, now: float, seconds_needed: float = 900) -> SignIn | SignedOut:
    """The token that was given, or else paconn's sign-in under `home`; it has to last for so many seconds."""
    if access_token is not None:
        return _given(access_token.strip(), now, seconds_needed)
    return _stored(home / ".paconn" / "accessTokens.json", now, seconds_needed)


def _given(token: str, now: float, needed: float) -> SignIn | SignedOut:
    if not token:
        return SignedOut(f"{VARIABLE} is empty; put an access token into it, or unset it")
    claims = _claims(token)
    if claims is None:
        return SignedOut(
            f"{VARIABLE} holds no access token (a JWT: three parts with dots between them); get one: {_NEW_TOKEN}"
        )
    if not _is_for_us(claims.get("aud")):
        return SignedOut(f"the token in {VARIABLE} is meant for {_named(claims.get('aud'))}; get one: {_NEW_TOKEN}")
    object_id = _object_id(claims)
    if object_id is None:
        return SignedOut(f"the token in {VARIABLE} has no object ID (oid); get another: {_NEW_TOKEN}")
    expires = _number(claims.get("exp"))
    ending = _ending(expires, now, needed)
    if ending:
        return SignedOut(f"the token in {VARIABLE} {ending}; get a new one: {_NEW_TOKEN}")
    return SignIn(token, "Bearer", object_id, _user(claims, object_id), _shown(claims.get("tid")), expires, VARIABLE)


def _stored(path: Path, now: float, needed: float) -> SignIn | SignedOut:
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return SignedOut(f"nobody is signed in: there is no {TOKEN_FILE}; run '{LOGIN}'")
    except OSError as error:
        return SignedOut(f"{TOKEN_FILE} cannot be read: {error.strerror}; mend that, or run '{LOGIN}'")
    if data.startswith(b"\xef\xbb\xbf"):
        return SignedOut(f"{TOKEN_FILE} begins with a byte order mark, which paconn refuses; run '{LOGIN}'")
    stored = _object(data)
    if stored is None:
        return SignedOut(f"{TOKEN_FILE} is damaged: it is no JSON object; run '{LOGIN}'")
    return _of_stored(stored, now, needed)


def _of_stored(stored: Mapping[str, Any], now: float, needed: float) -> SignIn | SignedOut:
    token, kind = stored.get("access_token"), stored.get("token_type", "Bearer")
    if not (
        isinstance(token, str) and isinstance(kind, str) and _SENDABLE.fullmatch(token) and _SENDABLE.fullmatch(kind)
    ):
        return SignedOut(f"{TOKEN_FILE} has no usable access token; run '{LOGIN}'")
    object_id = _object_id(stored)
    if object_id is None:
        return SignedOut(f"{TOKEN_FILE} has no object ID (oid); run '{LOGIN}'")
    expires = _number(stored.get("expires_on"))
    if expires is None and stored.get("expires_on") is not None:
        return SignedOut(f"{TOKEN_FILE} does not say in seconds when it expires (expires_on); run '{LOGIN}'")
    ending = _ending(expires, now, needed)
    if ending:
        return SignedOut(f"the sign-in in {TOKEN_FILE} {ending}; run '{LOGIN}'")
    claims = _claims(token) or {}
    user = _shown(stored.get("user_id")) or _user(claims, object_id)
    tenant = _shown(stored.get("tenant_id")) or _shown(claims.get("tid"))
    return SignIn(token, kind, object_id, user, tenant, expires, TOKEN_FILE)


def _claims(token: str) -> dict[str, Any] | None:
    matched = _JWT.fullmatch(token)
    if matched is None:
        return None
    payload = matched[1]
    try:
        return _object(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except ValueError:
        return None


def _object(data: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _is_for_us(audience: Any) -> bool:
    if not isinstance(audience, str):
        return False
    return bool(_AUDIENCE.fullmatch(audience.rstrip("/"))) or audience in _AUDIENCE_IDS


def _named(audience: Any) -> str:
    named = isinstance(audience, str) and _NAMEABLE.fullmatch(audience)
    return f"'{audience}', not for Power Apps" if named else "something else than Power Apps"


def _object_id(claims: Mapping[str, Any]) -> str | None:
    """It becomes a part of URLs."""
    found = claims.get("oid")
    return found if isinstance(found, str) and _OBJECT_ID.fullmatch(found) else None


def _user(claims: Mapping[str, Any], object_id: str) -> str:
    for name in _USER_CLAIMS:
        if _shown(claims.get(name)):
            return _shown(claims[name])
    application = _shown(claims.get("appid")) or _shown(claims.get("azp"))
    return f"application {application}" if application else object_id


def _shown(value: Any) -> str:
    """Fit for a terminal."""
    return value if isinstance(value, str) and value.isprintable() and len(value) <= 200 else ""


def _number(value: Any) -> float | None:
    """Also of a numeric text, which some tools write."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _ending(expires: float | None, now: float, needed: float) -> str | None:
    """What is wrong with how long it lasts, or None."""
    if expires is None or expires - now >= needed:
        return None
    if expires <= now:
        return "has expired"
    minutes, needed_minutes = int((expires - now) // 60), math.ceil(needed / 60)
    left = {0: "in less than a minute", 1: "in 1 minute"}.get(minutes, f"in {minutes} minutes")
    return f"ends {left}; a deployment needs {needed_minutes}"
