"""Reads of stalls elsewhere and of what was sold there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select, tuple_

from catalog.models import Producer, Product, Variant
from core.db import db
from promotion.errors.points import SaleFileNotFoundError, StallNotFoundError
from promotion.models.points import SaleElsewhere, SaleImport, Stall
from promotion.models.reach import ShortLink, SourceKind, Visit
from promotion.stall_links import NAMES

IMPORTS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class KeptSale:
    """A sale that was read of a file. line: where it stands."""

    line: int
    order_number: str
    variant_id: int
    quantity: int
    amount_vnd: int | None
    sold_on: date


@dataclass(frozen=True, slots=True)
class ElsewhereCount:
    """What a platform brought a producer: orders and packs that files told, and visits of links to the stall.

    amount_vnd: sum of what the files told, 0 where they tell nothing.
    """

    platform: str
    name: str
    orders: int
    packs: int
    amount_vnd: int
    visits: int


@dataclass(frozen=True, slots=True)
class StallLink:
    """A stall as the producer's page shows it. key: of its short link."""

    stall: Stall
    name: str
    key: str


@dataclass(frozen=True, slots=True)
class PackNeed:
    """Packs that a file takes, and how many may be had."""

    name: str
    label: str
    needed: int
    available: int


def elsewhere_counts(producer_id: int) -> tuple[ElsewhereCount, ...]:
    """By platform, those with anything to tell."""
    sold = {
        row.platform: row
        for row in db.session.execute(
            select(
                SaleElsewhere.platform,
                func.count(SaleElsewhere.order_number.distinct()).label("orders"),
                func.sum(SaleElsewhere.quantity).label("packs"),
                func.coalesce(func.sum(SaleElsewhere.amount_vnd), 0).label("amount_vnd"),
            )
            .where(SaleElsewhere.producer_id == producer_id)
            .group_by(SaleElsewhere.platform)
        )
    }
    visits = dict(
        db.session.execute(
            select(Stall.platform, func.sum(Visit.visit_count))
            .join(ShortLink, ShortLink.source_id == Stall.id)
            .join(Visit, Visit.link_id == ShortLink.id)
            .where(Stall.producer_id == producer_id, ShortLink.source_kind == SourceKind.STALL.value)
            .group_by(Stall.platform)
        ).all()
    )
    return tuple(
        ElsewhereCount(
            platform=platform,
            name=NAMES.get(platform, ""),
            orders=int(sold[platform].orders) if platform in sold else 0,
            packs=int(sold[platform].packs) if platform in sold else 0,
            amount_vnd=int(sold[platform].amount_vnd) if platform in sold else 0,
            visits=int(visits.get(platform, 0)),
        )
        for platform in sorted(sold.keys() | visits.keys())
    )


def list_stalls(producer_id: int) -> tuple[StallLink, ...]:
    """Stalls that are shown on the producer's page, in the order in which they were told."""
    rows = db.session.execute(
        select(Stall, ShortLink.key)
        .join(
            ShortLink,
            (ShortLink.source_id == Stall.id) & (ShortLink.source_kind == SourceKind.STALL.value),
        )
        .where(Stall.producer_id == producer_id, Stall.ended_at.is_(None))
        .order_by(Stall.id)
    )
    return tuple(StallLink(stall, NAMES.get(stall.platform, ""), key) for stall, key in rows)


def get_shown_stall(stall_id: int) -> tuple[Stall, Producer]:
    """A stall that is shown, and whose it is. Raises StallNotFoundError."""
    found = db.session.execute(
        select(Stall, Producer)
        .join(Producer, Producer.id == Stall.producer_id)
        .where(Stall.id == stall_id, Stall.ended_at.is_(None))
    ).one_or_none()
    if found is None:
        raise StallNotFoundError(stall_id=stall_id)
    return found[0], found[1]


def get_own_stall(producer_id: int, stall_id: int) -> Stall:
    """The producer's stall. Raises StallNotFoundError."""
    stall = db.session.get(Stall, stall_id)
    if stall is None or stall.producer_id != producer_id:
        raise StallNotFoundError(stall_id=stall_id)
    return stall


def list_imports(producer_id: int) -> Sequence[SaleImport]:
    """Files of the producer, the last first."""
    return db.session.scalars(
        select(SaleImport)
        .where(SaleImport.producer_id == producer_id)
        .order_by(SaleImport.id.desc())
        .limit(IMPORTS_SHOWN)
    ).all()


def get_own_import(producer_id: int, import_id: int) -> SaleImport:
    """The producer's file. Raises SaleFileNotFoundError."""
    sent = db.session.get(SaleImport, import_id)
    if sent is None or sent.producer_id != producer_id:
        raise SaleFileNotFoundError(import_id=import_id)
    return sent


def sales_of(sent: SaleImport) -> tuple[KeptSale, ...]:
    """What was read of the file. A pack that an order names by two codes is one sale."""
    found: dict[tuple[str, int], KeptSale] = {}
    for line, order, variant_id, quantity, amount, day in sent.found["sales"]:
        sale = KeptSale(line, order, variant_id, quantity, amount, date.fromisoformat(day))
        before = found.get((order, variant_id))
        found[order, variant_id] = sale if before is None else _together(before, sale)
    return tuple(found.values())


def _together(first: KeptSale, second: KeptSale) -> KeptSale:
    amounts = [each.amount_vnd for each in (first, second) if each.amount_vnd is not None]
    return replace(
        first, quantity=first.quantity + second.quantity, amount_vnd=sum(amounts) if amounts else None
    )


def new_sales(sent: SaleImport) -> tuple[KeptSale, ...]:
    """Those sales of the file that were not booked before."""
    sales = sales_of(sent)
    known: set[tuple[str, int]] = set()
    for start in range(0, len(sales), 400):
        keys = [(sale.order_number, sale.variant_id) for sale in sales[start : start + 400]]
        rows = db.session.execute(
            select(SaleElsewhere.order_number, SaleElsewhere.variant_id).where(
                SaleElsewhere.producer_id == sent.producer_id,
                SaleElsewhere.platform == sent.platform,
                tuple_(SaleElsewhere.order_number, SaleElsewhere.variant_id).in_(keys),
            )
        )
        known |= {(order, variant_id) for order, variant_id in rows}
    return tuple(sale for sale in sales if (sale.order_number, sale.variant_id) not in known)


def needs_of(sent: SaleImport) -> tuple[tuple[KeptSale, ...], tuple[PackNeed, ...]]:
    """Sales of the file that are not booked yet, and the packs that they take, the scarcest first."""
    sales = new_sales(sent)
    packs: dict[int, int] = {}
    for sale in sales:
        packs[sale.variant_id] = packs.get(sale.variant_id, 0) + sale.quantity
    rows = db.session.execute(
        select(Variant, Product.name)
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.id.in_(packs))
    ).all()
    needs = [
        PackNeed(name, variant.label, packs[variant.id], variant.on_hand - variant.reserved)
        for variant, name in rows
    ]
    return sales, tuple(sorted(needs, key=lambda need: (need.available - need.needed, need.name, need.label)))
