"""Which goods are being recalled, for those who sell; and recalls for those who keep them.

A recall is open until it has the step `closed`. A drill is never open here: nothing that anybody sees changes by it.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

from accounts.actors import Actor
from accounts.errors import NotYoursError
from accounts.models import Role, RoleGrant
from catalog.models import Product, Variant
from catalog.permissions.office import DECIDING
from catalog.queries.office_scope import products_of
from core.db import ID_MAX, Model, db
from traceability.errors import InvalidRecallError, StampNotFoundError
from traceability.models import (
    Lot,
    LotKind,
    Recall,
    RecallLot,
    RecallOpener,
    RecallRange,
    RecallScope,
    RecallStage,
    RecallStep,
    Stamp,
    StampRun,
)

_LOT, _RECALL, _VARIANT = Lot.__table__.c, Recall.__table__.c, Variant.__table__.c
_OF, _STEP, _GRANT = RecallLot.__table__.c, RecallStep.__table__.c, RoleGrant.__table__.c
_IDS: Final[BindParameter[Any]] = bindparam("ids", expanding=True)
LOTS_OFFERED: Final = 100
"""The newest lots, of which one chooses in a form of a recall; older ones are named."""
LOTS_NAMED: Final = 1_000
"""Lots that one form names at most."""


def is_open() -> ColumnElement[bool]:
    """SQL: whether a row of `recall` is open and no drill."""
    return and_(~_RECALL.is_drill, ~_is_closed())


def is_of_producer() -> ColumnElement[bool]:
    """SQL: whether a row of `recall` was opened by the producer's own people.

    Not by a command, nor by anybody who could open it in the office then.
    """
    decides = or_(
        _GRANT.role == Role.ADMINISTRATOR.value,
        and_(_GRANT.role == Role.OFFICER.value, _GRANT.level.in_(sorted(DECIDING))),
    )
    held = and_(
        _GRANT.user_id == _RECALL.opened_by_id,
        _GRANT.granted_at <= _RECALL.opened_at,
        or_(_GRANT.ended_at.is_(None), _GRANT.ended_at > _RECALL.opened_at),
    )
    return and_(_RECALL.opened_by_id.is_not(None), ~_exists(RoleGrant, held, decides))


def opener_of(recall: Recall) -> RecallOpener:
    """Who opened the recall."""
    if recall.opened_by_id is None:
        return RecallOpener.MARKET
    own = db.session.scalar(select(_RECALL.id).where(_RECALL.id == recall.id, is_of_producer()))
    return RecallOpener.OFFICE if own is None else RecallOpener.PRODUCER


def is_closable_by_producer(recall: Recall) -> bool:
    """Whether the producer itself may close the recall: its own ones, and every drill."""
    return recall.is_drill or opener_of(recall) is RecallOpener.PRODUCER


def product_is_recalled(product_id: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """SQL: whether goods of the product are being recalled, were it one pack: nothing of it is sold then.

    Nobody can tell which pack would be sent (invariant I14).
    """
    return _exists(Recall, _RECALL.product_id == product_id, is_open())


def lot_is_recalled(lot_id: ColumnElement[int], product_id: ColumnElement[int]) -> ColumnElement[bool]:
    """SQL: whether the lot, packs of it or the whole product are being recalled."""
    named = _exists(RecallLot, _OF.recall_id == _RECALL.id, _OF.lot_id == lot_id)
    whole = _RECALL.scope == RecallScope.PRODUCT.value
    return _exists(Recall, _RECALL.product_id == product_id, is_open(), or_(whole, named))


def _is_closed() -> ColumnElement[bool]:
    return _exists(RecallStep, _STEP.recall_id == _RECALL.id, _STEP.stage == RecallStage.CLOSED.value)


def _exists(model: type[Model], *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """EXISTS a row of `model`; all other tables that the conditions name are those of the statement around it."""
    return (
        select(1).select_from(model.__table__).where(*conditions).correlate_except(model.__table__).exists()
    )


_PRODUCTS: Final = select(_RECALL.product_id).where(is_open(), _RECALL.product_id.in_(_IDS)).distinct()
_VARIANTS: Final = select(_VARIANT.id).where(_VARIANT.id.in_(_IDS), product_is_recalled(_VARIANT.product_id))
_LOTS: Final = select(_LOT.id).where(_LOT.id.in_(_IDS), lot_is_recalled(_LOT.id, _LOT.product_id))


def recalled_products(product_ids: Collection[int]) -> frozenset[int]:
    """Those of the products of which goods are being recalled: they are not sold meanwhile (invariant I14)."""
    return _ids(_PRODUCTS, product_ids)


def recalled_variants(variant_ids: Collection[int]) -> frozenset[int]:
    """Those of the packs of whose product goods are being recalled."""
    return _ids(_VARIANTS, variant_ids)


def recalled_lots(lot_ids: Collection[int]) -> frozenset[int]:
    """Those of the lots of which all or some packs are being recalled."""
    return _ids(_LOTS, lot_ids)


def recalled_stamps(stamp_ids: Collection[int]) -> frozenset[int]:
    """Those of the stamps whose pack is being recalled, by its code, its lot or its product."""
    in_range = _exists(
        RecallRange,
        RecallRange.recall_id == _RECALL.id,
        RecallRange.run_id == Stamp.run_id,
        Stamp.number.between(RecallRange.first, RecallRange.last),
    )
    named = _exists(RecallLot, _OF.recall_id == _RECALL.id, _OF.lot_id == StampRun.lot_id)
    by_scope = or_(
        _RECALL.scope == RecallScope.PRODUCT.value,
        and_(_RECALL.scope == RecallScope.LOTS.value, named),
        and_(_RECALL.scope == RecallScope.UNITS.value, in_range),
    )
    asked = (
        select(Stamp.id)
        .join(StampRun, StampRun.id == Stamp.run_id)
        .join(Lot, Lot.id == StampRun.lot_id)
        .where(Stamp.id.in_(_IDS), _exists(Recall, _RECALL.product_id == Lot.product_id, is_open(), by_scope))
    )
    return _ids(asked, stamp_ids)


def list_product_recalls(product_id: int) -> Sequence[Recall]:
    """Recalls of goods of a product that people were told of, oldest first, with lots, packs and steps."""
    told = _whole().where(Recall.product_id == product_id, ~Recall.is_drill).order_by(Recall.id)
    return db.session.scalars(told).all()


def list_open_recalls(*, product_ids: Collection[int] | None = None, limit: int = 500) -> Sequence[Recall]:
    """Recalls that are open, the newest first, for everybody; of some products if they are given."""
    wanted = _whole().where(is_open()).order_by(Recall.id.desc()).limit(limit)
    if product_ids is not None:
        wanted = wanted.where(Recall.product_id.in_(product_ids))
    return db.session.scalars(wanted).all()


def product_ids_of_gtin(gtin: str) -> frozenset[int]:
    """Products of which a pack has this GTIN (14 digits) today, or for which stamps were printed with it."""
    of_variant = select(Variant.product_id).where(Variant.gtin == gtin)
    of_run = select(Lot.product_id).join(StampRun, StampRun.lot_id == Lot.id).where(StampRun.gtin == gtin)
    return frozenset(db.session.scalars(of_variant.union(of_run)))


def list_own_recalls(producer_id: int, *, limit: int = 200) -> Sequence[Recall]:
    """Recalls and drills of a producer's goods, the newest first."""
    own = _whole().where(Product.producer_id == producer_id).order_by(Recall.id.desc()).limit(limit)
    return db.session.scalars(own).all()


