"""How an answer of the service is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from connkit.cli.acting import Stage
from connkit.cli.maker_view import differences, outputs
from connkit.cli.trace_view import phrase
from connkit.core import Response
from connkit.runtime.bodies import parsed
from connkit.runtime.outputs import output_schema
from connkit.semantics.values import Mismatch


def status(response: Response) -> str:
    """Such as `200 OK`."""
    return f"{response.status} {phrase(response.status)}".rstrip()


def tell_answer(stage: Stage, response: Response, mismatches: Iterable[Mismatch]) -> None:
    """The outputs and then how they differ from the definition; as JSON, the raw outputs alone on standard output."""
    schema = output_schema(stage.target.connector, stage.opened.operation, response.status)
    if stage.as_json:
        stage.screen.say_json(_raw(response), indent=2)
    else:
        for line in body_lines(stage, response):
            stage.screen.say(line)
    tell_differences(stage, schema, mismatches)


def tell_differences(stage: Stage, schema: dict[str, object], mismatches: Iterable[Mismatch]) -> None:
    tell = stage.screen.note if stage.as_json else stage.screen.say
    told = list(differences(stage.target.connector, schema, mismatches))
    if told:
        tell("differs from the definition:")
    for line in told:
        tell(f"  {line}")


def _raw(response: Response) -> object:
    try:
        return parsed(response.body)
    except ValueError:
        return response.body.decode("utf-8", "replace")


def body_lines(stage: Stage, response: Response) -> Iterator[str]:
    """The body's outputs."""
    if not response.body:
        yield "(no output)"
        return
    try:
        value = parsed(response.body)
    except ValueError:
        kind = response.header("Content-Type") or "no content type"
        yield f"({len(response.body)} bytes that are no JSON, {kind})"
        return
    schema = output_schema(stage.target.connector, stage.opened.operation, response.status)
    yield from outputs(stage.target.connector, schema, stage.screen.mask.value(value))
