"""The rules of the house, read off the sources; import rules are import-linter's (`pyproject.toml`).

Every rule is also shown a breach, because a check that cannot fail checks nothing.
"""

import ast
import dis
import inspect
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from types import CodeType, FunctionType

import pytest
from flask import Flask, request

from core.config import setting_names
from tests.support import code_rules, template_rules

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = (
    "core",
    "ledger",
    "transparency",
    "accounts",
    "catalog",
    "traceability",
    "orders",
    "settlement",
    "promotion",
    "storefront",
)
TOLD_THE_TIME = ("operations", "queries", "models", "permissions")
# Further addresses of a page that has its own; other pages ask for them by purpose.
ALIASES = {"traceability.type_code"}
ACCESS_MARKS = {"public", "signed_in", "needs", "key"}
# Joined here so that this file does not break its own rule.
NEVER_NAMED = re.compile(
    "|".join(
        (
            "/wo" + "rk/",
            "/fa" + "rm/",
            "/tmp/ba" + "sh",
            r"pypi\.o" + "rg",
            "pythonho" + "sted",
            "registry.npm" + "js",
            r"deb\.deb" + "ian",
        )
    )
)
TEXT_SUFFIXES = {
    ".py",
    ".html",
    ".css",
    ".js",
    ".md",
    ".toml",
    ".txt",
    ".in",
    ".sh",
    ".po",
    ".json",
    ".csv",
    ".svg",
    "",
}
NOT_OURS = {"vendor", "instance", "artifacts", "__pycache__"}

Rule = Callable[[ast.AST], Iterator[int]]


def package_files() -> list[Path]:
    return sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def found_in_packages(rule: Rule, *, besides: tuple[str, ...] = ()) -> list[str]:
    return [
        f"{name_of(file)}:{line}"
        for file in package_files()
        if name_of(file) not in besides
        for line in rule(ast.parse(file.read_text(encoding="utf-8")))
    ]


