"""Our definition against a list of the service's wire names, operation by operation.

    python tools/benchmarks/compare_wire.py ../shared/facts/service-wire.yaml

Prints one row for each operation and event, and exits 1 when there is a difference beyond the two deliberate ones:
IDs are int64 (decision 0002), and no output claims date-time (decision 0003).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
ID_FIELDS = {
    "id",
    "callid",
    "contactid",
    "recordingid",
    "groupid",
    "voicemailid",
    "voicemailboxid",
    "clientid",
}
ID_FIELDS |= {"employee_id", "previous_contactid"}


def main(wire_file: str) -> int:
    wire = yaml.safe_load(Path(wire_file).read_text("utf-8"))
    definition = json.loads((ROOT / "apiDefinition.swagger.json").read_text("utf-8"))
    ours = {
        operation["operationId"]: (method, path, item, operation)
        for path, item in definition["paths"].items()
        for method, operation in item.items()
        if not method.startswith("x-")
    }
    differences = [f"only one side has {name}" for name in set(ours) ^ set(wire["operations"])]
    print("| operation | method and path | parameters | trigger | fields | deliberate differences |")
    print("|---|---|---|---|---|---|")
    for name, expected in wire["operations"].items():
        found, deliberate = _compare(definition, name, expected, *ours[name])
        event = wire["events"].get(name)
        if event:
            schema = ours[name][2]["x-ms-notification-content"]["schema"]["properties"]["data"]
            more, also = _fields(definition, event["data"], schema, f"{name} event")
            found, deliberate = found + more, deliberate + also
        differences += found
        cells = "same | same | same | same" if not found else " ; ".join(found) + " | | |"
        print(f"| {name} | {cells} | {', '.join(deliberate) or '-'} |")
    for difference in differences:
        print("DIFFERENT:", difference)
    print(f"{len(wire['operations'])} operations, {len(wire['events'])} events, {len(differences)} differences")
    return 1 if differences else 0


def _compare(
    definition: Any, name: str, expected: Any, method: str, path: str, item: Any, operation: Any
) -> tuple[list[str], list[str]]:
    found = []
    if (method.upper(), path) != (expected["method"], expected["path"]):
        found.append(f"{name}: {method.upper()} {path}")
    trigger = expected.get("trigger", "").split(" ")[-1] or None
    if operation.get("x-ms-trigger") != trigger:
        found.append(f"{name}: trigger {operation.get('x-ms-trigger')}")
    if set(expected["statuses"]) - set(operation["responses"]):
        found.append(f"{name}: statuses {sorted(operation['responses'])}")
    parameters, deliberate = _parameters(name, expected["parameters"], operation["parameters"])
    data = operation["responses"]["200"]["schema"]["properties"]["data"]
    fields, more = _fields(definition, expected["data"], data, name)
    return found + parameters + fields, sorted({*deliberate, *more})


def _parameters(name: str, expected: list[Any], actual: list[Any]) -> tuple[list[str], list[str]]:
    found, deliberate = [], []
    if len(expected) != len(actual):
        found.append(f"{name}: {len(actual)} parameters")
    for wanted, parameter in zip(expected, actual, strict=False):
        if isinstance(wanted, dict):
            found += _body(name, wanted["body"], parameter["schema"])
            deliberate += ["int64" for text in wanted["body"].values() if "int32" in text]
            continue
        head, rest = wanted.split(" (")
        parts = rest.rstrip(")").split(", ")
        type_, _, format_ = parts[1].partition("/")
        default = next((int(part.split()[1]) for part in parts if part.startswith("default")), None)
        shape = (
            parameter["name"],
            parameter["in"],
            parameter["type"],
            parameter["required"],
            parameter.get("default"),
        )
        if shape != (head, parts[0], type_, "required" in parts, default):
            found.append(f"{name}: parameter {shape}")
        if parameter.get("format") == "int64":
            deliberate.append("int64")
        elif parameter.get("format", "") != format_:
            found.append(f"{name}: parameter {head} has format {parameter.get('format')}")
    return found, deliberate


def _body(name: str, wanted: dict[str, str], schema: Any) -> list[str]:
    found = []
    for key, text in wanted.items():
        own = schema["properties"].get(key, {})
        if own.get("type") != text.split()[0].split("/")[0] or (key in schema["required"]) != ("required" in text):
            found.append(f"{name}: body {key}")
        if ("notification-url" in text) != bool(own.get("x-ms-notification-url")):
            found.append(f"{name}: notification URL {key}")
    return found + [f"{name}: extra body {key}" for key in set(schema["properties"]) - set(wanted)]


def _fields(definition: Any, wanted: Any, schema: Any, place: str) -> tuple[list[str], list[str]]:
    if "$ref" in schema:
        schema = definition["definitions"][schema["$ref"].rsplit("/", 1)[1]]
    if isinstance(wanted, list):
        if schema["type"] != "array":
            return [f"{place}: no array"], []
        return _fields(definition, wanted[0], schema["items"], place)
    if isinstance(wanted, str):
        type_, _, format_ = wanted.partition("/")
        if schema["type"] != type_:
            return [f"{place}: type {schema['type']}"], []
        if format_ == "date-time":
            return ([f"{place}: claims date-time"], []) if "format" in schema else ([], ["no date-time"])
        if place.rsplit(".", 1)[-1].lower() in ID_FIELDS:
            return ([], ["int64"]) if schema.get("format") == "int64" else ([f"{place}: not int64"], [])
        return ([], []) if schema.get("format", "") == format_ else ([f"{place}: format {schema.get('format')}"], [])
    found, deliberate = [], []
    actual = schema.get("properties", {})
    if list(actual) != list(wanted):
        found.append(f"{place}: fields {list(actual)}")
    for key, value in wanted.items():
        if key in actual:
            more, also = _fields(definition, value, actual[key], f"{place}.{key}")
            found, deliberate = found + more, deliberate + also
    return found, sorted(set(deliberate))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
