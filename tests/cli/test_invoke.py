"""connkit invoke: what a maker sees, what is traced, and what is refused."""

from __future__ import annotations

import json
import string
import textwrap
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import smartmex
from connkit.cli import acting
from connkit.cli.main import main
from connkit.core import Request, Response

ROOT = Path(__file__).resolve().parents[2]
Act = Callable[..., tuple[int, str, str]]
ROOM = """\
    Get an employee group by ID: 200 OK
    Response Version: v2
    Response Status: success
    Response Status Code: 200
    Response Message: OK
    (data):
      Group Created At: 2024-03-04T07:30:00+0000
      Group ID: 3107
      Group Type: 1
      Group Name: Sales
      (members):
        1. Member Employee ID: 48211
        2. Member Employee ID: 48212
    """


def text(indented: str) -> str:
    return textwrap.dedent(indented)


def test_outputs_have_titles_and_what_is_nested_is_indented(act: Act) -> None:
    assert act("invoke", "GetGroupByID", "--param", "group_id=3107") == (0, text(ROOM), "")


def test_json_is_the_raw_outputs(act: Act, mock: smartmex.SmartMex) -> None:
    code, out, err = act("invoke", "GetGroupByID", "--param", "group_id=3107", "--format", "json")
    url = f"{mock.base}/groups/3107"
    raw = mock.handle(Request("GET", url, {"Authorization": "Bearer fake-key-for-tests"})).json()
    assert (code, json.loads(out), err) == (0, raw, "Get an employee group by ID: 200 OK\n")


def test_a_body_is_filled_in_by_the_names_of_its_properties(act: Act, mock: smartmex.SmartMex) -> None:
    code, out, _ = act("invoke", "Dial", "--param", "destination=60000101", "--param", "contactID=48211")
    assert (code, out.splitlines()[0]) == (0, "Start a call: 200 OK")


def test_a_paced_call_is_tried_again_as_the_platform_does(
    act: Act, mock: smartmex.SmartMex, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(acting.time, "sleep", slept.append)
    mock.set_fault("error", "GET /groups/{group_id}", status=503, times=1)
    mock.set_fault("too_many", "GET /groups/{group_id}", seconds=40, times=2)
    code, out, err = act("invoke", "GetGroupByID", "--param", "group_id=3107", "--paced")
    assert (code, out, slept) == (0, text(ROOM), [7.0, 40.0])
    assert err == "waiting 7 s before the next try\nwaiting 40 s before the next try\n"


def test_a_call_that_is_not_paced_is_made_once(act: Act, mock: smartmex.SmartMex) -> None:
    mock.set_fault("error", "GET /groups/{group_id}", status=503, times=1)
    code, out, _ = act("invoke", "GetGroupByID", "--param", "group_id=3107")
    assert (code, out.splitlines()[0]) == (1, "Get an employee group by ID: refused with 503 Service Unavailable")


def test_inputs_come_from_a_file_and_the_command_line_over_it(act: Act, tmp_path: Path) -> None:
    path = tmp_path / "call.json"
    path.write_text('{"destination": "60000101", "contactID": 1}', "utf-8")
    assert act("invoke", "Dial", "--params", str(path), "--param", "contactID=48211")[0] == 0


def test_a_refusal_is_told_with_what_the_service_says(act: Act) -> None:
    told = """\
        Get an employee group by ID: refused with 404 Not Found
        (version): v2
        (status): error
        (statusCode): 404
        (message): no group has the group_id 9
        (data): (empty)
        """
    assert act("invoke", "GetGroupByID", "--param", "group_id=9") == (1, text(told), "")


def _answering(mock: smartmex.SmartMex, value: object, status: int = 200) -> None:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    mock.corrupt = lambda request, response: Response(status, {"Content-Type": "text/x"}, body)


def test_what_differs_is_told_in_the_makers_words(act: Act, mock: smartmex.SmartMex) -> None:
    members = [{"contactID": 1}, {"contactID": "two"}]
    _answering(mock, {"data": {"groupID": None, "members": members, "colour": "\x1b[31mred\nline"}, "extra": {}})
    told = """\
        Get an employee group by ID: 200 OK
        (data):
          Group ID: (null)
          (members):
            1. Member Employee ID: 1
            2. Member Employee ID: two
          (colour): \\x1b[31mred  <- not in the definition
            line
        (extra): (empty)  <- not in the definition
        differs from the definition:
          Group ID (/data/groupID): null, but the definition promises integer
          Member Employee ID (/data/members/1/contactID): a string, but the definition promises integer
          /data/colour: not in the definition, so makers cannot see it
          /extra: not in the definition, so makers cannot see it
        """
    assert act("invoke", "GetGroupByID", "--param", "group_id=3107") == (1, text(told), "")


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        (
            b"",
            "(no output)\ndiffers from the definition:\n"
            "  the answer: the body is empty, but the definition promises a schema\n",
        ),
        (
            b"<html>",
            "(6 bytes that are no JSON, text/x)\ndiffers from the definition:\n"
            "  the answer: the body is no JSON, but the definition promises a schema\n",
        ),
    ],
)
def test_an_answer_without_outputs_is_told(act: Act, mock: smartmex.SmartMex, body: bytes, lines: str) -> None:
    _answering(mock, body)
    told = f"Get an employee group by ID: 200 OK\n{lines}"
    assert act("invoke", "GetGroupByID", "--param", "group_id=3107") == (1, told, "")


