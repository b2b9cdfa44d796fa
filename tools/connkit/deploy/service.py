"""Reading what Power Platform has: environments, connectors, and a connector's files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urljoin

from connkit.core import Request, Response, Send, UserError
from connkit.deploy.signin import SignIn
from connkit.deploy.state import REFUSED, ROUND_TRIP, State

APIS = "/providers/Microsoft.PowerApps/apis"
ENVIRONMENTS = "/providers/Microsoft.ProcessSimple/environments"
ORIGIN = {"x-ms-origin": "paconn-cli"}
_REDIRECTS = 5
_PAGES = 1000
_LONGEST = 300  # characters of an answer that are shown


class Listed(NamedTuple):
    """A custom connector as the list of an environment names it."""

    id: str
    display_name: str
    created_by: str


@dataclass(frozen=True, slots=True)
class Deployed:
    """A connector as the service holds it; `gaps` tells what could not be read of it."""

    id: str
    state: State
    created_by: str = ""
    gaps: tuple[str, ...] = ()


class ServiceFailed(UserError):
    """The service did not do what it was asked; `status` is what it answered, None where it did not answer."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Addresses:
    """The origins that paconn calls powerAppsUrl and flowUrl, and the version of the first's interface."""

    powerapps: str = "https://api.powerapps.com"
    flow: str = "https://api.flow.microsoft.com"
    version: str = "2016-11-01"


@dataclass(frozen=True, slots=True)
class Service:
    """`send` is patient already. Each method raises ServiceFailed where there is no usable answer."""

    send: Send
    at: Addresses
    sign_in: SignIn

    def environments(self) -> dict[str, str]:
        """Names by ID."""
        value = self._get(f"{self.at.flow}{ENVIRONMENTS}?{urlencode({'api-version': self.at.version})}", "environments")
        return {str(one.get("name")): _text(one, "displayName") for one in _objects(value.get("value"))}

    def connectors(self, environment: str) -> list[Listed]:
        """The custom connectors of an environment, in the service's order."""
        return [_listed(one) for one in self._list(environment) if _properties(one).get("isCustomApi") is not False]

    def _list(self, environment: str) -> Iterator[dict[str, Any]]:
        """Every page: one that is missed could hold the connector that is looked for."""
        what, url = "the list of connectors", self._apis("", environment)
        for _ in range(_PAGES):
            value = self._get(url, what)
            if not isinstance(value.get("value"), list):
                raise _strange(what, value)
            yield from _objects(value["value"])
            following = value.get("nextLink")
            if not following:
                return
            url = str(following)
            if not url.startswith(f"{self.at.powerapps}/"):  # the sign-in goes to no other address
                break
        raise ServiceFailed(f"{what} cannot be read to its end: the service names a next page that is not its own")

    def connector(self, environment: str, connector: str) -> Deployed | None:
        """None where the service says that there is no such connector."""
        what = f"the connector {connector}"
        response = self._response(self._apis(connector, environment), what)
        if response.status == 404:
            return None
        value = _judged(response, what)
        if not isinstance(value.get("properties"), dict):
            raise _strange(what, value)
        return self._deployed(connector, _properties(value))

    def _deployed(self, connector: str, properties: Mapping[str, Any]) -> Deployed:
        gaps: list[str] = []
        icon = self._content(properties.get("iconUri"), "the deployed icon")
        if isinstance(icon, str):
            gaps.append(icon)
        script = self._content(properties.get("scriptDefinitionUrl"), "the deployed script")
        if isinstance(script, str):
            raise ServiceFailed(script)
        state = State(
            self._definition(properties),
            {name: properties[name] for name in ROUND_TRIP if name in properties and name != REFUSED},
            None if isinstance(icon, str) else icon,
            script,
            _text({"properties": properties}, "displayName"),
        )
        return Deployed(connector, state, _creator(properties), tuple(gaps))

    def _definition(self, properties: Mapping[str, Any]) -> dict[str, Any]:
        places = properties.get("apiDefinitions")
        url = places.get("originalSwaggerUrl") if isinstance(places, dict) else None
        if not url:
            raise ServiceFailed("the service names no address of the deployed definition, so it cannot be compared")
        content = self._content(url, "the deployed definition")
        if isinstance(content, str):
            raise ServiceFailed(content)
        try:
            definition = json.loads((content or b"").decode("utf-8-sig"))
        except (ValueError, RecursionError):
            definition = None
        if not isinstance(definition, dict):
            raise ServiceFailed("the deployed definition, as the service gives it, is no JSON object")
        return definition

    def _content(self, url: object, what: str) -> bytes | str | None:
        """The bytes; None where no address is named, a sentence where there are none to be had."""
        if not isinstance(url, str) or not url:
            return None
        try:
            response = self._followed(url, what)
        except ServiceFailed as failure:
            return str(failure)
        if response.status != 200:
            return refusal(response.status, response.body, f"{what} cannot be read")
        return str(_strange(what, json_in(response.body))) if failed_inside(response.body) else response.body

    def _followed(self, url: str, what: str) -> Response:
        """Without the sign-in, which the address does not need and may not have."""
        for _ in range(_REDIRECTS):
            if not url.startswith(("https://", "http://")):
                break
            response = self._sent(Request("GET", url), what)
            target = response.header("Location")
            if response.status not in (301, 302, 303, 307, 308) or not target:
                return response
            url = urljoin(url, target)
        raise ServiceFailed(f"{what} cannot be read: the service names an address that leads nowhere")

    def _apis(self, connector: str, environment: str) -> str:
        query = {"api-version": self.at.version, "$filter": f"environment eq '{environment}'"}
        path = f"/{quote(connector, safe='')}" if connector else ""
        return f"{self.at.powerapps}{APIS}{path}?{urlencode(query, quote_via=quote)}"

    def _get(self, url: str, what: str) -> dict[str, Any]:
        return _judged(self._response(url, what), what)

    def _response(self, url: str, what: str) -> Response:
        authorization = {"Authorization": f"{self.sign_in.token_type} {self.sign_in.token}"}
        return self._sent(Request("GET", url, {**authorization, **ORIGIN}), what)

    def _sent(self, request: Request, what: str) -> Response:
        try:
            return self.send(request)
        except OSError as error:
            raise ServiceFailed(f"{what} cannot be read: {error}; check the network and try again") from None


