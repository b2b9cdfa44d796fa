"""Runs policies one after the other, and tells which could not."""

from __future__ import annotations

from collections.abc import Iterable

from connkit.core import Pointer, Request
from connkit.model import Connector, Operation, Policy
from connkit.model.policy import PARAMETER_PREFIX, SECTION
from connkit.runtime.policies.exchange import Exchange, Setting
from connkit.runtime.policies.job import Job
from connkit.runtime.policies.outcomes import PolicyFailure, PolicyProblem, PolicyStep, ProblemKind
from connkit.runtime.policies.registry import Template, all_templates
from connkit.semantics.policy_templates import POLLING, TEMPLATES, Section, TemplateForm


def begin(setting: Setting, request: Request) -> Exchange:
    """The exchange before any policy."""
    return Exchange(setting, request, request, setting.connector.base_url)


def policies_of(connector: Connector, operation: Operation) -> list[Policy]:
    """The policies that act on an operation, in listed order, without pollingtrigger."""
    named = (policy for policy in connector.policies if policy.applies_to(operation.operation_id))
    return [policy for policy in named if policy.template_id != POLLING]


def is_template(template_id: str) -> bool:
    """Whether a template's id, in lower case, is one that can run."""
    return template_id in TEMPLATES


def section_of(policy: Policy, exchange: Exchange) -> Section:
    """When the policy runs; one that cannot be understood is told with the request."""
    form = TEMPLATES.get(policy.template_id)
    if form is None or not form.sections:
        return Section.REQUEST
    named = next((section for section in form.sections if section.lower() == policy.section.lower()), None)
    if named is not None or policy.section:
        return named or Section.REQUEST
    several = len(form.sections) > 1 and not exchange.setting.switches.no_section_is_request
    return Section.RESPONSE if several and Section.RESPONSE in form.sections else form.sections[0]


def run_policies(policies: Iterable[Policy], exchange: Exchange) -> tuple[Exchange, list[PolicyProblem]]:
    """The exchange after those policies whose section it is, and the problems; one that fails leaves it as it was."""
    problems: list[PolicyProblem] = []
    for policy in policies:
        if not _due(section_of(policy, exchange), exchange):
            continue
        result = run_policy(policy, exchange)
        problem = result if isinstance(result, PolicyProblem) else None
        after = exchange if isinstance(result, PolicyProblem) else result
        if exchange.setting.policy_trace is not None:
            exchange.setting.policy_trace(PolicyStep(policy, exchange.message, after.message, problem))
        exchange = after
        if problem is not None:
            problems.append(problem)
            if exchange.setting.switches.failed_policy_stops:
                break
    return exchange, problems


def _due(section: Section, exchange: Exchange) -> bool:
    if exchange.response is None or section is Section.REQUEST:
        return exchange.response is None and section is Section.REQUEST
    refused = exchange.response.status >= 400
    if section is Section.RESPONSE:
        return not refused or bool(exchange.setting.switches.response_section_covers_refusals)
    return section is Section.ANY_ANSWER or refused


def run_policy(policy: Policy, exchange: Exchange) -> Exchange | PolicyProblem:
    """The exchange after one policy, whatever section it is; OSError when a call of its own gets no answer."""
    try:
        template = _template(policy)
        _check_parameters(policy, template.form)
        return template.run(Job(policy, exchange))
    except PolicyFailure as failure:
        place = policy.pointer
        if failure.parameter:
            place = place / "parameters" / f"{PARAMETER_PREFIX}{failure.parameter}"
        if failure.parameter == SECTION:
            place = _section_pointer(policy)
        name = policy.title or policy.template_id
        return PolicyProblem(name, policy.template_id, place, failure.kind, str(failure))


def _section_pointer(policy: Policy) -> Pointer:
    return policy.pointer / "parameters" / SECTION


def _template(policy: Policy) -> Template:
    found = all_templates().get(policy.template_id)
    if found is None:
        known = ", ".join(all_templates())
        message = f"there is no template '{policy.template_id}'; there are {known}, {POLLING}"
        raise PolicyFailure(message, ProblemKind.UNSUPPORTED)
    allowed = found.form.named_sections
    if policy.section and policy.section.lower() not in [section.lower() for section in allowed]:
        known = " or ".join(allowed) or "none"
        message = f"{found.name} does not run in the section '{policy.section}'; expected {known}"
        raise PolicyFailure(message, ProblemKind.MISTAKE, SECTION)
    return found


def _check_parameters(policy: Policy, form: TemplateForm) -> None:
    for name in (*form.needs, *form.needs_text):
        value = policy.parameters.get(name)
        if value is None or (value == "" and name in form.needs):
            needed = ", ".join(f"'{other}'" for other in (*form.needs, *form.needs_text))
            message = f"the parameter '{name}' is missing; {form.name} needs {needed}"
            raise PolicyFailure(message, ProblemKind.MISTAKE)
    if form.undocumented:
        return
    for name in policy.parameters:
        if name not in form.parameters:
            listed = ", ".join(f"'{other}'" for other in form.parameters)
            message = f"{form.name} has no parameter '{name}'; it has {listed}"
            raise PolicyFailure(message, ProblemKind.MISTAKE, name)
