"""Every route as every role: allowed, nothing there, or the way to the sign-in, as docs/permissions.md says.

The object asked for is that of our producer, or of the shopper; so the owner comes to what is their own, and everyone
else to what is somebody else's. A new route fails here until `tests/permissions/given.py` says who may reach it.
"""

import re
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from core import health
from core.db import Model, db
from core.files import storage_for
from tests.permissions.given import ARGUMENTS, FORMS, NOT_BUILT, OTHERWISE, WHO
from tests.permissions.roles import NEEDING_SECOND_FACTOR, ROLES
from tests.permissions.table import ALLOWED, KEY, NOTHING, SIGN_IN, Row, is_unsaid, rows
from tests.permissions.world import browsers, build, grow_old

# Noted of a visit: when a session was last seen, how often a network tried, a look at a stamp, a secret that is shown
# before it is confirmed, who took a private paper away.
COUNTED = {
    "scan",
    "second_factor",
    "audit_event",
    "audit_head",
    "session",
    "attempt_count",
    "bucket",
    "scan_month",
    "link_visit",
    "channel_fetch",
    "share_image",  # drawn by whoever asks first,
    "short_link",  # with the link that its code leads to
    "scan_key",
    "job",
    "job_schedule",
}
_networks = count(1)


class Crawl:
    """A furnished program, and one browser for each role."""

    def __init__(self, app: Flask, *, second_factor: bool = True) -> None:
        self.app = app
        app.config["PROPAGATE_EXCEPTIONS"] = False  # a fault of a view is a word of its own: 500
        self.people, self.names = build(storage_for(app.extensions["settings"]))
        self.browsers = browsers(app, self.people, second_factor=second_factor)
        self.tokens = {role: each.get_cookie("sid") for role, each in self.browsers.items()}
        self.rows = [row for row in rows(app) if not is_unsaid(row)]

    def address(self, row: Row, **otherwise: object) -> str:
        """The address of `row` with our objects put in."""
        meant = {**ARGUMENTS, **OTHERWISE.get(row.endpoint, {})}

        def fill(found: re.Match[str]) -> str:
            name = found[1]
            if name in otherwise:
                return str(otherwise[name])
            return str(self.names.get(meant[name], meant[name]))

        return re.sub(r"<(?:[^<>]*:)?(\w+)>", fill, row.address)

    def word(self, row: Row, role: str, **otherwise: object) -> str:
        """What `role` gets at `row`."""
        form = {
            name: str(self.names.get(meant, meant)) for name, meant in FORMS.get(row.endpoint, {}).items()
        }
        sent = {"query_string" if row.method == "GET" else "data": form}
        answer = self.visit(role, self.address(row, **otherwise), row.method, **sent)
        answer.close()
        if row.address.startswith("/api/") and role == "signed_out" and answer.status_code == 403:
            return SIGN_IN  # a script is told so, and not led there
        return _word(answer.status_code, answer.headers.get("Location", ""))

    def visit(self, role: str, address: str, method: str, **sent: Any) -> TestResponse:
        """What `role` is answered."""
        token = self.tokens[role]
        if token is not None:  # a page before may have taken it back
            self.browsers[role].set_cookie("sid", token.value)
        return self.browsers[role].open(
            address, method=method, environ_base=_from_a_network_of_its_own(), **sent
        )


ASKED_ON_A_PAGE = {"storefront.cart_line_create"}
"""Goods go in from pages without a token: who does not say where from is asked (tests/storefront/test_basket.py)."""

PROVEN_BY_A_SECRET = ("payment_hooks.", "transparency.add_checkpoint")
"""Programs of banks, carriers, card services and other logs: no form, no cookie, but a signature or secret."""


def expected(row: Row, role: str) -> str:
    """The word of the table; «nothing» where the tests have no such object."""
    word = row.words[role]
    return NOTHING if word == ALLOWED and row.endpoint in NOT_BUILT else word


def _from_a_network_of_its_own() -> dict[str, str]:
    """Limits are counted by network: a crawl is many visitors."""
    number = next(_networks)
    return {"REMOTE_ADDR": f"10.{number >> 8 & 255}.{number & 255}.7"}


def _word(status: int, location: str) -> str:
    if status in {301, 302, 303, 307, 308}:
        for page, word in (
            ("/sign-in/second-factor?", "second factor"),
            ("/sign-in/confirm?", "confirm"),
            ("/sign-in?", SIGN_IN),
        ):
            if page in location:
                return word
    if status == 404:
        return NOTHING
    if status == 401:
        return KEY
    return ALLOWED if status < 400 or status in {409, 410, 413, 415, 422, 429} else str(status)


@pytest.fixture
def crawl(app: Flask, db_session: Session, monkeypatch: pytest.MonkeyPatch) -> Crawl:
    # Our clock stands still here; that of a database server does not, and /readyz would rightly complain.
    monkeypatch.setattr(health, "_database_now", lambda: None)
    return Crawl(app)


