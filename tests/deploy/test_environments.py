"""Which environment is meant."""

from __future__ import annotations

import pytest

from connkit.core import UserError
from connkit.deploy.environments import Environment, chosen

ID = "11111111-2222-3333-4444-aaaaaaaaaaaa"
TEST = Environment("Test", f"Default-{ID}", False)
PRODUCTION = Environment("Gamyba Šiauliai", "99999999-2222-3333-4444-555555555555")
REHEARSAL = Environment("rehearsal", TEST.id, False, "http://127.0.0.1:8322")


@pytest.mark.parametrize(
    ("named", "environment"),
    [
        ("Test", TEST),
        ("tEST", TEST),
        (" test ", TEST),
        ("gamyba šIAULIAI", PRODUCTION),
        (PRODUCTION.id, PRODUCTION),
        (TEST.id.upper(), TEST),
        (ID.upper(), Environment(ID, ID, True, listed=False)),
        (f"DEFAULT-{PRODUCTION.id}", Environment(*[f"Default-{PRODUCTION.id}"] * 2, listed=False)),
    ],
)
def test_it_is_found_by_name_or_id(named: str, environment: Environment) -> None:
    assert chosen([TEST, PRODUCTION], named) == environment


def test_a_name_goes_before_an_id() -> None:
    assert chosen([Environment("a", "b"), Environment("b", "c")], "b").id == "c"


LIST = "list another under 'environments:' as - {name: test, id: <the environment's ID>, production: false}"


@pytest.mark.parametrize(
    ("environments", "named", "message"),
    [
        (
            [TEST, PRODUCTION],
            "tset",
            "there is no environment 'tset'; did you mean 'Test'? connkit.yaml has 'Test', 'Gamyba Šiauliai'\n"
            f"give one of them or an ID, or {LIST}",
        ),
        (
            [TEST, PRODUCTION],
            f"x{ID}",
            f"there is no environment 'x{ID}'; connkit.yaml has 'Test', 'Gamyba Šiauliai'\n"
            f"give one of them or an ID, or {LIST}",
        ),
        (
            [],
            "test",
            "there is no environment 'test': connkit.yaml lists none\n"
            "give an environment's ID, or list it in connkit.yaml under 'environments:' as "
            "- {name: test, id: <the environment's ID>, production: false}",
        ),
        (
            [TEST, REHEARSAL],
            TEST.id,
            f"several environments of connkit.yaml have the ID '{TEST.id}'; name one of them: 'Test', 'rehearsal'",
        ),
    ],
)
def test_any_other_is_refused(environments: list[Environment], named: str, message: str) -> None:
    with pytest.raises(UserError) as error:
        chosen(environments, named)
    assert str(error.value) == message
