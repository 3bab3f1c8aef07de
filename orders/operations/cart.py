"""Putting things into baskets and taking them out. Nothing is held for a basket, so nothing here asks for stock.

Written as single statements: this is the most frequent write of the shop.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Table,
    and_,
    bindparam,
    case,
    delete,
    exists,
    false,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from catalog.groups import SERVICE_GROUP_NUMBER
from catalog.models import Product, Variant
from core.db import ID_MAX, UtcDateTime, db
from core.prepared import Prepared
from orders.baskets import LINES_MAX, QUANTITY_MAX
from orders.errors import BasketFullError, BasketLineNotFoundError, NotSoldError
from orders.models.cart import Cart, CartLine

_CARTS: Final = cast(Table, Cart.__table__)
_CART, _LINE = Cart.__table__.c, CartLine.__table__.c
_VARIANT, _PRODUCT = Variant.__table__.c, Product.__table__.c


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose basket: that of a person (user_id), or of a guest whose cookie holds the number of a basket."""

    user_id: int | None = None
    cart_id: int | None = None


@dataclass(frozen=True, slots=True)
class LineTaken:
    """What a line was, for putting it back."""

    variant_id: int | None
    bundle_id: int | None
    quantity: int


_OF_CART: Final[BindParameter[Any]] = bindparam("of_cart")
_EMPTY: Final = Prepared(
    delete(cast(Table, CartLine.__table__)).where(_LINE.cart_id == _OF_CART, _LINE.is_kept == false())
)
_FORGET_CODE: Final = Prepared(
    update(_CARTS).where(_CART.id == _OF_CART, _CART.voucher_code.is_not(None)).values(voucher_code=None)
)
_OF_PERSON: Final = _CART.user_id == bindparam("user_id")
_OF_GUEST: Final = and_(_CART.id == bindparam("holder_cart_id"), _CART.user_id.is_(None))


def add_to_cart(
    holder: Holder, variant_id: int, quantity: int, *, now: datetime, within: Connection | None = None
) -> int:
    """Put `quantity` (1 to 999) packs more into the basket, which is made if there is none yet; its number.

    Of one kind there are never more than 999. A pack kept for later comes back. Raises NotSoldError for what the shop
    does not sell, BasketFullError; then nothing has changed. within: a transaction that the edge opened by itself;
    None: that of the session.
    """
    if not 0 < variant_id <= ID_MAX:
        raise NotSoldError(variant_id=variant_id)
    connection = within or db.session.connection()
    values = {"variant_id": variant_id, "quantity": quantity, "now": now}
    if holder.user_id is not None or holder.cart_id is not None:
        cart_id = _added(connection, holder, values)
        if cart_id is not None:
            return cart_id
        if _found(connection, holder) is not None:
            _refuse(connection, variant_id)
    made = Holder(holder.user_id, _new_cart(connection, holder.user_id, now))
    cart_id = _added(connection, made, values)
    if cart_id is None:
        raise NotSoldError(variant_id=variant_id)
    return cart_id


def find_cart_id(holder: Holder) -> int | None:
    """The number of the holder's basket, None if there is none (any more)."""
    return _found(db.session.connection(), holder)


def own_or_new_cart(holder: Holder, *, now: datetime) -> int:
    """The number of the holder's basket, which is made if there is none."""
    return find_cart_id(holder) or _new_cart(db.session.connection(), holder.user_id, now)


def count_in_cart(cart_id: int, within: Connection | None = None) -> int:
    """Packs and hampers in the basket, without what is kept for later."""
    connection = within or db.session.connection()
    found = _COUNT.first({"cart_id": cart_id}, connection)
    return int(found.packs or 0) if found is not None else 0


def set_quantity(cart_id: int, line_id: int, quantity: int, *, now: datetime) -> None:
    """Let the line be `quantity` (1 to 999). Raises BasketLineNotFoundError."""
    _change(cart_id, line_id, quantity=quantity, changed_at=now)


def keep_for_later(cart_id: int, line_id: int, *, is_kept: bool, now: datetime) -> None:
    """Set the line aside, or take it back among what is bought. Raises BasketLineNotFoundError."""
    _change(cart_id, line_id, is_kept=is_kept, changed_at=now)


