"""Who may call: tokens that look like those of a sign-in, and are worth nothing anywhere else."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

TENANT = "00000000-0000-4000-8000-00000000fa4e"
OBJECT_ID = "00000000-0000-4000-8000-000000000b0b"
USER = "rehearsal@mock-platform.example"
USER_NAME = "Rita Rehearsal"
AUDIENCE = "https://service.powerapps.com/"
ISSUER = "https://mock-platform.example/fake-sign-in"


def token(issued: float, expires: float) -> str:
    """A JSON web token without a signature; times are seconds since 1970."""
    claims = {
        "aud": AUDIENCE,
        "iss": ISSUER,
        "iat": int(issued),
        "nbf": int(issued),
        "exp": int(expires),
        "oid": OBJECT_ID,
        "tid": TENANT,
        "upn": USER,
        "name": USER_NAME,
    }
    return f"{_encoded({'typ': 'JWT', 'alg': 'none'})}.{_encoded(claims)}."


def claims(text: str) -> dict[str, Any] | None:
    """What a token of this mock says; None for any other text."""
    parts = text.split(".")
    if len(parts) != 3 or parts[2]:
        return None
    said = _decoded(parts[1])
    return said if said is not None and said.get("iss") == ISSUER and said.get("aud") == AUDIENCE else None


def accepted(authorization: str | None, now: float) -> str:
    """'' where the header lets its caller in, else why it does not."""
    scheme, _, text = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not text:
        return "the request has no bearer token"
    said = claims(text.strip())
    if said is None:
        return "the token is not one of the mock platform"
    expires = said.get("exp")
    if type(expires) is not int or expires <= now:
        return "the token has expired"
    return ""


def token_file(text: str, now: float) -> dict[str, Any]:
    """The content of paconn's accessTokens.json."""
    expires = float((claims(text) or {})["exp"])
    return {
        "token_type": "Bearer",
        "access_token": text,
        "expires_in": int(expires - now),
        "expires_on": expires,
        "resource": AUDIENCE,
        "oid": OBJECT_ID,
        "tenant_id": TENANT,
        "user_id": USER,
    }


def _encoded(value: dict[str, Any]) -> str:
    text = json.dumps(value, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def _decoded(part: str) -> dict[str, Any] | None:
    try:
        value = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