def test_an_answer_nested_beyond_reason_is_told(act: Act, mock: smartmex.SmartMex) -> None:
    _answering(mock, b'{"data":' * 600 + b"1" + b"}" * 600)
    code, _, err = act("invoke", "GetGroupByID", "--param", "group_id=3107")
    assert (code, err) == (2, "connkit: the service sent something that is nested too deeply to be shown\n")


def test_a_mock_that_fails_is_told_without_the_key(act: Act, mock: smartmex.SmartMex) -> None:
    def fails(request: Request, response: Response) -> Response:
        raise RuntimeError(f"no idea what {request.header('Authorization')} is")

    mock.corrupt = fails
    message = "connkit: the mock service failed: RuntimeError: no idea what *** is\n"
    assert act("invoke", "GetGroupByID", "--param", "group_id=3107") == (2, "", message)


# Policies and traces


@pytest.fixture
def with_policies(connector_copy: Path) -> Path:
    def policy(template: str, section: str, **parameters: str) -> dict[str, object]:
        named = {f"x-ms-apimTemplateParameter.{name}": value for name, value in parameters.items()}
        section_name = {"x-ms-apimTemplate-policySection": section}
        return {"templateId": template, "title": f"{template} {section}", "parameters": {**named, **section_name}}

    path = connector_copy / "apiProperties.json"
    properties = json.loads(path.read_text("utf-8"))
    properties["properties"]["policyTemplateInstances"] = [
        policy("setheader", "Request", name="X-Twice", value="@connectionParameters('api_key')"),
        policy("setheader", "Request", name="X-Twice", value="no", existsAction="skip"),
        policy("setheader", "Response", name="X-Seen", value="yes"),
    ]
    path.write_text(json.dumps(properties), "utf-8")
    return connector_copy


def test_a_trace_shows_each_message_before_and_after_each_policy(act: Act, with_policies: Path) -> None:
    code, _, err = act("invoke", "GetGroupByID", "--param", "group_id=9", "--trace", folder=with_policies)
    url = "https://mobili-stotele.tele2.lt/api/v2/groups/9"
    body = '{"version": "v2", "status": "error", "statusCode": 404, '
    body += '"message": "no group has the group_id 9", "data": {}}'
    assert (code, err) == (
        1,
        text(
            f"""\
            --- before policy 'setheader Request' (setheader)
              GET {url}
              Authorization: Bearer ***
            --- after policy 'setheader Request' (setheader)
              GET {url}
              Authorization: Bearer ***
              X-Twice: ***
            --- before policy 'setheader Request' (setheader): as above
            --- after policy 'setheader Request' (setheader): unchanged
            --- request as it is sent: as above
            --- answer as it came
              HTTP 404 Not Found
              Content-Type: application/json

              {body}
            """
        ),
    )


def test_policies_of_the_answer_are_traced_too(act: Act, with_policies: Path) -> None:
    _, _, err = act("invoke", "GetGroupByID", "--param", "group_id=3107", "--trace", folder=with_policies)
    before, after = err.split("--- before policy 'setheader Response' (setheader): as above\n")
    assert "X-Seen" not in before
    assert after.startswith(
        "--- after policy 'setheader Response' (setheader)\n  HTTP 200 OK\n"
        "  Content-Type: application/json\n  X-Seen: yes\n\n  {"
    )


