"""The life of a webhook trigger on a mock service."""

from __future__ import annotations

from connkit.core import MockService, Request, Send
from connkit.model import Connector
from connkit.runtime.connection import Credentials, credentials
from connkit.runtime.steps import Act, Wrong, check
from connkit.runtime.webhook import Registration, Removal, WebhookTrigger
from connkit.semantics.values import Mismatch

CALLBACK = "https://callback.example/workflows/fake/triggers/manual/run?sig=fake"


class WebhookLife:
    def __init__(self, connector: Connector, mock: MockService, operation_id: str, send: Send) -> None:
        self._connector, self._mock, self._operation_id, self._send = connector, mock, operation_id, send
        self._begun: WebhookTrigger | None = None
        self._before = 0
        self._mismatches: tuple[Mismatch, ...] = ()

    def acts(self) -> list[Act]:
        return [
            ("switching on registers one webhook", self._saved),
            ("the registration names a Location, where the webhook can be removed", self._located),
            ("the registration's answer is as defined", self._defined),
            ("the event sends one notification, which starts one run with data as defined", self._fired),
            ("editing leaves exactly one webhook, and the event starts one run", self._edited),
            ("switching off removes the webhook, and none is left behind", self._removed),
            ("after that, the event sends nothing", self._silent),
            ("switching on again registers one webhook, for new events only", self._enabled),
            ("renewed credentials leave exactly one webhook, and the event starts one run", self._renewed),
            ("deleting the flow removes the webhook, and none is left behind", self._removed),
        ]

    @property
    def _trigger(self) -> WebhookTrigger:
        assert self._begun is not None
        return self._begun

    def _credentials(self) -> Credentials:
        return credentials(self._connector, self._mock.connection())

    def _saved(self) -> str:
        given = self._mock.sample_parameters(self._operation_id)
        self._before = self._mock.live_webhooks()
        self._begun = WebhookTrigger(self._connector, self._credentials(), self._operation_id, given, self._send)
        registration = self._trigger.enable(CALLBACK)
        self._mismatches = registration.mismatches
        return self._registered(registration)

    def _registered(self, registration: Registration) -> str:
        if registration.problems:
            raise Wrong("; ".join(map(str, registration.problems)))
        if not registration.registered:
            raise Wrong(f"the service answered {registration.response.status}; registration has to answer 201")
        return self._counted(1)

    def _counted(self, expected: int) -> str:
        more = self._mock.live_webhooks() - self._before
        if more != expected:
            raise Wrong(f"there are {more} more webhooks than before switching on, expected {expected}")
        return f"{expected} more than before switching on"

    def _located(self) -> str:
        location = self._trigger.location
        if location is None:
            raise Wrong(
                "the answer has no Location header, so nothing can ever remove the webhook; "
                "the service has to answer 201 with one"
            )
        return location

    def _defined(self) -> str:
        check(self._mismatches)
        return "as defined"

    def _fired(self) -> str:
        self._mock.deliveries()
        self._mock.fire(self._operation_id)
        sent = self._sent()
        if len(sent) != 1:
            raise Wrong(f"{len(sent)} notifications came to {CALLBACK}, expected 1 with the query kept as it is")
        check(self._trigger.receive(sent[0]).mismatches)
        return "1 run started, its data as defined"

    def _sent(self) -> list[Request]:
        return [request for request in self._mock.deliveries() if request.url == CALLBACK]

    def _edited(self) -> str:
        return self._replaced(*self._trigger.edit(CALLBACK))

    def _renewed(self) -> str:
        return self._replaced(*self._trigger.renew(self._credentials(), CALLBACK))

    def _replaced(self, removal: Removal, registration: Registration) -> str:
        if not removal.removed:
            raise Wrong(removal.detail)
        self._registered(registration)
        return self._fired()

    def _removed(self) -> str:
        removal = self._trigger.disable()
        if not removal.removed:
            raise Wrong(removal.detail)
        self._counted(0)
        return removal.detail

    def _silent(self) -> str:
        self._mock.deliveries()
        self._mock.fire(self._operation_id)
        sent = self._sent()
        if sent:
            raise Wrong(f"{len(sent)} notifications came after the webhook was removed, expected none")
        return "nothing came"

    def _enabled(self) -> str:
        self._registered(self._trigger.enable(CALLBACK))
        if self._sent():
            raise Wrong("a notification came of an event from before switching on, expected none")
        return self._fired()
