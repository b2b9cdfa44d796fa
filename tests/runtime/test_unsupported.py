"""What the emulator says that it does not do."""

from __future__ import annotations

from typing import Any

import pytest

from connkit.model import Connector
from connkit.runtime.unsupported import unsupported

TREE = "/paths/~1x/get/parameters/0/x-ms-dynamic-tree"


def parameter(**more: Any) -> dict[str, Any]:
    return {"paths": {"/x": {"get": {"parameters": [{"name": "p", "in": "query", **more}]}}}}


def code(listed: Any) -> dict[str, Any]:
    return {"properties": {"scriptOperations": listed}}


@pytest.mark.parametrize(
    ("definition", "properties", "script", "expected"),
    [
        ({}, {}, False, []),
        (parameter(**{"x-ms-dynamic-values": {"operationId": "List"}}), {}, False, []),
        (
            parameter(**{"x-ms-dynamic-tree": {"open": {}}}),
            {},
            False,
            [f"{TREE} x-ms-dynamic-tree: the tree is not emulated; its operations can be invoked by themselves"],
        ),
        (
            parameter(**{"x-ms-dynamic-values": {"capability": "file-picker"}}),
            {},
            False,
            [
                "/paths/~1x/get/parameters/0/x-ms-dynamic-values capability: its choices come from file-picker, "
                "which is not emulated"
            ],
        ),
        (
            parameter(**{"x-ms-dynamic-values": {"builtInOperation": "AadGraph.GetUsers"}}),
            {},
            False,
            [
                "/paths/~1x/get/parameters/0/x-ms-dynamic-values builtInOperation: its choices come from "
                "AadGraph.GetUsers, which is not emulated"
            ],
        ),
        (
            parameter(**{"x-ms-trigger-value": {"value-path": "id"}}),
            {},
            False,
            [
                "/paths/~1x/get/parameters/0/x-ms-trigger-value x-ms-trigger-value: it is not followed; reports say "
                "that it does not work on the platform either"
            ],
        ),
        (
            {
                "x-ms-capabilities": {"testConnection": {}, "file-picker": {}, "later": {}},
                "paths": {"/x": {"get": {"x-ms-capabilities": {"chunkTransfer": True}, "x-ms-notification": {}}}},
            },
            {},
            False,
            [
                "/x-ms-capabilities/testConnection testConnection: a connection is not tried by it when it is made",
                "/x-ms-capabilities/file-picker file-picker: the file picker is not emulated; its operations can be "
                "invoked by themselves",
                "/paths/~1x/get/x-ms-notification x-ms-notification: a trigger that fetches what its webhook "
                "announces is not emulated as a pair",
                "/paths/~1x/get/x-ms-capabilities/chunkTransfer chunkTransfer: a large body is sent whole, and not "
                "in chunks",
            ],
        ),
        (
            {},
            code(["A", 1, "B"]),
            False,
            [
                "/properties/scriptOperations/0 script.csx: custom code does not run: A is called as if the "
                "connector had no script.csx (properties)",
                "/properties/scriptOperations/2 script.csx: custom code does not run: B is called as if the "
                "connector had no script.csx (properties)",
            ],
        ),
        ({}, code([]), False, []),
        (
            {},
            code([]),
            True,
            [
                "/properties/scriptOperations script.csx: custom code does not run: every operation is called as if "
                "the connector had no script.csx (properties)"
            ],
        ),
        (
            {},
            {},
            True,
            [
                " script.csx: custom code does not run: every operation is called as if the connector had no "
                "script.csx (properties)"
            ],
        ),
        (
            {},
            {
                "properties": {
                    "connectionParameters": {"site": {"type": "gatewaySetting"}, "odd": 1},
                    "policyTemplateInstances": [
                        {"templateId": "pollingtrigger"},
                        {"templateId": "SetHeader"},
                        {"templateId": "MoveProperties"},
                    ],
                }
            },
            False,
            [
                "/properties/connectionParameters/site gatewaySetting: no on-premises gateway is emulated: the "
                "service is called directly (properties)",
                "/properties/policyTemplateInstances/2/templateId templateId: no policy template 'moveproperties' is "
                "documented, so it does not run (properties)",
            ],
        ),
    ],
)
def test_what_is_said(
    definition: dict[str, Any], properties: dict[str, Any], script: bool, expected: list[str]
) -> None:
    found = unsupported(Connector(definition, properties), script=script)
    assert [f"{one.pointer} {one}{' (properties)' if one.in_properties else ''}" for one in found] == expected
