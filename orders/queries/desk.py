"""Orders as the producer's desk lists them: two statements a page, by index, however many orders there are.

Statements are put together once and read plain rows of only what a card shows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Select, and_, bindparam, func, or_, select, union_all

from catalog.errors import ProducerNotFoundError
from catalog.models import Producer
from core.prepared import Prepared
from orders.models.orders import Order, OrderLine, SellerOrder
from orders.references import is_reference
from orders.states import Fulfilment, Lifecycle
from orders.timer_terms import WORKABLE_PAYMENTS

SHOWN: Final = 20
SEARCHED_MOST: Final = 1_000
"""Of orders that are over, so many of the newest are searched by the end of a telephone number."""
PHONE_END_MIN: Final = 3
_LAST_ID: Final = 2**62

_SELLER, _ORDER, _LINE = SellerOrder.__table__.c, Order.__table__.c, OrderLine.__table__.c
_PRODUCER: Final = Prepared(
    select(Producer.__table__.c.id, Producer.__table__.c.name).where(
        Producer.__table__.c.id == bindparam("producer_id")
    )
)
_MINE: Final = _SELLER.producer_id == bindparam("producer_id")


def _is_one_of(column: Any, values: Iterable[str]) -> ColumnElement[bool]:
    """Like IN, but written out: a list of values would be put in anew each time."""
    return or_(*(column == str(value) for value in values))


_IS_WORKABLE: Final = _is_one_of(_SELLER.payment, sorted(WORKABLE_PAYMENTS))
_ON_THE_WAY: Final = (
    Fulfilment.HANDED_OVER,
    Fulfilment.IN_TRANSIT,
    Fulfilment.FAILED_ATTEMPT,
    Fulfilment.RETURNING,
    Fulfilment.RETURNED,
)


class Tab(StrEnum):
    """Lists of the desk, in the order in which an order goes through them."""

    NEW = "new"
    UNPAID = "unpaid"
    PACK = "pack"
    SEND = "send"
    WAY = "way"
    DELIVERED = "delivered"
    DISPUTED = "disputed"
    DONE = "done"
    CANCELLED = "cancelled"


COUNTED: Final = tuple(Tab)[:7]
"""Lists of open orders, which are few; those that are over are not counted."""


def _standing(lifecycle: Lifecycle, *fulfilments: Fulfilment) -> ColumnElement[bool]:
    is_there = _SELLER.lifecycle == lifecycle.value
    if not fulfilments:
        return is_there
    return and_(is_there, _is_one_of(_SELLER.fulfilment, fulfilments))


_HOLDS: Final[dict[Tab, ColumnElement[bool]]] = {
    Tab.NEW: and_(_standing(Lifecycle.PLACED), _IS_WORKABLE),
    Tab.UNPAID: and_(_standing(Lifecycle.PLACED), ~_IS_WORKABLE),
    Tab.PACK: _standing(Lifecycle.CONFIRMED, Fulfilment.UNFULFILLED),
    Tab.SEND: _standing(Lifecycle.CONFIRMED, Fulfilment.PACKED),
    Tab.WAY: _standing(Lifecycle.CONFIRMED, *_ON_THE_WAY),
    Tab.DELIVERED: _standing(Lifecycle.CONFIRMED, Fulfilment.DELIVERED),
    Tab.DISPUTED: _is_one_of(_SELLER.lifecycle, (Lifecycle.DISPUTED, Lifecycle.RESOLVED)),
    Tab.DONE: _standing(Lifecycle.COMPLETED),
    Tab.CANCELLED: _standing(Lifecycle.CANCELLED),
}
_IS_OPEN: Final = _is_one_of(_SELLER.lifecycle, (Lifecycle.PLACED, Lifecycle.CONFIRMED, Lifecycle.DISPUTED))
_COUNTS: Final = Prepared(
    select(_SELLER.lifecycle, _SELLER.fulfilment, _IS_WORKABLE.label("is_workable"), func.count())
    .where(_MINE, _IS_OPEN)
    .group_by(_SELLER.lifecycle, _SELLER.fulfilment, _IS_WORKABLE)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCard:
    """An order in a list. due_vnd: what the buyer pays for it. lines: name, pack and packs left in each line."""

    id: int
    code: str
    lifecycle: str
    payment: str
    fulfilment: str
    delivery_kind: str
    due_vnd: int
    name: str
    commune: str | None
    province: str | None
    promised_to_on: date
    placed_at: datetime
    act_by_at: datetime | None
    lines: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderList:
    """A page of a list. counts: open orders in each list. before: where the next page begins, None after the last."""

    tab: Tab | None
    cards: Sequence[OrderCard]
    counts: Mapping[Tab, int]
    before: int | None


@dataclass(frozen=True, slots=True)
class DeskProducer:
    """Whose desk it is."""

    id: int
    name: str


def get_desk_producer(producer_id: int) -> DeskProducer:
    """The producer of whom the caller knows that it is the actor's own. One statement. Raises ProducerNotFoundError."""
    row: Any = _PRODUCER.first({"producer_id": producer_id})
    if row is None:
        raise ProducerNotFoundError(slug=str(producer_id))
    return DeskProducer(row.id, row.name)


