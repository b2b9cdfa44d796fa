"""The JSON documents that deploy keeps: each a dataclass and a version, read strictly and written whole."""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, NoReturn, TypeVar

from connkit.core import UserError
from connkit.deploy.written import atomic_write

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Kept = TypeVar("Kept", bound=DataclassInstance)

_VERSION = 1


class Kind(NamedTuple):
    """What such a document is called in messages, and what to do with one that is damaged."""

    name: str
    mend: str


def write_kept(path: Path, value: DataclassInstance) -> None:
    """UserError when the file cannot be written."""
    atomic_write(path, json_bytes({"version": _VERSION, **_plain(value)}))


def read_kept(path: Path, kind: Kind, shape: type[Kept]) -> Kept | None:
    """None where there is no file; UserError for one that `write_kept` did not write, or a newer one did."""
    data = read_bytes(path, kind)
    if data is None:
        return None
    try:
        document = _parsed(data)
        if not isinstance(document, dict):
            raise ValueError("it should be a mapping")
        version = document.pop("version", None)
        if type(version) is not int or version < 1:
            raise ValueError("it has no version")
        if version == _VERSION:
            return _shaped(document, shape)
    except ValueError as error:
        raise damaged(path, kind, str(error)) from error
    raise UserError(
        f"the {kind.name} '{path.as_posix()}' was written by a newer connkit (version {version}, this one "
        f"knows {_VERSION}); update connkit"
    )


def read_bytes(path: Path, kind: Kind) -> bytes | None:
    """None where there is no file; UserError when it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UserError(f"the {kind.name} '{path.as_posix()}' cannot be read: {reason}; check it") from error


def damaged(path: Path, kind: Kind, reason: str) -> UserError:
    return UserError(f"the {kind.name} '{path.as_posix()}' is damaged: {reason}\n{kind.mend}")


def json_bytes(value: Any) -> bytes:
    """Pure ASCII, in which any text survives, a lone surrogate too."""
    return (json.dumps(value, indent=2, ensure_ascii=True) + "\n").encode("ascii")


def _plain(value: DataclassInstance) -> dict[str, Any]:
    pairs = ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value))
    return {name: item._asdict() if hasattr(item, "_asdict") else item for name, item in pairs}


def _parsed(data: bytes) -> Any:
    """ValueError, in words for the user, for what is no JSON."""
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"it is no JSON, from line {error.lineno} on") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"'{name}' is no JSON")


def _shaped(document: dict[str, Any], shape: type[Kept]) -> Kept:
    """ValueError where keys or types are others than the fields' are."""
    hints = typing.get_type_hints(shape)
    return shape(**_fields(document, hints, ""))


def _fields(document: Any, hints: dict[str, Any], within: str) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise ValueError(f"'{within}' should be a mapping")
    for name in [*hints, *document]:
        if name not in document:
            raise ValueError(f"'{name}' is missing")
        if name not in hints:
            raise ValueError(f"nobody knows the key '{name}'")
    return {name: _value(document[name], hint, name) for name, hint in hints.items()}


def _value(value: Any, hint: Any, name: str) -> Any:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return None if value is None else _value(value, next(each for each in inner if each is not type(None)), name)
    if origin is Literal:
        if value not in inner:
            raise ValueError(f"'{name}' should be one of {', '.join(inner)}")
        return value
    if origin is tuple:
        return tuple(_value(each, inner[0], name) for each in _value(value, list, name))
    if hasattr(hint, "_fields"):
        return hint(**_fields(value, typing.get_type_hints(hint), name))
    if type(value) is not hint:
        raise ValueError(f"'{name}' should be {_WORDS[hint]}")
    return value


_WORDS = {str: "text", int: "a whole number", list: "a list", bool: "true or false", dict: "a mapping"}
