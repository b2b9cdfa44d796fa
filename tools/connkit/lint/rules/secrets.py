"""Secrets that are written into a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from connkit.core import Authority, Pointer, Severity
from connkit.lint.registry import Flaw, Part, Scope, rule
from connkit.lint.secret_shapes import is_made_up, secrets_in
from connkit.load.positions import Lines
from connkit.model import Connector, Node
from connkit.model.nodes import CHILDREN
from connkit.model.shape import as_text

EXTENSIONS = "https://learn.microsoft.com/connectors/custom-connectors/openapi-extensions"
_NAMES = (
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "secret",
    "apikey",
    "accesskey",
    "privatekey",
    "accesstoken",
    "bearertoken",
)
_NO_SECRET = (
    "url",
    "uri",
    "id",
    "name",
    "type",
    "expires",
    "expiration",
    "method",
    "policy",
    "length",
    "title",
    "hint",
)
_VALUES = ("default", "example", "x-example", "x-ms-test-value")
_ROOM = 10
_Placed = tuple[tuple[str, ...], str]


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=EXTENSIONS,
    mend="Withdraw the secret where it was issued, and write a placeholder such as {ClientSecret} in its place.",
    needs=(Part.DEFINITION,),
    scaffold="operation",
    bad="{operationId: ListItems, description: 'Send Bearer qm81-Zx04-Wy27-Vt63-Us59.', responses: {}}",
    good="{operationId: ListItems, description: 'Send Bearer YOUR_ACCESS_TOKEN.', responses: {}}",
)
def hard_coded_secret(connector: Connector) -> Iterator[Flaw]:
    """A file holds what looks like a real secret.

    Connectors are published, and every maker can read them. Keys of well-known services, JSON web tokens, bearer and
    basic credentials, private keys, connection strings and signed addresses are told by their shape, anywhere in
    definition, apiProperties.json, settings.json, README and script. Placeholders are let pass. The message never
    repeats the secret; withdraw it, because the history of the repository keeps it.
    """
    yield from _in_definition(connector)
    beside = connector.companions
    documents = ((Part.PROPERTIES, connector.properties), (Part.SETTINGS, beside.settings))
    for part, document in documents:
        for steps, text in _texts(document, ()):
            for secret in secrets_in(text):
                yield Flaw(Pointer(steps), _told(secret.kind, secret.length), part=part)
    for part, file in ((Part.README, beside.readme), (Part.SCRIPT, beside.script)):
        for secret in secrets_in(file.text) if file else ():
            region = Lines(file.text if file else "").region(secret.start, secret.end)
            yield Flaw(Pointer(), _told(secret.kind, secret.length), part=part, region=region)


def _told(kind: str, length: int) -> str:
    return f"this looks like {kind} ({length} characters); withdraw it and write a placeholder"


def _in_definition(connector: Connector) -> Iterator[Flaw]:
    if secrets_in("\n".join(_long_texts(connector.nodes.all))):
        for node in connector.nodes.all:
            for steps, text in _own_texts(node):
                for secret in secrets_in(text):
                    at = Pointer((*node.pointer.parts, *steps))
                    yield Flaw(at, _told(secret.kind, secret.length))


def _long_texts(nodes: Iterable[Node]) -> list[str]:
    """All strings in which a secret has room."""
    found: list[str] = []
    for node in nodes:
        held = CHILDREN.get(node.kind, {})
        for key, value in node.value.items():
            if value.__class__ is str:
                if len(value) >= _ROOM:
                    found.append(value)
            elif key not in held and value.__class__ in (dict, list):
                found += [text for _, text in _texts(value, ()) if len(text) >= _ROOM]
    return found


def _own_texts(node: Node) -> Iterator[_Placed]:
    """What stands in the object and in what it holds but for other nodes."""
    held = CHILDREN.get(node.kind, {})
    for key, value in node.value.items():
        if isinstance(value, str):
            yield (key,), value
        elif isinstance(value, dict | list) and key not in held:
            yield from _texts(value, (key,))


def _texts(value: Any, steps: tuple[str, ...]) -> Iterator[_Placed]:
    """The strings inside of a value."""
    if isinstance(value, str):
        yield steps, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, (*steps, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _texts(inner, (*steps, str(index)))


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=EXTENSIONS,
    mend="Remove the value, or write a placeholder such as {ClientSecret}.",
    needs=(Part.DEFINITION,),
    scaffold="parameters",
    bad="[{name: password, in: query, type: string, default: correct-horse}]",
    good="[{name: password, in: query, type: string, format: password}]",
)
def secret_given_as_value(connector: Connector) -> Iterator[Flaw]:
    """A password, key or secret has a value in the file.

    The default, example or test value of a parameter or property that is called so, and what stands under such a
    key of apiProperties.json (`clientSecret`) or settings.json. Every maker can read it. Placeholders are let pass,
    and so are references such as @connectionParameters('key').
    """
    for key in _VALUES:
        for node in connector.nodes.having(key):
            name = as_text(node.value.get("name")) or node.name
            yield from _given(name, node.value[key], (*node.pointer.parts, key), Part.DEFINITION)
    for part, document in ((Part.PROPERTIES, connector.properties), (Part.SETTINGS, connector.companions.settings)):
        for steps, text in _texts(document, ()):
            yield from _given(steps[-1] if steps else "", text, steps, part)


def _given(name: str, value: Any, steps: tuple[str, ...], part: Part) -> Iterator[Flaw]:
    if _is_secret_name(name) and isinstance(value, str) and _is_secret_value(name, value):
        message = f"'{name}' has a value of {len(value)} characters here; remove it or write a placeholder"
        yield Flaw(Pointer(steps), message, part=part)


def _is_secret_name(name: str) -> bool:
    plain = name.lower().replace("_", "").replace("-", "")
    return any(word in plain for word in _NAMES) and not plain.endswith(_NO_SECRET)


def _is_secret_value(name: str, value: str) -> bool:
    plain = value.lower().replace("_", "").replace("-", "").replace(" ", "")
    described = any(word in plain for word in _NAMES) or plain in name.lower()
    return " " not in value.strip() and not described and not _is_reference(value)


def _is_reference(value: str) -> bool:
    return (
        is_made_up(value)
        or value.startswith(("@", "/", "http"))
        or value.lower() in ("string", "null", "true", "false")
    )
