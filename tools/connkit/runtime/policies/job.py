"""One policy about to run on one exchange: how templates read their parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NoReturn

from connkit.model import Policy
from connkit.runtime.policies.exchange import Exchange
from connkit.runtime.policies.outcomes import PolicyFailure, ProblemKind
from connkit.runtime.switches import EmulatorSwitches
from connkit.semantics.paths import (
    ExpressionError,
    MalformedExpression,
    Path,
    Step,
    UnsupportedExpression,
    parse_steps,
)
from connkit.semantics.policy_templates import TEMPLATES
from connkit.semantics.policy_text import Lookup, parse_body_path, parse_policy_text


@dataclass(frozen=True, slots=True)
class Job:
    """What a template is given; what it cannot do it says by PolicyFailure."""

    policy: Policy
    exchange: Exchange

    @property
    def switches(self) -> EmulatorSwitches:
        return self.exchange.setting.switches

    def text(self, parameter: str, default: str = "") -> str:
        """A parameter as written; a number or a truth value as JSON writes it."""
        value = self.policy.parameters.get(parameter, default)
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, (str, int)):
            return str(value)
        return self.mistake(parameter, f"'{parameter}' has to be text")

    def choice(self, parameter: str) -> str:
        """One of the template's choices as listed, in whatever letter case it is written; the first is the default."""
        allowed = TEMPLATES[self.policy.template_id].choices[parameter]
        given = self.text(parameter) or allowed[0]
        for one in allowed:
            if one.lower() == given.lower():
                return one
        return self.mistake(parameter, f"'{given}' is no value for {parameter}; expected {_listed(allowed)}")

    def written(self, parameter: str, inserted: Callable[[str], str] = str) -> str:
        """A text parameter with its lookups replaced by what they stand for, each passed through `inserted`."""
        with self.at(parameter):
            parts = parse_policy_text(self.text(parameter))
            return "".join(part if isinstance(part, str) else inserted(self.exchange.found(part)) for part in parts)

    def lookups(self, parameter: str) -> tuple[str | Lookup, ...]:
        with self.at(parameter):
            return parse_policy_text(self.text(parameter))

    def path(self, parameter: str) -> Path:
        with self.at(parameter):
            return parse_body_path(self.text(parameter))

    def steps(self, parameter: str) -> tuple[Step, ...]:
        """The selections of a subpath; the text 'null' is the documented way to say that there are none."""
        text = self.text(parameter)
        with self.at(parameter):
            return parse_steps("" if text.lower() == "null" else text)

    def mistake(self, parameter: str, message: str) -> NoReturn:
        raise PolicyFailure(message, ProblemKind.MISTAKE, parameter)

    def failed(self, parameter: str, message: str) -> NoReturn:
        raise PolicyFailure(message, ProblemKind.FAILED, parameter)

    @contextmanager
    def at(self, parameter: str) -> Iterator[None]:
        """Lays what goes wrong inside at the parameter's door."""
        try:
            yield
        except MalformedExpression as error:
            raise PolicyFailure(str(error), ProblemKind.MISTAKE, parameter) from None
        except UnsupportedExpression as error:
            raise PolicyFailure(str(error), ProblemKind.UNSUPPORTED, parameter) from None
        except ExpressionError as error:
            raise PolicyFailure(str(error), ProblemKind.FAILED, parameter) from None
        except PolicyFailure as failure:
            raise PolicyFailure(str(failure), failure.kind, failure.parameter or parameter) from None


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)