def list_orders(producer_id: int, tab: Tab, *, before: int | None = None) -> OrderList:
    """Orders of a producer in one list, the newest first. before: number of the last order of the page before."""
    given = {"producer_id": producer_id, "before": min(before or _LAST_ID, _LAST_ID)}
    cards = _cards(_PAGES[tab].all(given))
    more = len(cards) > SHOWN
    cards = cards[:SHOWN]
    return OrderList(
        tab=tab, cards=cards, counts=count_open(producer_id), before=cards[-1].id if more else None
    )


def find_orders(producer_id: int, words: str) -> OrderList:
    """Orders of a producer by code (the buyer's or the parcel's) or by the end of the buyer's telephone number."""
    found: list[OrderCard] = []
    code = "".join(each for each in words.upper() if each.isalnum())[:20]
    if is_reference(code):
        given: dict[str, Any] = {"producer_id": producer_id, "code": code}
        found = _cards(_BY_CODE.all(given))
    elif code.isascii() and code.isdigit() and len(code) >= PHONE_END_MIN:
        digits = code.removeprefix("0") if len(code) > 9 else code
        given = {"producer_id": producer_id, "digits": f"%{digits}", "before": _LAST_ID}
        found = _cards(_BY_PHONE.all(given))[:SHOWN]
    return OrderList(tab=None, cards=found, counts=count_open(producer_id), before=None)


def count_open(producer_id: int) -> dict[Tab, int]:
    """How many open orders of a producer stand in each list. One statement."""
    counts = dict.fromkeys(COUNTED, 0)
    for lifecycle, fulfilment, is_workable, number in _COUNTS.all({"producer_id": producer_id}):
        counts[_tab_of(lifecycle, fulfilment, is_workable=bool(is_workable))] += number
    return counts


def _tab_of(lifecycle: str, fulfilment: str, *, is_workable: bool) -> Tab:
    if lifecycle == Lifecycle.PLACED:
        return Tab.NEW if is_workable else Tab.UNPAID
    if lifecycle == Lifecycle.DISPUTED:
        return Tab.DISPUTED
    if fulfilment == Fulfilment.DELIVERED:
        return Tab.DELIVERED
    if fulfilment == Fulfilment.UNFULFILLED:
        return Tab.PACK
    return Tab.SEND if fulfilment == Fulfilment.PACKED else Tab.WAY


def _with_lines(numbers: Any) -> Prepared:
    """Cards of the orders whose numbers `numbers` selects: a row for each of their lines."""
    ids = numbers.cte("shown")
    return Prepared(
        select(
            _SELLER.id,
            _SELLER.code,
            _SELLER.lifecycle,
            _SELLER.payment,
            _SELLER.fulfilment,
            _SELLER.delivery_kind,
            (_SELLER.total_vnd - _SELLER.uncharged_vnd).label("due_vnd"),
            _SELLER.promised_to_on,
            _SELLER.placed_at,
            _SELLER.act_by_at,
            _ORDER.name,
            _ORDER.commune,
            _ORDER.province,
            _LINE.name.label("goods"),
            _LINE.pack,
            (_LINE.quantity - _LINE.cancelled_quantity).label("packs"),
        )
        .select_from(ids)
        .join(SellerOrder.__table__, _SELLER.id == ids.c.id)
        .join(Order.__table__, _ORDER.id == _SELLER.order_id)
        .join(OrderLine.__table__, _LINE.seller_order_id == _SELLER.id)
        .order_by(_SELLER.id.desc(), _LINE.id)
    )


def _newest(condition: ColumnElement[bool], limit: int) -> Select[int]:
    before = _SELLER.id < bindparam("before", type_=BigInteger)
    return select(_SELLER.id).where(_MINE, condition, before).order_by(_SELLER.id.desc()).limit(limit)


_PAGES: Final = {tab: _with_lines(_newest(condition, SHOWN + 1)) for tab, condition in _HOLDS.items()}
_BY_CODE: Final = _with_lines(
    select(_SELLER.id)
    .join(Order.__table__, _ORDER.id == _SELLER.order_id)
    .where(_MINE, or_(_SELLER.code == bindparam("code"), _ORDER.code == bindparam("code")))
)
_SEARCHED: Final = union_all(
    select(_SELLER.id).where(_MINE, _IS_OPEN),
    *(
        select(_newest(_standing(each), SEARCHED_MOST).subquery().c.id)
        for each in (Lifecycle.COMPLETED, Lifecycle.CANCELLED, Lifecycle.RESOLVED)
    ),
).subquery()
_BY_PHONE: Final = _with_lines(
    select(_SELLER.id)
    .join(_SEARCHED, _SEARCHED.c.id == _SELLER.id)
    .join(Order.__table__, _ORDER.id == _SELLER.order_id)
    .where(_ORDER.phone.like(bindparam("digits")))
    .order_by(_SELLER.id.desc())
    .limit(SHOWN)
)


def _cards(rows: Any) -> list[OrderCard]:
    return [_card(list(lines)) for _id, lines in groupby(rows, key=attrgetter("id"))]


def _card(lines: list[Any]) -> OrderCard:
    order = lines[0]
    return OrderCard(
        id=order.id,
        code=order.code,
        lifecycle=order.lifecycle,
        payment=order.payment,
        fulfilment=order.fulfilment,
        delivery_kind=order.delivery_kind,
        due_vnd=order.due_vnd,
        name=order.name,
        commune=order.commune,
        province=order.province,
        promised_to_on=order.promised_to_on,
        placed_at=order.placed_at,
        act_by_at=order.act_by_at,
        lines=tuple((each.goods, each.pack, each.packs) for each in lines if each.packs),
    )
