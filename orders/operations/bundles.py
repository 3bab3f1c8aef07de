"""Making gift hampers, putting them on sale and taking them off, and putting them into baskets."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import case, func, select
from sqlalchemy.dialects import postgresql, sqlite

from accounts.actors import Actor
from catalog.groups import SERVICE_GROUP_NUMBER
from catalog.models import Product, Variant
from catalog.queries.sale_terms import list_sale_terms
from core.clock import vietnam_date
from core.db import db
from core.text import slugify
from orders.baskets import LINES_MAX, QUANTITY_MAX, LineProblem
from orders.bundle_terms import BundleFacts, BundleFault, fault_of
from orders.errors import BasketFullError, InvalidBundleError, NotSoldError
from orders.models.bundles import Bundle, BundleItem
from orders.models.cart import CartLine
from orders.operations.cart import Holder, own_or_new_cart
from orders.queries.bundles import price_of_hamper

BASIS_POINTS: Final = 100


def make_bundle(facts: BundleFacts, producer_id: int | None, *, by: Actor, now: datetime) -> Bundle:
    """A new hamper, not on sale yet. producer_id: whose goods it holds and who bears the discount; None: the platform.

    Raises InvalidBundleError: facts that make no sense, packs that are not sold, another producer's, or goods that no
    promotion may touch; then there is none.
    """
    fault = fault_of(facts) or _fault_of_items(facts.items, producer_id, now)
    if fault is not None:
        raise InvalidBundleError(field=fault.value, reason=fault.value)
    bundle = Bundle(
        slug=_free_slug(facts.name),
        producer_id=producer_id,
        name=facts.name,
        name_en=facts.name_en or None,
        summary=facts.summary or None,
        summary_en=facts.summary_en or None,
        discount_bp=facts.percent * BASIS_POINTS if facts.percent is not None else None,
        discount_vnd=facts.discount_vnd,
        created_by_id=by.user_id,
    )
    for position, (variant_id, quantity) in enumerate(facts.items, start=1):
        bundle.items.append(BundleItem(variant_id=variant_id, quantity=quantity, position=position))
    db.session.add(bundle)
    db.session.flush()
    return bundle


def publish_bundle(bundle: Bundle, *, now: datetime) -> None:
    """Put the hamper on sale; harmless when repeated. Raises InvalidBundleError if it was ended."""
    if bundle.ended_at is not None:
        raise InvalidBundleError(field="ended", reason="ended")
    if bundle.published_at is None:
        bundle.published_at = now


def end_bundle(bundle: Bundle, *, by: Actor, now: datetime) -> None:
    """Take the hamper off sale for good; harmless when repeated. Baskets that hold it say so."""
    if bundle.ended_at is None:
        bundle.ended_at, bundle.ended_by_id = now, by.user_id


def add_bundle_to_cart(holder: Holder, bundle_id: int, quantity: int, *, now: datetime) -> int:
    """Put `quantity` (1 to 999) hampers more into the basket; its number, as `add_to_cart`.

    Raises NotSoldError for a hamper that is not on sale, BasketFullError; then nothing has changed.
    """
    hamper = price_of_hamper(bundle_id, vietnam_date(now))
    if hamper is None or hamper.problem is LineProblem.GONE:
        raise NotSoldError(bundle_id=bundle_id)
    cart_id = own_or_new_cart(holder, now=now)
    others = select(func.count()).select_from(CartLine)
    others = others.where(CartLine.cart_id == cart_id, func.coalesce(CartLine.bundle_id, 0) != bundle_id)
    if (db.session.scalar(others) or 0) >= LINES_MAX:
        raise BasketFullError(most=LINES_MAX)
    dialect: Any = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    added = dialect.insert(CartLine.__table__).values(
        cart_id=cart_id,
        bundle_id=bundle_id,
        quantity=quantity,
        seen_price_vnd=hamper.price_vnd,
        is_kept=False,
        changed_at=now,
    )
    line = CartLine.__table__.c
    summed = line.quantity + added.excluded.quantity
    values = {
        "quantity": case(
            (line.is_kept, added.excluded.quantity), (summed > QUANTITY_MAX, QUANTITY_MAX), else_=summed
        ),
        "seen_price_vnd": added.excluded.seen_price_vnd,
        "is_kept": False,
        "changed_at": now,
    }
    db.session.execute(added.on_conflict_do_update(index_elements=["cart_id", "bundle_id"], set_=values))
    return cart_id


def _fault_of_items(
    items: tuple[tuple[int, int], ...], producer_id: int | None, now: datetime
) -> BundleFault | None:
    rows = db.session.execute(
        select(Variant.id, Product.id.label("product_id"), Product.producer_id)
        .join(Product, Product.id == Variant.product_id)
        .where(
            Variant.id.in_([variant_id for variant_id, _quantity in items]),
            Variant.withdrawn_at.is_(None),
            Variant.price_vnd.is_not(None),
            Product.is_listed,
            Product.is_for_sale,
            Product.producer_id.is_not(None),
            func.coalesce(Product.group_no, 0) != SERVICE_GROUP_NUMBER,
        )
    ).all()
    is_another = producer_id is not None and any(row.producer_id != producer_id for row in rows)
    if len(rows) != len(items) or is_another:
        return BundleFault.NOT_OURS
    terms = list_sale_terms([row.product_id for row in rows], vietnam_date(now))
    is_promotable = all(each.terms.is_promotable for each in terms.values())
    return None if is_promotable else BundleFault.NOT_PROMOTED


def _free_slug(name: str) -> str:
    stem = slugify(name)[:100] or "gio-qua"
    taken = set(db.session.scalars(select(Bundle.slug).where(Bundle.slug.startswith(stem, autoescape=True))))
    tries = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 2))
    return next(slug for slug in tries if slug not in taken)
