"""Fixtures for any project's tests; in its conftest.py: `pytest_plugins = ["smartmex.pytest_fixtures"]`.

`smartmex_responses` answers the `requests` library in process, `smartmex_served` answers over HTTP at its `base` and
sends notifications for real. Both are a new `smartmex.SmartMex` for each test, with the key
`smartmex.FAKE_KEY`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from smartmex.service import SmartMex
from smartmex.skins import responses_mock, served


@pytest.fixture
def smartmex_responses() -> Iterator[SmartMex]:
    with responses_mock() as service:
        yield service


@pytest.fixture
def smartmex_served() -> Iterator[SmartMex]:
    with served() as service:
        yield service