@pytest.fixture
def undone(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every view do its work, and take it back instead of keeping it."""

    def give_up(session: Session) -> None:
        session.flush()
        session.rollback()

    app.config["WTF_CSRF_ENABLED"] = False
    monkeypatch.setattr(Session, "commit", give_up)


def contents() -> dict[str, Any]:
    """How many rows each table has, and their sum of all columns as text: enough to notice a change."""
    db.session.rollback()
    found = {}
    for table in Model.metadata.sorted_tables:
        if table.name not in COUNTED:
            found[table.name] = sorted(map(repr, db.session.execute(select(table))))
    return found


def test_every_route_that_names_an_object_has_its_word_and_no_word_is_left_over(app: Flask) -> None:
    endpoints = {row.endpoint for row in rows(app)}
    unsaid = sorted({f"{row.address} ({row.endpoint})" for row in rows(app) if is_unsaid(row)})

    assert unsaid == [], "say in tests/permissions/given.py who may reach these"
    assert set(WHO) - endpoints == set()
    assert set(OTHERWISE) - endpoints == set()


@pytest.mark.once
@pytest.mark.slow
def test_every_page_is_for_those_whom_the_table_names_and_reading_changes_nothing(crawl: Crawl) -> None:
    before = contents()

    wrong = list(_differences(crawl, unsafe=False))

    assert wrong == []
    assert contents() == before


@pytest.mark.once
@pytest.mark.slow
def test_every_act_is_for_those_whom_the_table_names(crawl: Crawl, undone: None) -> None:
    before = contents()

    wrong = list(_differences(crawl, unsafe=True))

    assert wrong == []
    assert contents() == before


def _differences(crawl: Crawl, *, unsafe: bool) -> Iterator[str]:
    for row in crawl.rows:
        if row.is_unsafe is not unsafe:
            continue
        for role in ROLES:
            found = crawl.word(row, role)
            if found != expected(row, role):
                yield f"{row.method} {row.address} {row.endpoint}: {role} gets {found}, not {expected(row, role)}"


@pytest.mark.slow
def test_an_object_of_ours_is_not_found_in_the_workspace_of_another(crawl: Crawl, undone: None) -> None:
    theirs = crawl.people["rival"].memberships[0].producer_id
    crossing = [row for row in crawl.rows if "producer_id" in row.arguments and len(row.arguments) > 1]
    no_objects = {"step", "kind", "layout", "name", "month", "year", "ending"}
    # Fairs and campaigns are open to every producer.
    shared = {
        "promotion_desk.fair",
        "promotion_desk.registration_create",
        "promotion_desk.promote_entry_create",
    }

    wrong = [
        f"{row.method} {row.address}: {found}"
        for row in crossing
        if row.arguments - {"producer_id"} - no_objects
        and row.endpoint not in shared
        and (found := crawl.word(row, "rival", producer_id=theirs)) != NOTHING
    ]

    assert wrong == []
    assert len(crossing) > 10


@pytest.mark.slow
def test_roles_need_their_second_factor(app: Flask, db_session: Session) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    crawl = Crawl(app, second_factor=False)

    wrong = [
        f"{row.method} {row.address}: {role} gets {found}"
        for row in crawl.rows
        for role in sorted(NEEDING_SECOND_FACTOR)
        if row.is_behind_second_factor(role) and (found := crawl.word(row, role)) != "second factor"
    ]

    assert wrong == []


@pytest.mark.slow
def test_dangerous_acts_ask_again(crawl: Crawl) -> None:
    crawl.app.config["WTF_CSRF_ENABLED"] = False
    grow_old()
    dangerous = [row for row in crawl.rows if row.asks_again]

    wrong = [
        f"{row.method} {row.address}: {role} gets {found}"
        for row in dangerous
        for role in ROLES
        if row.words[role] == ALLOWED and (found := crawl.word(row, role)) != "confirm"
    ]

    assert wrong == []
    assert dangerous


@pytest.mark.slow
def test_no_act_is_done_without_the_token_of_its_form(crawl: Crawl) -> None:
    before = contents()
    unsafe = [row for row in crawl.rows if row.is_unsafe and row.mark != "key"]
    unsafe = [row for row in unsafe if row.endpoint not in ASKED_ON_A_PAGE]
    unsafe = [row for row in unsafe if not row.endpoint.startswith(PROVEN_BY_A_SECRET)]

    wrong = [
        f"{row.method} {row.address}: {role} gets {found}"
        for row in unsafe
        for role in ("signed_out", "shopper", "owner", "province", "administrator")
        if (found := crawl.word(row, role)) != "400"
    ]

    assert wrong == []
    assert contents() == before


def test_the_table_in_the_docs_is_the_one_of_the_program(app: Flask) -> None:
    from scripts.permissions import DOCUMENT, text

    assert DOCUMENT.read_text(encoding="utf-8") == text(app)


def test_there_is_a_row_in_every_table_of_the_furnished_program(crawl: Crawl) -> None:
    assert db.session.scalar(select(func.count()).select_from(Model.metadata.tables["product"])) == 3
