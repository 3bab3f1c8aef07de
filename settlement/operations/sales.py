"""Recognising sales and reversing them: each once, whatever is repeated. Journals: docs/ledger.md."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from core.clock import vietnam_date
from core.db import db
from ledger.chart import AccountKind
from ledger.operations import AccountName, Move, post
from orders.models.orders import AT_COUNTER, PaymentMethod, SellerOrder
from orders.models.payments import Refund
from orders.operations.payment_rows import due_vnd, is_posted
from orders.payment_terms import pays_producers_directly
from orders.totals import split
from settlement.models.sales import CommissionLine, Sale, SaleLine, SaleReversal, Transfer, TransferKind
from settlement.operations.freezing import freeze_terms
from settlement.queries.money import (
    RECOGNISED_IN,
    cash_held_vnd,
    cash_set_off_vnd,
    is_money_in,
    list_approved_refunds,
    packs_kept,
)
from settlement.queries.rules import (
    list_tax_facts,
    taxed_seller,
    taxes_of,
)
from settlement.terms import (
    TakeHome,
    TaxCategory,
    TaxRuleFacts,
    take_home,
    tax_category,
    total_of,
)


def recognise_sale(seller_order_id: int, *, now: datetime) -> Sale | None:
    """Settle a completed and paid order with its producer: what the buyer paid, less commission and taxes, is now owed.

    None if the order is not completed, or its money is still with a carrier: the look round of the hour comes back to
    it. Harmless when repeated. Cash that the producer took itself is set off, so that it owes commission and taxes.
    """
    seller_order = _locked(seller_order_id)
    if seller_order is None:
        return None
    known = _find_sale(seller_order_id)
    if known is not None:
        return known
    if seller_order.lifecycle not in RECOGNISED_IN or not is_money_in(seller_order):
        return None
    freeze_terms(seller_order.order_id, now=now)
    refunds = list_approved_refunds(seller_order_id)
    seller = taxed_seller(seller_order.producer, vietnam_date(now))
    sale = Sale(
        seller_order_id=seller_order.id,
        producer_id=seller_order.producer_id,
        seller_type=seller.seller_type.value,
        residency=seller.residency.value,
        recognised_at=now,
        lines=_sale_lines(seller_order, refunds, now),
        reversals=[_counted_before(refund, now) for refund in refunds],
    )
    whole = sale.goods() + sale.shipping()
    sale.journal_id = _post_sale(seller_order, whole, now)
    db.session.add(sale)
    db.session.flush()
    _note_transfer(seller_order, TransferKind.SALE, whole.net_vnd, sale.journal_id, now)
    settle_cash(seller_order, now=now)
    return sale


def reverse_sale(refund_id: int, *, now: datetime) -> SaleReversal | None:
    """Take back of a settled sale what an approved refund is of it: the producer's part, commission and taxes alike.

    Proportional to the money; the last refund takes what is left, so that reversals of a whole sale are the whole.
    None if the sale was not settled before the refund, which then made it smaller from the beginning. Harmless when
    repeated.
    """
    refund = db.session.get(Refund, refund_id)
    if refund is None or refund.seller_order_id is None or refund.approved_at is None:
        return None
    seller_order = _locked(refund.seller_order_id)
    if seller_order is None or refund.goods_vnd + refund.shipping_vnd == 0:
        return None
    sale = _find_sale(refund.seller_order_id)
    known = db.session.scalar(select(SaleReversal).where(SaleReversal.refund_id == refund_id))
    if sale is None or (known is not None and known.paid_vnd == 0):
        _owe_out_of_funds(seller_order, refund, now)
        return known
    if known is not None:
        return known
    back = _share_of(sale, refund)
    journal_id = _post_reversal(seller_order, refund, back, now)
    reversal = SaleReversal(
        sale_id=sale.id,
        refund_id=refund.id,
        goods_vnd=refund.goods_vnd,
        shipping_vnd=refund.shipping_vnd,
        **_columns(back),
        journal_id=journal_id,
        reversed_at=now,
    )
    db.session.add(reversal)
    db.session.flush()
    _note_transfer(seller_order, TransferKind.REVERSAL, -back.net_vnd, journal_id, now)
    settle_cash(seller_order, now=now)
    return reversal


def settle_cash(seller_order: SellerOrder, *, now: datetime) -> None:
    """Set off what the producer itself took for a settled order, or gave back of it, against what it is owed.

    Harmless when repeated. The caller holds the row of the order.
    """
    open_vnd = cash_held_vnd(seller_order) - cash_set_off_vnd(seller_order.id)
    if open_vnd == 0:
        return
    count = len(
        db.session.scalars(
            select(Transfer.id).where(
                Transfer.seller_order_id == seller_order.id, Transfer.kind == TransferKind.CASH.value
            )
        ).all()
    )
    owed, cash = _payable(seller_order), AccountName(AccountKind.CASH_HELD, _holder(seller_order))
    move = Move(owed, cash, open_vnd) if open_vnd > 0 else Move(cash, owed, -open_vnd)
    key = f"seller_order:{seller_order.id}:cash:{count + 1}"
    journal_id = post(key, "cash_set_off", f"order:{seller_order.order_id}", [move], now=now)
    _note_transfer(seller_order, TransferKind.CASH, -open_vnd, journal_id, now)


def settle_cash_of(seller_order_id: int, *, now: datetime) -> None:
    """`settle_cash` for the order of this number, if it is settled at all."""
    seller_order = _locked(seller_order_id)
    if seller_order is not None and _find_sale(seller_order_id) is not None:
        settle_cash(seller_order, now=now)


def _sale_lines(seller_order: SellerOrder, refunds: Sequence[Refund], now: datetime) -> list[SaleLine]:
    """What became of each line's money and of the fee, after the refunds that came before."""
    frozen = {
        each.line_id: each.terms
        for each in db.session.scalars(
            select(CommissionLine).where(CommissionLine.seller_order_id == seller_order.id)
        )
    }
    seller = taxed_seller(seller_order.producer, vietnam_date(now))
    rules, on = _tax_rules(seller_order), vietnam_date(now)
    goods_left, fee_left = _left_of_parts(seller_order, refunds)
    whole = _goods_by_line(seller_order)
    left = _left_by_line(seller_order, whole, goods_left)
    kept = packs_kept(seller_order)
    lines = []
    for line, first, rest in zip(seller_order.lines, whole, left, strict=True):
        chosen = taxes_of(rules, seller, tax_category(line.variant.product.group_no), on)
        all_of_it = take_home(
            first.paid_vnd, line.quantity, frozen[line.id], chosen.terms, promotion_vnd=first.promotion_vnd
        )
        # Where a discount of the platform paid for all of a line, no money tells what of it was sold: packs do.
        sold = all_of_it.share(rest) if first.paid_vnd else all_of_it.of_packs(kept[line.id], line.quantity)
        lines.append(_line(line.id, sold, chosen.vat, chosen.pit))
    chosen = taxes_of(rules, seller, TaxCategory.TRANSPORT, on)
    fee = take_home(fee_left, 1, frozen[None], chosen.terms)
    return [*lines, _line(None, fee, chosen.vat, chosen.pit)]


