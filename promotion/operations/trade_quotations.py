"""Quotations: sent as a version that is never changed, withdrawn, refused, or accepted once, which makes an order.

Whoever changes what becomes of a request takes its row first, so that of two at once the second sees what the first
did; the database admits one end of a quotation and one acceptance of a request besides.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from accounts.actors import Actor
from accounts.operations.audit import record_act
from catalog.models import Product, Variant
from core.clock import vietnam_date
from core.db import db
from core.i18n import format_date, format_money
from core.i18n import gettext as _
from core.places import list_provinces
from core.text import clean_line, clean_text
from orders.models.orders import Order
from orders.operations.agreed_orders import AgreedLine, Agreement, place_agreed_order, require_sold
from promotion.errors.trade import InvalidTradeError, QuotationStateError
from promotion.models.trade import (
    Quotation,
    QuotationContact,
    QuotationEnd,
    QuotationLine,
    Rfq,
    RfqKind,
    TradeAccount,
)
from promotion.operations.trade_accounts import require_verified
from promotion.operations.trade_news import tell_buyer, tell_producer
from promotion.operations.trade_requests import lock_request, require_open
from promotion.queries.trade_parties import buyer_of, kept_parties
from promotion.quotation_terms import (
    Offer,
    Outcome,
    QuotationState,
    deposit_until,
    fault_of,
    state_of,
)

REASON_MAX: Final = 1_000


def send_quotation(rfq: Rfq, offer: Offer, *, by: Actor, now: datetime) -> Quotation:
    """Send an offer as the next version; the open one before it is replaced, and the buyer told.

    Raises InvalidTradeError (field: a `QuotationFault`), RfqStateError where the request is accepted or lost,
    TradeAccountError where the buyer is not verified (any more), UnsoldGoodsError for goods that the shop would not
    sell today; then nothing has changed.
    """
    rfq = lock_request(rfq)
    require_open(rfq)
    require_verified(rfq.account)
    is_sample = rfq.kind == RfqKind.SAMPLE
    fault = fault_of(offer, is_sample=is_sample, on=vietnam_date(now))
    if fault is not None:
        raise InvalidTradeError(field=fault.value, reason=fault.value)
    variants = _variants_of(rfq.producer_id, offer)
    require_sold(variants, now=now)
    version = 1 + (
        db.session.scalar(select(func.max(Quotation.version)).where(Quotation.rfq_id == rfq.id)) or 0
    )
    for before in rfq.quotations:
        if before.end is None:
            _end(before, Outcome.REPLACED, by=by, now=now)
    quotation = Quotation(
        rfq_id=rfq.id,
        version=version,
        number=f"BG-{vietnam_date(now).year}-{rfq.id:06d}-{version}",
        goods_vnd=offer.goods_vnd,
        freight_vnd=offer.freight_vnd,
        discount_vnd=offer.discount_vnd,
        total_vnd=offer.total_vnd,
        deposit_vnd=offer.total_vnd if is_sample else offer.asked_first_vnd,
        valid_until_on=offer.valid_until_on,
        ready_on=offer.ready_on,
        cancel_until_on=offer.cancel_until_on,
        terms=clean_text(offer.terms) or None,
        parties=kept_parties(rfq),
        contact=QuotationContact(name=rfq.account.contact_name, phone=rfq.account.phone),
        sent_by_id=by.user_id,
        sent_at=now,
        lines=_lines(offer, variants),
    )
    db.session.add(quotation)
    db.session.flush()
    db.session.expire(rfq, ["quotations"])
    _record("promotion.send_quotation", quotation, rfq, by, now)
    _tell_sent(quotation, rfq, now)
    return quotation


def withdraw_quotation(quotation: Quotation, reason: str, *, by: Actor, now: datetime) -> None:
    """Take an offer back that nobody has accepted. Raises QuotationStateError once it has ended."""
    rfq = lock_request(quotation.rfq)
    _end(quotation, Outcome.WITHDRAWN, reason=_reason(reason), by=by, now=now)
    _record("promotion.withdraw_quotation", quotation, rfq, by, now)

    def words() -> tuple[str, str]:
        return _("Quotation %(number)s was withdrawn", number=quotation.number), _(
            "%(producer)s took quotation %(number)s back.",
            producer=rfq.producer.name,
            number=quotation.number,
        )

    tell_buyer(rfq.account, words, now=now)


def refuse_quotation(quotation: Quotation, reason: str, *, by: Actor, now: datetime) -> None:
    """The buyer does not take the offer; the producer may send another. Raises QuotationStateError."""
    rfq = lock_request(quotation.rfq)
    told = _reason(reason)
    _end(quotation, Outcome.REFUSED, reason=told, by=by, now=now)

    def words() -> tuple[str, str]:
        return _("Quotation %(number)s was refused", number=quotation.number), _(
            "%(firm)s does not take quotation %(number)s: %(reason)s",
            firm=rfq.account.name,
            number=quotation.number,
            reason=told or _("no reason given"),
        )

    tell_producer(rfq.producer_id, words, now=now)


def accept_quotation(quotation: Quotation, *, by: Actor, now: datetime) -> Order:
    """The buyer takes the offer: its order is made at the prices of the offer, and waits for the deposit.

    Accepted again, it is the same order. Raises QuotationStateError for one that expired, was withdrawn, replaced or
    refused, RfqStateError where the request ended, TradeAccountError where the buyer is not verified, UnsoldGoodsError
    for goods that the shop would not sell today, NoReceivingAccountError; then nothing has changed.
    """
    rfq = lock_request(quotation.rfq)
    db.session.refresh(quotation, ["end"])
    if quotation.end is not None and quotation.end.order_id is not None:
        return db.session.get_one(Order, quotation.end.order_id)
    _require_standing(quotation, now)
    require_open(rfq)
    require_verified(rfq.account)
    order = place_agreed_order(_agreement(quotation, rfq, by, now), by=by, now=now)
    _end(quotation, Outcome.ACCEPTED, order_id=order.id, by=by, now=now)
    _record("promotion.accept_quotation", quotation, rfq, by, now)

    def words() -> tuple[str, str]:
        return _("Quotation %(number)s was accepted", number=quotation.number), _(
            "%(firm)s accepted quotation %(number)s, %(amount)s. We tell you when the deposit is there.",
            firm=rfq.account.name,
            number=quotation.number,
            amount=format_money(quotation.total_vnd),
        )

    tell_producer(rfq.producer_id, words, now=now)
    return order


def _require_standing(quotation: Quotation, now: datetime) -> None:
    outcome = quotation.end.outcome if quotation.end else None
    state = state_of(outcome, quotation.valid_until_on, on=vietnam_date(now))
    if state is not QuotationState.OPEN:
        raise QuotationStateError(number=quotation.number, state=state.value)


def _end(
    quotation: Quotation,
    outcome: Outcome,
    *,
    by: Actor,
    now: datetime,
    reason: str | None = None,
    order_id: int | None = None,
) -> None:
    db.session.refresh(quotation, ["end"])
    if quotation.end is not None:
        raise QuotationStateError(number=quotation.number, state=quotation.end.outcome)
    db.session.add(
        QuotationEnd(
            quotation_id=quotation.id,
            rfq_id=quotation.rfq_id,
            outcome=outcome.value,
            reason=reason,
            order_id=order_id,
            by_id=by.user_id,
            ended_at=now,
        )
    )
    db.session.flush()
    db.session.expire(quotation, ["end"])


def _variants_of(producer_id: int, offer: Offer) -> dict[int, Variant]:
    """The packs of the offer, all of this producer. Raises InvalidTradeError."""
    wanted = {line.variant_id for line in offer.lines}
    found = db.session.scalars(
        select(Variant)
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.id.in_(wanted), Product.producer_id == producer_id)
    )
    known = {variant.id: variant for variant in found}
    if set(known) != wanted:
        raise InvalidTradeError(field="lines", reason="lines")
    return known


def _lines(offer: Offer, variants: dict[int, Variant]) -> list[QuotationLine]:
    return [
        QuotationLine(
            position=position,
            variant_id=line.variant_id,
            name=variants[line.variant_id].product.name,
            name_en=variants[line.variant_id].product.name_en,
            pack=variants[line.variant_id].label,
            pack_en=variants[line.variant_id].label_en,
            quantity=line.quantity,
            unit_price_vnd=line.unit_price_vnd,
            ladder_id=line.ladder_id,
        )
        for position, line in enumerate(offer.lines, 1)
    ]


def _agreement(quotation: Quotation, rfq: Rfq, by: Actor, now: datetime) -> Agreement:
    firm = buyer_of(quotation)
    return Agreement(
        key=f"quotation:{quotation.id}",
        quotation=quotation.number,
        producer_id=rfq.producer_id,
        lines=tuple(
            AgreedLine(
                line.variant_id,
                line.quantity,
                line.unit_price_vnd,
                line.name,
                line.name_en,
                line.pack,
                line.pack_en,
            )
            for line in quotation.lines
        ),
        freight_vnd=quotation.freight_vnd,
        discount_vnd=quotation.discount_vnd,
        deposit_vnd=quotation.deposit_vnd,
        deposit_by_at=deposit_until(now),
        cancel_until_on=quotation.cancel_until_on,
        ready_on=quotation.ready_on,
        to=_receiver(rfq, rfq.account, by.language),
        invoice={
            "name": firm.name,
            "tax_code": firm.tax_code,
            "address": firm.address,
            "email": rfq.account.email or "",
        },
        note=_("Quotation %(number)s", number=quotation.number),
    )


def _receiver(rfq: Rfq, account: TradeAccount, language: str) -> dict[str, str | None]:
    names = {province.code: province.name for province in list_provinces()}
    return {
        "name": account.contact_name,
        "phone": account.phone,
        "email": account.email,
        "language": language,
        "province_code": rfq.province_code,
        "province": names[rfq.province_code],
        "street": rfq.delivery_place,
    }


def _tell_sent(quotation: Quotation, rfq: Rfq, now: datetime) -> None:
    def words() -> tuple[str, str]:
        return _("Quotation %(number)s for you", number=quotation.number), _(
            "%(producer)s offers you %(amount)s, good until %(day)s included. Look at it under Trade in your account.",
            producer=rfq.producer.name,
            amount=format_money(quotation.total_vnd),
            day=format_date(quotation.valid_until_on),
        )

    tell_buyer(rfq.account, words, now=now)


def _reason(text: str) -> str | None:
    told = clean_line(text)
    if len(told) > REASON_MAX:
        raise InvalidTradeError(field="reason", reason="too_long")
    return told or None


def _record(verb: str, quotation: Quotation, rfq: Rfq, by: Actor, now: datetime) -> None:
    record_act(
        verb,
        by=by,
        subject=f"quotation:{quotation.number}",
        after={"total_vnd": quotation.total_vnd, "deposit_vnd": quotation.deposit_vnd},
        producer_id=rfq.producer_id,
        now=now,
    )
