"""What trade buyers leave of themselves: whom one speaks to, telephone, e-mail, papers, what they wrote.

The firm, its requests and quotations stay: they are offers between firms, and books and orders rest on them (Law
88/2015/QH13 on accounting, article 41). With the person go its name, telephone, e-mail and the papers.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, select

from catalog.operations.private_papers import delete_papers
from core.db import db
from core.i18n import lazy_gettext as _
from core.personal_data import PersonalFile, personal_data
from promotion.models.trade import (
    AccountState,
    MeetingBooking,
    Quotation,
    QuotationContact,
    QuotationEnd,
    Rfq,
    TradeAccount,
    TradeCheck,
    TradePaper,
)
from promotion.queries.trade_parties import buyer_of

GONE: Final = "…"
"""Stands where the name of a person who was erased stood; a telephone is emptied."""


@personal_data("promotion.trade_account", _("Your firm as a trade buyer, its requests and meetings"))
class TradeBuyer:
    """By the account that the person opened."""

    def export(self, user_id: int) -> Any:
        account = _find(user_id)
        if account is None:
            return {}
        return {
            "firm": account.name,
            "kind": account.kind,
            "tax_code": account.tax_code,
            "address": account.address,
            "contact": account.contact_name,
            "phone": account.phone,
            "email": account.email,
            "state": account.state,
            "at": account.opened_at.isoformat(),
            "checks": [
                {"state": each.state, "reason": each.reason, "at": each.checked_at.isoformat()}
                for each in account.checks
            ],
            "requests": [_request(each) for each in _requests(account)],
            "meetings": [
                {
                    "at": each.slot.starts_at.isoformat(),
                    "subject": each.subject,
                    "cancelled": each.cancelled_at is not None,
                }
                for each in _meetings(account)
            ],
        }

    def files(self, user_id: int) -> Iterable[PersonalFile]:
        account = _find(user_id)
        papers = account.papers if account else []
        return [PersonalFile(each.evidence.sha256, each.evidence.title) for each in papers]

    def erase(self, user_id: int, now: datetime) -> None:
        """Empties the contact; free slots that the person booked are free again."""
        account = _find(user_id)
        if account is None:
            return
        account.contact_name, account.phone, account.email, account.erased_at = GONE, "", None, now
        if account.state != AccountState.SUSPENDED:
            account.state = AccountState.SUSPENDED.value
            db.session.add(
                TradeCheck(
                    account_id=account.id,
                    state=AccountState.SUSPENDED.value,
                    reason="erased",
                    by_id=user_id,
                    checked_at=now,
                )
            )
        for request in _requests(account):
            request.note = None
        for booking in _meetings(account):
            booking.subject = None
            if booking.cancelled_at is None and booking.slot.starts_at > now:
                booking.cancelled_at, booking.cancelled_by_id = now, user_id
        quoted = (
            select(Quotation.id).join(Rfq, Rfq.id == Quotation.rfq_id).where(Rfq.account_id == account.id)
        )
        db.session.execute(delete(QuotationContact).where(QuotationContact.quotation_id.in_(quoted)))
        papers = {each.evidence_id for each in account.papers}
        db.session.execute(delete(TradePaper).where(TradePaper.account_id == account.id))
        db.session.flush()
        db.session.expire(account)
        delete_papers(papers, now)


def _find(user_id: int) -> TradeAccount | None:
    return db.session.scalar(select(TradeAccount).where(TradeAccount.owner_id == user_id))


def _requests(account: TradeAccount) -> list[Rfq]:
    return list(db.session.scalars(select(Rfq).where(Rfq.account_id == account.id).order_by(Rfq.id)))


def _meetings(account: TradeAccount) -> list[MeetingBooking]:
    own = select(MeetingBooking).where(MeetingBooking.account_id == account.id)
    return list(db.session.scalars(own.order_by(MeetingBooking.id)))


def _request(rfq: Rfq) -> dict[str, Any]:
    ends = db.session.scalars(select(QuotationEnd).where(QuotationEnd.rfq_id == rfq.id)).all()
    return {
        "number": rfq.id,
        "producer": rfq.producer.name,
        "delivery_place": rfq.delivery_place,
        "note": rfq.note,
        "at": rfq.asked_at.isoformat(),
        "quotations": [
            {
                "number": each.number,
                "total_vnd": each.total_vnd,
                "firm": buyer_of(each).name,
                "contact": buyer_of(each).contact,
                "phone": buyer_of(each).phone,
                "became": next((end.outcome for end in ends if end.quotation_id == each.id), None),
            }
            for each in rfq.quotations
        ],
        "notes": [{"kind": each.kind, "words": each.words} for each in rfq.notes],
    }