def _tax_rules(seller_order: SellerOrder) -> Sequence[TaxRuleFacts]:
    """The rules under which the platform withholds: none where the money never was with it.

    Source: Decree 117/2025/ND-CP speaks of platforms with a payment function; docs/decisions/0037, 0052.
    """
    if seller_order.order.method in AT_COUNTER:
        return ()
    by_card = seller_order.order.method in (PaymentMethod.STRIPE, PaymentMethod.FAKE)
    return list_tax_facts() if by_card or not pays_producers_directly() else ()


def _left_of_parts(seller_order: SellerOrder, refunds: Sequence[Refund]) -> tuple[int, int]:
    """What of the buyer's money is left for goods and for freight; together all that was paid and not given back."""
    left = max(due_vnd(seller_order) - sum(refund.amount_vnd for refund in refunds), 0)
    fee = max(seller_order.shipping_vnd - sum(refund.shipping_vnd for refund in refunds), 0)
    goods = min(max(left - fee, 0), max(seller_order.total_vnd - seller_order.shipping_vnd, 0))
    return goods, left - goods


def _goods_by_line(seller_order: SellerOrder) -> list[TakeHome]:
    """What each line was sold for, and what the platform adds for the discounts that it bears."""
    weights = [line.goods_vnd - line.discount_vnd for line in seller_order.lines]
    discounts = [line.discount_vnd for line in seller_order.lines]
    paid = split(max(seller_order.total_vnd - seller_order.shipping_vnd, 0), weights)
    promoted = split(seller_order.discount_platform_vnd, discounts)
    return [TakeHome(part, added) for part, added in zip(paid, promoted, strict=True)]