def test_a_policy_that_cannot_run_is_told_and_nothing_is_sent(
    act: Act, connector_copy: Path, mock: smartmex.SmartMex
) -> None:
    path = connector_copy / "apiProperties.json"
    properties = json.loads(path.read_text("utf-8"))
    properties["properties"]["policyTemplateInstances"] = [{"templateId": "nosuch", "title": "Odd", "parameters": {}}]
    path.write_text(json.dumps(properties), "utf-8")
    asked = ("invoke", "GetGroupByID", "--param", "group_id=9", "--trace")
    code, out, err = act(*asked, folder=connector_copy)
    assert (code, out.partition("; ")[0]) == (1, "policy 'Odd': there is no template 'nosuch'")
    assert err.splitlines()[-1].startswith("--- after policy 'Odd' (nosuch): it could not run: there is no template")


@given(
    st.sampled_from(["Bearer ", "bearer ", "Token ", ""]),
    st.text(string.ascii_letters + string.digits + "-_./+=~:@%&", min_size=4, max_size=20),
    st.sampled_from(["json", "text"]),
)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_key_ever_reaches_the_terminal_even_where_the_service_repeats_it(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    mock: smartmex.SmartMex,
    prefix: str,
    key: str,
    style: str,
) -> None:
    def repeating(request: Request, response: Response) -> Response:
        header = str(request.header("Authorization"))
        body = {"data": {"groupName": header, key: [key, {"x": quote(key)}]}, "message": f"/{key}/"}
        headers = {"X-Key": key, "Set-Cookie": header, "Location": f"https://{quote(key, safe='')}@x.example/?k={key}"}
        return Response(200, headers, json.dumps(body).encode())

    mock.corrupt = repeating
    monkeypatch.setenv("SECRET", prefix + key)
    asked = ["-C", str(ROOT), "invoke", "GetGroupByID", "--param", "group_id=1", "--key-env", "SECRET", "--trace"]
    with pytest.raises(SystemExit):
        main([*asked, "--format", style])
    out, err = capsys.readouterr()
    assert "answer as it came" in err or key.lower() in "answer as it came"
    assert key.lower() not in (out + err).lower()


# Another service


def test_a_service_at_an_address_takes_the_place_of_the_connectors(act: Act) -> None:
    with smartmex.served() as service:
        origin = service.base.removesuffix("/api/v2")
        asked = ("invoke", "GetGroupByID", "--param", "group_id=3107", "--key-env", "PBX_KEY", "--backend")
        assert act(*asked, origin) == act(*asked, service.base) == (0, text(ROOM), "")
        code, out, _ = act(*asked, f"{origin}/api/v3")
    assert (code, out.splitlines()[0]) == (1, "Get an employee group by ID: refused with 404 Not Found")