def refusal(status: int, body: bytes, what: str) -> str:
    """One or two sentences about an answer that is no success."""
    return f"{what}: {answered(status, body)}{advice(status)}"


def answered(status: int, body: bytes) -> str:
    said = said_in(body)
    return f"answer {status}{f', {said}' if said else ''}"


def advice(status: int) -> str:
    """What to do about an answer, to be put behind it; '' where nothing is known."""
    return _ADVICE.get(status) or ("; the service has trouble, try again in some minutes" if status >= 500 else "")


def said_in(body: bytes) -> str:
    """The service's own words in an error; '' where there are none."""
    value = json_in(body)
    error = value.get("error") if isinstance(value, dict) else None
    if isinstance(error, dict):
        words = ": ".join(str(error[key]) for key in ("code", "message") if error.get(key))
    else:
        words = error if isinstance(error, str) else value if isinstance(value, str) else ""
    return shown(words)


def failed_inside(body: bytes) -> bool:
    """Whether an answer tells of an error, whatever its status."""
    value = json_in(body)
    return isinstance(value, dict) and bool(value.get("error"))


_ADVICE = {
    401: "; sign in again with 'connkit paconn login'",
    403: "; ask an administrator for a role in this environment, or choose another",
    429: "; the service wants a pause, try again in some minutes",
}


def _judged(response: Response, what: str) -> dict[str, Any]:
    value = json_in(response.body)
    if not response.succeeded:
        raise ServiceFailed(refusal(response.status, response.body, f"{what} cannot be read"), response.status)
    if not isinstance(value, dict) or value.get("error"):
        raise _strange(what, value)
    return value


def _strange(what: str, value: object) -> ServiceFailed:
    said = said_in(json.dumps(value).encode())
    return ServiceFailed(
        f"{what} cannot be read: the service answered that all is well, but "
        + (f"told of an error: {said}" if said else "not in the form that is known of it")
    )


def json_in(body: bytes) -> Any:
    """None where it is no JSON."""
    try:
        return json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None


def shown(text: str) -> str:
    """On one line, and not too long; words stay whole, since half a secret would not be known and masked."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: line.rfind(' ', 0, _LONGEST) + 1]}..."


def _listed(value: Mapping[str, Any]) -> Listed:
    return Listed(str(value.get("name", "")), _text(value, "displayName"), _creator(_properties(value)))


def _properties(value: Mapping[str, Any]) -> Mapping[str, Any]:
    properties = value.get("properties")
    return properties if isinstance(properties, dict) else {}


def _creator(properties: Mapping[str, Any]) -> str:
    creator = properties.get("createdBy")
    return str(creator.get("displayName", "")) if isinstance(creator, dict) else ""


def _text(value: Mapping[str, Any], name: str) -> str:
    return str(_properties(value).get(name, ""))


def _objects(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