def remove_line(cart_id: int, line_id: int) -> LineTaken:
    """Take the line out; what it was. Raises BasketLineNotFoundError."""
    gone = db.session.execute(
        delete(CartLine)
        .where(CartLine.id == line_id, CartLine.cart_id == cart_id)
        .returning(CartLine.variant_id, CartLine.bundle_id, CartLine.quantity)
    ).first()
    if gone is None:
        raise BasketLineNotFoundError(line_id=line_id)
    return LineTaken(gone.variant_id, gone.bundle_id, gone.quantity)


def choose_province(cart_id: int, province_code: str) -> None:
    """Show fees for that province of today from now on."""
    db.session.execute(update(Cart).where(Cart.id == cart_id).values(province_code=province_code))


def type_voucher(cart_id: int, code: str | None) -> None:
    """Keep the code as typed (at most 20 letters); None takes it out. What it is worth is judged at every look."""
    db.session.execute(update(Cart).where(Cart.id == cart_id).values(voucher_code=code))


def empty_cart(cart_id: int) -> None:
    """Take out all that was bought, with its code; what is kept for later stays. Harmless when repeated."""
    _EMPTY.run({"of_cart": cart_id})
    _FORGET_CODE.run({"of_cart": cart_id})


def merge_carts(guest_cart_id: int, user_id: int, *, now: datetime) -> int:
    """Put a guest's basket into that of the person who signed in; how many lines came over.

    Of what both hold, the larger quantity stays, so that doing it twice gives the same. The guest's basket is gone
    afterwards, and its cookie leads nowhere. 0 for a basket that is no guest's (any more): nothing has changed.
    """
    guest = Holder(cart_id=guest_cart_id)
    if find_cart_id(guest) is None:
        return 0
    own_id = own_or_new_cart(Holder(user_id), now=now)
    incoming = select(
        literal(own_id),
        CartLine.variant_id,
        CartLine.bundle_id,
        CartLine.quantity,
        CartLine.seen_price_vnd,
        CartLine.is_kept,
        CartLine.changed_at,
    ).where(CartLine.cart_id == guest_cart_id)
    names = ["cart_id", "variant_id", "bundle_id", "quantity", "seen_price_vnd", "is_kept", "changed_at"]
    count = 0
    for thing in ("variant_id", "bundle_id"):
        taken_over = _insert().from_select(names, incoming.where(_LINE[thing].is_not(None)))
        more = taken_over.excluded.quantity > _LINE.quantity
        values = {
            "quantity": case((more, taken_over.excluded.quantity), else_=_LINE.quantity),
            "is_kept": and_(_LINE.is_kept, taken_over.excluded.is_kept),
        }
        taken_over = taken_over.on_conflict_do_update(index_elements=["cart_id", thing], set_=values)
        count += len(db.session.execute(taken_over.returning(_LINE.id)).all())
    db.session.execute(
        update(Cart)
        .where(Cart.id == own_id)
        .values({name: func.coalesce(_CART[name], _of_guest(name, guest_cart_id)) for name in _CARRIED})
    )
    delete_carts([guest_cart_id])
    return count


def delete_carts(cart_ids: list[int]) -> None:
    """Delete baskets with all that is in them."""
    db.session.execute(delete(CartLine).where(CartLine.cart_id.in_(cart_ids)))
    db.session.execute(delete(Cart).where(Cart.id.in_(cart_ids)))


_CARRIED: Final = ("province_code", "voucher_code")
_MAKE: Final = insert(_CARTS).returning(_CART.id)
_FIND_OF_PERSON: Final = select(_CART.id).where(_OF_PERSON)
_FIND_OF_GUEST: Final = select(_CART.id).where(_OF_GUEST)
_COUNT: Final = Prepared(
    select(func.sum(_LINE.quantity).label("packs")).where(
        _LINE.cart_id == bindparam("cart_id"), _LINE.is_kept == false()
    )
)


def _named(holder: Holder) -> dict[str, int | None]:
    return {"user_id": holder.user_id} if holder.user_id is not None else {"holder_cart_id": holder.cart_id}


def _insert() -> Any:
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(CartLine.__table__)


