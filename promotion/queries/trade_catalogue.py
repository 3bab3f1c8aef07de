"""What trade buyers look through: goods with their ladders, what can be made in a month, and certificates."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload

from catalog.certificates import CertificateState, certificate_state
from catalog.collation import collation_key
from catalog.models import Certificate, Place, Producer, Product, Variant
from catalog.models.evidence import CertificateReview, CertificateWithdrawal
from catalog.queries.cards import get_cards
from catalog.queries.view_models import ProductCard
from core.db import db
from core.text import fold
from promotion.models.trade import PriceLadder
from promotion.queries.trade_ladders import current_ladders

PER_PAGE: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsCriteria:
    """words: of product or producer. province_code: of today. group_no: None for all. page: from 1."""

    words: str = ""
    province_code: str = ""
    group_no: int | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class TradePack:
    """A pack with the ladder that the person may see, None where there is none to see."""

    variant: Variant
    ladder: PriceLadder | None


@dataclass(frozen=True, slots=True)
class HeldCertificate:
    """A certificate in force on the day asked for. is_verified: whether an officer compared it with its paper."""

    kind: str
    standard: str | None
    number: str | None
    expires_on: date | None
    is_verified: bool


@dataclass(frozen=True, slots=True)
class TradeGoods:
    """card: with the stars of the day asked for. certificates: others that are in force then."""

    card: ProductCard
    producer_id: int
    packs: tuple[TradePack, ...]
    certificates: tuple[HeldCertificate, ...]


@dataclass(frozen=True, slots=True)
class GoodsPage:
    """count: of all goods that fit. page: the one that is shown, from 1."""

    goods: tuple[TradeGoods, ...]
    count: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // PER_PAGE))


def list_trade_goods(criteria: GoodsCriteria, *, is_verified: bool, on: date) -> GoodsPage:
    """Goods for which a ladder counts on `on` that the person may see, by name in Vietnamese order.

    is_verified: whether a verified trade buyer looks; others see what producers show to everybody. Eight statements,
    however many goods.
    """
    rows = [row for row in _goods_with_ladders(on, is_verified=is_verified) if _fits(row, criteria)]
    rows.sort(key=lambda row: (collation_key(row.name), row.id))
    page = min(max(criteria.page, 1), max(1, -(-len(rows) // PER_PAGE)))
    shown = [row.id for row in rows[(page - 1) * PER_PAGE : page * PER_PAGE]]
    return GoodsPage(tuple(_goods(shown, is_verified=is_verified, on=on)), len(rows), page)


def get_packs(variant_ids: Sequence[int], *, is_verified: bool, on: date) -> list[TradePack]:
    """Packs chosen for a request that are on sale, in that order, with the ladders that the person may see."""
    found = db.session.scalars(
        select(Variant)
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.id.in_(variant_ids), Variant.withdrawn_at.is_(None))
        .where(Product.is_listed, Product.is_for_sale, Product.producer_id.is_not(None))
        .options(joinedload(Variant.product).joinedload(Product.producer))
    )
    known = {variant.id: variant for variant in found}
    ladders = _visible(current_ladders(known, on), is_verified=is_verified)
    return [TradePack(known[each], ladders.get(each)) for each in variant_ids if each in known]


def _goods_with_ladders(on: date, *, is_verified: bool) -> list[Any]:
    """A row for each product on sale with a ladder that counts and may be seen: all that it is searched by."""
    begun = select(PriceLadder.variant_id).where(PriceLadder.valid_from_on <= on)
    offered = (
        select(Variant.id, Variant.product_id)
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.id.in_(begun), Variant.withdrawn_at.is_(None), Product.is_listed, Product.is_for_sale)
    )
    product_of = {row.id: row.product_id for row in db.session.execute(offered)}
    ladders = _visible(current_ladders(product_of, on), is_verified=is_verified)
    numbers = {product_of[variant_id] for variant_id in ladders}
    place_id = func.coalesce(Product.place_id, Producer.place_id)
    return list(
        db.session.execute(
            select(
                Product.id,
                Product.name,
                Product.name_en,
                Product.group_no,
                Producer.name.label("producer"),
                Place.current_province_code.label("province_code"),
            )
            .join(Producer, Producer.id == Product.producer_id)
            .outerjoin(Place, Place.id == place_id)
            .where(Product.id.in_(numbers))
        ).all()
    )


def _fits(row: Any, criteria: GoodsCriteria) -> bool:
    told = fold(" ".join((row.name, row.name_en or "", row.producer)))
    return (
        all(word in told for word in fold(criteria.words).split())
        and criteria.province_code in ("", row.province_code)
        and criteria.group_no in (None, row.group_no)
    )


def _goods(numbers: Sequence[int], *, is_verified: bool, on: date) -> list[TradeGoods]:
    variants = db.session.scalars(
        select(Variant)
        .where(Variant.product_id.in_(numbers), Variant.withdrawn_at.is_(None))
        .options(joinedload(Variant.product))
        .order_by(Variant.position, Variant.id)
    ).all()
    ladders = _visible(current_ladders([each.id for each in variants], on), is_verified=is_verified)
    producers = {each.product_id: each.product.producer_id or 0 for each in variants}
    held = _certificates(producers, on)
    return [
        TradeGoods(
            card,
            producers[card.id],
            tuple(TradePack(each, ladders.get(each.id)) for each in variants if each.product_id == card.id),
            held[card.id],
        )
        for card in get_cards(numbers, on)
        if card.id in producers
    ]


def _certificates(producers: dict[int, int], on: date) -> dict[int, tuple[HeldCertificate, ...]]:
    """What is in force on `on` of each product: its own, and what its producer holds for all it makes."""
    withdrawn = select(CertificateWithdrawal.id).where(CertificateWithdrawal.certificate_id == Certificate.id)
    of_producer = and_(Certificate.product_id.is_(None), Certificate.producer_id.in_(set(producers.values())))
    compared = select(CertificateReview.id).where(CertificateReview.certificate_id == Certificate.id).exists()
    rows = db.session.execute(
        select(Certificate, compared.label("is_verified"))
        .where(or_(Certificate.product_id.in_(producers), of_producer), ~withdrawn.exists())
        .order_by(Certificate.product_id.is_(None), Certificate.id)
    ).all()
    held: defaultdict[int, list[HeldCertificate]] = defaultdict(list)
    for row, is_verified in rows:
        state = certificate_state(row.issued_on, row.expires_on, row.number, on)
        if state is not CertificateState.IN_FORCE:
            continue
        for product_id, producer_id in producers.items():
            if row.product_id == product_id or (row.product_id is None and row.producer_id == producer_id):
                held[product_id].append(
                    HeldCertificate(row.kind, row.standard, row.number, row.expires_on, is_verified)
                )
    return {product_id: tuple(held[product_id]) for product_id in producers}


def _visible(ladders: dict[int, PriceLadder], *, is_verified: bool) -> dict[int, PriceLadder]:
    return {number: ladder for number, ladder in ladders.items() if is_verified or ladder.is_public}
