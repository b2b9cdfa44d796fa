"""The environments of connkit.yaml."""

from __future__ import annotations

from pathlib import Path

import pytest

from connkit.core import UserError
from connkit.deploy.environments import Environment
from connkit.workflows.project import read_project

ID = "11111111-2222-3333-4444-555555555555"


def _read(root: Path, text: str) -> tuple[Environment, ...]:
    (root / "connkit.yaml").write_text(text, "utf-8")
    return read_project(root).environments


def _entry(text: str) -> str:
    """One environment, complete but for what the text adds or replaces."""
    lines = {"name": "test", "id": ID, "production": "false"}
    lines |= dict(line.split(": ", 1) for line in text.splitlines())
    return "environments:\n" + "".join(
        f"{'  - ' if not index else '    '}{key}: {value}\n" for index, (key, value) in enumerate(lines.items())
    )


@pytest.mark.parametrize(
    ("text", "environments"),
    [
        ("profile: custom\n", ()),
        ("environments:\n", ()),
        ("environments: []\n", ()),
        (
            f"environments:\n"
            f"  - {{name: Vystymas 2, id: Default-{ID}, production: false}}\n"
            f"  - {{name: Šventė, id: {ID}, production: true, url: 'https://gov.api.powerapps.us/', "
            f"flow_url: 'https://gov.api.flow.microsoft.us'}}\n"
            f"  - {{name: rehearsal, id: {ID}, production: false, url: 'http://127.0.0.1:8322'}}\n",
            (
                Environment("Vystymas 2", f"Default-{ID}", False),
                Environment("Šventė", ID, True, "https://gov.api.powerapps.us/", "https://gov.api.flow.microsoft.us"),
                Environment("rehearsal", ID, False, "http://127.0.0.1:8322"),
            ),
        ),
        (_entry(f"name: {ID}"), (Environment(ID, ID, False),)),
        (_entry("url: http://[::1]:8322"), (Environment("test", ID, False, "http://[::1]:8322"),)),
        (_entry(f"name: {'x' * 60}"), (Environment("x" * 60, ID, False),)),
        (_entry("name: console"), (Environment("console", ID, False),)),
    ],
)
def test_they_are_read(tmp_path: Path, text: str, environments: tuple[Environment, ...]) -> None:
    assert _read(tmp_path, text) == environments


FILES = "names files too"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "environments: {name: test}",
            "1:15: 'environments' should be a list, such as '- {name: test, id: <its ID>, production: false}'",
        ),
        (
            "environments: [test]",
            "1:16: an environment should be a mapping, such as '{name: test, id: <its ID>, production: false}'",
        ),
        (
            f"environments:\n  - {{name: test, id: {ID}}}",
            "2:5: missing key 'production'; an environment has a name, an id and production: true or false",
        ),
        (
            f"environments:\n  - {{id: {ID}, production: true}}",
            "2:5: missing key 'name'; an environment has a name, an id and production: true or false",
        ),
        (
            "environments:\n  - {name: test, production: true}",
            "2:5: missing key 'id'; an environment has a name, an id and production: true or false",
        ),
        (_entry("prodction: true"), "5:5: unknown key 'prodction'; did you mean 'production'?"),
        (_entry("1: true"), "5:5: unknown key '1'; known are 'flow_url', 'id', 'name', 'production', 'url'"),
        (_entry("production: 'true'"), "4:17: 'production' should be true or false"),
        (_entry("name: 12"), "2:11: 'name' should be text; put it in quotes"),
        (_entry("id: 12"), "3:9: 'id' should be text; put it in quotes"),
        (
            _entry("id: test'--"),
            "3:9: 'test'--' is no environment ID; it has letters, digits and dashes, as in the address of the portal",
        ),
        (
            _entry("name: a/b"),
            f"2:11: the name 'a/b' {FILES}; use letters, digits, dots, dashes, underscores and blanks",
        ),
        (_entry("name: ''"), f"2:11: the name '' {FILES}; use letters, digits, dots, dashes, underscores and blanks"),
        (
            _entry("name: 'a:b'"),
            f"2:11: the name 'a:b' {FILES}; use letters, digits, dots, dashes, underscores and blanks",
        ),
        (_entry("name: '..'"), f"2:11: the name '..' {FILES}; it may not begin or end with a dot or a blank"),
        (_entry("name: test."), f"2:11: the name 'test.' {FILES}; it may not begin or end with a dot or a blank"),
        (_entry("name: ' test'"), f"2:11: the name ' test' {FILES}; it may not begin or end with a dot or a blank"),
        (_entry("name: nul"), f"2:11: the name 'nul' {FILES}, and is a device on Windows; choose another"),
        (_entry("name: Con.fig"), f"2:11: the name 'Con.fig' {FILES}, and is a device on Windows; choose another"),
        (_entry("name: COM¹ .x"), f"2:11: the name 'COM¹ .x' {FILES}, and is a device on Windows; choose another"),
        (
            _entry(f"name: {'x' * 61}"),
            f"2:11: the name '{'x' * 61}' has 61 characters; it names files too and may have 60",
        ),
        (_entry("url: 1"), "5:10: 'url' should be text, such as 'https://api.powerapps.com'"),
        (_entry("url: api.powerapps.com"), "5:10: 'api.powerapps.com' is no URL, such as 'https://api.powerapps.com'"),
        (
            _entry("url: http://api.powerapps.com"),
            "5:10: 'http://api.powerapps.com' would carry the sign-in unencrypted; use https (http only for this "
            "machine)",
        ),
        (
            _entry("flow_url: http://127.0.0.1.nip.example"),
            "5:15: 'http://127.0.0.1.nip.example' would carry the sign-in unencrypted; use https (http only for this "
            "machine)",
        ),
        (_entry("url: https://a:b@api.example"), "5:10: 'url' should hold no user name and no password"),
        (
            _entry("url: https://api.example/x"),
            "5:10: 'https://api.example/x' should end after the host; paconn drops what follows",
        ),
        (
            "environments:\n  - {name: Test, id: a, production: true}\n  - {name: tEST, id: b, production: true}",
            "3:12: 'tEST' is listed twice, letter case aside; give it another name",
        ),
        (
            "environments:\n"
            "  - {name: a, id: Id-1, production: true, url: 'https://x.example'}\n"
            "  - {name: b, id: id-1, production: true}\n"
            "  - {name: c, id: iD-1, production: true, url: 'https://X.example/'}",
            "4:19: 'c' has the ID of 'a' at the same url; list it once",
        ),
        (
            "environments:\n  - {name: a, id: b, production: true}\n  - {name: B, id: c, production: true}",
            "3:12: the name 'B' is the ID of another environment; give it another name",
        ),
        (
            f"environments:\n  - {{name: Default-{ID}, id: a, production: true}}",
            f"2:12: the name 'Default-{ID}' is the ID of another environment; give it another name",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError) as error:
        _read(Path(), text)
    assert str(error.value) == f"connkit.yaml:{message}"
