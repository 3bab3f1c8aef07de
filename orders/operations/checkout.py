"""A basket becomes an order: once, at the prices of this moment, or not at all.

Everything happens in the caller's transaction: the rows of the order, the goods held for it, its voucher, what is asked
for as payment, and the jobs that tell of it. Rows are written straight into their tables: this is what a fair's best
minutes are made of.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from accounts.actors import Actor
from core.clock import vietnam_date
from core.db import db
from core.jobs.queue import enqueue_each
from core.prepared import Prepared, values_of
from orders.checkout_rules import CheckoutDraft
from orders.errors import BasketChangedError
from orders.models.cart import Cart
from orders.models.orders import Order, OrderEvent, OrderLine, PaymentMethod, SellerOrder
from orders.operations.cart import empty_cart
from orders.operations.checkout_checks import require_agreed, require_cod_allowed
from orders.operations.checkout_drafts import forget_draft
from orders.operations.payment import ask_for_new
from orders.operations.stock import hold_lines
from orders.operations.transitions import OrderActor
from orders.operations.vouchers import use_voucher
from orders.payment_terms import pay_by
from orders.queries.checkout import ChosenBasket, ChosenParcel, get_chosen_basket
from orders.references import new_reference
from orders.states import Axis, Fulfilment, Lifecycle, PaymentState
from orders.timer_terms import CONFIRM_WITHIN

_ORDERS: Final = Order.__table__
_KNOWN: Final = Prepared(select(_ORDERS.c.id).where(_ORDERS.c.checkout_key == bindparam("of_key")))
_JOBS: Final = ("orders.send_news", "orders.alert_producers", "settlement.freeze_terms")
_SELLERS: Final[Any] = SellerOrder.__table__
_LINES: Final[Any] = OrderLine.__table__
_EVENTS: Final[Any] = OrderEvent.__table__


def _unless_known(of_dialect: Any) -> Prepared:
    made = of_dialect.insert(_ORDERS).values(values_of(_ORDERS))
    return Prepared(made.on_conflict_do_nothing(index_elements=["checkout_key"]).returning(_ORDERS.c.id))


_INSERT_UNLESS_KNOWN: Final = {"sqlite": _unless_known(sqlite), "postgresql": _unless_known(postgresql)}
_INSERT_SELLER: Final = Prepared(insert(_SELLERS).values(values_of(_SELLERS)).returning(_SELLERS.c.id))
_INSERT_LINE: Final = Prepared(insert(_LINES).values(values_of(_LINES)).returning(_LINES.c.id))
_INSERT_EVENTS: Final = Prepared(insert(_EVENTS).values(values_of(_EVENTS)))


def place_order(draft: CheckoutDraft, *, by: Actor | None, now: datetime) -> Order:
    """Make the order of `draft`, or find the one that its key made before, whatever the contents are now.

    by: the person who is signed in, None for a guest. Prices, discounts, fees and terms are worked out anew. Raises
    BasketChangedError (`shown_vnd`, `total_vnd`, `problems`: words of `orders.queries.checkout`) where the buyer was
    shown something else, ShortStockError (`shortfalls`) where others were faster, InvalidOrderError (`field`,
    `reason`) for what the buyer has not agreed to or may not choose; then the caller must keep nothing. Of any number
    sent at once with one key, one makes the order and the others find it.
    """
    _queue_up(draft.cart_id)
    found = find_order_by_key(draft.checkout_key)
    if found is not None:
        return found
    chosen = get_chosen_basket(
        draft.cart_id,
        province_code=draft.province_code,
        commune_code=draft.commune_code,
        deliveries=draft.deliveries,
        on=vietnam_date(now),
    )
    if chosen.problems or chosen.total_vnd != draft.shown_total_vnd:
        raise BasketChangedError(
            shown_vnd=draft.shown_total_vnd, total_vnd=chosen.total_vnd, problems=chosen.problems
        )
    require_agreed(draft, chosen)
    require_cod_allowed(draft, chosen, now=now)
    order = _insert_order(draft, chosen, by, now)
    if order is None:  # its key was used a moment ago, from another basket
        return _get_order_by_key(draft.checkout_key)
    _insert_parcels(order, chosen, now)
    _note_first_events(order, by, now)
    _use_voucher(order, draft, chosen, now)
    until = pay_by(draft.method, is_perishable=chosen.is_perishable, now=now)
    hold_lines(order.seller_orders, expires_at=until, now=now)
    ask_for_new(order, expires_at=until, now=now)
    empty_cart(draft.cart_id)
    forget_draft(draft.checkout_key)
    _tell(order, now)
    return order


def find_order_by_key(checkout_key: str) -> Order | None:
    """The order that a form with this key has made, None if it has made none."""
    known = _KNOWN.first({"of_key": checkout_key})
    return None if known is None else _get_order_by_key(checkout_key)


def _get_order_by_key(checkout_key: str) -> Order:
    return db.session.scalars(select(Order).where(Order.checkout_key == checkout_key)).one()


def _queue_up(cart_id: int) -> None:
    """Let those who order from one basket at once do so one after the other. SQLite has one writer anyway."""
    if db.session.get_bind().dialect.name != "sqlite":
        db.session.execute(select(Cart.id).where(Cart.id == cart_id).with_for_update())


def _insert_order(
    draft: CheckoutDraft, chosen: ChosenBasket, by: Actor | None, now: datetime
) -> Order | None:
    values: dict[str, Any] = {
        "code": new_reference(),
        "checkout_key": draft.checkout_key,
        "user_id": by.user_id if by else None,
        "method": draft.method,
        "goods_vnd": chosen.goods_vnd,
        "shipping_vnd": chosen.shipping_vnd,
        "discount_vnd": chosen.discount_vnd,
        "total_vnd": chosen.total_vnd,
        "name": draft.name,
        "phone": draft.phone,
        "email": draft.email,
        "language": draft.language,
        "province_code": draft.province_code,
        "province": draft.province,
        "commune_code": draft.commune_code,
        "commune": draft.commune,
        "street": draft.street,
        "landmark": draft.landmark,
        "note": draft.note,
        "terms": draft.agreed(now),
        "placed_at": now,
        "erased_at": None,
        "invoice": None if draft.invoice is None else dict(draft.invoice),
    }
    made = _INSERT_UNLESS_KNOWN[db.engine.dialect.name].first(values)
    return None if made is None else _known(Order(**values, id=made.id))


def _insert_parcels(order: Order, chosen: ChosenBasket, now: datetime) -> None:
    parcels = [_seller_values(order, each, now) for each in chosen.parcels]
    numbers = [_INSERT_SELLER.one(each).id for each in parcels]
    lines = [
        _line_values(seller_order_id, line)
        for seller_order_id, each in zip(numbers, chosen.parcels, strict=True)
        for line in each.lines
    ]
    kept = [_known(OrderLine(**values, id=_INSERT_LINE.one(values).id)) for values in lines]
    sellers = [
        _known(SellerOrder(**values, id=number)) for values, number in zip(parcels, numbers, strict=True)
    ]
    for seller in sellers:
        set_committed_value(seller, "order", order)
        set_committed_value(seller, "lines", [line for line in kept if line.seller_order_id == seller.id])
    set_committed_value(order, "seller_orders", sellers)


def _seller_values(order: Order, parcel: ChosenParcel, now: datetime) -> dict[str, Any]:
    is_cod = order.method == PaymentMethod.COD
    return {
        "order_id": order.id,
        "producer_id": parcel.producer_id,
        "code": new_reference(),
        "lifecycle": Lifecycle.PLACED.value,
        "payment": _first_payment_state(order.method, parcel.total_vnd).value,
        "fulfilment": Fulfilment.UNFULFILLED.value,
        "goods_vnd": parcel.goods_vnd,
        "shipping_vnd": parcel.shipping_vnd,
        "discount_vnd": parcel.discount_vnd,
        "discount_platform_vnd": parcel.discount_platform_vnd,
        "uncharged_vnd": 0,
        "reminded_at": None,
        "total_vnd": parcel.total_vnd,
        "delivery_kind": parcel.option.kind.value,
        "delivery": parcel.option.as_copy(parcel.parcel),
        "promised_from_on": parcel.option.from_on,
        "promised_to_on": parcel.option.to_on,
        "placed_at": now,
        "act_by_at": now + CONFIRM_WITHIN if is_cod else None,  # else it begins with the money
    }


def _line_values(seller_order_id: int, line: Any) -> dict[str, Any]:
    goods = line.goods
    return {
        "seller_order_id": seller_order_id,
        "variant_id": goods.variant_id,
        "name": goods.name,
        "name_en": goods.name_en,
        "pack": goods.pack,
        "pack_en": goods.pack_en,
        "unit_price_vnd": line.unit_price_vnd,
        "quantity": line.quantity,
        "cancelled_quantity": 0,
        "goods_vnd": line.goods_vnd,
        "discount_vnd": line.discount_vnd,
        "bundle": line.bundle,
    }


def _first_payment_state(method: str, total_vnd: int) -> PaymentState:
    """The state in which a new parcel begins; where a voucher left nothing to pay, `open_payments` calls it paid."""
    if total_vnd == 0:
        return PaymentState.UNPAID
    return PaymentState.COD_DUE if method == PaymentMethod.COD else PaymentState.PENDING


def _note_first_events(order: Order, by: Actor | None, now: datetime) -> None:
    firsts = [
        (seller.id, axis, state)
        for seller in order.seller_orders
        for axis, state in (
            (Axis.LIFECYCLE, seller.lifecycle),
            (Axis.PAYMENT, seller.payment),
            (Axis.FULFILMENT, seller.fulfilment),
        )
    ]
    _INSERT_EVENTS.run_each(
        [
            {
                "seller_order_id": number,
                "axis": axis.value,
                "from_state": "",
                "to_state": state,
                "actor": OrderActor.BUYER.value,
                "by_id": by.user_id if by else None,
                "reason": None,
                "happened_at": now,
            }
            for number, axis, state in firsts
        ],
    )


def _use_voucher(order: Order, draft: CheckoutDraft, chosen: ChosenBasket, now: datetime) -> None:
    voucher = chosen.basket.voucher
    if voucher is not None and voucher.id is not None and voucher.discount_vnd:
        use_voucher(voucher.code, chosen.basket, draft.person_key, order.id, now=now)


def _tell(order: Order, now: datetime) -> None:
    enqueue_each(_JOBS, key=str(order.id), now=now, order_id=order.id)


def _known(row: Any) -> Any:
    """`row` as one of the session that was read from the database: its columns are as they were written."""
    make_transient_to_detached(row)
    db.session.add(row)
    return row
