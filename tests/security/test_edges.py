"""Forged hosts, forged ways through proxies, bodies that are too large: at every address, as everyone."""

from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from core.web.setup import UPLOAD_MAX_BYTES
from tests.permissions.table import ALLOWED
from tests.test_permissions import PROVEN_BY_A_SECRET, Crawl, contents

FORGED = {
    "Host": "evil.example",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "gopher",
    "X-Forwarded-For": "192.0.2.66",
    "X-Original-URL": "/evil.example",
    "Forwarded": "host=evil.example",
}
READERS = ("signed_out", "shopper", "owner", "province", "administrator")
CHUNK = 1 << 20


@pytest.mark.once
@pytest.mark.slow
def test_no_page_takes_its_address_from_whoever_asks(app: Flask, db_session: Session) -> None:
    crawl = Crawl(app)

    found = []
    for row in crawl.rows:
        for role in READERS:
            if row.is_unsafe or row.words[role] != ALLOWED:
                continue
            answer = crawl.visit(role, crawl.address(row), "GET", headers=FORGED)
            # Beside a database server with a clock of its own, /readyz rightly complains of ours, which stands still.
            is_broken = answer.status_code >= 500 and row.address != "/readyz"
            if is_broken or b"evil.example" in answer.data + str(answer.headers).encode():
                found.append(f"{role} {row.address}: {answer.status_code}")
            answer.close()

    assert found == []


@pytest.mark.slow
def test_a_body_that_is_too_large_is_refused_everywhere_and_changes_nothing(
    app: Flask, db_session: Session
) -> None:
    crawl = Crawl(app)
    before = contents()
    unsafe = [
        row for row in crawl.rows if row.is_unsafe and row.mark != "key" and row.words["owner"] == ALLOWED
    ]

    found = []
    for row in unsafe:
        # `content_length` would be overwritten with the true length of what is sent.
        told = {"CONTENT_LENGTH": str(UPLOAD_MAX_BYTES + CHUNK)}
        sent = {"input_stream": BytesIO(b"x"), "environ_overrides": told}
        answer = crawl.visit(
            "owner", crawl.address(row), row.method, content_type="multipart/form-data; boundary=x", **sent
        )
        # Hooks without the secret are turned away before anything of them is read.
        unproven = {401, 404} if row.endpoint.startswith(PROVEN_BY_A_SECRET) else set()
        if answer.status_code not in {400, 413} | unproven:
            found.append(f"{row.method} {row.address}: {answer.status_code}")

    assert found == []
    assert contents() == before
    assert len(unsafe) > 20