def _left_by_line(seller_order: SellerOrder, whole: Sequence[TakeHome], left_vnd: int) -> list[int]:
    """How `left_vnd` is spread over the lines: first what was cancelled of each goes, the rest in proportion."""
    kept = [
        each.paid_vnd * (line.quantity - line.cancelled_quantity) // line.quantity
        for line, each in zip(seller_order.lines, whole, strict=True)
    ]
    weights = kept if sum(kept) >= left_vnd else [each.paid_vnd for each in whole]
    return list(split(left_vnd, weights))


def _line(line_id: int | None, part: TakeHome, vat: Any, pit: Any) -> SaleLine:
    return SaleLine(
        line_id=line_id,
        **_columns(part),
        vat_rule_id=vat.id if vat else None,
        pit_rule_id=pit.id if pit else None,
    )


def _share_of(sale: Sale, refund: Refund) -> TakeHome:
    """What of the sale belongs to `refund`, after the reversals before it. More than there was is the producer's."""
    free = [line for line in sale.lines if line.line_id is not None and not line.paid_vnd]
    goods, shipping = sale.goods() - total_of([line.take_home for line in free]), sale.shipping()
    goods_done = sum(each.goods_vnd for each in sale.reversals)
    shipping_done = sum(each.shipping_vnd for each in sale.reversals)
    before = goods.share(goods_done) + shipping.share(shipping_done)
    after = goods.share(goods_done + refund.goods_vnd) + shipping.share(shipping_done + refund.shipping_vnd)
    done = total_of([each.take_home for each in sale.reversals])
    back = after - before
    free_back = _free_back(sale, free) - (done - before)
    return dataclasses.replace(back + free_back, paid_vnd=refund.amount_vnd)


def _free_back(sale: Sale, free: Sequence[SaleLine]) -> TakeHome:
    """What of the lines that cost the buyer nothing is no sale any more: by packs, for no money tells."""
    was, now = packs_kept(sale.seller_order, by_at=sale.recognised_at), packs_kept(sale.seller_order)
    left = [
        line.take_home.of_packs(now[line.line_id], was[line.line_id])
        for line in free
        if line.line_id is not None and was[line.line_id]
    ]
    return total_of([line.take_home for line in free]) - total_of(left)


def _post_sale(seller_order: SellerOrder, whole: TakeHome, now: datetime) -> int | None:
    owed = _payable(seller_order)
    moves = [
        Move(_funds(seller_order), owed, whole.paid_vnd),
        Move(AccountName(AccountKind.PROMOTION_COST), owed, whole.promotion_vnd),
        Move(owed, AccountName(AccountKind.COMMISSION), whole.commission_vnd),
        Move(owed, AccountName(AccountKind.VAT_WITHHELD), whole.vat_vnd),
        Move(owed, AccountName(AccountKind.PIT_WITHHELD), whole.pit_vnd),
    ]
    key = f"seller_order:{seller_order.id}:recognised"
    return _post_some(key, "sale_recognised", seller_order, moves, now)


