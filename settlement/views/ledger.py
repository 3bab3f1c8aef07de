"""The books, for administrators: the last look, what the accounts hold, and every journal."""

from collections.abc import Sequence

from flask import Response, make_response, render_template, request
from sqlalchemy import select

from accounts.access import needs
from core.clock import VIETNAM
from core.db import ID_MAX, db
from core.text import clean_line
from ledger.models import Journal
from ledger.queries import PAGE_SIZE, find_last_look, list_balances, list_journals
from orders.models.orders import Order, SellerOrder
from orders.references import PREFIX
from settlement.errors import PayoutNotFoundError
from settlement.permissions import can_keep_books
from settlement.views.files import table_file

WORDS_MAX = 80
EXPORT_MOST = 20_000


@needs(can_keep_books)
def ledger() -> Response:
    """Balances by kind, the last look at the books, and journals found by an order's code or a key."""
    words = clean_line(request.args.get("q", ""))[:WORDS_MAX]
    before = request.args.get("before", "")[:19]
    before_id = int(before) if before.isascii() and before.isdigit() and int(before) < 2**62 else None
    journals = _found(words, before_id, PAGE_SIZE + 1)
    page = render_template(
        "settlement/ledger.html",
        look=find_last_look(),
        balances=list_balances(),
        journals=journals[:PAGE_SIZE],
        older_id=journals[PAGE_SIZE - 1].id if len(journals) > PAGE_SIZE else None,
        words=words,
    )
    return make_response(page)


@needs(can_keep_books)
def ledger_file(ending: str) -> Response:
    """The journals found, one posting a row, as CSV or XLSX; the latest of very many."""
    if ending not in ("csv", "xlsx"):
        raise PayoutNotFoundError(ending=ending)
    words = clean_line(request.args.get("q", ""))[:WORDS_MAX]
    rows = [["journal", "posted_at", "key", "kind", "subject", "debit", "credit", "amount_vnd"]]
    for journal in _found(words, None, EXPORT_MOST):
        at = journal.posted_at.astimezone(VIETNAM).isoformat(timespec="seconds")
        rows += [
            [
                str(journal.id),
                at,
                journal.key,
                journal.kind,
                journal.subject,
                f"{posting.debit.kind} {posting.debit.holder}".strip(),
                f"{posting.credit.kind} {posting.credit.holder}".strip(),
                str(posting.amount_vnd),
            ]
            for posting in journal.postings
        ]
    return table_file(rows, "so-cai", ending)


def _found(words: str, before_id: int | None, limit: int) -> Sequence[Journal]:
    subjects = _subjects(words)
    if words and not subjects and words.upper().startswith(PREFIX):
        return ()
    return list_journals(subjects, "" if subjects else words, before_id=before_id, limit=limit)


def _subjects(words: str) -> list[str]:
    """What journals about the order of this code are about; the code of a producer's part is good too."""
    code = words.upper().replace(" ", "")
    found = db.session.scalar(select(Order.id).where(Order.code == code)) or db.session.scalar(
        select(SellerOrder.order_id).where(SellerOrder.code == code)
    )
    return [f"order:{found}"] if found and found <= ID_MAX else []
