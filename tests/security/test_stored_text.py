"""Script typed into every text field of every form there is, by everyone who may send it: it stays text everywhere."""

import re

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.permissions.table import ALLOWED
from tests.security.forms import Form, forms_of, harmful_parts
from tests.test_permissions import Crawl, _from_a_network_of_its_own

HARM = (
    "\"'><evil onclick=alert(1)><script src=//evil.example></script>",
    "<img src=x onerror=alert(1)>javascript:alert(1)",
    "</textarea></title><svg onload=alert(1)>{{7*7}}${7*7}\u202e\x00\u2028",
    "](javascript:alert(1)) **<xss>** [x](data:text/html,evil)",
)
WRITERS = ("shopper", "owner", "province", "administrator")
# Whoever sends these is somebody else afterwards, or has nothing left to write into.
LEFT_OUT = re.compile(
    r"sign-out|/end$|/end\?|erasure|deletion|removal|/withdrawal|second-factor|password|sign-in|refusal"
)


@pytest.mark.once
@pytest.mark.slow
def test_what_is_typed_stays_text_on_every_page(app: Flask, db_session: Session) -> None:
    crawl = Crawl(app)
    sent = 0
    for role in WRITERS:
        for _address, page in pages(crawl, role):
            for form in forms_of(page):
                sent += send(crawl, role, form)
    app.config["PROPAGATE_EXCEPTIONS"] = False

    found, telling = [], set()
    for role in ("signed_out", *WRITERS):
        for address, page in pages(crawl, role):
            found += [f"{role} {address}: {part}" for part in harmful_parts(page)]
            if "evil.example" in page:
                telling.add(address)

    assert found == []
    assert sent >= 60, "few forms were taken: the crawl has lost its way"
    assert len(telling) >= 5, f"what was typed shows on {sorted(telling)} only"


def test_harm_would_be_noticed() -> None:
    for text in HARM[:3]:
        assert harmful_parts(f"<p>{text}</p>") != []
    assert (
        harmful_parts("<p>&lt;script src=//evil&gt; onerror=alert(1)</p><a href='/x'>javascript:</a>") == []
    )


def pages(crawl: Crawl, role: str) -> list[tuple[str, str]]:
    """Every page that `role` may read."""
    found = []
    for row in crawl.rows:
        if row.is_unsafe or row.words[role] != ALLOWED or "sign-out" in row.address:
            continue
        address = crawl.address(row)
        answer = crawl.visit(role, address, "GET")
        if answer.status_code in {200, 409, 422} and answer.mimetype == "text/html":
            found.append((address, answer.text))
        answer.close()
    return found


def send(crawl: Crawl, role: str, form: Form) -> int:
    """Send `form` with harm in every text. How many were taken."""
    if LEFT_OUT.search(form.action) or not form.action.startswith("/"):
        return 0
    taken = 0
    for text in HARM:
        answer = crawl.visit(role, form.action, "POST", data=form.filled(text))
        assert answer.status_code < 500, (form.action, text)
        assert answer.mimetype != "text/html" or harmful_parts(answer.text) == [], form.action
        taken += answer.status_code in {200, 303, 422}
        answer.close()
    return taken


def test_networks_differ() -> None:
    assert _from_a_network_of_its_own() != _from_a_network_of_its_own()
