"""Switches: each is set from a value or a text, and a mistake is told."""

from __future__ import annotations

import dataclasses

import pytest

from connkit.core import UserError
from connkit.core.switches import changed
from smartmex import SmartMex, Switches

_READ = {
    ("newest_first", "false"): False,
    ("newest_first", "On"): True,
    ("newest_first", False): False,
    ("bad_key_status", "401"): 401,
    ("wrong_method_status", 404): 404,
    ("rate_limit", " 5 "): 5,
    ("rate_limit", "none"): None,
    ("cap", "0"): 0,
}


@pytest.mark.parametrize(("given", "expected"), _READ.items(), ids=map(str, _READ))
def test_a_switch_is_read(given, expected):
    name, value = given
    assert getattr(changed(Switches(), name, value), name) == expected


_MISTAKES = {
    ("newest_first", "1"): "the switch 'newest_first' cannot be '1'; it takes true or false",
    ("newest_first", ""): "the switch 'newest_first' cannot be ''; it takes true or false",
    ("cap", "-1"): "the switch 'cap' cannot be '-1'; it takes a number from 0 on",
    ("cap", True): "the switch 'cap' cannot be 'True'; it takes a number from 0 on",
    ("cap", None): "the switch 'cap' cannot be 'None'; it takes a number from 0 on",
    ("rate_limit", "fast"): "the switch 'rate_limit' cannot be 'fast'; it takes a number from 0 on, or none",
    ("cap_status", 200): "the switch 'cap_status' cannot be '200'; it takes 403 or 409 or 422 or 429",
    (
        "nothing",
        1,
    ): f"there is no switch 'nothing'; there are {', '.join(f.name for f in dataclasses.fields(Switches))}",
}


@pytest.mark.parametrize(("given", "message"), _MISTAKES.items(), ids=map(str, _MISTAKES))
def test_a_mistake_is_told_with_what_would_be_right(given, message):
    with pytest.raises(UserError) as error:
        changed(Switches(), *given)
    assert str(error.value) == message


def test_every_switch_is_told_as_an_unknown_with_its_question_and_source():
    told = SmartMex().unknowns()
    assert [each.name for each in told] == [field.name for field in dataclasses.fields(Switches)]
    for each in told:
        assert getattr(Switches(), each.name) == each.default
        assert "?" in each.question
        assert each.source


def test_every_switch_can_be_set_to_its_default():
    service = SmartMex()
    for each in service.unknowns():
        service.configure(each.name, each.default)
        service.configure(each.name, str(each.default))
    assert service.switches == Switches()