def _post_reversal(seller_order: SellerOrder, refund: Refund, back: TakeHome, now: datetime) -> int | None:
    owed = _payable(seller_order)
    # Where the refund was taken out of the buyer's funds already, those are filled up again.
    is_owed = is_posted(_approval_key(refund))
    to_buyer = _funds(seller_order) if is_owed else _due(seller_order)
    moves = [
        Move(owed, to_buyer, back.paid_vnd),
        Move(owed, AccountName(AccountKind.PROMOTION_COST), back.promotion_vnd),
        Move(AccountName(AccountKind.COMMISSION), owed, back.commission_vnd),
        Move(AccountName(AccountKind.VAT_WITHHELD), owed, back.vat_vnd),
        Move(AccountName(AccountKind.PIT_WITHHELD), owed, back.pit_vnd),
    ]
    return _post_some(f"refund:{refund.id}:reversed", "sale_reversed", seller_order, moves, now)


def _owe_out_of_funds(seller_order: SellerOrder, refund: Refund, now: datetime) -> None:
    """The sale was not settled before: the buyer is owed out of what the buyer had paid, unless that stands already."""
    moves = [Move(_funds(seller_order), _due(seller_order), refund.amount_vnd)]
    post(_approval_key(refund), "refund_approved", f"order:{seller_order.order_id}", moves, now=now)


def _post_some(
    key: str, kind: str, seller_order: SellerOrder, moves: Sequence[Move], now: datetime
) -> int | None:
    """Post those of `moves` that move anything; None if none does."""
    real = [move for move in moves if move.amount_vnd]
    return post(key, kind, f"order:{seller_order.order_id}", real, now=now) if real else None


def _note_transfer(
    seller_order: SellerOrder, kind: TransferKind, net_vnd: int, journal_id: int | None, now: datetime
) -> None:
    if net_vnd == 0 or journal_id is None:
        return
    db.session.execute(
        insert(Transfer),
        {
            "producer_id": seller_order.producer_id,
            "seller_order_id": seller_order.id,
            "kind": kind.value,
            "net_vnd": net_vnd,
            "journal_id": journal_id,
            "payout_id": None,
            "made_at": now,
        },
    )


def _counted_before(refund: Refund, now: datetime) -> SaleReversal:
    return SaleReversal(
        refund_id=refund.id, goods_vnd=0, shipping_vnd=0, **_columns(TakeHome()), reversed_at=now
    )


def _columns(part: TakeHome) -> dict[str, int]:
    return {
        "paid_vnd": part.paid_vnd,
        "promotion_vnd": part.promotion_vnd,
        "commission_vnd": part.commission_vnd,
        "vat_vnd": part.vat_vnd,
        "pit_vnd": part.pit_vnd,
    }


def _locked(seller_order_id: int) -> SellerOrder | None:
    return db.session.scalar(
        select(SellerOrder)
        .where(SellerOrder.id == seller_order_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _find_sale(seller_order_id: int) -> Sale | None:
    return db.session.scalar(select(Sale).where(Sale.seller_order_id == seller_order_id))


def _payable(seller_order: SellerOrder) -> AccountName:
    return AccountName(AccountKind.SELLER_PAYABLE, _holder(seller_order))


def _funds(seller_order: SellerOrder) -> AccountName:
    return AccountName(AccountKind.BUYER_FUNDS, f"order:{seller_order.order_id}")


def _due(seller_order: SellerOrder) -> AccountName:
    return AccountName(AccountKind.REFUNDS_DUE, f"order:{seller_order.order_id}")


def _approval_key(refund: Refund) -> str:
    """The journal that `orders.operations.refunds` posts for a refund before a sale."""
    return f"refund:{refund.id}:approved"


def _holder(seller_order: SellerOrder) -> str:
    return f"producer:{seller_order.producer_id}"
