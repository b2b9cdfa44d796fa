"""Policies: what each template takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from connkit.core import Authority, Severity
from connkit.lint.nearest import advice, nearest
from connkit.lint.registry import DOCUMENTS, Flaw, Scope, rule
from connkit.lint.rules.policies import POLICIES
from connkit.lint.rules.properties_shape import FILE, SCHEMA, flaw
from connkit.model import Connector, Policy
from connkit.model.policy import OPERATIONS, PARAMETER_PREFIX, SECTION
from connkit.model.shape import as_text


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=SCHEMA,
    mend="Name a template that exists.",
    needs=FILE,
    scaffold="properties",
    bad="policyTemplateInstances: [{templateId: setheaders, parameters: {}}]",
    good="policyTemplateInstances: [{templateId: setheader, parameters: {}}]",
)
def policy_template_unknown(connector: Connector) -> Iterator[Flaw]:
    """A policy is made from a template that does not exist.

    Letter case makes no difference.
    """
    for policy in connector.policies:
        from connkit.semantics.policy_templates import TEMPLATES

        if policy.template_id and policy.template_id not in TEMPLATES:
            message = f"there is no policy template '{policy.template_id}'; {advice(policy.template_id, TEMPLATES)}"
            yield flaw(policy.pointer / "templateId", message)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=SCHEMA,
    mend="Add the parameter, with x-ms-apimTemplateParameter. before its name.",
    needs=FILE,
    scaffold="properties",
    bad="""
        policyTemplateInstances:
          - {templateId: setheader, parameters: {x-ms-apimTemplateParameter.value: json}}
    """,
    good="""
        policyTemplateInstances:
          - templateId: setheader
            parameters: {x-ms-apimTemplateParameter.name: Accept, x-ms-apimTemplateParameter.value: json}
    """,
)
def policy_parameter_missing(connector: Connector) -> Iterator[Flaw]:
    """A policy lacks a parameter that its template needs, or gives it no value.

    A header or query parameter may be set to nothing at all, and a text replaced by nothing.
    """
    for policy in connector.policies:
        from connkit.semantics.policy_templates import TEMPLATES

        form = TEMPLATES.get(policy.template_id)
        for name in (*form.needs, *form.needs_text) if form else ():
            value = policy.parameters.get(name)
            if value is None and not _misspelt(policy, name):
                yield flaw(policy.pointer, f"the policy '{policy.label}' lacks '{PARAMETER_PREFIX}{name}'")
            elif form and name in form.needs and value in ("", {}):
                place = policy.parameter_pointer(name)
                yield flaw(place, f"the policy '{policy.label}' has nothing in '{name}', which it needs")


def _misspelt(policy: Policy, name: str) -> bool:
    """Whether the parameter is there in another letter case or without its prefix, which is the flaw then."""
    wanted = (name.lower(), f"{PARAMETER_PREFIX}{name}".lower())
    return any(key.lower() in wanted and value is not None for key, value in policy.written.items())


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=SCHEMA,
    mend="Correct the parameter's name, or take it away.",
    needs=FILE,
    scaffold="properties",
    bad="""
        policyTemplateInstances:
          - templateId: setheader
            parameters:
              x-ms-apimTemplateParameter.name: Accept
              x-ms-apimTemplateParameter.value: json
              x-ms-apimTemplateParameter.existAction: skip
    """,
    good="""
        policyTemplateInstances:
          - templateId: setheader
            parameters:
              x-ms-apimTemplateParameter.name: Accept
              x-ms-apimTemplateParameter.value: json
              x-ms-apimTemplateParameter.existsAction: skip
    """,
)
def policy_parameter_unknown(connector: Connector) -> Iterator[Flaw]:
    """A policy has a parameter that its template does not know.

    The schema for policies allows no other. Each name begins with `x-ms-apimTemplateParameter.`, but for the operations
    and the section, which are the same for all templates.
    """
    for policy in connector.policies:
        from connkit.semantics.policy_templates import TEMPLATES

        form = TEMPLATES.get(policy.template_id)
        if form and not form.undocumented:
            known = {OPERATIONS, SECTION, *(f"{PARAMETER_PREFIX}{name}" for name in form.parameters)}
            for name in policy.written:
                if name not in known:
                    meant = _meant(name, form.parameters)
                    told = f"the template '{form.name}' has no parameter '{name}'; {meant}"
                    yield flaw(policy.pointer / "parameters" / name, told)


def _meant(name: str, known: Iterable[str]) -> str:
    """What the name is like, prefix or not; without any likeness, what the template knows."""
    for full in (OPERATIONS, SECTION):
        if nearest(name, [full], 0.85):
            return f"did you mean '{full}'"
    near = nearest(name.removeprefix(PARAMETER_PREFIX), known)
    return f"did you mean '{PARAMETER_PREFIX}{near}'" if near else advice("", known)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=SCHEMA,
    mend="Write one of the values that the message names.",
    needs=FILE,
    scaffold="properties",
    bad="""
        policyTemplateInstances:
          - {templateId: setheader, parameters: {x-ms-apimTemplateParameter.existsAction: replace}}
    """,
    good="""
        policyTemplateInstances:
          - {templateId: setheader, parameters: {x-ms-apimTemplateParameter.existsAction: override}}
    """,
)
def policy_value_not_in_enum(connector: Connector) -> Iterator[Flaw]:
    """A policy has a value that its template does not offer, or runs in a section that it cannot.

    `existsAction`, `httpMethod` and `retainKey` have fixed values. A template that changes the request alone has no
    section Response. Letter case makes no difference.
    """
    for policy in connector.policies:
        from connkit.semantics.policy_templates import TEMPLATES

        form = TEMPLATES.get(policy.template_id)
        for name, choices in form.choices.items() if form else ():
            given = as_text(policy.parameters.get(name))
            if given and given.lower() not in {choice.lower() for choice in choices}:
                message = f"'{given}' is no value for '{name}'; {advice(given, choices)}"
                yield flaw(policy.parameter_pointer(name), message)
        sections = form.named_sections if form else ()
        if sections and policy.section and policy.section.lower() not in {one.lower() for one in sections}:
            what = f"the template '{policy.template_id}' does not run in the section '{policy.section}'"
            expected = " or ".join(f"'{one}'" for one in sections)
            yield flaw(policy.pointer / "parameters" / SECTION, f"{what}; expected {expected}")


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=POLICIES,
    mend="Add x-ms-apimTemplate-policySection: Request, or Response.",
    needs=FILE,
    scaffold="properties",
    bad="policyTemplateInstances: [{templateId: setheader, parameters: {}}]",
    good="""
        policyTemplateInstances:
          - {templateId: setheader, parameters: {x-ms-apimTemplate-policySection: Request}}
    """,
)
def policy_section_missing(connector: Connector) -> Iterator[Flaw]:
    """A policy could act on the request or on the answer, and does not say on which.

    Nothing published says what happens then.
    """
    for policy in connector.policies:
        from connkit.semantics.policy_templates import TEMPLATES, Section

        form = TEMPLATES.get(policy.template_id)
        open_to_both = form is not None and {Section.REQUEST, Section.RESPONSE} <= set(form.sections)
        if open_to_both and not policy.section:
            message = f"the policy '{policy.label}' does not say whether it acts on the request or the answer"
            yield flaw(policy.pointer, message)


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=POLICIES,
    mend="Take one of them away.",
    needs=FILE,
    scaffold="properties",
    bad="""
        policyTemplateInstances:
          - {templateId: setheader, parameters: {x-ms-apimTemplateParameter.name: A}}
          - {templateId: setHeader, parameters: {x-ms-apimTemplateParameter.name: A}}
    """,
    good="""
        policyTemplateInstances:
          - {templateId: setheader, parameters: {x-ms-apimTemplateParameter.name: A}}
          - {templateId: setheader, parameters: {x-ms-apimTemplateParameter.name: B}}
    """,
)
def policy_repeated(connector: Connector) -> Iterator[Flaw]:
    """Two policies are the same but for their titles.

    Both run. What is appended is appended twice, and who changes one leaves the other behind.
    """
    met: list[Policy] = []
    for policy in connector.policies:
        twin = next((one for one in met if _same(one, policy)), None)
        if twin is not None and policy.template_id:
            message = f"the policy '{policy.label}' does the same as the policy '{twin.label}'"
            yield Flaw(policy.pointer, message, (twin.pointer,), part=FILE[0])
        met.append(policy)


def _same(one: Policy, other: Policy) -> bool:
    return one.template_id == other.template_id and one.written == other.written


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=POLICIES,
    mend="Add x-ms-pageable with nextLinkName to the operation, or take the policy away.",
    needs=DOCUMENTS,
    scaffold="properties",
    bad="""
        policyTemplateInstances:
          - templateId: updatenextlink
            parameters:
              x-ms-apimTemplateParameter.nextLinkPropertyName: nextLink
              x-ms-apimTemplate-operationName: [ListItems]
    """,
    good="""
        policyTemplateInstances:
          - templateId: updatenextlink
            parameters:
              x-ms-apimTemplateParameter.nextLinkPropertyName: nextLink
              x-ms-apimTemplate-operationName: []
    """,
)
def next_link_policy_without_paging(connector: Connector) -> Iterator[Flaw]:
    """A policy rewrites the link to a next page that nobody asks for.

    The platform goes through the pages of an operation with `x-ms-pageable` only.
    """
    for policy in connector.policies:
        if policy.template_id == "updatenextlink":
            for index, name in enumerate(policy.operation_names):
                operation = connector.operation(name)
                if operation is not None and "x-ms-pageable" not in operation.raw:
                    message = f"'{name}' has no x-ms-pageable, so that the policy '{policy.label}' does nothing there"
                    yield flaw(policy.operations_pointer / index, message)


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=POLICIES,
    mend="Use letters, digits and '-' in the header's name.",
    needs=FILE,
    scaffold="properties",
    bad="""
        policyTemplateInstances:
          - {templateId: setheader, parameters: {x-ms-apimTemplateParameter.name: 'X Key:'}}
    """,
    good="""
        policyTemplateInstances:
          - {templateId: setheader, parameters: {x-ms-apimTemplateParameter.name: X-Key}}
    """,
)
def policy_header_name_not_valid(connector: Connector) -> Iterator[Flaw]:
    """A policy sets a header that cannot be called so.

    A header's name has no blanks, colons, quotes or brackets in it.
    """
    for policy in connector.policies:
        name = policy.parameters.get("name")
        if policy.template_id == "setheader" and isinstance(name, str) and not _is_header_name(name):
            yield flaw(policy.parameter_pointer("name"), f"no header can be called '{name}'")


def _is_header_name(name: str) -> bool:
    return all(mark.isascii() and (mark.isalnum() or mark in "!#$%&'*+.^_`|~-") for mark in name)