@pytest.mark.parametrize(
    ("rule", "besides"),
    [
        (
            code_rules.commits,
            ("core/db.py", "catalog/search/building.py"),
        ),  # the latter commits a file of the index
        (code_rules.clock_reads, ("core/clock.py",)),
        (code_rules.hosts_of_requests, ()),
        # The latter runs on the computers of strangers who check the log, and never here.
        (code_rules.outgoing_http, ("core/net.py", "transparency/auditing/reading.py")),
        (code_rules.built_sql, ("core/db.py",)),  # SET takes no parameters; the values are constants of ours
        (code_rules.missing_annotations, ()),
        (code_rules.long_functions, ()),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_no_module_breaks_the_rule(rule: Rule, besides: tuple[str, ...]) -> None:
    assert found_in_packages(rule, besides=besides) == []


@pytest.mark.parametrize(
    ("rule", "breach"),
    [
        (code_rules.commits, "db.session.commit()"),
        (code_rules.clock_reads, "from datetime import datetime\nat = datetime.now(UTC)"),
        (code_rules.clock_reads, "import datetime\nday = datetime.date.today()"),
        (code_rules.clock_reads, "import time\nat = time.time()"),
        (code_rules.clock_reads, "from time import time"),
        (code_rules.core_clock_reads, "from core import clock\nday = clock.today()"),
        (code_rules.core_clock_reads, "from core.clock import now"),
        (code_rules.hosts_of_requests, "code = request.host_url + path"),
        (code_rules.hosts_of_requests, "url_for('home', _external=True)"),
        (code_rules.outgoing_http, "import urllib.request"),
        (code_rules.outgoing_http, "from urllib import request"),
        (code_rules.outgoing_http, "from http.client import HTTPSConnection"),
        (code_rules.outgoing_http, "import requests.sessions"),
        (code_rules.built_sql, "session.execute(text(f'SELECT {column} FROM product'))"),
        (code_rules.built_sql, "session.execute('SELECT * FROM product WHERE slug = ' + slug)"),
        (code_rules.built_sql, "connection.exec_driver_sql('SELECT {}'.format(column))"),
        (code_rules.missing_annotations, "def stars(points): ..."),
        (code_rules.long_functions, "def long() -> None:\n" + "    pass\n" * 50),
    ],
)
def test_a_breach_of_a_rule_is_found(rule: Rule, breach: str) -> None:
    assert list(rule(ast.parse(breach))) != []


def test_measuring_and_converting_times_is_no_reading_of_the_clock() -> None:
    innocent = (
        "from time import perf_counter\nimport time\ntime.monotonic()\ndatetime.fromtimestamp(row.at, UTC)"
    )

    assert list(code_rules.clock_reads(ast.parse(innocent))) == []


def test_rooms_below_the_edge_are_told_the_time() -> None:
    rooms = [file for file in package_files() if set(file.with_suffix("").parts) & set(TOLD_THE_TIME)]

    found = [
        f"{name_of(file)}:{line}"
        for file in rooms
        if file.is_relative_to(ROOT) and not name_of(file).startswith("core/")
        for line in code_rules.core_clock_reads(ast.parse(file.read_text(encoding="utf-8")))
    ]

    assert found == []
    assert len(rooms) >= 6


def test_no_file_outgrows_its_limit() -> None:
    ours = [*package_files(), *(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").rglob("*.py")]

    too_long = [
        name_of(file)
        for file in ours
        if len(file.read_text(encoding="utf-8").splitlines()) > code_rules.FILE_LINES_MAX
    ]

    assert too_long == []


def test_templates_keep_the_rules() -> None:
    folder = ROOT / "templates"
    texts = {
        file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8")
        for file in folder.rglob("*")
        if file.is_file()
    }
    parts = {part for text in texts.values() for part in template_rules.parts_taken_in(text)}

    found = [
        f"{name}: {breach}"
        for name, text in texts.items()
        for breach in template_rules.breaches(name, text, parts)
    ]

    assert found == []
    assert texts


@pytest.mark.parametrize(
    ("name", "source", "breach"),
    [
        ("storefront/home.html", "<p>alone</p>", "does not extend base.html"),
        ("storefront/home.html", "{% extends 'catalog/page.html' %}", "does not extend base.html"),
        (
            "components/card.html",
            "{% from 'storefront/home.html' import card %}",
            "imports storefront/home.html",
        ),
        ("storefront/_list.html", "{% include 'catalog/_row.html' %}", "includes catalog/_row.html"),
        ("components/card.html", "{{ story|safe }}", "unescaped output"),
        ("components/card.html", "<p style='color: red'>", "inline style"),
        ("components/card.html", "<svg style = 'x'>", "inline style"),
        ("components/card.html", "<a onclick='go()'>", "inline handler"),
        ("components/card.html", "<script>go()</script>", "inline script"),
        ("components/card.html", "<style>p { color: red }</style>", "inline sheet"),
        ("storefront/home.html", "<style>{{ sheet }}</style>", "inline sheet"),
        ("traceability/stamp.html", "<style>{{ sheet }} p { color: red }</style>", "inline sheet"),
        ("components/card.html", "\n" * 201, "more than 200 lines"),
    ],
)
def test_a_breach_in_a_template_is_found(name: str, source: str, breach: str) -> None:
    assert breach in list(template_rules.breaches(name, source))


def test_a_template_may_talk_about_styles_in_a_comment_and_carry_data_for_search_engines() -> None:
    source = "{# never style= or |safe #}<script type='application/ld+json'>{{ facts|tojson }}</script>"

    assert list(template_rules.breaches("components/facts.html", source)) == []


def test_every_route_says_who_may_come_in(app: Flask) -> None:
    silent = [
        f"{rule} ({rule.endpoint})"
        for rule in app.url_map.iter_rules()
        if getattr(app.view_functions[rule.endpoint], "access", None) not in ACCESS_MARKS
    ]

    assert silent == []
    assert len(list(app.url_map.iter_rules())) >= 3


def test_every_view_that_reads_files_takes_large_requests(app: Flask) -> None:
    views = app.view_functions.items()
    readers = {endpoint: view for endpoint, view in views if reads_files(inspect.unwrap(view))}

    assert [name for name, view in readers.items() if not getattr(view, "takes_files", False)] == []
    assert {"trade.paper_create", "workspace.claim_create", "workspace.photos_create"} <= set(readers)


def test_a_view_that_reads_files_through_another_function_is_found() -> None:
    assert reads_files(lambda: bool(_sent_photo()))
    assert not reads_files(lambda: request.form.get("files"))


def _sent_photo() -> object:
    return request.files.get("photo")


def reads_files(function: object, seen: frozenset[object] = frozenset()) -> bool:
    """Whether `function`, or another of the views' modules that it names, says `request.files`."""
    if not isinstance(function, FunctionType) or function in seen:
        return False
    if ".views." not in function.__module__ and function.__module__ != __name__:
        return False
    names: set[str] = set()
    for code in codes_of(function.__code__):
        names |= set(code.co_names)
        told = dis.get_instructions(code) if {"request", "files"} <= set(code.co_names) else ()
        if ("request", "files") in pairwise(each.argval for each in told):
            return True
    return any(reads_files(function.__globals__.get(name), seen | {function}) for name in names)


def codes_of(code: CodeType) -> Iterator[CodeType]:
    """`code` and what is defined inside it."""
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from codes_of(each)


def test_every_endpoint_bears_the_name_of_its_function(app: Flask) -> None:
    astray = [
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint.rsplit(".", 1)[-1] != view.__name__ and endpoint not in ALIASES
    ]

    assert astray == []


def test_every_setting_is_described() -> None:
    described = set(
        re.findall(r"`([A-Z][A-Z_]+)`", (ROOT / "docs" / "running.md").read_text(encoding="utf-8"))
    )

    assert set(setting_names()) - described == set()


def test_sources_name_no_machine_and_no_registry() -> None:
    texts = [
        file
        for file in ROOT.rglob("*")
        if file.suffix in TEXT_SUFFIXES
        and not set(file.relative_to(ROOT).parts) & NOT_OURS
        and (file.relative_to(ROOT).parts[0] == ".ci" or not file.relative_to(ROOT).parts[0].startswith("."))
        and file.is_file()
    ]

    found = [
        name_of(file)
        for file in texts
        if NEVER_NAMED.search(file.read_text(encoding="utf-8", errors="replace"))
    ]

    assert found == []
    assert NEVER_NAMED.search("see /wo" + "rk/notes.md")
