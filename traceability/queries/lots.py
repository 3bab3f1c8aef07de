"""Lots: one with everything its page says, those of a product, and the list for those who keep them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from sqlalchemy import BindParameter, Select, bindparam, func, select
from sqlalchemy.orm import joinedload

from catalog.models import Place, Producer, Product, Variant
from catalog.queries.addresses import place_view
from catalog.queries.certificates import list_certificates
from catalog.queries.product import producer_view
from catalog.queries.recognitions import list_recognitions
from catalog.queries.view_models import PlaceView
from core.db import db
from traceability.errors import LinkNotFoundError, LotNotFoundError
from traceability.models import Lot, LotKind, RecallScope, StampKind, StampRun, TraceEvent
from traceability.queries.event_views import EVENT_PARTS, event_views
from traceability.queries.recalls import list_product_recalls, lot_is_recalled, product_is_recalled
from traceability.queries.view_models import (
    EventView,
    LotLine,
    LotPage,
    LotProductView,
    OriginLot,
    OriginSummary,
    RecallView,
)
from traceability.verdicts import LAPSED_STATES, is_past_date

SUMMARY_LOTS: Final = 6

# The newest lots for the page of a product: plain rows, each with its place named like a Place.
_LOT, _EVENT = Lot.__table__.c, TraceEvent.__table__.c
_PRODUCT, _PRODUCER, _PLACE = Product.__table__.c, Producer.__table__.c, Place.__table__.c
_VARIANT = Variant.__table__.c
_GTIN: Final = (
    select(_VARIANT.gtin)
    .where(_VARIANT.product_id == _LOT.product_id, _VARIANT.gtin.is_not(None))
    .order_by(_VARIANT.position)
    .limit(1)
)
_NEWEST: Final = (
    select(
        _LOT.code,
        _LOT.produced_on,
        _LOT.expires_on,
        _PRODUCER.kind.label("producer_kind"),
        *(column for column in _PLACE if column.name != "id"),
        _GTIN.scalar_subquery().label("gtin"),
        select(func.count()).where(_EVENT.lot_id == _LOT.id).scalar_subquery().label("event_count"),
        lot_is_recalled(_LOT.id, _LOT.product_id).label("is_recalled"),
        product_is_recalled(_LOT.product_id).label("is_any_recalled"),
        func.count().over().label("lot_count"),
    )
    .select_from(Lot.__table__)
    .join(Product.__table__, _PRODUCT.id == _LOT.product_id)
    .outerjoin(Producer.__table__, _PRODUCER.id == _PRODUCT.producer_id)
    .outerjoin(
        Place.__table__, _PLACE.id == func.coalesce(_LOT.place_id, _PRODUCT.place_id, _PRODUCER.place_id)
    )
    .where(_LOT.product_id == bindparam("product_id"), _LOT.kind == LotKind.GOODS.value)
    .order_by(func.coalesce(_LOT.produced_on, date.min).desc(), _LOT.id.desc())
    .limit(SUMMARY_LOTS)
)


def get_lot_page(lot_id: int, on: date) -> LotPage:
    """Everything known of a lot, judged for `on`; its product may be unlisted. Eight statements.

    Raises LotNotFoundError.
    """
    lot = db.session.scalar(_statements().lot, {"lot_id": lot_id})
    if lot is None:
        raise LotNotFoundError(name=lot_id)
    product, producer = lot.product, lot.product.producer
    recognition, _ = list_recognitions(product.id, on)
    recalls = _list_recalls(lot_id, lot.product_id)
    of_all = [recall for recall in recalls if recall.closed_at is None and recall.scope != RecallScope.UNITS]
    return LotPage(
        id=lot.id,
        code=lot.code,
        produced_on=lot.produced_on,
        expires_on=lot.expires_on,
        is_past_date=is_past_date(lot.expires_on, on),
        has_rank_lapsed=recognition is not None and recognition.state in LAPSED_STATES,
        product=_product_view(product),
        producer=producer_view(producer, producer.place, may_call=product.is_for_sale) if producer else None,
        origin=_origin(lot.place or product.place, producer),
        gtins=_list_gtins(product.id),
        recognition=recognition,
        certificates=list_certificates(product.id, product.producer_id, on),
        events=_list_events(lot_id),
        recall=of_all[0] if of_all else None,
        past_recalls=tuple(recall for recall in recalls if recall.closed_at is not None),
        unit_recalls=tuple(
            recall for recall in recalls if recall.closed_at is None and recall.scope == RecallScope.UNITS
        ),
    )


def origin_summary(product_id: int, on: date) -> OriginSummary:
    """The newest lots of a product for its page, judged for `on`. One statement."""
    rows: Sequence[Any] = db.session.execute(_NEWEST, {"product_id": product_id}).all()
    lots = tuple(
        OriginLot(
            code=row.code,
            gtin=row.gtin,
            produced_on=row.produced_on,
            expires_on=row.expires_on,
            is_past_date=is_past_date(row.expires_on, on),
            is_recalled=row.is_recalled,
            origin=place_view(row if row.vintage else None, row.producer_kind),
            event_count=row.event_count,
        )
        for row in rows
    )
    return OriginSummary(
        lot_count=rows[0].lot_count if rows else 0,
        lots=lots,
        is_recalled=bool(rows) and rows[0].is_any_recalled,
    )


def find_lot(name: str) -> Lot | None:
    """The lot that a clerk names: «product-slug/lot-code» or its number; None if there is none."""
    slug, slash, code = name.partition("/")
    if slash:
        wanted = select(Lot).join(Product).where(Product.slug == slug, Lot.code == code)
    elif name.isascii() and name.isdigit():
        wanted = select(Lot).where(Lot.id == int(name))
    else:
        return None
    return db.session.scalar(wanted.options(joinedload(Lot.product)))


def get_lot(name: str) -> Lot:
    """Like `find_lot`; raises LotNotFoundError."""
    lot = find_lot(name)
    if lot is None:
        raise LotNotFoundError(name=name)
    return lot


def list_lots(product_slug: str | None = None) -> list[LotLine]:
    """Lots of goods, newest first, of one product if `product_slug` is given. One statement."""
    issued = (
        select(func.coalesce(func.sum(StampRun.stamp_count), 0))
        .where(StampRun.lot_id == Lot.id, StampRun.kind == StampKind.UNIT)
        .scalar_subquery()
    )
    lots = (
        select(Lot, Product.slug, Product.name, issued, lot_is_recalled(_LOT.id, _LOT.product_id))
        .join(Product, Product.id == Lot.product_id)
        .where(Lot.kind == LotKind.GOODS)
        .order_by(Lot.id.desc())
    )
    if product_slug is not None:
        lots = lots.where(Product.slug == product_slug)
    return [
        LotLine(
            id=lot.id,
            product_slug=slug,
            product_name=name,
            code=lot.code,
            quantity=lot.quantity,
            produced_on=lot.produced_on,
            expires_on=lot.expires_on,
            unit_stamp_count=count,
            is_recalled=is_recalled,
        )
        for lot, slug, name, count, is_recalled in db.session.execute(lots)
    ]


def get_linked_product(gtin: str) -> LotProductView:
    """The product of which a pack has this GTIN (14 digits) today, or for which stamps were printed with it.

    Raises LinkNotFoundError.
    """
    of_run = select(Lot.product_id).join(StampRun, StampRun.lot_id == Lot.id).where(StampRun.gtin == gtin)
    of_variant = select(Variant.product_id).where(Variant.gtin == gtin)
    product = db.session.scalar(
        select(Product)
        .where(Product.id.in_(of_variant) | Product.id.in_(of_run))
        .order_by(Product.id.in_(of_variant).desc())
        .limit(1)
    )
    if product is None:
        raise LinkNotFoundError(gtin=gtin, lot=None)
    return _product_view(product)


def get_linked_lot_id(gtin: str, lot_code: str) -> int:
    """Number of the lot that a GS1 link names: the GTIN of its product or of a run printed for it, and its code.

    Capital and small letters are alike where that leaves no doubt. Raises LinkNotFoundError.
    """
    of_variant = select(Variant.product_id).where(Variant.gtin == gtin)
    of_run = select(StampRun.lot_id).where(StampRun.gtin == gtin)
    rows = db.session.execute(
        select(Lot.id, Lot.code).where(
            func.upper(Lot.code) == lot_code.upper(),
            Lot.kind == LotKind.GOODS,
            Lot.product_id.in_(of_variant) | Lot.id.in_(of_run),
        )
    ).all()
    exact = [row.id for row in rows if row.code == lot_code]
    if exact or len(rows) == 1:
        return int(exact[0] if exact else rows[0].id)
    raise LinkNotFoundError(gtin=gtin, lot=lot_code)


@dataclass(frozen=True, slots=True)
class _Statements:
    """Statements with `lot_id` or `product_id` left open: putting them together costs as much as running them."""

    lot: Select[Lot]
    gtins: Select[str | None]
    events: Select[TraceEvent]


@cache
def _statements() -> _Statements:
    lot_id: BindParameter[int] = bindparam("lot_id")
    product = joinedload(Lot.product)
    return _Statements(
        lot=select(Lot)
        .where(Lot.id == lot_id)
        .options(
            joinedload(Lot.place),
            product.joinedload(Product.place),
            product.joinedload(Product.producer).joinedload(Producer.place),
        )
        .execution_options(populate_existing=True),
        gtins=select(Variant.gtin)
        .where(Variant.product_id == bindparam("product_id"), Variant.gtin.is_not(None))
        .order_by(Variant.position),
        events=select(TraceEvent)
        .where(TraceEvent.lot_id == lot_id)
        .order_by(TraceEvent.happened_on, TraceEvent.happened_at.nulls_first(), TraceEvent.id)
        .options(*EVENT_PARTS)
        .execution_options(populate_existing=True),
    )


def _list_gtins(product_id: int) -> tuple[str, ...]:
    rows = db.session.scalars(_statements().gtins, {"product_id": product_id})
    return tuple(gtin for gtin in rows if gtin)


def _list_events(lot_id: int) -> tuple[EventView, ...]:
    rows = db.session.scalars(_statements().events, {"lot_id": lot_id}).unique().all()
    return event_views(rows)


def _list_recalls(lot_id: int, product_id: int) -> list[RecallView]:
    """Recalls of the product, of the lot, or of packs of it; oldest first."""
    return [
        RecallView(
            reason=row.reason,
            instruction=row.instruction,
            contact=row.contact,
            opened_at=row.opened_at,
            closed_at=row.closed_at,
            risk=row.risk,
            refund=row.refund,
            scope=row.scope,
            ranges=tuple((each.run_id, each.first, each.last) for each in row.ranges),
        )
        for row in list_product_recalls(product_id)
        if row.scope == RecallScope.PRODUCT or any(each.lot_id == lot_id for each in row.lots)
    ]


def _product_view(product: Product) -> LotProductView:
    return LotProductView(
        id=product.id,
        slug=product.slug,
        name=product.name,
        name_en=product.name_en,
        illustration=product.illustration,
        ingredients=product.ingredients,
        ingredients_en=product.ingredients_en,
        storage=product.storage,
        storage_en=product.storage_en,
        is_listed=product.is_listed,
        is_demonstration=product.is_demonstration,
    )


def _origin(place: Place | None, producer: Producer | None) -> PlaceView | None:
    kind = producer.kind if producer else None
    return place_view(place or (producer.place if producer else None), kind)
