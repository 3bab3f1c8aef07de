"""What the listing needs of each product, read from the database in a handful of statements."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import aliased

from catalog.certificates import CertificateState, certificate_state
from catalog.facets import price_band
from catalog.groups import SERVICE_GROUP_NUMBER, group_by_number
from catalog.models import Certificate, Certification, Place, Producer, Product, Variant
from catalog.models.evidence import CertificateWithdrawal
from catalog.queries.recognitions import facts_by_product, recognition_rows
from catalog.queries.sale_days import Closures
from catalog.stars import RecognitionFacts, effective, next_change_on, stars_on, state_on
from core.places import Vintage, find_province_by_code

NO_STATE: Final = "none"
"""Facet value of `state` for products on which nothing is recorded."""

_CHUNK: Final = 1_000


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """One product as the columns hold it, judged for one day.

    recorded_at: seconds since 1970. turns_on: the first later day on which the calendar alone changes something
    here. price_vnd: of its cheapest pack, None if no pack has a price. facets: its values by facet, as in FACETS.
    naming: a number that differs where its name, address on the web, producer or place does.
    """

    product_id: int
    slug: str
    name: str
    is_listed: bool
    recorded_at: int
    price_vnd: int | None
    stars: int | None
    is_in_stock: bool
    is_for_sale: bool
    commune_code: str | None
    turns_on: date | None
    facets: tuple[tuple[str, ...], ...]
    naming: int


FACETS: Final = (
    "stars",
    "certified",
    "state",
    "group",
    "province",
    "old_province",
    "kind",
    "certificate",
    "price",
    "availability",
)
"""Facets that columns hold as sets; communes are too many for that and are looked up."""


def read_rows(connection: Connection, product_ids: Sequence[int] | None, on: date) -> Iterator[ColumnRow]:
    """Rows of `product_ids` (all if None) by id, listed or not; those that are no more are absent."""
    wanted = None if product_ids is None else sorted(set(product_ids))
    for products in _chunks(connection, wanted):
        yield from _read(connection, products, on)


def _chunks(connection: Connection, wanted: list[int] | None) -> Iterator[Sequence[Any]]:
    """Rows of products, some hundreds at a time: a whole catalogue of them would be heavy."""
    if wanted is not None:
        for first in range(0, len(wanted), _CHUNK):
            yield connection.execute(_products().where(Product.id.in_(wanted[first : first + _CHUNK]))).all()
        return
    last = 0
    while products := connection.execute(_products().where(Product.id > last).limit(_CHUNK)).all():
        yield products
        last = products[-1].id


def _read(connection: Connection, products: Sequence[Any], on: date) -> Iterator[ColumnRow]:
    ids = [row.id for row in products]
    packs: dict[int, tuple[int | None, int]] = {}
    for product_id, price, available in connection.execute(_packs().where(Variant.product_id.in_(ids))):
        lowest, total = packs.get(product_id, (None, 0))
        known = [each for each in (lowest, price) if each is not None]
        packs[product_id] = (min(known, default=None), total + available)
    facts = facts_by_product(connection.execute(recognition_rows().where(Certification.product_id.in_(ids))))
    makers = {row.producer_id for row in products if row.producer_id}
    days = _Days(_Certificates(connection, ids, makers, on), Closures(connection, ids, makers, on))
    for row in products:
        yield _row(row, packs.get(row.id, (None, 0)), tuple(facts.get(row.id, ())), days, on)


def _products() -> Select[*tuple[Any, ...]]:
    own, home = aliased(Place), aliased(Place)
    return (
        select(
            Product.id,
            Product.slug,
            Product.name,
            Product.is_listed,
            Product.is_for_sale,
            Product.group_no,
            Product.recorded_at,
            Product.producer_id,
            Product.place_id,
            Producer.name.label("producer_name"),
            Producer.slug.label("producer_slug"),
            Producer.kind,
            own.old_province_code,
            own.current_province_code,
            own.current_commune_code,
            home.old_province_code.label("home_old"),
            home.current_province_code.label("home_current"),
            home.current_commune_code.label("home_commune"),
        )
        .outerjoin(Producer, Producer.id == Product.producer_id)
        .outerjoin(own, own.id == Product.place_id)
        .outerjoin(home, home.id == Producer.place_id)
        .order_by(Product.id)
    )


def _packs() -> Select[*tuple[Any, ...]]:
    offered = Variant.withdrawn_at.is_(None)
    return select(Variant.product_id, Variant.price_vnd, Variant.on_hand - Variant.reserved).where(offered)


class _Certificates:
    """Certificates in force by product and by producer, and the days on which that changes."""

    def __init__(
        self, connection: Connection, product_ids: Iterable[int], producer_ids: Iterable[int], on: date
    ) -> None:
        self._of_product: defaultdict[int, set[str]] = defaultdict(set)
        self._of_producer: defaultdict[int, set[str]] = defaultdict(set)
        self._turns: dict[tuple[str, int], date] = {}
        statement = select(
            Certificate.product_id,
            Certificate.producer_id,
            Certificate.kind,
            Certificate.number,
            Certificate.issued_on,
            Certificate.expires_on,
        ).where(Certificate.id.not_in(select(CertificateWithdrawal.certificate_id)))
        for column, ids in ((Certificate.product_id, product_ids), (Certificate.producer_id, producer_ids)):
            for row in connection.execute(statement.where(column.in_(list(ids)))):
                self._add(row, on)

    def _add(self, row: Any, on: date) -> None:
        is_of_product = row.product_id is not None
        holder = row.product_id if is_of_product else row.producer_id
        if certificate_state(row.issued_on, row.expires_on, row.number, on) is CertificateState.IN_FORCE:
            (self._of_product if is_of_product else self._of_producer)[holder].add(row.kind)
        turns = [row.issued_on] if row.issued_on else []
        if row.expires_on and row.expires_on < date.max:
            turns.append(date.fromordinal(row.expires_on.toordinal() + 1))
        key = ("product" if is_of_product else "producer", holder)
        later = [turn for turn in (*turns, self._turns.get(key)) if turn is not None and turn > on]
        if later:
            self._turns[key] = min(later)

    def kinds(self, product_id: int, producer_id: int | None) -> tuple[str, ...]:
        held = self._of_product.get(product_id, set()) | self._of_producer.get(producer_id or 0, set())
        return tuple(sorted(held))

    def turns_on(self, product_id: int, producer_id: int | None) -> list[date]:
        turns = (self._turns.get(("product", product_id)), self._turns.get(("producer", producer_id or 0)))
        return [turn for turn in turns if turn is not None]


@dataclass(frozen=True, slots=True)
class _Days:
    """What the calendar alone changes of some products."""

    certificates: _Certificates
    closures: Closures

    def turns_on(self, product_id: int, producer_id: int | None) -> list[date]:
        turns = self.certificates.turns_on(product_id, producer_id)
        return [*turns, *self.closures.turns_on(product_id, producer_id)]


def _row(
    row: Any,
    pack: tuple[int | None, int],
    facts: tuple[RecognitionFacts, ...],
    days: _Days,
    on: date,
) -> ColumnRow:
    price, available = pack
    stars, state, turn = _judged(facts, on)
    turns = days.turns_on(row.id, row.producer_id)
    old, current, commune = _place_codes(row)
    provinces = (_province(current, Vintage.SINCE_2025_07), _province(old, Vintage.BEFORE_2025_07))
    is_goods = row.is_for_sale and row.group_no != SERVICE_GROUP_NUMBER
    is_in_stock = is_goods and available > 0 and days.closures.is_open(row.id, row.producer_id)
    producer = (row.producer_name, row.producer_slug)
    return ColumnRow(
        product_id=row.id,
        slug=row.slug,
        name=row.name,
        is_listed=row.is_listed,
        recorded_at=int(row.recorded_at.timestamp()),
        price_vnd=price,
        stars=stars,
        is_in_stock=is_in_stock,
        is_for_sale=row.is_for_sale,
        commune_code=commune,
        turns_on=min((*turns, turn) if turn else turns, default=None),
        facets=(
            _one(str(stars) if stars else None),
            _one("true" if stars else "false"),
            _one(state),
            _group(row.group_no),
            *provinces,
            _one(row.kind),
            days.certificates.kinds(row.id, row.producer_id),
            _one(None if price is None else price_band(price)),
            _one(("in_stock" if is_in_stock else None) if row.is_for_sale else "register"),
        ),
        naming=hash((row.name, row.slug, row.is_listed, producer, provinces, commune)),
    )


@lru_cache(maxsize=10_000)
def _judged(facts: tuple[RecognitionFacts, ...], on: date) -> tuple[int | None, str, date | None]:
    """Stars, state and next turn. One decision often recognises dozens of products with the same dates."""
    speaking = effective(facts, on)
    state = state_on(speaking, on).value if speaking else NO_STATE
    return stars_on(facts, on), state, next_change_on(facts, on)


@lru_cache(maxsize=256)
def _one(value: str | None) -> tuple[str, ...]:
    return (value,) if value else ()


def _place_codes(row: Any) -> tuple[str | None, str | None, str | None]:
    """Old province, today's province and today's commune: of the product's own place, else of its producer's."""
    if row.place_id is not None:
        return row.old_province_code, row.current_province_code, row.current_commune_code
    return row.home_old, row.home_current, row.home_commune


@lru_cache(maxsize=16)
def _group(number: int | None) -> tuple[str, ...]:
    group = group_by_number(number) if number else None
    return (group.slug,) if group else ()


@lru_cache(maxsize=256)
def _province(code: str | None, vintage: Vintage) -> tuple[str, ...]:
    province = find_province_by_code(code, vintage) if code else None
    return (province.slug,) if province else ()