def test_secrets_that_go_unencrypted_are_told(act: Act, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ("invoke", "GetGroupByID", "--param", "group_id=1", "--key-env", "PBX_KEY")
    code, _, err = act(*asked, "--backend", "http://pbx.invalid/api")
    assert (code, err) == (
        2,
        "note: the connection's secrets go to http://pbx.invalid/api unencrypted\n"
        "connkit: no answer from http://pbx.invalid/api/groups/1 (ConnectionError); is the service running there?\n",
    )


# Mistakes

BACKEND = (
    "--backend is no address of a service; write its origin, with the base path if that is another than the "
    "definition's, such as http://127.0.0.1:8321 or https://service.example/api/v2, and nothing else"
)
_MISTAKES = {
    "a name": (["GetGroupById"], "the connector has no operation 'GetGroupById'; did you mean 'GetGroupByID'?"),
    "a name like none": (
        ["x"],
        "the connector has no operation 'x'; known are 'DeleteWebhookByID', 'Dial', 'GetAudioPromptByID', "
        "'GetCallHistoryItemByID', 'GetCallRecordingByID', 'GetContactsByID', 'GetGroupByID', 'GetLostCalls', "
        "'GetVoicemailBoxByID', 'GetVoicemailByID', 'GetVoipEndpointByID'",
    ),
    "a polling trigger": (["GetGroups"], "'GetGroups' is a polling trigger; use 'connkit poll GetGroups'"),
    "a webhook trigger": (["CallStarted"], "'CallStarted' is a webhook trigger; use 'connkit listen CallStarted'"),
    "no value": (["Dial", "--param", "contactID"], "--param 'contactID' has no value; write --param NAME=VALUE"),
    "no name": (["Dial", "--param", "=1"], "--param '=1' has no name; write --param NAME=VALUE"),
    "an unknown input": (["Dial", "--param", "contact=1"], "Dial has no input 'contact'; did you mean 'contactID'?"),
    "a value of another type": (
        ["Dial", "--param", "contactID=Ona"],
        "the input 'contactID' cannot be 'Ona'; the definition wants a whole number",
    ),
    "a missing input": (
        ["GetGroupByID"],
        "input 'group_id' of GetGroupByID is required; the mock service would take --param group_id=3108",
    ),
    "a switch": (
        ["Dial", "--switch", "failed_policy_stop=false"],
        "the emulator has no switch 'failed_policy_stop'; did you mean 'failed_policy_stops'?",
    ),
    "a switch's value": (
        ["Dial", "--switch", "failed_policy_stops=no"],
        "the switch 'failed_policy_stops' cannot be 'no'; it takes true or false",
    ),
    "a secret on the command line": (
        ["Dial", "--connection", "api_key=fake"],
        "the connection parameter 'api_key' is secret, and a command line is not; put it into an environment "
        "variable and write --key-env api_key=VARIABLE",
    ),
    "a variable that is not set": (
        ["Dial", "--key-env", "NO_SUCH_KEY"],
        "the environment variable 'NO_SUCH_KEY' is not set; set it to the secret that --key-env names",
    ),
    "an unknown connection parameter": (
        ["Dial", "--connection", "region=eu"],
        "unknown connection parameter 'region'; the connector has 'api_key'",
    ),
    "a backend without its key": (
        ["Dial", "--backend", "http://127.0.0.1:9"],
        "connection parameter 'api_key' is missing; the connector needs 'api_key'",
    ),
    "a backend that is none": (["Dial", "--backend", "127.0.0.1:9"], BACKEND),
    "a backend with a secret": (["Dial", "--backend", "http://user:fake@127.0.0.1:9"], BACKEND),
    "a backend with a query": (["Dial", "--backend", "http://127.0.0.1:9?x=1"], BACKEND),
    "a backend with a wrong port": (["Dial", "--backend", "http://127.0.0.1:99999"], BACKEND),
}


@pytest.mark.parametrize(("arguments", "message"), _MISTAKES.values(), ids=_MISTAKES)
def test_a_mistake_is_a_line_that_says_what_to_do(arguments: list[str], message: str, act: Act) -> None:
    assert act("invoke", *arguments) == (2, "", f"connkit: {message}\n")


_FILES = {
    "no JSON": (b"{", ":1:2: no JSON: Expecting property name enclosed in double quotes"),
    "no object": (b"[1]", ': the inputs should be a JSON object, such as {"name": "value"}'),
    "another encoding": (b'{"a": "\xff"}', ": the file is not UTF-8; save it as UTF-8"),
    "nested too deeply": (b"[" * 200_000, ": the JSON is nested too deeply"),
}


@pytest.mark.parametrize(("content", "message"), _FILES.values(), ids=_FILES)
def test_a_mistake_in_a_file_is_told_with_its_place(content: bytes, message: str, act: Act, tmp_path: Path) -> None:
    path = tmp_path / "inputs.json"
    path.write_bytes(content)
    assert act("invoke", "Dial", "--params", str(path)) == (2, "", f"connkit: {path.as_posix()}{message}\n")


def test_a_folder_without_a_mock_gets_one_and_is_told_so(act: Act, connector_copy: Path) -> None:
    (connector_copy / "connkit.yaml").write_text("brand: tele2\n", "utf-8")
    note = "note: connkit.yaml names no mock service; this one is generated from the definition\n"
    code, out, err = act("invoke", "GetLostCalls", folder=connector_copy)
    assert (code, out.splitlines()[0]) == (0, "List missed callers: 200 OK")
    assert err.startswith(note)


def test_a_definition_that_cannot_be_read_is_a_finding(act: Act, connector_copy: Path) -> None:
    (connector_copy / "apiDefinition.swagger.json").write_text("[]", "utf-8")
    told = act("invoke", "Dial", folder=connector_copy)
    assert told == (1, "apiDefinition.swagger.json: error: the definition is no JSON object\n", "")