def _upsert(dialect: Any, of_holder: ColumnElement[bool]) -> Prepared:
    """One statement: only what is sold, only into one's own basket, only while there is room."""
    others = select(func.count()).where(
        _LINE.cart_id == _CART.id, _LINE.variant_id != bindparam("variant_id")
    )
    source = (
        select(
            _CART.id,
            _VARIANT.id,
            bindparam("quantity", type_=_LINE.quantity.type),
            _VARIANT.price_vnd,
            false(),
            bindparam("now", type_=UtcDateTime()),
        )
        .select_from(Cart.__table__)
        .join(Variant.__table__, _VARIANT.id == bindparam("variant_id"))
        .join(Product.__table__, _PRODUCT.id == _VARIANT.product_id)
        .where(
            of_holder,
            _VARIANT.withdrawn_at.is_(None),
            _VARIANT.price_vnd.is_not(None),
            _PRODUCT.is_listed,
            _PRODUCT.is_for_sale,
            func.coalesce(_PRODUCT.group_no, 0) != SERVICE_GROUP_NUMBER,
            others.scalar_subquery() < LINES_MAX,
        )
    )
    names = ["cart_id", "variant_id", "quantity", "seen_price_vnd", "is_kept", "changed_at"]
    added = dialect.insert(CartLine.__table__).from_select(names, source)
    new = added.excluded
    summed = _LINE.quantity + new.quantity
    quantity = case((_LINE.is_kept, new.quantity), (summed > QUANTITY_MAX, QUANTITY_MAX), else_=summed)
    values = {
        "quantity": quantity,
        "seen_price_vnd": new.seen_price_vnd,
        "is_kept": false(),
        "changed_at": new.changed_at,
    }
    added = added.on_conflict_do_update(index_elements=["cart_id", "variant_id"], set_=values)
    return Prepared(added.returning(_LINE.cart_id))


_UPSERTS: Final = {
    (name, is_person): _upsert(dialect, _OF_PERSON if is_person else _OF_GUEST)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
    for is_person in (True, False)
}


def _added(connection: Connection, holder: Holder, values: dict[str, Any]) -> int | None:
    statement = _UPSERTS[connection.dialect.name, holder.user_id is not None]
    added = statement.first({**values, **_named(holder)}, connection)
    return None if added is None else int(added.cart_id)


def _found(connection: Connection, holder: Holder) -> int | None:
    if holder.user_id is None and holder.cart_id is None:
        return None
    statement = _FIND_OF_PERSON if holder.user_id is not None else _FIND_OF_GUEST
    found: int | None = connection.scalar(statement, _named(holder))
    return found


def _new_cart(connection: Connection, user_id: int | None, now: datetime) -> int:
    if user_id is None:
        guests: int = connection.execute(_MAKE, {"created_at": now}).scalar_one()
        return guests
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    own = dialect.insert(_CARTS).values(user_id=user_id, created_at=now)
    connection.execute(
        own.on_conflict_do_nothing(index_elements=["user_id"])
    )  # another window may be making it
    made: int = connection.execute(_FIND_OF_PERSON, {"user_id": user_id}).scalar_one()
    return made


def _of_guest(name: str, guest_cart_id: int) -> Any:
    guest = Cart.__table__.alias("guest")
    return select(guest.c[name]).where(guest.c.id == guest_cart_id).scalar_subquery()


def _change(cart_id: int, line_id: int, **values: Any) -> None:
    changed = db.session.execute(
        update(CartLine)
        .where(CartLine.id == line_id, CartLine.cart_id == cart_id)
        .values(**values)
        .returning(CartLine.id)
        .execution_options(synchronize_session=False)
    )
    if changed.first() is None:
        raise BasketLineNotFoundError(line_id=line_id)


def _refuse(connection: Connection, variant_id: int) -> None:
    """Say why a pack did not come in: not sold, or no room."""
    sold = exists().where(
        _VARIANT.id == variant_id,
        _VARIANT.withdrawn_at.is_(None),
        _VARIANT.price_vnd.is_not(None),
        _PRODUCT.id == _VARIANT.product_id,
        _PRODUCT.is_listed,
        _PRODUCT.is_for_sale,
        func.coalesce(_PRODUCT.group_no, 0) != SERVICE_GROUP_NUMBER,
    )
    if connection.scalar(select(sold)):
        raise BasketFullError(most=LINES_MAX)
    raise NotSoldError(variant_id=variant_id)
