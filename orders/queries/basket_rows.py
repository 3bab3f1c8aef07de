"""Rows of a basket as the database tells them, each with all that decides whether its goods can be bought today."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import bindparam, false, func, literal, select

from catalog.groups import SERVICE_GROUP_NUMBER
from catalog.models import Producer, Product, Variant
from catalog.models.listings import ProductLabel, ProductSeason
from catalog.models.pictures import Picture, ProductPicture
from catalog.queries.pictures import COVER_COLUMNS, cover_view, is_cover_of
from catalog.queries.sale_days import away_until
from catalog.queries.sale_terms import GoodsTerms
from catalog.seasons import next_season
from core.db import db
from core.prepared import Prepared
from orders.baskets import LineProblem
from orders.models.bundles import Bundle, BundleItem
from orders.models.cart import Cart, CartLine
from orders.models.checkout import CheckoutDraftRow
from orders.queries.basket_views import GoodsFacts
from orders.queries.delivery import NEEDS_COLUMNS, SENDER_COLUMNS, with_needs, with_sender
from traceability.queries.recalls import product_is_recalled

_CART, _LINE, _DRAFT = Cart.__table__.c, CartLine.__table__.c, CheckoutDraftRow.__table__.c
_BUNDLE, _ITEM = Bundle.__table__.c, BundleItem.__table__.c
_VARIANT, _PRODUCT, _PRODUCER = Variant.__table__.c, Product.__table__.c, Producer.__table__.c

_GOODS: Final[list[Any]] = [
    _VARIANT.id.label("variant_id"),
    _VARIANT.label,
    _VARIANT.label_en,
    _VARIANT.net_quantity,
    _VARIANT.net_unit,
    _VARIANT.price_vnd,
    (_VARIANT.on_hand - _VARIANT.reserved).label("available"),
    _VARIANT.withdrawn_at,
    _PRODUCT.id.label("product_id"),
    _PRODUCT.slug,
    _PRODUCT.name,
    _PRODUCT.name_en,
    _PRODUCT.group_no,
    _PRODUCT.criteria_set,
    _PRODUCT.illustration,
    _PRODUCT.is_listed,
    _PRODUCT.is_for_sale,
    _PRODUCT.is_demonstration,
    _PRODUCER.id.label("producer_id"),
    _PRODUCER.slug.label("producer_slug"),
    _PRODUCER.name.label("producer_name"),
    ProductLabel.__table__.c.alcohol,
    ProductSeason.__table__.c.months,
    away_until,
    # An open recall of any of its goods stops the product: nobody can tell which pack would be sent (invariant I14).
    product_is_recalled(_PRODUCT.id).label("is_recalled"),
    *COVER_COLUMNS,
    *NEEDS_COLUMNS,
    *SENDER_COLUMNS,
]
_THING: Final[list[Any]] = [_LINE.id, _LINE.quantity, _LINE.seen_price_vnd, _LINE.is_kept]


def _with_goods(first: Any) -> Any:
    return with_sender(
        with_needs(first)
        .join(Product.__table__, _PRODUCT.id == _VARIANT.product_id)
        .join(Producer.__table__, _PRODUCER.id == _PRODUCT.producer_id)
        .outerjoin(ProductLabel.__table__, ProductLabel.__table__.c.product_id == _PRODUCT.id)
        .outerjoin(ProductSeason.__table__, ProductSeason.__table__.c.product_id == _PRODUCT.id)
        .outerjoin(ProductPicture.__table__, is_cover_of(_PRODUCT.id))
        .outerjoin(Picture.__table__, Picture.__table__.c.id == ProductPicture.__table__.c.picture_id)
    )


_CART_COLUMNS: Final[list[Any]] = [
    _CART.id,
    _CART.province_code,
    _CART.voucher_code,
    select(func.count(_LINE.bundle_id)).where(_LINE.cart_id == _CART.id).scalar_subquery().label("bundles"),
]
_CART_ROW: Final = Prepared(select(*_CART_COLUMNS).where(_CART.id == bindparam("cart_id")))
_HELD: Final = select(*_CART_COLUMNS, _DRAFT.checkout_key, _DRAFT.typed).outerjoin(
    CheckoutDraftRow.__table__, _DRAFT.cart_id == _CART.id
)
_HELD_BY_PERSON: Final = Prepared(_HELD.where(_CART.user_id == bindparam("user_id")))
_HELD_BY_GUEST: Final = Prepared(_HELD.where(_CART.id == bindparam("cart_id"), _CART.user_id.is_(None)))
_LINES: Final = Prepared(
    select(*_THING, *_GOODS)
    .select_from(
        _with_goods(CartLine.__table__.join(Variant.__table__, _VARIANT.id == _LINE.variant_id)),
    )
    .where(_LINE.cart_id == bindparam("cart_id"))
    .order_by(_LINE.id)
)
_BUNDLE_FACTS: Final[list[Any]] = [
    _BUNDLE.id.label("bundle_id"),
    _BUNDLE.slug.label("bundle_slug"),
    _BUNDLE.name.label("bundle_name"),
    _BUNDLE.name_en.label("bundle_name_en"),
    _BUNDLE.producer_id.label("bundle_producer_id"),
    _BUNDLE.discount_bp,
    _BUNDLE.discount_vnd,
    _BUNDLE.published_at,
    _BUNDLE.ended_at,
    _ITEM.quantity.label("needed"),
]
_PARTS: Final = Prepared(
    select(*_THING, *_BUNDLE_FACTS, *_GOODS)
    .select_from(
        _with_goods(
            CartLine.__table__.join(Bundle.__table__, _BUNDLE.id == _LINE.bundle_id)
            .join(BundleItem.__table__, _ITEM.bundle_id == _BUNDLE.id)
            .join(Variant.__table__, _VARIANT.id == _ITEM.variant_id)
        )
    )
    .where(_LINE.cart_id == bindparam("cart_id"))
    .order_by(_LINE.id, _ITEM.position)
)
# One hamper of each kind, told like a line of a basket.
_ONE_EACH: Final = (
    select(
        _BUNDLE.id,
        literal(1).label("quantity"),
        literal(0).label("seen_price_vnd"),
        false().label("is_kept"),
        *_BUNDLE_FACTS,
        *_GOODS,
    )
    .select_from(
        _with_goods(
            Bundle.__table__.join(BundleItem.__table__, _ITEM.bundle_id == _BUNDLE.id).join(
                Variant.__table__, _VARIANT.id == _ITEM.variant_id
            )
        )
    )
    .where(_BUNDLE.id.in_(bindparam("bundle_ids", expanding=True)))
    .order_by(_BUNDLE.id.desc(), _ITEM.position)
)


def find_cart_row(cart_id: int) -> Any | None:
    """id, province_code, voucher_code, and how many kinds of hampers (`bundles`) it holds."""
    return _CART_ROW.first({"cart_id": cart_id})


def find_held_cart(user_id: int | None, cart_id: int | None) -> Any | None:
    """The same of the basket of a person, or of a guest who holds that number; with the draft of its checkout.

    checkout_key, typed: None where nothing is kept of a checkout.
    """
    if user_id is not None:
        return _HELD_BY_PERSON.first({"user_id": user_id})
    return None if cart_id is None else _HELD_BY_GUEST.first({"cart_id": cart_id})


def list_line_rows(cart_id: int, on: date) -> Sequence[Any]:
    """Packs by themselves, in the order in which they came in."""
    return _LINES.all({"cart_id": cart_id, "on": on})


def list_part_rows(cart_id: int, on: date) -> Sequence[Any]:
    """The parts of hampers; rows of one hamper stand together."""
    return _PARTS.all({"cart_id": cart_id, "on": on})


def list_bundle_rows(bundle_ids: Sequence[int], on: date) -> Sequence[Any]:
    """The parts of one hamper of each of these kinds, the newest kind first."""
    return db.session.connection().execute(_ONE_EACH, {"bundle_ids": bundle_ids, "on": on}).all()


def goods_of(row: Any) -> GoodsFacts:
    """What is told of the pack of a row."""
    return GoodsFacts(
        variant_id=row.variant_id,
        product_id=row.product_id,
        slug=row.slug,
        name=row.name,
        name_en=row.name_en,
        pack=row.label,
        pack_en=row.label_en,
        group_no=row.group_no,
        criteria_set=row.criteria_set,
        alcohol=row.alcohol,
        is_demonstration=row.is_demonstration,
        illustration=row.illustration,
        cover=cover_view(row),
    )


class Shelf:
    """How many packs are left for the lines to come: two lines of one pack share what is there."""

    def __init__(self) -> None:
        self._left: dict[int, int] = {}

    def left(self, row: Any) -> int:
        """Packs that the line of this row may have."""
        left: int = self._left.get(row.variant_id, row.available)
        return max(0, left)

    def take(self, row: Any, packs: int) -> None:
        """Let the line of this row have so many."""
        self._left[row.variant_id] = self.left(row) - packs


class EndlessShelf(Shelf):
    """For looking at one thing after the other, none of which is bought."""

    def take(self, row: Any, packs: int) -> None:
        """Nothing is missing for the next."""


def problem_of(row: Any, terms: GoodsTerms, on: date) -> LineProblem | None:
    """Why nothing at all of the pack can be bought on the day; None if it can, stock apart."""
    is_offered = row.is_listed and row.is_for_sale and row.withdrawn_at is None and row.price_vnd is not None
    if not is_offered or row.group_no == SERVICE_GROUP_NUMBER:
        return LineProblem.GONE
    if row.is_recalled:
        return LineProblem.RECALLED
    if not terms.is_sellable:
        return LineProblem.NO_PAPERS
    if row.away_until is not None:
        return LineProblem.AWAY
    return LineProblem.OUT_OF_SEASON if next_season(row.months, on) else None
