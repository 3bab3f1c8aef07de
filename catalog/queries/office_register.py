"""The register as officers search it: everything in their area, listed or not, with what is on record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from accounts.actors import Actor
from catalog.models import Certification, Place, Producer, Product
from catalog.queries.addresses import place_line
from catalog.queries.office_scope import producers_of, products_of
from catalog.queries.recognitions import recognition_facts, speaking_recognitions
from catalog.queries.view_models import RecognitionView
from catalog.stars import CertificationState, effective, stars_on, state_on
from core.db import db
from core.text import fold

BLOCK: Final = 500
"""Products whose recognitions are read at once where a state has to be computed for all of a list."""

NO_RECOGNITION: Final = "none"
STATES: Final = (*(state.value for state in CertificationState), NO_RECOGNITION)


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product in a list of the office. place: commune and province of today, None if not known."""

    id: int
    name: str
    code: str | None
    producer_id: int | None
    producer: str | None
    place: str | None
    is_listed: bool
    recognition: RecognitionView | None


@dataclass(frozen=True, slots=True)
class ProducerRow:
    """A producer in a list of the office. product_count: of its products in the area."""

    id: int
    name: str
    kind: str | None
    tax_code: str | None
    place: str | None
    product_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductSearch:
    """What is looked for. state: one of STATES or "" for any. stars: shown on the day, 0 for any."""

    words: str = ""
    state: str = ""
    stars: int = 0
    commune_code: str = ""
    sort: str = "name"


def search_products(
    actor: Actor, search: ProductSearch, on: date, *, page: int = 1, per_page: int = 50
) -> tuple[list[ProductRow], int]:
    """A page of the products in the area of `actor` that are looked for, and how many there are."""
    ids = find_product_ids(actor, search, on)
    return read_rows(ids[(page - 1) * per_page : page * per_page], on), len(ids)


def find_product_ids(actor: Actor, search: ProductSearch, on: date) -> list[int]:
    """The ids of all products that are looked for, in the order asked for."""
    ids = list(db.session.scalars(_search(actor, search)))
    if not search.state and not search.stars:
        return ids
    kept: list[int] = []
    for start in range(0, len(ids), BLOCK):
        kept.extend(_judged(ids[start : start + BLOCK], search, on))
    return kept


def read_rows(product_ids: Sequence[int], on: date) -> list[ProductRow]:
    """These products as rows, in the order given. Two statements."""
    products = {
        each.id: each
        for each in db.session.scalars(
            select(Product)
            .where(Product.id.in_(product_ids))
            .options(joinedload(Product.producer).joinedload(Producer.place), joinedload(Product.place))
        )
    }
    recognitions = speaking_recognitions(list(product_ids), on)
    return [_row(products[each], recognitions.get(each)) for each in product_ids if each in products]


def list_products_of(actor: Actor, producer_id: int, on: date) -> list[ProductRow]:
    """The products of a producer that lie in the area of `actor`, by name."""
    ids = db.session.scalars(
        select(Product.id)
        .where(Product.producer_id == producer_id, products_of(actor))
        .order_by(Product.name, Product.id)
        .limit(BLOCK)
    )
    return read_rows(list(ids), on)


def search_producers(
    actor: Actor, words: str, *, sort: str = "name", page: int = 1, per_page: int = 50
) -> tuple[list[ProducerRow], int]:
    """A page of the producers in the area: by name, tax code or place, never by a person's name or number."""
    query = select(Producer).outerjoin(Producer.place).where(producers_of(actor))
    if words:
        query = query.where(_producer_words(words))
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    order: dict[str, Any] = {
        "name": Producer.name.asc(),
        "-name": Producer.name.desc(),
        "kind": Producer.kind.asc(),
    }
    found = db.session.scalars(
        query.options(contains_eager(Producer.place))
        .order_by(order.get(sort, Producer.name.asc()), Producer.id)
        .limit(per_page)
        .offset((page - 1) * per_page)
    ).all()
    return _producer_rows(actor, found), total


