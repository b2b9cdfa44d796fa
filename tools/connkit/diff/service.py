"""What every operation depends on: where the service is, and how one signs in to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connkit.core import Pointer
from connkit.diff import classes as c
from connkit.diff.operations import Pairs
from connkit.diff.stage import Stage, Words, made
from connkit.diff.taxonomy import Change, ChangeClass
from connkit.model import Connector
from connkit.model.shape import as_list, as_object, as_text, texts

ROOT = Pointer()
DEFINITIONS = "securityDefinitions"


def service(stage: Stage, pairs: Pairs) -> Iterator[Change]:
    yield from _address(stage)
    yield from _schemes(stage)
    yield from _security(stage, pairs)


def _change(stage: Stage, kind: ChangeClass, key: str, words: Words, *below: str) -> Change:
    """A change at a key of the definition, whose place is the definition itself where the key is gone."""
    pointer = ROOT / key if key in stage.new.definition else ROOT
    return made(kind, (key, *below), pointer, words)


def _address(stage: Stage) -> Iterator[Change]:
    old, new = stage.old, stage.new
    if old.host.lower() != new.host.lower():
        yield _change(stage, c.HOST_CHANGED, "host", Words(was=old.host, now=new.host))
    was, now = old.base_path.strip("/"), new.base_path.strip("/")
    if was != now:
        yield _change(stage, c.BASE_PATH_CHANGED, "basePath", Words(was=f"/{was}", now=f"/{now}"))


def _schemes(stage: Stage) -> Iterator[Change]:
    """The platform takes https for granted where a definition says nothing."""
    was, now = (texts(one.definition.get("schemes")) or ("https",) for one in (stage.old, stage.new))
    for name in was:
        if name not in now:
            yield _change(stage, c.SCHEME_REMOVED, "schemes", Words(was=name))
    for name in now:
        if name not in was:
            yield _change(stage, c.SCHEME_ADDED, "schemes", Words(now=name))


def _security(stage: Stage, pairs: Pairs) -> Iterator[Change]:
    was, now = _ways(stage.old), _ways(stage.new)
    gone = [way for way in dict.fromkeys(was.values()) if way not in now.values()]
    came = [way for way in dict.fromkeys(now.values()) if way not in was.values()]
    if gone or came:
        words = Words(was=" or ".join(gone), now=" or ".join(came))
        yield _change(stage, _ways_class(was, now, gone, came), DEFINITIONS, words)
        return
    yield from _scopes(stage)
    yield from _requirements(stage, pairs, was, now)


def _ways_class(was: dict[str, str], now: dict[str, str], gone: list[str], came: list[str]) -> ChangeClass:
    if not was or not now:
        return c.SECURITY_REMOVED if was else c.SECURITY_ADDED
    if gone and came:
        return c.SECURITY_CHANGED
    return c.SECURITY_ALTERNATIVE_REMOVED if gone else c.SECURITY_ALTERNATIVE_ADDED


def _ways(connector: Connector) -> dict[str, str]:
    """How one signs in, by the name of the scheme."""
    return {name: _way(as_object(raw)) for name, raw in connector.security_definitions.items()}


def _way(scheme: dict[str, Any]) -> str:
    kind = as_text(scheme.get("type"))
    if kind == "apiKey":
        return f"an API key in the {as_text(scheme.get('in'))} '{as_text(scheme.get('name'))}'"
    if kind == "basic":
        return "user name and password"
    return f"OAuth 2.0 ({as_text(scheme.get('flow'))})" if kind == "oauth2" else f"'{kind}'"


def _scopes(stage: Stage) -> Iterator[Change]:
    was, now = (
        {scope for raw in one.security_definitions.values() for scope in as_object(as_object(raw).get("scopes"))}
        for one in (stage.old, stage.new)
    )
    for scope in sorted(now - was):
        yield _change(stage, c.SECURITY_SCOPE_ADDED, DEFINITIONS, Words(now=scope), "scopes", scope)
    for scope in sorted(was - now):
        yield _change(stage, c.SECURITY_SCOPE_REMOVED, DEFINITIONS, Words(was=scope), "scopes", scope)


Required = frozenset[frozenset[str]]


def _requirements(stage: Stage, pairs: Pairs, was: dict[str, str], now: dict[str, str]) -> Iterator[Change]:
    """What the calls must carry: once for the definition, and for each operation with a list of its own."""
    kind, key = c.OPERATION_SECURITY_CHANGED, "security"
    common = _required(stage.old.definition, was), _required(stage.new.definition, now)
    if common[0] != common[1]:
        words = Words("every operation", was=_said(common[0]), now=_said(common[1]))
        yield _change(stage, kind, key, words)
    for old, new in pairs:
        if key not in old.raw and key not in new.raw:
            continue
        before = _required(old.raw, was) if key in old.raw else common[0]
        after = _required(new.raw, now) if key in new.raw else common[1]
        if before != after:
            pointer = new.pointer / key if key in new.raw else new.pointer
            words = Words(f"'{new.label}'", was=_said(before), now=_said(after))
            yield made(kind, ("operation", new.label, key), pointer, words, operation_id=new.label)


def _required(holder: dict[str, Any], ways: dict[str, str]) -> Required:
    """The alternatives, each of the ways to sign in that it needs at once."""
    alternatives = (as_object(one) for one in as_list(holder.get("security")))
    return frozenset(frozenset(ways.get(name, name) for name in one) for one in alternatives)


def _said(required: Required) -> str:
    return " or ".join(sorted(" and ".join(sorted(one)) or "nothing" for one in required)) or "nothing"
