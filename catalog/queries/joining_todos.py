"""What producers have to do about themselves: verification, help that ends; and the tasks of the first days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import Select, or_, select

from catalog.models import Certificate, Producer, Product
from catalog.models.evidence import CertificateClaim
from catalog.models.joining import Assistance, Registration
from catalog.models.pictures import ProductPicture
from catalog.queries.sellers import Standing, find_seller
from catalog.queries.todo_cards import Todo
from core.clock import VIETNAM
from core.db import db

TOLD_BEFORE: Final = timedelta(days=60)
"""How long before its end a verification is spoken of."""
OWNERS: Final = frozenset({"owner"})


@dataclass(frozen=True, slots=True)
class FirstTask:
    """A task of the first days. name: finds its words in workspace/home.html. path: after the workspace's address."""

    name: str
    path: str
    is_done: bool


def joining_todos(producer_id: int, on: date) -> Iterator[Todo]:
    """What owners can do about being verified, and whose help ends within a week."""
    seller = find_seller(producer_id, on)
    since = db.session.scalar(
        select(Registration.registered_at).where(Registration.producer_id == producer_id)
    )
    if not seller.is_being_checked:
        if seller.standing is Standing.REFUSED:
            yield Todo(
                kind="verification_refused",
                path="/about",
                roles=OWNERS,
                noted_at=since or _morning(on),
                is_urgent=True,
            )
        elif seller.standing in {Standing.UNVERIFIED, Standing.LAPSED}:
            yield Todo(
                kind="not_verified",
                path="/about",
                roles=OWNERS,
                noted_at=since or _morning(seller.until_on or on),
            )
        elif seller.until_on is not None and seller.until_on - on <= TOLD_BEFORE:
            noted_at = _morning(seller.until_on - TOLD_BEFORE)
            yield Todo(
                kind="verification_lapses",
                path="/about",
                roles=OWNERS,
                noted_at=noted_at,
                by_on=seller.until_on,
            )
    yield from _ending_help(producer_id, on)


def list_first_tasks(producer_id: int, on: date) -> tuple[FirstTask, ...]:
    """The four tasks of the first days, in any order; done ones stay until all are."""
    producer = db.session.get_one(Producer, producer_id)
    seller = find_seller(producer_id, on)
    own = Product.producer_id == producer_id
    picture = select(ProductPicture.id).join(Product, Product.id == ProductPicture.product_id)
    held = select(Certificate.id).outerjoin(Product, Product.id == Certificate.product_id)
    claimed = select(CertificateClaim.id).where(CertificateClaim.producer_id == producer_id)
    has_paper = seller.is_verified or seller.is_being_checked
    return (
        FirstTask("papers", "/about", has_paper and producer.tax_code is not None),
        FirstTask(
            "product",
            "/products",
            _any(select(Product.id).where(own, Product.is_for_sale, Product.is_listed)),
        ),
        FirstTask("photos", "/products", _any(picture.where(own, ProductPicture.removed_at.is_(None)))),
        FirstTask(
            "certificates",
            "/certificates",
            _any(claimed) or _any(held.where(or_(Certificate.producer_id == producer_id, own))),
        ),
    )


def _any(found: Select[int]) -> bool:
    return db.session.scalar(found.limit(1)) is not None


def _ending_help(producer_id: int, on: date) -> Iterator[Todo]:
    now = _morning(on)
    soon = select(Assistance).where(
        Assistance.producer_id == producer_id,
        Assistance.ended_at.is_(None),
        Assistance.ends_at > now,
        Assistance.ends_at <= now + timedelta(days=8),
    )
    for each in db.session.scalars(soon.order_by(Assistance.id)):
        last_on = (each.ends_at - timedelta(seconds=1)).astimezone(VIETNAM).date()
        yield Todo(
            kind="assistance_ends",
            path="/team",
            name=each.officer.name or "",
            noted_at=each.ends_at - timedelta(days=8),
            by_on=last_on,
            roles=OWNERS,
        )


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(), VIETNAM)
