"""From a request to its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from connkit.core import Request, Response
from connkit.mock.access import Access
from connkit.mock.answers import Answers, refused
from connkit.mock.deliveries import Deliveries
from connkit.mock.feeds import Feed
from connkit.mock.inputs import Inputs
from connkit.mock.routes import Routes
from connkit.mock.switches import GeneratedSwitches
from connkit.mock.webhooks import Webhook, Webhooks, callback_urls, is_url
from connkit.model import Connector, Operation

_RETRY_AFTER = "15"  # seconds


class Exchange:
    """Everything that requests can change or see."""

    def __init__(
        self,
        connector: Connector,
        access: Access,
        feeds: Mapping[str, Feed],
        deliveries: Deliveries,
        switches: GeneratedSwitches,
    ) -> None:
        self.feeds = feeds
        self.webhooks = Webhooks(connector)
        self.switches = switches
        self._connector = connector
        self._access = access
        self._answers = Answers(connector)
        self._deliveries = deliveries
        self._routes = Routes(connector)

    def answer(self, request: Request) -> tuple[Response, str]:
        """The answer, and what the called operation is named."""
        webhook = self.webhooks.at(request)
        if webhook is not None:
            return self._removed(webhook, request), webhook.events[0]
        calls = self._called(request)
        if not calls:
            candidates = self._routes.candidates(request)
            return refused(404, "no operation has this method and path", candidates=candidates), ""
        return self._answer(calls), calls[0].call.operation.label

    def _called(self, request: Request) -> list[Inputs]:
        """The operations that the request fits equally well, the one to answer first.

        Several may share a path. Then a trigger comes sooner than an action.
        """
        calls = [Inputs(self._connector, call, request) for call in self._routes.calls(request)]
        if len(calls) < 2:
            return calls
        fits = [(len(each.problems), each.strangers, -each.constants) for each in calls]
        best = [each for each, fit in zip(calls, fits, strict=True) if fit == min(fits)]
        return sorted(best, key=lambda each: each.call.operation.trigger is None)

    def _answer(self, calls: list[Inputs]) -> Response:
        inputs = calls[0]
        operation = inputs.call.operation
        flaw = self._refusal(inputs.request, operation.operation_id)
        if flaw:
            return self._answers.wrong_credentials(operation, flaw)
        feed = self.feeds.get(operation.operation_id)
        if feed is not None and feed.policy is None and self._state(feed, inputs) is not None:
            return self._polled_natively(feed, inputs)  # the platform sends nothing but what the Location says
        if self.switches.checks_inputs and inputs.problems:
            return self._answers.wrong_input(operation, "; ".join(inputs.problems))
        if feed is not None:
            return self._polled(feed, inputs) if feed.policy is not None else self._polled_natively(feed, inputs)
        if operation.notification_urls:
            return self._registered(inputs, [each.call.operation for each in calls])
        return self._answers.success(operation)

    def _refusal(self, request: Request, operation_id: str) -> str:
        return self._access.flaw(request, operation_id) if self.switches.checks_credentials else ""

    # Polling triggers.

    def _polled(self, feed: Feed, inputs: Inputs) -> Response:
        return self._answers.page(feed.operation, feed.page(dict(inputs.query), self.switches), {})

    def _state(self, feed: Feed, inputs: Inputs) -> str | None:
        """The state that an earlier answer's Location carried."""
        text = dict(inputs.query).get(feed.state_names[0])
        return text if text is not None and feed.number(text) is not None else None

    def _polled_natively(self, feed: Feed, inputs: Inputs) -> Response:
        state = self._state(feed, inputs)
        if state is None or feed.number(state) == feed.latest:
            told = {"Location": self._location(feed, inputs, feed.text(feed.latest)), "Retry-After": _RETRY_AFTER}
            return self._answers.nothing_new(feed.operation, told)
        body, after = feed.next_answer(state)
        wait = _RETRY_AFTER if feed.number(after) == feed.latest else "0"  # where items come one at a time
        told = {"Location": self._location(feed, inputs, after), "Retry-After": wait}
        return self._answers.page(feed.operation, body, told)

    def _location(self, feed: Feed, inputs: Inputs, state: str) -> str:
        """The same call with its new state, without the credentials, which the platform adds again."""
        left_out = {feed.state_names[0], *self._access.query}
        kept = [(name, value) for name, value in inputs.query if name not in left_out]
        return f"{inputs.request.url.partition('?')[0]}?{urlencode([*kept, (feed.state_names[0], state)])}"

    # Webhook triggers.

    def _registered(self, inputs: Inputs, operations: Sequence[Operation]) -> Response:
        """Registers for the events of all the operations, where only a policy told them apart."""
        operation = inputs.call.operation
        found = callback_urls(inputs.body, [each.path for each in operation.notification_urls])
        if not found or not all(map(is_url, found)):
            place = "/".join(operation.notification_urls[0].path)
            return self._answers.wrong_input(operation, f"{place} is no http or https URL for notifications")
        webhook = self.webhooks.register(inputs.call, [one.operation_id for one in operations], found[0])
        codes = [answer.code for answer in operation.responses if answer.code.startswith("2")]
        code = next((code for code in ("201", *codes) if code in codes), "201")
        answer = self._answers.success(operation, webhook.number, code if code.isdecimal() else "201")
        if not self.switches.registration_location:
            return answer
        return Response(answer.status, {**answer.headers, "Location": webhook.location}, answer.body)

    def _removed(self, webhook: Webhook, request: Request) -> Response:
        operation = webhook.removal
        flaw = self._refusal(request, operation.operation_id if operation else "")
        if flaw:
            return self._answers.wrong_credentials(operation, flaw) if operation else refused(401, flaw)
        if not self.webhooks.remove(webhook):
            return refused(404, "this webhook was removed before")
        self._deliveries.cancel(webhook)
        return self._answers.success(operation) if operation else Response(204)
