"""Path templates: `/items/{id}`."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=4096)
def variables(path: str) -> tuple[str, ...]:
    """The names in braces, in order; of a template that is not sound, those that can be told."""
    names = (part.partition("}") for part in path.split("{")[1:])
    return tuple(name for name, closing, _ in names if closing and name)


def sound(path: str) -> bool:
    """Whether every brace encloses a variable within one segment."""
    return all(_sound_segment(segment) for segment in path.split("/")) if "{" in path or "}" in path else True


def _sound_segment(segment: str) -> bool:
    inside, empty = False, False
    for character in segment:
        if character in "{}":
            if inside is (character == "{") or (inside and empty):
                return False
            inside, empty = character == "{", True
        else:
            empty = False
    return not inside


@lru_cache(maxsize=4096)
def shape(path: str) -> tuple[str, ...]:
    """The segments without the names of variables: `items`, `{}`, `{}.json`."""
    return tuple(_nameless(segment) for segment in path.removeprefix("/").split("/"))


def _nameless(segment: str) -> str:
    for name in variables(segment):
        segment = segment.replace(f"{{{name}}}", "{}")
    return segment
