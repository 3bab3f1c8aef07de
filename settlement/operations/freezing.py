"""Freezing the commission of an order when it is placed: later rules do not touch what was sold before."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import selectinload

from catalog.models import Variant
from core.db import db
from orders.models.orders import OrderLine, SellerOrder
from orders.models.slices import CounterSale
from settlement.models.sales import CommissionLine
from settlement.queries.rules import list_commission_facts
from settlement.terms import (
    NO_COMMISSION,
    CommissionRuleFacts,
    CommissionTerms,
    SoldFacts,
    choose_commission,
)


def freeze_terms(order_id: int, *, now: datetime) -> None:
    """Keep the commission that each line of the order is sold under, as the rules were when it was placed.

    Harmless when repeated; rules are dated, so freezing later gives the same. What a producer sold at its own counter
    is free of commission (docs/decisions/0052).
    """
    orders = db.session.scalars(
        select(SellerOrder)
        .where(SellerOrder.order_id == order_id)
        .options(
            selectinload(SellerOrder.producer),
            selectinload(SellerOrder.lines).joinedload(OrderLine.variant).joinedload(Variant.product),
        )
    ).all()
    rules = list_commission_facts()
    numbers = [each.id for each in orders]
    at_counter = set(
        db.session.scalars(
            select(CounterSale.seller_order_id).where(CounterSale.seller_order_id.in_(numbers))
        )
    )
    for seller_order in orders:
        _freeze(seller_order, () if seller_order.id in at_counter else rules, now)


def _freeze(seller_order: SellerOrder, rules: Sequence[CommissionRuleFacts], now: datetime) -> None:
    producer, at = seller_order.producer, seller_order.placed_at
    chosen: list[tuple[int | None, CommissionRuleFacts | None, CommissionTerms]] = []
    for line in seller_order.lines:
        sold = SoldFacts(producer.id, producer.kind, line.variant.product.group_no)
        rule = choose_commission(rules, sold, at)
        chosen.append((line.id, rule, rule.terms if rule else NO_COMMISSION))
    rule = choose_commission(rules, SoldFacts(producer.id, producer.kind, None), at)
    # Of freight only the percentage: flat and least amounts are meant for goods.
    takes = rule is not None and rule.includes_shipping
    chosen.append(
        (None, rule if takes else None, CommissionTerms(rule.terms.rate_bp if rule and takes else 0))
    )
    rows = [
        {
            "seller_order_id": seller_order.id,
            "line_id": line_id,
            "rule_id": each.id if each else None,
            "rate_bp": terms.rate_bp,
            "flat_vnd": terms.flat_vnd,
            "min_vnd": terms.min_vnd,
            "max_vnd": terms.max_vnd,
            "frozen_at": now,
        }
        for line_id, each, terms in chosen
    ]
    of_dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    made = of_dialect.insert(CommissionLine.__table__).values(rows)
    db.session.execute(made.on_conflict_do_nothing())
