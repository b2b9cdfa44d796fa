from __future__ import annotations

from pathlib import Path

import pytest

from connkit.core import Pointer
from connkit.load import YamlDocument, read_yaml


def read(tmp_path: Path, text: str) -> YamlDocument:
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    return read_yaml(path, "a.yaml")


def test_values_and_keys_have_places(tmp_path: Path) -> None:
    document = read(tmp_path, "a:\n  - one\n  - b: true\nc: 3\n")
    assert document.value == {"a": ["one", {"b": True}], "c": 3}
    assert {str(pointer): str(span) for pointer, span in document.spans.items()} == {
        "": "a.yaml:1:1",
        "/a": "a.yaml:2:3",
        "/a/0": "a.yaml:2:5",
        "/a/1": "a.yaml:3:5",
        "/a/1/b": "a.yaml:3:8",
        "/c": "a.yaml:4:4",
    }
    assert str(document.key_spans[Pointer(("c",))]) == "a.yaml:4:1"


def test_anchors_are_followed(tmp_path: Path) -> None:
    document = read(tmp_path, "a: &x {b: 1}\nc: *x\n")
    assert (document.value, document.findings) == ({"a": {"b": 1}, "c": {"b": 1}}, ())


FLAWS = {
    "a key twice": ("a: 1\nb: 2\na: 3\n", "3:1 DuplicateKey"),
    "a key that is a list": ("? [a]\n: 1\n", "1:3 DocumentNotYaml"),
    "a merge key": ("a: &x {b: 1}\nc:\n  <<: *x\n", "3:3 DocumentNotYaml"),
    "an open bracket": ("a: [1,\n", "2:1 DocumentNotYaml"),
    "a tab": ("a:\n\tb: 1\n", "2:1 DocumentNotYaml"),
    "an unknown tag": ("a: !!python/none x\n", "1:4 DocumentNotYaml"),
    "a day that does not exist": ("a: 2024-02-31\n", "1:4 DocumentNotYaml"),
    "an alias inside its own value": ("a: &x [*x]\n", "1:4 DocumentNotYaml"),
    "two documents": ("a: 1\n---\nb: 2\n", "2:1 DocumentNotYaml"),
    "a control character": ("a: \x01\n", "1:4 DocumentNotYaml"),
    "brackets without end": ("[" * 5000, "1:1 DocumentNestedTooDeeply"),
    "nothing": ("", "1:1 DocumentEmpty"),
}


@pytest.mark.parametrize("name", FLAWS)
def test_a_flaw_has_a_place(name: str, tmp_path: Path) -> None:
    text, expected = FLAWS[name]
    found = read(tmp_path, text).findings
    assert [f"{flaw.span.line}:{flaw.span.column} {flaw.rule}" for flaw in found if flaw.span] == [expected]
