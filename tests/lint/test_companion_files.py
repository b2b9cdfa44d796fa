"""README, script, settings and icon, from real folders and from any text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connkit.lint import check, lint
from connkit.lint.csharp import read_source
from connkit.lint.markdown import read_page
from connkit.lint.secret_shapes import secrets_in
from connkit.load import find_connectors
from connkit.model import BinaryFile, Companions, Connector, TextFile

DEFINITION = {
    "swagger": "2.0",
    "info": {"title": "Contact book", "version": "1.0"},
    "paths": {"/items": {"get": {"operationId": "ListItems", "responses": {"200": {"description": "The items"}}}}},
}
FILES = {
    "apiDefinition.swagger.json": json.dumps(DEFINITION),
    "apiProperties.json": '{"properties": {"iconBrandColor": "#31ab3d"}}',
    "settings.json": '{\n  "icon": "logo.png"\n}',
    "readme.md": "# Contact book\nSee [the list](docs/list.md) and [more](gone.md).\n",
    "Script.csx": "public class Script : ScriptBase\n{\n    void A() {\n",
    "icon.png": "no picture",
    "docs/list.md": "",
}
RULES = ["IconNotPng", "ReadmeLinkBroken", "ScriptBracesUnbalanced", "SettingsFileNotFound", "SettingsWithoutScript"]


def test_a_flaw_in_a_file_beside_the_documents_has_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    run = lint(find_connectors([Path()]), select=RULES)
    assert [f"{found.span}: {found.message}" for found in run.findings] == [
        "Script.csx:2:1: this brace is never closed",
        "icon.png:1:1: the icon is no PNG picture: it does not begin as a PNG file does",
        "readme.md:2:41: the link 'gone.md' leads to no file",
        "settings.json:1:1: there is a 'Script.csx', but no 'script' here; an update takes it away from the connector",
        "settings.json:2:11: 'icon' names 'logo.png', which does not exist in the connector's folder",
    ]


def test_what_a_described_folder_lacks_is_told_under_the_usual_name(tmp_path: Path) -> None:
    (tmp_path / "apiDefinition.swagger.json").write_text(json.dumps(DEFINITION))
    names = ["IconMissing", "ReadmeMissing", "SettingsFileMissing"]
    assert lint(find_connectors([tmp_path]), select=names).findings == ()
    (tmp_path / "connkit.yaml").write_text("profile: custom\n")
    found = lint(find_connectors([tmp_path]), select=names).findings
    assert [(finding.rule, Path(finding.file).name) for finding in found] == [
        ("ReadmeMissing", "README.md"),
        ("IconMissing", "icon.png"),
        ("SettingsFileMissing", "settings.json"),
    ]


TEXTS = st.text() | st.lists(
    st.sampled_from(
        ["{", "}", '"', "'", "\\", "$", "@", "//", "/*", "*/", "\n", "#if", "switch", "case ", "Context.OperationId",
         "==", "=>", "`", "```\n", "<!--", "-->", "[a](b)", "](", "# Title", "==\n", "0.0.0.0/0", "TODO", "=", "\r"]
    )
).map("".join)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=3,
)
KEYS = st.sampled_from(["icon", "script", "environment", "powerAppsUrl", "apiDefinition", "secret", "Icon"])


@given(TEXTS, TEXTS, st.binary(max_size=30), st.dictionaries(KEYS, VALUES), st.booleans())
def test_no_content_of_these_files_makes_a_rule_raise(
    readme: str, script: str, icon: bytes, settings: dict[str, Any], described: bool
) -> None:
    companions = Companions(
        described, settings, "s", BinaryFile("i", icon), TextFile("r", readme), TextFile("c", script), holds=bool
    )
    check(Connector(DEFINITION, {"properties": {}}, "x", "d", "p", companions), "independent")


@given(TEXTS)
def test_code_keeps_every_line_and_column(text: str) -> None:
    source = read_source(text)
    assert len(source.code) == len(text)
    assert [at for at, character in enumerate(text) if character == "\n"] == [
        at for at, character in enumerate(source.code) if character == "\n"
    ]
    assert all(source.code[literal.start] == source.code[literal.end - 1] == '"' for literal in source.literals)


def test_a_comment_keeps_its_lines() -> None:
    assert read_source('/*\n{ */ @"a\nb";').code == '  \n     "  \n "; '.rstrip()


@pytest.mark.parametrize(
    ("script", "texts"),
    [
        ('a = "b\\"c";', ['b\\"c']),
        ('a = @"b""c\\";', ['b""c\\']),
        ('a = $"{b["c"]}{{";', ["c"]),
        ('a = $@"{b}\n" + "c";', ["c"]),
        ('a = """b"c""" + "d";', ["d"]),
        ('a = \'"\' + "b";', ["b"]),
        ('// "a"\n/* "b" */ "c"', ["c"]),
        ('a = "not closed\nb = "c";', ["c"]),
        ('a = "" + "b";', ["", "b"]),
        ('a = @"b""" + "c";', ['b""', "c"]),
        ('a = $"{b.Find(c => { return "d"; })}" + "e";', ["d", "e"]),
        ('$"{' * 40, []),
    ],
)
def test_the_texts_of_a_script(script: str, texts: list[str]) -> None:
    assert [literal.value for literal in read_source(script).literals] == texts


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("# A\n## B ##\n#C\n####### D\n", [(1, "A", 1), (2, "B", 2)]),
        ("A\n===\nB\n===x\n", [(1, "A", 1)]),
        ("```\n# A\n```\n~~~\n# B\n```\n~~~\n# C", [(1, "C", 8)]),
        ("<!-- # A\n# B -->\n# C", [(1, "C", 3)]),
        ("```\n\n# A\n~~~\n# B\n```\n# C", [(1, "C", 7)]),
        ("\n===\n", []),
        ("# A\r\n# B\r\n", [(1, "A", 1), (1, "B", 2)]),
    ],
)
def test_the_headings_of_a_page(text: str, headings: list[tuple[int, str, int]]) -> None:
    assert [(part.level, part.title, part.line) for part in read_page(text).sections] == headings


def test_a_link_behind_code_has_its_column() -> None:
    assert [link.region for link in read_page("`a` ``b`c`` [d](e.md)").links] == [(1, 17, 1, 21)]


@pytest.mark.parametrize(("blanks", "findings"), [(1_048_576 - 1, []), (1_048_576, ["ScriptTooLarge"])])
def test_a_script_is_measured_where_its_size_is_not_known(blanks: int, findings: list[str]) -> None:
    companions = Companions(script=TextFile("c", "a" + " " * blanks))
    found = check(Connector({}, {}, companions=companions), select=["ScriptTooLarge"])
    assert [finding.rule for finding in found] == findings


@given(TEXTS)
def test_places_on_a_page_lie_inside_the_text(text: str) -> None:
    lines = text.split("\n")
    for line, start, end_line, end in [
        *(link.region for link in read_page(text).links),
        *(section.region for section in read_page(text).sections),
    ]:
        assert line == end_line <= len(lines)
        assert 1 <= start <= end <= len(lines[line - 1]) + 1


@given(st.text(), st.integers(0, 3))
def test_a_secret_is_found_in_any_surroundings(text: str, blanks: int) -> None:
    planted = "AKIAQQQQWWWWEEEERRRR"
    found = secrets_in(f"{text} {' ' * blanks}{planted} {text}")
    assert [(one.kind, one.length) for one in found if one.start >= len(text)] == [("an AWS access key", len(planted))]
