"""Whatever is wrong with the sources is told with its place, never by a traceback."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from connkit.build.building import build

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(path.relative_to(ROOT) for path in (ROOT / "definition").rglob("*.yaml") if path.stem != "lmt")
VALUES = (None, "", "%", "%s %s", "{{ x }}", 7, True, [], {}, [[]], {"a": {}}, ["a"])
REMOVED = object()


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from places(item, (*path, key))


PLACES = [(file, path) for file in FILES for path in places(yaml.safe_load((ROOT / file).read_text("utf-8"))) if path]


def mutate(document: Any, path: tuple[Any, ...], value: Any) -> None:
    for key in path[:-1]:
        document = document[key]
    if value is REMOVED:
        del document[path[-1]]
    else:
        document[path[-1]] = value


@settings(max_examples=25, deadline=None)
@given(place=st.sampled_from(PLACES), value=st.sampled_from([REMOVED, *VALUES]))
def test_a_mutated_source_builds_or_is_told(place: tuple[Path, tuple[Any, ...]], value: Any) -> None:
    file, path = place
    document = yaml.safe_load((ROOT / file).read_text("utf-8"))
    mutate(document, path, value)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "definition", Path(folder) / "definition")
        (Path(folder) / file).write_text(yaml.safe_dump(document), "utf-8")
        built = build(Path(folder), "tele2")
    assert bool(built.files) != bool(built.findings)
    assert all(finding.span and finding.span.line >= 1 for finding in built.findings)
