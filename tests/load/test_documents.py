"""Every way in which a JSON file can be broken, and the place that is reported."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connkit.core import Pointer, UserError
from connkit.load import locate, locate_all, read_document

BROKEN = {
    "a missing comma": (b'{"a": 1\n "b": 2}', ["DocumentNotJson 2:2-2:3"]),
    "a comma too many": (b'{"a": 1,\n}', ["DocumentNotJson 1:8-1:9"]),
    "a comma too many in an array": (b"[1 , \n]", ["DocumentNotJson 1:4-1:5"]),
    "text behind the end": (b"{}\n{}", ["DocumentNotJson 2:1-2:2"]),
    "a control character": (b'{"a": "x\x01"}', ["DocumentNotJson 1:9-1:10"]),
    "a NUL": (b'{"a": \x00}', ["DocumentNotJson 1:7-1:8"]),
    "Latin-1": ('{"a":\n "\xe9"}'.encode("latin-1"), ["DocumentNotUtf8 2:3-2:4"]),
    "UTF-16": ("{}".encode("utf-16"), ["DocumentNotUtf8 1:1-1:1"]),
    "a byte order mark": (b'\xef\xbb\xbf{"a": 1}', ["DocumentHasByteOrderMark 1:1-1:1"]),
    "a byte order mark alone": (
        b"\xef\xbb\xbf",
        ["DocumentHasByteOrderMark 1:1-1:1", "DocumentEmpty 1:1-1:1"],
    ),
    "nothing": (b"", ["DocumentEmpty 1:1-1:1"]),
    "blanks": (b" \r\n", ["DocumentEmpty 1:1-1:1"]),
    "NaN and Infinity": (
        b'{"a": NaN,\n "b": [-Infinity]}',
        ["DocumentNotJson 1:2-1:5", "DocumentNotJson 2:8-2:17"],
    ),
    "a number without end": (b"[1, %s]" % (b"9" * 5000), ["NumberTooLong 1:5-1:5005"]),
    "ten thousand levels": (b"[" * 10_000 + b"]" * 10_000, ["DocumentNestedTooDeeply 1:202-1:203"]),
    "three hundred levels": (b"[" * 300 + b"]" * 300, ["DocumentNestedTooDeeply 1:202-1:203"]),
    "a key twice": (
        b'{"a": {"b": 1,\n  "b": 2}, "a": 3}',
        ["DuplicateKey 2:3-2:6", "DuplicateKey 2:12-2:15"],
    ),
    "nothing wrong": (b'{"a": [1e999, "\\ud800"]}', []),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_a_finding_with_its_place(name: str, tmp_path: Path) -> None:
    content, expected = BROKEN[name]
    path = tmp_path / "broken.json"
    path.write_bytes(content)
    document = read_document(path, "shown/broken.json")
    spans = [(found.rule, found.span) for found in document.findings if found.span]
    assert [f"{rule} {at.line}:{at.column}-{at.end_line}:{at.end_column}" for rule, at in spans] == expected
    assert {found.file for found in document.findings} <= {"shown/broken.json"}


def test_the_last_of_two_keys_counts_and_is_named(tmp_path: Path) -> None:
    path = tmp_path / "twice.json"
    path.write_text('{"a": 1, "a": 2}')
    document = read_document(path, "twice.json")
    assert document.value == {"a": 2}
    assert [(str(found.pointer), found.message) for found in document.findings] == [
        ("/a", "the key 'a' stands twice in this object; only this last value counts")
    ]


def test_what_is_not_utf_8_is_read_as_far_as_possible(tmp_path: Path) -> None:
    path = tmp_path / "latin.json"
    path.write_bytes('{"a": "\xe9", "b": 1}'.encode("latin-1"))
    assert read_document(path, "latin.json").value == {"a": "\ufffd", "b": 1}


def test_a_folder_in_place_of_a_file_is_a_finding(tmp_path: Path) -> None:
    assert [found.rule for found in read_document(tmp_path, "x.json").findings] == ["DocumentIsFolder"]


def test_a_missing_file_stops_the_tool(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="^'x.json' does not exist; name an existing file$"):
        read_document(tmp_path / "x.json", "x.json")


def test_a_file_that_may_not_be_read_stops_the_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    path = tmp_path / "x.json"
    path.write_text("{}", "utf-8")
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(UserError, match="^'x.json' cannot be read: permission denied; check"):
        read_document(path, "x.json")


TEXT = '{"a": {"b": [10, {"c": "x"}]},\r\n "~/": "é\\n", "d": [[]]}'


@pytest.mark.parametrize(
    ("pointer", "region"),
    [
        ("", (1, 1, 1, 2)),
        ("/a", (1, 2, 1, 5)),
        ("/a/b/0", (1, 14, 1, 16)),
        ("/a/b/1", (1, 18, 1, 19)),
        ("/a/b/1/c", (1, 24, 1, 27)),
        ("/a/b/1/missing/below", (1, 18, 1, 19)),
        ("/~0~1", (2, 8, 2, 13)),
        ("/d/0", (2, 21, 2, 22)),
    ],
)
def test_places_of_values(pointer: str, region: tuple[int, int, int, int]) -> None:
    assert locate(TEXT, Pointer.parse(pointer)) == region


def test_of_a_repeated_key_the_last_is_located_with_all_below_it() -> None:
    pointers = [Pointer.parse("/a/b"), Pointer.parse("/a/c")]
    assert list(locate_all('{"a": {"b": 1}, "a": {"c": 2}}', pointers).values()) == [
        (1, 17, 1, 20),
        (1, 28, 1, 29),
    ]


def test_a_byte_order_mark_does_not_hinder_the_search() -> None:
    assert locate('\ufeff{"a": 1}', Pointer(("a",))) == (1, 8, 1, 9)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet='{}[],:"\\a1 \n-u'))
def test_no_text_stops_the_search(text: str) -> None:
    locate(text, Pointer(("a", "0")))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.binary(max_size=60))
def test_no_bytes_stop_the_reader(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_bytes(data)
    read_document(path, "any.json")
