"""Claims of certificates as tests need them; each function needs an application context."""

import io
from datetime import date

from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from accounts.queries.actors import get_actor
from catalog.operations.certificate_claims import ClaimFacts, claim_certificate
from catalog.operations.evidence import keep_evidence
from core import clock
from core.db import db, transaction
from core.files import storage_for
from tests import people
from tests.papers import a_pdf

TYPED = {
    "kind": "food_safety",
    "number": "123/2026/ATTP",
    "issuer": "Chi cục ATVSTP Vĩnh Long",
    "issued_on": "2026-03-01",
    "expires_on": "1/3/2029",
    "submission_key": "2b6d4f3e-0000-4000-8000-000000000001",
}
FACTS = ClaimFacts(
    kind="food_safety",
    number="123/2026/ATTP",
    issuer="Chi cục",
    issued_on=date(2026, 3, 1),
    expires_on=date(2029, 3, 1),
)


def send(browser, producer_id, content=None, **typed):
    fields = {**TYPED, **typed}
    if content is not None:
        fields["file"] = FileStorage(io.BytesIO(content), "giay.pdf")
    boundary, body = encode_multipart(fields)
    content_type = f"multipart/form-data; boundary={boundary}"
    return browser.post(f"/workspace/{producer_id}/certificates", data=body, content_type=content_type)


def claimed(settings, holder, owner, facts=FACTS, key="k"):
    """A claim of `owner`, straight from the operation."""
    producer = getattr(holder, "producer", holder)
    with transaction():
        evidence = keep_evidence(
            a_pdf(2),
            title="Giấy",
            producer_id=producer.id,
            by=people.actor(owner),
            files=storage_for(settings),
            now=clock.now(),
        )
        claim = claim_certificate(
            holder, facts, evidence=evidence, submission_key=key, by=get_actor(owner.id), now=clock.now()
        )
        return claim.id


def decide(app, officer, claim_id, **typed):
    browser = people.browser_of(app, officer)
    return browser.post(f"/office/certificates/{claim_id}/review", data=typed)


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))
