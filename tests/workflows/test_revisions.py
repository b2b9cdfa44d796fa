"""Sides of a comparison that are read from git, and the last release."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from connkit.core import UserError
from connkit.workflows.revisions import NoBaseline, content, last_release, names_at, revision

Git = Callable[..., str]


@pytest.fixture
def repository(tmp_path: Path, git: Git) -> Path:
    """One commit, tagged v1.0.0, with a connector's definition in a folder of its own."""
    top = tmp_path / "repository"
    folder = top / "my connector"
    folder.mkdir(parents=True)
    (folder / "apiDefinition.swagger.json").write_text("{}", "utf-8")
    git(top, "init", "-q")
    git(top, "add", ".")
    git(top, "commit", "-q", "-m", "First")
    git(top, "tag", "v1.0.0")
    return top


@pytest.mark.parametrize(
    ("start", "path", "shown"),
    [
        ("", "my connector", "git:v1.0.0:my connector"),
        ("my connector", "", "git:v1.0.0:my connector"),
        ("my connector", "../my connector/apiDefinition.swagger.json", None),
        ("", "", "git:v1.0.0"),
    ],
)
def test_a_path_is_seen_from_where_one_stands(repository: Path, start: str, path: str, shown: str | None) -> None:
    place = revision(repository / start, "v1.0.0", path)
    assert place.shown() == (shown or "git:v1.0.0:my connector/apiDefinition.swagger.json")


def test_files_are_read_as_they_were(repository: Path, git: Git) -> None:
    folder = repository / "my connector"
    (folder / "apiDefinition.swagger.json").write_text('{"host": "new.example"}', "utf-8")
    place = revision(folder, "v1.0.0", "")
    names = names_at(place)
    assert list(names) == ["apiDefinition.swagger.json"]
    assert content(place, names["apiDefinition.swagger.json"]) == b"{}"


def test_a_folder_that_is_gone_today_is_found(repository: Path, git: Git) -> None:
    git(repository, "rm", "-q", "-r", "my connector")
    place = revision(repository, "v1.0.0", "my connector")
    assert list(names_at(place)) == ["apiDefinition.swagger.json"]


def test_the_top_of_the_repository_can_be_a_connector(repository: Path, git: Git) -> None:
    place = revision(repository, "HEAD", "")
    assert list(names_at(place)) == ["my connector"]


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("v9.9.9", "'git tag' lists what there is, and 'git fetch --tags' fetches more"),
        ("--help", "'git tag' lists what there is, and 'git fetch --tags' fetches more"),
        ("v1.0.0:x", "'git tag' lists what there is, and 'git fetch --tags' fetches more"),
    ],
)
def test_a_revision_that_is_not_there_stops_the_tool(repository: Path, name: str, advice: str) -> None:
    with pytest.raises(UserError) as raised:
        revision(repository, name, "")
    assert str(raised.value) == (
        f"there is no revision '{name}' in the repository of '{repository.as_posix()}'; {advice}"
    )


def test_no_revision_at_all_stops_the_tool(repository: Path) -> None:
    with pytest.raises(UserError, match="^'git:' needs a revision, such as git:v1.0.0 or git:main:my-connector$"):
        revision(repository, "", "")


def test_a_path_that_the_revision_lacks_stops_the_tool(repository: Path) -> None:
    with pytest.raises(UserError, match="^there is no 'other' in 'v1.0.0'; name a path that this revision has$"):
        names_at(revision(repository, "v1.0.0", "other"))


def test_a_folder_outside_git_stops_the_tool(tmp_path: Path) -> None:
    with pytest.raises(UserError) as raised:
        revision(tmp_path, "main", "")
    told = "is in no git repository that can be read; name a folder of a checkout"
    assert str(raised.value) == f"'{tmp_path.as_posix()}' {told}"


def test_without_git_there_is_nothing_to_read(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repository))
    with pytest.raises(UserError, match="^the program git cannot be run; install git, or compare two folders instead$"):
        revision(repository, "main", "")


def test_a_git_that_takes_too_long_is_given_up(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connkit.workflows.revisions.SECONDS", 1e-6)
    with pytest.raises(UserError, match="^git did not answer within 1e-06 seconds; try 'git rev-parse' there$"):
        revision(repository, "main", "")


def test_the_last_release_is_the_highest_version_before_head(repository: Path, git: Git) -> None:
    for tag in ("v1.2.0", "1.10.0", "v2.0.0-beta", "latest", "v1"):
        git(repository, "tag", tag)
    git(repository, "checkout", "-q", "-b", "other")
    git(repository, "commit", "-q", "--allow-empty", "-m", "Second")
    git(repository, "tag", "v3.0.0")
    git(repository, "checkout", "-q", "main")
    assert last_release(repository / "my connector") == "1.10.0"
    git(repository, "merge", "-q", "other")
    assert last_release(repository) == "v3.0.0"


def reason(folder: Path) -> str:
    with pytest.raises(NoBaseline) as raised:
        last_release(folder)
    return str(raised.value)


def test_without_a_release_one_is_told_how_to_fetch_it(repository: Path, tmp_path: Path, git: Git) -> None:
    git(repository, "commit", "-q", "--allow-empty", "-m", "Second")
    git(tmp_path, "clone", "-q", "--depth", "1", repository.as_uri(), "shallow")
    git(repository, "tag", "-d", "v1.0.0")
    assert reason(repository) == (
        "there is no release tag such as v1.0.0 before HEAD; fetch tags with 'git fetch --tags'"
    )
    assert reason(tmp_path / "shallow") == (
        "the clone is shallow and shows no release tag such as v1.0.0 before HEAD; "
        "fetch tags with 'git fetch --unshallow --tags'"
    )
    with pytest.raises(UserError, match="the clone is shallow, so fetch the rest with 'git fetch --unshallow --tags'$"):
        revision(tmp_path / "shallow", "v1.0.0", "")


def test_outside_git_there_is_no_release(tmp_path: Path, git: Git) -> None:
    assert reason(tmp_path).endswith("is in no git repository that can be read; name a folder of a checkout")
    git(tmp_path, "init", "-q")
    assert reason(tmp_path) == "the repository has no commit yet"