def read_producer_rows(actor: Actor, producer_ids: Sequence[int]) -> list[ProducerRow]:
    """These producers as rows, in the order given."""
    found = {
        each.id: each
        for each in db.session.scalars(
            select(Producer).where(Producer.id.in_(producer_ids)).options(joinedload(Producer.place))
        )
    }
    return _producer_rows(actor, [found[each] for each in producer_ids if each in found])


def _producer_rows(actor: Actor, found: Sequence[Producer]) -> list[ProducerRow]:
    counts = _product_counts(actor, [each.id for each in found])
    return [
        ProducerRow(
            each.id, each.name, each.kind, each.tax_code, place_line(each.place), counts.get(each.id, 0)
        )
        for each in found
    ]


def _search(actor: Actor, search: ProductSearch) -> Select[Any]:
    query = (
        select(Product.id)
        .outerjoin(Producer, Producer.id == Product.producer_id)
        .outerjoin(Place, Place.id == func.coalesce(Product.place_id, Producer.place_id))
        .where(products_of(actor))
    )
    if search.words:
        query = query.where(_product_words(search.words))
    if search.commune_code:
        query = query.where(Place.current_commune_code == search.commune_code)
    return query.order_by(*_order(search.sort), Product.id)


def _order(sort: str) -> tuple[ColumnElement[Any], ...]:
    columns: dict[str, Any] = {
        "name": Product.name,
        "producer": Producer.name,
        "place": Place.current_commune,
        "recorded": Product.recorded_at,
    }
    column = columns.get(sort.removeprefix("-"), Product.name)
    return (column.desc() if sort.startswith("-") else column.asc(),)


def _product_words(words: str) -> ColumnElement[bool]:
    """Every word somewhere in the folded text; or all of it as part of a code, a key, or a decision's number."""
    each_word = [Product.search_text.contains(word, autoescape=True) for word in fold(words).split()]
    by_decision = exists().where(
        Certification.product_id == Product.id,
        Certification.decision_number.icontains(words, autoescape=True),
    )
    named = func.lower(Product.name).contains(words.lower(), autoescape=True)
    whole = or_(
        Product.ocop_code.icontains(words, autoescape=True),
        Product.register_key.icontains(words, autoescape=True),
        by_decision,
        named,
    )
    if not each_word:
        return whole
    together: ColumnElement[bool] = each_word[0]
    for condition in each_word[1:]:
        together = together & condition
    return or_(together, whole)


def _producer_words(words: str) -> ColumnElement[bool]:
    of_products = (
        select(Product.producer_id)
        .where(Product.producer_id.is_not(None))
        .where(*(Product.search_text.contains(word, autoescape=True) for word in fold(words).split()))
        .correlate(None)
    )
    return or_(
        Producer.name.icontains(words, autoescape=True),
        Producer.tax_code.contains(words, autoescape=True),
        Place.current_commune.icontains(words, autoescape=True),
        Producer.id.in_(of_products),
    )


def _judged(product_ids: Sequence[int], search: ProductSearch, on: date) -> list[int]:
    facts = recognition_facts(product_ids)
    kept = []
    for each in product_ids:
        records = facts.get(each, [])
        speaking = effective(records, on)
        state = NO_RECOGNITION if speaking is None else state_on(speaking, on).value
        if search.state and state != search.state:
            continue
        if search.stars and stars_on(records, on) != search.stars:
            continue
        kept.append(each)
    return kept


def _product_counts(actor: Actor, producer_ids: Sequence[int]) -> dict[int, int]:
    rows: Sequence[Any] = db.session.execute(
        select(Product.producer_id, func.count())
        .where(Product.producer_id.in_(producer_ids), products_of(actor))
        .group_by(Product.producer_id)
    ).all()
    return {row[0]: row[1] for row in rows}


def _row(product: Product, recognition: RecognitionView | None) -> ProductRow:
    place = product.place or (product.producer.place if product.producer else None)
    return ProductRow(
        id=product.id,
        name=product.name,
        code=product.ocop_code,
        producer_id=product.producer_id,
        producer=product.producer.name if product.producer else None,
        place=place_line(place),
        is_listed=product.is_listed,
        recognition=recognition,
    )
