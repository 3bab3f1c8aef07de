"""The shopper buys for a firm: its account, requests to our producer, quotations, an order, a meeting."""

from typing import Any

from sqlalchemy import select

from accounts.queries.actors import get_actor
from catalog.models import Variant
from core import clock
from core.db import db, transaction
from promotion.meeting_terms import Span
from promotion.models.fairs import Participation
from promotion.models.trade import NoteKind, Quotation, Rfq, RfqNote, TradeAccount, TradePaper
from promotion.operations.trade_meetings import book_slot, offer_slots
from promotion.operations.trade_news import tell_of_deposit
from tests.factories import saved
from tests.promotion.test_trade_meetings import at
from tests.promotion.trade_shop import TradeShop, accept, make_account, make_ladder, quote


def trade_things(product: Any, people: dict[str, Any], names: dict[str, Any]) -> dict[str, str | int]:
    """What addresses call them."""
    variant = db.session.scalars(select(Variant).where(Variant.product_id == product.id)).first()
    if variant is None:
        raise AssertionError("our product has a pack")
    account = make_account(people["shopper"], province_code="86")
    shop = TradeShop(product.producer, variant, people["owner"], people["shopper"], account)
    paper = saved(TradePaper(account_id=account.id, evidence_id=names["evidence"]))
    make_ladder(variant, shop.owner)
    bound = accept(shop, quote(shop, deposit_percent=0)).id
    with transaction():
        tell_of_deposit(bound, now=clock.now())
    quotation = quote(shop)
    quotation_id, rfq_id = quotation.id, quotation.rfq_id
    saved(
        RfqNote(rfq_id=rfq_id, kind=NoteKind.REOPENED.value, by_id=people["owner"].id, noted_at=clock.now())
    )
    by = get_actor(people["owner"].id)
    with transaction():
        part = db.session.get_one(Participation, names["participation"])
        slots = offer_slots(part, [Span(at(9), 30), Span(at(10), 30)], "", by=by, now=clock.now())
        firm = db.session.get_one(TradeAccount, account.id)
        booking = book_slot(slots[1], firm, "", now=clock.now())
        made = {"free_slot": slots[0].id, "booking": booking.id}
    accepted = select(Quotation.rfq_id).where(Quotation.id != quotation_id)
    return {
        "trade_account": account.id,
        "trade_paper": paper.id,
        "rfq": db.session.get_one(Rfq, rfq_id).id,
        "bound_rfq": db.session.scalars(accepted).one(),
        "quotation": quotation_id,
        "trade_variant": variant.id,
        **made,
    }
