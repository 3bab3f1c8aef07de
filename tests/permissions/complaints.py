"""A complaint, for the crawl of every route as every role."""

from core import clock
from core.db import transaction
from orders.complaint_terms import ComplaintKind
from orders.operations.complaints import ComplaintFacts, file_complaint

KEY = "22222222-2222-4222-8222-222222222222"


def complaint_things() -> dict[str, object]:
    """Its number, by the name that `given` calls it."""
    facts = ComplaintFacts(
        kind=ComplaintKind.PLATFORM, name="Thử", phone="+84912345678", text="Chậm", language="vi"
    )
    with transaction():
        filed = file_complaint(facts, KEY, by=None, now=clock.now())
    return {"complaint": filed.id, "complaint_reference": filed.reference}