def list_lot_recalls(lot: Lot) -> Sequence[Recall]:
    """Recalls and drills that name the lot or its whole product, the newest first."""
    named = Recall.id.in_(select(RecallLot.recall_id).where(RecallLot.lot_id == lot.id))
    whole = Recall.scope == RecallScope.PRODUCT.value
    wanted = _whole().where(Recall.product_id == lot.product_id, or_(named, whole))
    return db.session.scalars(wanted.order_by(Recall.id.desc())).all()


def get_own_recall(producer_id: int, recall_id: int) -> Recall:
    """The recall, if it is of goods of the producer. Raises NotYoursError."""
    return _get(Product.producer_id == producer_id, recall_id)


def list_office_recalls(
    actor: Actor, state: str, *, page: int = 1, per_page: int = 50
) -> tuple[list[Recall], int]:
    """A page of the recalls in the area of `actor`, and how many there are. state: `open`, `closed` or `drill`."""
    state_is = {"open": is_open(), "closed": and_(_is_closed(), ~Recall.is_drill), "drill": Recall.is_drill}
    wanted = _whole().where(goods_seen_by(actor), state_is[state])
    total = db.session.scalar(select(func.count()).select_from(wanted.order_by(None).subquery())) or 0
    shown = wanted.order_by(Recall.id.desc()).limit(per_page).offset((page - 1) * per_page)
    return list(db.session.scalars(shown)), total


def get_office_recall(actor: Actor, recall_id: int) -> Recall:
    """The recall, if its product lies in the area of `actor`. Raises NotYoursError."""
    return _get(goods_seen_by(actor), recall_id)


def list_recall_lots(recall: Recall) -> Sequence[Lot]:
    """The lots that a recall is about: those it names, or all of the product."""
    if recall.scope == RecallScope.PRODUCT:
        return db.session.scalars(
            select(Lot).where(Lot.product_id == recall.product_id).order_by(Lot.id)
        ).all()
    return [each.lot for each in recall.lots]


