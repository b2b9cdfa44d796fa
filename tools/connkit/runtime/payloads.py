"""The bytes and the content type of a request's body."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import urlencode

from connkit.core import UserError
from connkit.model import Connector, Parameter
from connkit.model.shape import as_object, as_text, texts
from connkit.runtime.inputs import ABSENT, Inputs, is_file
from connkit.runtime.written import check_header, text_of, texts_of

Payload = tuple[bytes, str]  # the content type is '' where there is no body
JSON, FORM, MULTIPART, BYTES = (
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "application/octet-stream",
)


def payload(connector: Connector, inputs: Inputs) -> Payload:
    """The body that the inputs make; UserError for what is missing in it."""
    types = consumed(connector, inputs)
    if inputs.of("formData"):
        return _form(inputs, types)
    parameter = inputs.operation.body
    value = inputs.body(parameter) if parameter else ABSENT
    if parameter is None or value is ABSENT:
        return b"", ""
    schema = inputs.operation.resolver.resolve(parameter.schema)
    if is_file(schema):
        content, own = _content(inputs, parameter, value)
        return content, own or (types[0] if types else BYTES)
    return _written(inputs, value, types)


def consumed(connector: Connector, inputs: Inputs) -> tuple[str, ...]:
    """The content types of a request: what an input called Content-Type says, or else `consumes`."""
    for name, text in inputs.pairs("header"):
        if name.lower() == "content-type" and text:
            return (text,)
    own = inputs.operation.raw.get("consumes")
    return texts(own if isinstance(own, list) else connector.definition.get("consumes"))


def _written(inputs: Inputs, value: Any, types: tuple[str, ...]) -> Payload:
    """JSON wherever it is consumed; text of another type as it is."""
    json_types = [one for one in types if is_json(one)]
    if types and not json_types:
        if isinstance(value, str):
            return value.encode(errors="surrogatepass"), types[0]
        if inputs.switches.form_types_encode_bodies and FORM in types and isinstance(value, dict):
            pairs = [(name, text_of(inside, inputs.switches)) for name, inside in value.items()]
            return urlencode(pairs, errors="surrogatepass").encode(), FORM
    chosen = JSON if JSON in types or not json_types else json_types[0]
    return json.dumps(value).encode(), chosen


def is_json(content_type: str) -> bool:
    """Whether a content type is JSON of some kind, or any type."""
    essence = content_type.partition(";")[0].strip().lower()
    return essence in (JSON, "text/json", "*/*") or essence.endswith("+json")


def _form(inputs: Inputs, types: tuple[str, ...]) -> Payload:
    """A form: of parts where a file is in it or where nothing else is consumed, else as in a URL."""
    parts = [
        (parameter, value) for parameter in inputs.of("formData") if (value := inputs.value(parameter)) is not None
    ]
    multipart = any(one.startswith(MULTIPART) for one in types) and FORM not in types
    if not parts:
        return b"", ""
    if multipart or any(parameter.type == "file" for parameter, _ in parts):
        return _multipart(inputs, parts)
    pairs = inputs.pairs("formData")
    return urlencode(pairs, errors="surrogatepass").encode(), FORM


def _multipart(inputs: Inputs, parts: list[tuple[Parameter, Any]]) -> Payload:
    """Each value a part, in the form of RFC 7578; a file is named like its input, because makers give no name."""
    written = [block for parameter, value in parts for block in _blocks(inputs, parameter, value)]
    boundary = _boundary(b"".join(written))
    lines = b"".join(b"--" + boundary + b"\r\n" + block + b"\r\n" for block in written)
    return lines + b"--" + boundary + b"--\r\n", f"{MULTIPART}; boundary={boundary.decode()}"


def _blocks(inputs: Inputs, parameter: Parameter, value: Any) -> list[bytes]:
    name = _quoted(parameter.name)
    if parameter.type == "file":
        content, content_type = _content(inputs, parameter, value)
        head = f'Content-Disposition: form-data; name="{name}"; filename="{name}"\r\n'
        head += f"Content-Type: {content_type or BYTES}\r\n\r\n"
        return [head.encode(errors="surrogatepass") + content]
    head = f'Content-Disposition: form-data; name="{name}"\r\n\r\n'
    texts_ = texts_of(parameter, value, inputs.switches)
    return [(head + text).encode(errors="surrogatepass") for text in texts_]


def _quoted(name: str) -> str:
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _boundary(content: bytes) -> bytes:
    """A boundary that stands nowhere in the content, the same for the same content."""
    number = 0
    while f"connkit-{number}".encode() in content:
        number += 1
    return f"connkit-{number}".encode()


def _content(inputs: Inputs, parameter: Parameter, value: Any) -> Payload:
    """The bytes of a file: given as bytes, as text, or as the content object that flows pass around.

    Source: https://learn.microsoft.com/azure/logic-apps/logic-apps-content-type
    """
    if isinstance(value, bytes):
        return value, ""
    if isinstance(value, str):
        return value.encode(errors="surrogatepass"), ""
    text = as_object(value).get("$content")
    try:
        if isinstance(text, str):
            check_header(f"'$content-type' of input '{parameter.name}'", as_text(value.get("$content-type")))
            return base64.b64decode(text, validate=True), as_text(value.get("$content-type"))
    except ValueError:
        pass
    raise UserError(
        f"input '{parameter.name}' of {inputs.operation.label} is a file; give bytes, text, "
        'or {"$content-type": "image/png", "$content": "<base64>"}'
    )
