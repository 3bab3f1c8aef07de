"""Notes, closures and findings of officers."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, Integer, String, cast, exists, func, literal, select
from sqlalchemy.orm import joinedload

from accounts.actors import Actor
from accounts.errors import NotYoursError
from catalog.models import Product
from catalog.models.office import Finding, OfficeClosure, OfficeNote
from catalog.queries.office_scope import products_of
from core.db import db

FINDING_STATES: Final = ("open", "closed", "all")


def list_notes(subject: str) -> list[OfficeNote]:
    """What officers wrote about `subject`, the oldest first."""
    return list(
        db.session.scalars(
            select(OfficeNote)
            .where(OfficeNote.subject == subject)
            .options(joinedload(OfficeNote.written_by))
            .order_by(OfficeNote.id)
        )
    )


def find_closure(subject: str) -> OfficeClosure | None:
    """How the matter ended, None while it is open."""
    return db.session.get(OfficeClosure, subject, options=[joinedload(OfficeClosure.closed_by)])


def closures_of(subjects: Sequence[str]) -> dict[str, OfficeClosure]:
    """How each of the matters ended; those still open are absent."""
    found = db.session.scalars(
        select(OfficeClosure)
        .where(OfficeClosure.subject.in_(subjects))
        .options(joinedload(OfficeClosure.closed_by))
    )
    return {each.subject: each for each in found}


def is_closed(kind: str, number: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether the matter «kind:number» has been closed, for a SELECT."""
    return exists().where(OfficeClosure.subject == literal(f"{kind}:") + cast(cast(number, Integer), String))


def get_finding(actor: Actor, finding_id: int) -> Finding:
    """The finding about a product in the area of `actor`. Raises NotYoursError."""
    found = db.session.scalar(
        select(Finding)
        .join(Finding.product)
        .where(Finding.id == finding_id, products_of(actor))
        .options(joinedload(Finding.product), joinedload(Finding.reported_by))
    )
    if found is None:
        raise NotYoursError(finding_id=finding_id)
    return found


def list_findings(
    actor: Actor, state: str, *, product_id: int | None = None, page: int = 1, per_page: int = 50
) -> tuple[list[Finding], int]:
    """A page of the findings about products in the area, the oldest open ones first, and how many there are."""
    query = select(Finding).join(Product, Product.id == Finding.product_id).where(products_of(actor))
    if product_id is not None:
        query = query.where(Finding.product_id == product_id)
    if state != "all":
        closed = is_closed("finding", Finding.id.expression)
        query = query.where(closed if state == "closed" else ~closed)
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    found = db.session.scalars(
        query.options(joinedload(Finding.product), joinedload(Finding.reported_by))
        .order_by(Finding.id.asc() if state == "open" else Finding.id.desc())
        .limit(per_page)
        .offset((page - 1) * per_page)
    )
    return list(found), total


def count_open_findings(actor: Actor) -> int:
    """How many findings in the area are open."""
    return list_findings(actor, "open", per_page=1)[1]
