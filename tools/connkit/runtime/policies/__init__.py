"""Policies at work: what a connector's policy template instances do to requests and answers."""

from connkit.runtime.policies.calling import Called, Trace, call, call_location
from connkit.runtime.policies.exchange import Exchange, Setting
from connkit.runtime.policies.outcomes import PolicyProblem, PolicyStep, PolicyTrace, ProblemKind
from connkit.runtime.policies.running import begin, policies_of, run_policy, section_of

__all__ = [
    "Called",
    "Exchange",
    "PolicyProblem",
    "PolicyStep",
    "PolicyTrace",
    "ProblemKind",
    "Setting",
    "Trace",
    "begin",
    "call",
    "call_location",
    "policies_of",
    "run_policy",
    "section_of",
]