def ranges_between(product_id: int, ends: Iterable[tuple[str, str]]) -> list[tuple[int, int, int]]:
    """Run, first and last number of the packs between pairs of codes, as few ranges as there can be.

    ends: first and last code of each range, alike for one pack; as stored. Raises StampNotFoundError for a code that is
    on no pack of the product, InvalidRecallError if both ends are not of one run.
    """
    pairs = list(ends)
    place_of = _places(product_id, [code for pair in pairs for code in pair])
    ranges = []
    for first, last in pairs:
        (run_id, number), (last_run_id, last_number) = place_of[first], place_of[last]
        if run_id != last_run_id:
            raise InvalidRecallError(field="codes", value=last, reason="range")
        ranges.append((run_id, min(number, last_number), max(number, last_number)))
    return _joined(ranges)


def ranges_of_codes(product_id: int, codes: Iterable[str]) -> list[tuple[int, int, int]]:
    """Like `ranges_between` for single codes."""
    return ranges_between(product_id, [(code, code) for code in codes])


def _places(product_id: int, codes: Iterable[str]) -> dict[str, tuple[int, int]]:
    wanted = list(dict.fromkeys(codes))
    found: dict[str, tuple[int, int]] = {}
    for first in range(0, len(wanted), 500):
        rows = db.session.execute(
            select(Stamp.code, Stamp.run_id, Stamp.number)
            .join(StampRun, StampRun.id == Stamp.run_id)
            .join(Lot, Lot.id == StampRun.lot_id)
            .where(Stamp.code.in_(wanted[first : first + 500]), Lot.product_id == product_id)
        )
        found.update({code: (run_id, number) for code, run_id, number in rows})
    for code in wanted:
        if code not in found:
            raise StampNotFoundError(code=code)
    return found


def _joined(ranges: Iterable[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    joined: list[tuple[int, int, int]] = []
    for run_id, first, last in sorted(ranges):
        if joined and joined[-1][0] == run_id and first <= joined[-1][2] + 1:
            joined[-1] = (run_id, joined[-1][1], max(last, joined[-1][2]))
        else:
            joined.append((run_id, first, last))
    return joined


def _get(condition: ColumnElement[bool], recall_id: int) -> Recall:
    found: Recall | None = None
    if recall_id <= ID_MAX:
        found = db.session.scalar(_whole().where(Recall.id == recall_id, condition))
    if found is None:
        raise NotYoursError(recall_id=recall_id)
    return found


def _whole() -> Any:
    return (
        select(Recall)
        .join(Recall.product)
        .options(
            joinedload(Recall.product),
            selectinload(Recall.lots).joinedload(RecallLot.lot),
            selectinload(Recall.ranges),
            selectinload(Recall.steps),
        )
        .execution_options(populate_existing=True)
    )


def _ids(statement: Any, ids: Collection[int]) -> frozenset[int]:
    return frozenset(db.session.scalars(statement, {"ids": sorted(ids)})) if ids else frozenset()


def list_recallable_lots(producer_id: int, *, ids: Collection[int] = (), code: str = "") -> list[Lot]:
    """The newest lots of a producer's goods, each with its product, and its own of these numbers or with that code."""
    return _choosable(Product.producer_id == producer_id, ids, code)


def list_recallable_products(producer_id: int) -> Sequence[Product]:
    """The products of a producer, services left out, by name."""
    own = select(Product).where(Product.producer_id == producer_id).order_by(Product.name, Product.id)
    return [product for product in db.session.scalars(own) if not product.is_service]


def goods_seen_by(actor: Actor) -> ColumnElement[bool]:
    """SQL: whether a product lies in the area of an officer; administrators see all."""
    return true() if actor.is_administrator else products_of(actor)


def get_recallable_product(actor: Actor, product_id: int) -> Product:
    """The product, if `actor` sees recalls of its goods. Raises NotYoursError."""
    found = None
    if product_id <= ID_MAX:
        found = db.session.scalar(select(Product).where(Product.id == product_id, goods_seen_by(actor)))
    if found is None or found.is_service:
        raise NotYoursError(product_id=product_id)
    return found


def list_product_lots(product_id: int, *, ids: Collection[int] = (), code: str = "") -> list[Lot]:
    """The newest lots of a product, and its own of these numbers or with that code."""
    return _choosable(Lot.product_id == product_id, ids, code)


def _choosable(own: ColumnElement[bool], ids: Collection[int], code: str) -> list[Lot]:
    of_goods = (own, Lot.kind == LotKind.GOODS.value)
    newest = select(Lot.id).join(Lot.product).where(*of_goods).order_by(Lot.id.desc()).limit(LOTS_OFFERED)
    named = or_(Lot.id.in_(newest), Lot.id.in_(sorted(ids)[:LOTS_NAMED]), Lot.code == code)
    asked = select(Lot).join(Lot.product).where(*of_goods, named).options(joinedload(Lot.product))
    return list(db.session.scalars(asked.order_by(Lot.id.desc())))
