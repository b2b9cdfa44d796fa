"""A webhook trigger from being switched on to being switched off, at a terminal."""

from __future__ import annotations

from collections.abc import Callable

from connkit.cli.acting import Stage
from connkit.cli.answers import status, tell_answer, tell_differences
from connkit.cli.maker_view import outputs
from connkit.cli.stopping import GivenUp, Stopping
from connkit.core import Request
from connkit.runtime.outputs import output_schema
from connkit.runtime.receiver import Receiver
from connkit.runtime.webhook import Registration, WebhookTrigger

_MOMENT = 0.1  # seconds after which a wish to stop is heard at the latest


class Listening:
    """`run` returns the exit code: 1 where something differed or was refused, 2 where no answer came."""

    def __init__(self, stage: Stage, receiver: Receiver, stop: Stopping) -> None:
        self._stage, self._receiver, self._stop = stage, receiver, stop
        self._operation = stage.opened.operation
        self._trigger = stage.trigger(WebhookTrigger, stage.target.send, retrying=stage.retrying)
        self._code, self._count = 0, 0

    def run(self, play: Callable[[], object], times: int | None) -> int:
        """`play` is called once the webhook is registered; `times` notifications end it, or Ctrl-C."""
        registration = self._register()
        if registration is None:
            return self._code
        try:
            self._tell_registration(registration)
            if registration.registered and not self._stop.asked:
                play()
                self._listen(times)
        finally:
            if registration.registered:
                self._remove()
        self._rest(times)
        return self._code

    def _register(self) -> Registration | None:
        """None where it ended without an answer; whether there is a webhook then, only the service knows."""
        note = self._stage.screen.note
        try:
            return self._stop.finish(
                lambda: self._trigger.enable(self._receiver.url),
                lambda: note("stopping once the registration is answered, to remove it; Ctrl-C again gives up"),
            )
        except OSError as error:
            note(f"{error}")
            self._tell_leaks()
        except GivenUp:
            note("given up before the registration was answered; if a webhook was registered, it is left behind")
        self._code = 2
        return None

    def _tell_registration(self, registration: Registration) -> None:
        note = self._stage.screen.note
        for problem in registration.problems:
            note(str(problem))
        answer = registration.response
        if registration.registered:
            note(f"{self._title()}: registered, {status(answer)}; Ctrl-C removes the webhook")
            schema = output_schema(self._stage.target.connector, self._operation, answer.status)
            tell_differences(self._stage, schema, registration.mismatches)
        elif registration.sent:
            note(f"{self._title()}: refused with {status(answer)}")
            tell_answer(self._stage, answer, registration.mismatches)
        self._tell_leaks()
        if registration.problems or registration.mismatches or not registration.registered or self._trigger.leaks:
            self._code = 1

    def _tell_leaks(self) -> None:
        """Registrations that were not answered with yes or no."""
        for leak in self._trigger.leaks:
            self._stage.screen.note(leak.reason)

    def _title(self) -> str:
        return self._operation.summary or self._operation.operation_id

    def _listen(self, times: int | None) -> None:
        while not self._stop.asked and self._count != times:
            arrived = self._receiver.next(_MOMENT)
            if arrived is not None:
                self._tell(arrived)

    def _rest(self, times: int | None) -> None:
        """What had arrived before the webhook was removed."""
        while self._count != times and (arrived := self._receiver.next(0)) is not None:
            self._tell(arrived)

    def _tell(self, arrived: Request | str) -> None:
        screen = self._stage.screen
        if isinstance(arrived, str):
            self._code = max(self._code, 1)
            screen.note(arrived)
            return
        self._count += 1
        received = self._trigger.receive(arrived)
        schema = self._operation.notification_schema
        if self._stage.as_json:
            screen.say_json(received.outputs)
        else:
            screen.say(f"notification {self._count}:")
            for line in outputs(self._stage.target.connector, schema, screen.mask.value(received.outputs)):
                screen.say(f"  {line}")
        tell_differences(self._stage, schema, received.mismatches)
        self._code = max(self._code, 1 if received.mismatches else 0)

    def _remove(self) -> None:
        note, location = self._stage.screen.note, self._trigger.location
        try:
            removal = self._stop.finish(
                self._trigger.disable, lambda: note("the webhook is being removed; Ctrl-C again gives up")
            )
        except GivenUp:
            note(f"given up: the webhook may be left behind; remove it with DELETE {location}")
            self._code = 2
            return
        note(f"removed: {removal.detail}" if removal.removed else removal.detail)
        unanswered = not removal.certain and removal.response is None
        self._code = max(self._code, 0 if removal.removed else 2 if unanswered else 1)
