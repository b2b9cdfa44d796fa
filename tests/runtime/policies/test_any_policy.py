"""Whatever an author writes, a policy runs or is told; nothing else is ever raised."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from connkit.core import Request, Response
from connkit.runtime.policies.registry import Template, all_templates
from connkit.semantics.policy_templates import POLLING, TEMPLATES, Section

ITEM = "https://service.example/v2/items/a%2Fb/parts/7"
PIECES = [
    "@body()",
    "@item()",
    "{@body().a}",
    ".a",
    "['b']",
    "[0]",
    "@headers('X')",
    "{id}",
    "https://",
    "a",
    "",
    "null",
    "@",
    "\ud800",  # half a character: JSON can spell it, UTF-8 cannot
]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=4).map("".join)
WHOLE = ["@body()", "@body().a", "@item().b", "a", "b", "@headers('X')", "@queryParameters('a')", "\ud800", "/{id}"]
VALUES = st.sampled_from(WHOLE) | TEXTS | st.sampled_from([None, 5, True, [], {}])
JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=3) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("abX"), inner, max_size=2),
    max_leaves=5,
)


@given(st.sampled_from(list(all_templates().values())), st.data(), JSON, st.sampled_from(["", *Section, "x"]))
def test_whatever_is_written_is_told_or_runs(
    policies: Any, template: Template, data: st.DataObject, body: Any, section: str
) -> None:
    parameters = {name: data.draw(VALUES, name) for name in template.form.parameters}
    content = json.dumps(body).encode()
    policies.run(
        (template.name, {**parameters, "section": section}),
        request=Request("POST", f"{ITEM}?a", {"X": "v"}, content),
        answer=Response(data.draw(st.sampled_from([200, 401])), {}, content),
    )


def test_every_template_with_a_form_runs_but_the_one_of_triggers() -> None:
    assert sorted([*all_templates(), POLLING]) == sorted(TEMPLATES)
