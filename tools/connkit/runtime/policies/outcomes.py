"""What came of a policy."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass

from connkit.core import Pointer, Request, Response
from connkit.model import Policy


class ProblemKind(enum.StrEnum):
    MISTAKE = "mistake"  # what its author wrote can never work
    UNSUPPORTED = "unsupported"  # nobody documents what it would do, so it is not emulated
    FAILED = "failed"  # it cannot be evaluated on this request or answer


@dataclass(frozen=True, slots=True)
class PolicyProblem:
    """A policy that could not run; `policy` is its title, `pointer` leads into apiProperties."""

    policy: str
    template_id: str
    pointer: Pointer
    kind: ProblemKind
    message: str

    def __str__(self) -> str:
        return f"policy '{self.policy}': {self.message}"


@dataclass(frozen=True, slots=True)
class PolicyStep:
    """A policy that ran: what it was given and what it made of it, which is the same where it failed."""

    policy: Policy
    before: Request | Response
    after: Request | Response
    problem: PolicyProblem | None = None


PolicyTrace = Callable[[PolicyStep], None]


class PolicyFailure(Exception):
    """What a template raises instead of a result; `parameter` is the one at fault, '' for none."""

    def __init__(self, message: str, kind: ProblemKind = ProblemKind.FAILED, parameter: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.parameter = parameter
