"""script.csx, as far as it can be looked at without a compiler."""

from __future__ import annotations

import re
from collections.abc import Iterator

from connkit.core import Authority, Pointer, Severity
from connkit.lint.csharp import Source, compared_operations, read_source
from connkit.lint.registry import Flaw, Part, Scope, rule
from connkit.load.positions import Lines, Region
from connkit.model import Connector

WRITE_CODE = "https://learn.microsoft.com/connectors/custom-connectors/write-code"
_NEEDS = (Part.SCRIPT,)
_MOST_BYTES = 1024 * 1024
_NAMESPACES = {
    "System",
    "System.Collections",
    "System.Collections.Generic",
    "System.Diagnostics",
    "System.Drawing",
    "System.Drawing.Drawing2D",
    "System.Drawing.Imaging",
    "System.IO",
    "System.IO.Compression",
    "System.Linq",
    "System.Net",
    "System.Net.Http",
    "System.Net.Http.Headers",
    "System.Net.Security",
    "System.Security.Authentication",
    "System.Security.Cryptography",
    "System.Text",
    "System.Text.RegularExpressions",
    "System.Threading",
    "System.Threading.Tasks",
    "System.Web",
    "System.Xml",
    "System.Xml.Linq",
    "Microsoft.Extensions.Logging",
    "Newtonsoft.Json",
    "Newtonsoft.Json.Linq",
}
_GOOD = """
    script: |
      public class Script : ScriptBase
      {
          public override async Task<HttpResponseMessage> ExecuteAsync()
          {
              return await Context.SendAsync(Context.Request, CancellationToken);
          }
      }
"""


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=WRITE_CODE,
    mend="Take out what the script does not need; a service of one's own does the rest.",
    needs=_NEEDS,
    scaffold="files",
    bad="{script: '// long', sizes: {script.csx: 1048577}}",
    good=_GOOD,
)
def script_too_large(connector: Connector) -> Iterator[Flaw]:
    """The script has more than 1 MB, which the platform does not take."""
    script = connector.companions.script
    if script is not None:
        size = connector.companions.sizes.get(script.shown) or len(script.text.encode("utf-8", "surrogatepass"))
        if size > _MOST_BYTES:
            yield _flaw(f"the script has {size} bytes, but may have at most {_MOST_BYTES}", (1, 1, 1, 1))


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=WRITE_CODE,
    mend="Write the script as class Script : ScriptBase with an override of ExecuteAsync.",
    needs=_NEEDS,
    scaffold="files",
    bad="script: 'public class Handler { }'",
    good=_GOOD,
)
def script_without_entry_point(connector: Connector) -> Iterator[Flaw]:
    """The script lacks the class or the method that the platform calls.

    It makes an object of `class Script : ScriptBase` and calls its `ExecuteAsync`, which has to be an override.
    Without them every operation ends in an internal server error.
    """
    source = _source(connector)
    if source is None:
        return
    if not re.search(r"\bclass\s+Script\s*:\s*(?:\w+\s*\.\s*)*ScriptBase\b", source.code):
        yield _flaw("the script has no 'class Script : ScriptBase'", (1, 1, 1, 1))
    elif not re.search(r"\boverride\b[^;{}()]*\bExecuteAsync\s*\(", source.code):
        yield _flaw("the class 'Script' does not override 'ExecuteAsync'", (1, 1, 1, 1))


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    source=WRITE_CODE,
    mend="Write the script without that namespace.",
    needs=_NEEDS,
    scaffold="files",
    bad="script: 'using System.Data.SqlClient;'",
    good=_GOOD,
)
def script_namespace_not_allowed(connector: Connector) -> Iterator[Flaw]:
    """The script uses a namespace that is not among those which Microsoft lists.

    What is not listed may be missing where the script is compiled, and a script that does not compile shows as an
    internal server error alone.
    """
    source = _source(connector)
    used = r"^[ \t]*(?:global\s+)?using\s+(static\s+|\w+\s*=\s*)?([A-Za-z_][\w.]*)\s*;"
    for match in re.finditer(used, source.code if source else "", re.MULTILINE):
        name = match[2]
        known = _is_inside(name) if match[1] else name in _NAMESPACES
        if not known:
            message = f"the namespace '{name}' is not among those that a script may use"
            yield _flaw(message, _region(connector, *match.span(2)))


def _is_inside(name: str) -> bool:
    """Whether a type stands in a listed namespace."""
    return name.rpartition(".")[0] in _NAMESPACES


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    source=WRITE_CODE,
    mend="Send the request with Context.SendAsync.",
    needs=_NEEDS,
    scaffold="files",
    bad="script: 'var client = new HttpClient();'",
    good=_GOOD,
)
def script_makes_http_client(connector: Connector) -> Iterator[Flaw]:
    """The script makes an `HttpClient` of its own.

    Microsoft asks for `Context.SendAsync` and has said that anything else will be blocked.
    """
    source = _source(connector)
    made = r"\bnew\s+(?:\w+\s*\.\s*)*HttpClient\s*[({]|\bHttpClient\s+\w+\s*=\s*new\s*\("
    for match in re.finditer(made, source.code if source else ""):
        message = "the script makes an 'HttpClient'; send with 'Context.SendAsync' instead"
        yield _flaw(message, _region(connector, match.start(), match.end() - 1))


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=WRITE_CODE,
    mend="Add the brace that is missing, or remove the one too many.",
    needs=_NEEDS,
    scaffold="files",
    bad="script: 'public class Script : ScriptBase { { }'",
    good=_GOOD,
)
def script_braces_unbalanced(connector: Connector) -> Iterator[Flaw]:
    """A brace of the script has no partner, so it does not compile.

    Braces in comments and in quotes do not count. A script with `#if` is not looked at.
    """
    source, script = _source(connector), connector.companions.script
    at = source.unbalanced() if source else None
    if source and script and at is not None and not re.search(r"^[ \t]*#[ \t]*if\b", script.text, re.MULTILINE):
        what = "is never closed" if source.code[at] == "{" else "closes none that is open"
        yield _flaw(f"this brace {what}", _region(connector, at, at + 1))


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=WRITE_CODE,
    mend="Write the operationId as the definition has it.",
    needs=(Part.SCRIPT, Part.DEFINITION),
    scaffold="files",
    bad="script: 'if (Context.OperationId == \"Listitems\") { }'",
    good="script: 'if (Context.OperationId == \"ListItems\") { }'",
)
def script_names_unknown_operation(connector: Connector) -> Iterator[Flaw]:
    """The script compares `Context.OperationId` with a name that no operation has.

    What stands behind the comparison never runs, mostly because the operation was renamed or written in another
    letter case. A comparison that says that it ignores letter case may do so. Names kept in variables are not seen.
    """
    source = _source(connector)
    known = {operation.operation_id for operation in connector.operations}
    lower = {name.lower(): name for name in known}
    for literal, any_case in compared_operations(source) if source else ():
        near = lower.get(literal.value.lower())
        if literal.value not in known and not (any_case and near):
            advice = f"; it is written '{near}'" if near else ""
            message = f"no operation is called '{literal.value}'{advice}"
            yield _flaw(message, _region(connector, literal.start, literal.end))


def _source(connector: Connector) -> Source | None:
    script = connector.companions.script
    return read_source(script.text) if script is not None and len(script.text) <= _MOST_BYTES else None


def _region(connector: Connector, start: int, end: int) -> Region:
    script = connector.companions.script
    return Lines(script.text if script else "").region(start, end)


def _flaw(message: str, region: Region) -> Flaw:
    return Flaw(Pointer(), message, part=Part.SCRIPT, region=region)
