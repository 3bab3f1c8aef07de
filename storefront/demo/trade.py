"""Trade of the demonstration: a code for a discount, a gift hamper, and orders at every step of the first desk.

Placed and moved by the operations that serve people, so that the books are as they would be.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import or_, select, update

from accounts.actors import Actor
from accounts.models import User
from accounts.queries.actors import get_actor
from catalog.models import Product, Variant
from core.clock import vietnam_date
from core.db import db
from core.jobs.models import Job
from orders.bundle_terms import BundleFacts
from orders.checkout_rules import CheckoutDraft
from orders.models.orders import Order, PaymentMethod, SellerOrder
from orders.models.payments import Payment
from orders.models.vouchers import Bearer
from orders.operations.bundles import make_bundle, publish_bundle
from orders.operations.cart import Holder, add_to_cart
from orders.operations.checkout import place_order
from orders.operations.desk import Result, confirm_order, hand_over, pack_order, record_result
from orders.operations.packing import bind_range
from orders.operations.payment import record_payment
from orders.operations.transitions import OrderActor
from orders.operations.vouchers import make_voucher
from orders.queries.checkout import get_chosen_basket
from orders.voucher_terms import VoucherFacts
from traceability.models import Lot, LotKind
from traceability.operations.stamps import RunOrder, issue_run
from traceability.queries.recalls import lot_is_recalled, product_is_recalled
from traceability.queries.runs import list_codes

VOUCHER_CODE: Final = "PHIENCHO"
PROVINCE: Final = ("79", "Thành phố Hồ Chí Minh")
COMMUNE: Final = ("26740", "Phường Sài Gòn")
STEPS: Final = (0, 0, 1, 2, 3, 4)
"""How far each order has come: new, confirmed, packed, handed over, delivered."""


def build_trade(owner: User, administrator: User, *, now: datetime) -> None:
    """Make it, with `owner` at the desk of the first producer. Runs in the caller's transaction."""
    packs = _packs()
    own = [pack for pack in packs if pack.product.producer_id == owner_desk(owner)]
    others = [pack for pack in packs if pack.product.producer_id != owner_desk(owner)]
    _make_offers(own[0], others[0], get_actor(administrator.id), now)
    for number, step in enumerate(STEPS):
        placed_at = now - timedelta(hours=20 - 3 * number)
        bought = [own[number % len(own)], others[number % len(others)]]
        method = PaymentMethod.COD if number % 2 else PaymentMethod.VIETQR
        order = _place(number, bought, method, placed_at)
        if method is PaymentMethod.VIETQR and number:
            _pay(order, placed_at + timedelta(minutes=4))
        part = next(each for each in order.seller_orders if each.producer_id == owner_desk(owner))
        _move(part, step, get_actor(owner.id), placed_at)
    # What was asked for in the past that we made up waits only from now on.
    db.session.execute(update(Job).where(Job.run_after_at < now).values(run_after_at=now, created_at=now))


def owner_desk(owner: User) -> int:
    """The producer whose desk it is."""
    return owner.memberships[0].producer_id


def _packs() -> Sequence[Variant]:
    """Packs that are sold and of which there are plenty."""
    sold = (
        select(Variant)
        .join(Product)
        .where(
            Product.is_for_sale,
            Product.is_demonstration,
            Product.criteria_set.not_in((14, 15, 18)),
            Variant.price_vnd > 0,
            Variant.on_hand > 20,
            Variant.withdrawn_at.is_(None),
            ~product_is_recalled(Product.id),
        )
        .order_by(Product.producer_id, Variant.id)
    )
    return db.session.scalars(sold).all()


def _make_offers(own: Variant, other: Variant, by: Actor, now: datetime) -> None:
    today = vietnam_date(now)
    facts = VoucherFacts(
        code=VOUCHER_CODE,
        percent=10,
        cap_vnd=30_000,
        minimum_vnd=100_000,
        from_on=today,
        until_on=today + timedelta(days=60),
        use_limit=500,
    )
    make_voucher(facts, Bearer.PLATFORM, by=by, now=now)
    hamper = BundleFacts(
        name="Giỏ quà phiên chợ",
        name_en="Market day hamper",
        summary="Hai món từ hai nhà sản xuất, gửi cùng một đơn hàng.",
        summary_en="Two goods of two producers in one order.",
        percent=5,
        items=((own.id, 1), (other.id, 1)),
    )
    publish_bundle(make_bundle(hamper, None, by=by, now=now), now=now)


def _place(number: int, bought: Sequence[Variant], method: PaymentMethod, now: datetime) -> Order:
    cart_id: int | None = None
    for pack in bought:
        cart_id = add_to_cart(Holder(cart_id=cart_id), pack.id, 1 + number % 2, now=now)
    cart_id = cart_id or 0
    shown = get_chosen_basket(
        cart_id,
        province_code=PROVINCE[0],
        commune_code=COMMUNE[0],
        deliveries={},
        on=vietnam_date(now),
    )
    draft = CheckoutDraft(
        checkout_key=f"demonstration-{number}",
        cart_id=cart_id,
        method=method.value,
        shown_total_vnd=shown.total_vnd,
        name=f"Người Mua Thử {number + 1}",
        phone=f"+8491200000{number}",
        email=f"nguoi-mua-{number + 1}@demo.example",  # written to in place of the number, which may be somebody's
        person_key=bytes([number]) * 16,
        province_code=PROVINCE[0],
        province=PROVINCE[1],
        commune_code=COMMUNE[0],
        commune=COMMUNE[1],
        street=f"{number + 1} đường Trình Diễn",
        deliveries={parcel.producer_id: parcel.option.key for parcel in shown.parcels},
        terms="demonstration",
    )
    return place_order(draft, by=None, now=now)


def _pay(order: Order, now: datetime) -> None:
    wanted = select(Payment).where(Payment.order_id == order.id).order_by(Payment.id)
    for payment in db.session.scalars(wanted).all():
        record_payment(
            payment, payment.amount_vnd, source=OrderActor.BANK, key=f"demonstration:{payment.id}", now=now
        )


def _move(part: SellerOrder, step: int, by: Actor, placed_at: datetime) -> None:
    at = [placed_at + timedelta(minutes=10 * number) for number in range(1, 5)]
    if step > 0:
        confirm_order(part, by=by, now=at[0])
    if step > 1:
        pack_order(part, by=by, now=at[1])
    if step > 2:
        _bind_codes(part, by, at[1])
        hand_over(part, by=by, now=at[2])
    if step > 3:
        record_result(part, Result.DELIVERED, by=by, now=at[3])


def _bind_codes(part: SellerOrder, by: Actor, now: datetime) -> None:
    """Stamps with codes of their own on every pack of which there is a lot that may be sent."""
    for line in part.lines:
        lot = db.session.scalar(
            select(Lot)
            .where(
                Lot.product_id == line.variant.product_id,
                Lot.kind == LotKind.GOODS,
                or_(Lot.expires_on.is_(None), Lot.expires_on > vietnam_date(now)),
                or_(Lot.variant_id.is_(None), Lot.variant_id == line.variant_id),
                ~lot_is_recalled(Lot.__table__.c.id, Lot.__table__.c.product_id),
            )
            .order_by(Lot.id)
            .limit(1)
        )
        if lot is not None:
            run = issue_run(lot, line.quantity, RunOrder(is_active=False), by_id=by.user_id, now=now)
            bind_range(part, list_codes(run.id)[0], by=by, now=now)
