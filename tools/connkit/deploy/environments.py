"""The environments of Power Platform that a connector is deployed to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from connkit.core import UserError
from connkit.semantics.suggestions import closest

_ID = re.compile(r"(default-)?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Environment:
    """`url` and `flow_url` override powerAppsUrl and flowUrl of settings.json, as a sovereign cloud or the mock
    platform needs. One that connkit.yaml does not list counts as production."""

    name: str
    id: str
    production: bool = True
    url: str | None = None
    flow_url: str | None = None
    listed: bool = True


def looks_like_id(text: str) -> bool:
    """Whether it is a GUID, or Default- and a GUID, in any letter case."""
    return _ID.fullmatch(text) is not None


def wrong_url(key: str, value: object) -> str:
    """Why a service is not to be asked at this address, '' where it may be."""
    from connkit.serving.hosts import is_loopback, web_address  # some milliseconds, and few environments have a URL

    if not isinstance(value, str):
        return f"'{key}' should be text, such as 'https://api.powerapps.com'"
    parts = web_address(value)
    if parts is None:
        return f"'{value}' is no URL, such as 'https://api.powerapps.com'"
    if parts.scheme != "https" and not is_loopback(parts.hostname):
        return f"'{value}' would carry the sign-in unencrypted; use https (http only for this machine)"
    if "@" in parts.netloc:
        return f"'{key}' should hold no user name and no password"
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        return f"'{value}' should end after the host; paconn drops what follows"
    return ""


def chosen(environments: Sequence[Environment], named: str) -> Environment:
    """The environment of that name or ID, in any letter case; one that is not listed when it is an ID all the same.

    UserError for anything else, and for an ID that several have.
    """
    wanted = named.strip().casefold()
    by_name = [each for each in environments if each.name.casefold() == wanted]
    found = by_name or [each for each in environments if each.id.casefold() == wanted]
    if len(found) > 1:
        names = ", ".join(f"'{each.name}'" for each in found)
        raise UserError(f"several environments of connkit.yaml have the ID '{named}'; name one of them: {names}")
    if found:
        return found[0]
    match = _ID.fullmatch(named.strip())
    if match is None:
        raise UserError(_unknown(environments, named))
    id_ = ("Default-" if match[1] else "") + match[2].lower()
    return Environment(name=id_, id=id_, listed=False)


_ENTRY = "- {name: test, id: <the environment's ID>, production: false}"


def _unknown(environments: Sequence[Environment], named: str) -> str:
    if not environments:
        return (
            f"there is no environment '{named}': connkit.yaml lists none\n"
            f"give an environment's ID, or list it in connkit.yaml under 'environments:' as {_ENTRY}"
        )
    names = ", ".join(f"'{each.name}'" for each in environments)
    lowered = {each.name.casefold(): each.name for each in environments}
    near = lowered.get(closest(named.strip().casefold(), lowered), "")
    question = f"did you mean '{near}'? " if near else ""
    return (
        f"there is no environment '{named}'; {question}connkit.yaml has {names}\n"
        f"give one of them or an ID, or list another under 'environments:' as {_ENTRY}"
    )
