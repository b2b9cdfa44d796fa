"""Where an operation's path leads."""

import pytest

from connkit.semantics.routing import join, wire_path


@pytest.mark.parametrize(
    ("path", "polling_policy", "expected"),
    [
        ("/trigger/widgets", True, "/widgets"),
        ("/Trigger/widgets", True, "/widgets"),
        ("/trigger/widgets", False, "/trigger/widgets"),
        ("/triggers/widgets", True, "/triggers/widgets"),
        ("/trigger", True, "/trigger"),
        ("/widgets", True, "/widgets"),
    ],
)
def test_the_policy_removes_a_leading_trigger(path: str, polling_policy: bool, expected: str) -> None:
    assert wire_path(path, polling_policy=polling_policy) == expected


@pytest.mark.parametrize("base_url", ["https://w.example/v1", "https://w.example/v1/"])
@pytest.mark.parametrize("path", ["widgets", "/widgets"])
def test_exactly_one_slash_joins(base_url: str, path: str) -> None:
    assert join(base_url, path) == "https://w.example/v1/widgets"
