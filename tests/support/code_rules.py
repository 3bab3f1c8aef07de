"""Rules of the house that can be read off the source of a module. Each takes a syntax tree and names the lines that
break it, so that a test can show a breach as well as the absence of one."""

import ast
from collections.abc import Iterator

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 50

# Reading the time of day; monotonic clocks measure and are free.
CLOCK_READS = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "time": {"time", "time_ns", "localtime", "gmtime", "ctime", "strftime"},
}
HOST_OF_REQUEST = {"host", "host_url", "url_root", "root_url", "base_url", "url", "server", "scheme"}
SQL_CALLS = {"text", "execute", "executemany", "exec_driver_sql", "scalar", "scalars"}
CLOCK_MODULE_READS = {"now", "today"}
# Ways to ask other computers over HTTP. boto3, smtplib and redis speak to servers that the settings name.
HTTP_MODULES = ("urllib.request", "http.client", "requests", "httpx", "urllib3", "aiohttp", "pycurl")


def commits(tree: ast.AST) -> Iterator[int]:
    """Calls of anything's `commit`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit":
            yield node.lineno


def clock_reads(tree: ast.AST) -> Iterator[int]:
    """Readings of the time of day that do not go through core.clock."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in CLOCK_READS.get(last_name(node.value), ()):
            yield node.lineno
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from (node.lineno for name in node.names if name.name in CLOCK_READS["time"])


def core_clock_reads(tree: ast.AST) -> Iterator[int]:
    """Readings of core.clock: operations, queries and pure modules are told the time by their callers."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and node.attr in CLOCK_MODULE_READS
            and last_name(node.value) == "clock"
        ):
            yield node.lineno
        if isinstance(node, ast.ImportFrom) and node.module == "core.clock":
            yield from (node.lineno for name in node.names if name.name in CLOCK_MODULE_READS)


def hosts_of_requests(tree: ast.AST) -> Iterator[int]:
    """Uses of the host that a request claims, or of addresses built from it."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and node.attr in HOST_OF_REQUEST
            and last_name(node.value) == "request"
        ):
            yield node.lineno
        if isinstance(node, ast.Call) and last_name(node.func) == "url_for":
            yield from (node.lineno for keyword in node.keywords if keyword.arg == "_external")


def outgoing_http(tree: ast.AST) -> Iterator[int]:
    """Imports of what speaks HTTP to other computers; `core/net.py` is the one door."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        if any(name == known or name.startswith(f"{known}.") for name in names for known in HTTP_MODULES):
            yield node.lineno


def built_sql(tree: ast.AST) -> Iterator[int]:
    """Statements handed to the database that are put together from pieces at run time."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and last_name(node.func) in SQL_CALLS:
            yield from (node.lineno for argument in node.args[:1] if is_built_text(argument))


def is_built_text(node: ast.expr) -> bool:
    if isinstance(node, ast.JoinedStr):
        return True
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
        return any(
            isinstance(side, ast.Constant) and isinstance(side.value, str) for side in (node.left, node.right)
        )
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format"


def missing_annotations(tree: ast.AST) -> Iterator[int]:
    """Functions that do not say what they return."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns is None:
            yield node.lineno


def long_functions(tree: ast.AST) -> Iterator[int]:
    """Functions longer than FUNCTION_LINES_MAX, docstring included, decorators not."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES_MAX:
                yield node.lineno


def last_name(node: ast.expr) -> str:
    """`c` of `a.b.c`, `a` of `a`; empty for anything else."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
