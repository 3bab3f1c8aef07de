"""Gift hampers as the shop shows them and as those who made them see them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Select, select

from catalog.models import Producer, Product, Variant
from catalog.queries.sale_terms import list_sale_terms
from catalog.sale_rules import ruled_sets
from core.db import ID_MAX, db
from orders.errors import BundleNotFoundError
from orders.models.bundles import Bundle
from orders.queries.basket_hampers import Hampers
from orders.queries.basket_rows import EndlessShelf, list_bundle_rows
from orders.queries.basket_views import BasketBundle, BasketLine

SHOWN_MOST: Final = 60
PACKS_MOST: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class HamperView:
    """A hamper with its price today and its parts. producers: names, in the order of the parts."""

    hamper: BasketBundle
    parts: tuple[BasketLine, ...]
    producers: tuple[str, ...]
    summary: str | None = None
    summary_en: str | None = None

    @property
    def saved_vnd(self) -> int:
        return self.hamper.full_vnd - self.hamper.price_vnd


def list_hampers(on: date) -> list[HamperView]:
    """Hampers on sale, the newest first; those of which something is missing today are among them, and say so."""
    newest = _on_sale().order_by(Bundle.id.desc()).limit(SHOWN_MOST)
    return _views(db.session.scalars(newest).all(), on)


def list_hampers_among(bundle_ids: Collection[int], on: date) -> list[HamperView]:
    """Those of the hampers that are on sale, however many came after them, the newest first."""
    among = _on_sale().where(Bundle.id.in_(bundle_ids)).order_by(Bundle.id.desc())
    return _views(db.session.scalars(among).all(), on)


def get_hamper(slug: str, on: date) -> HamperView:
    """The hamper on sale with that slug. Raises BundleNotFoundError."""
    found = db.session.scalar(_on_sale().where(Bundle.slug == slug))
    if found is None:
        raise BundleNotFoundError(slug=slug)
    return _views([found], on)[0]


def price_of_hamper(bundle_id: int, on: date) -> BasketBundle | None:
    """What one hamper costs on the day, None for one that is not on sale or of which something is not sold."""
    if not 0 < bundle_id <= ID_MAX:
        return None
    hampers = _judged(list_bundle_rows([bundle_id], on), on).bundles
    return hampers[0] if hampers else None


def list_own_bundles(producer_id: int | None, on: date) -> list[tuple[Bundle, HamperView]]:
    """What a producer made, or (None) the platform, the newest first, with what each costs today."""
    own = select(Bundle).where(
        Bundle.producer_id == producer_id if producer_id is not None else Bundle.producer_id.is_(None)
    )
    bundles = db.session.scalars(own.order_by(Bundle.id.desc()).limit(SHOWN_MOST)).all()
    return list(zip(bundles, _views(bundles, on), strict=True))


def get_own_bundle(bundle_id: int, producer_id: int | None) -> Bundle:
    """A hamper that the producer made, or (None) the platform. Raises BundleNotFoundError for any other."""
    found = db.session.get(Bundle, bundle_id)
    if found is None or found.producer_id != producer_id:
        raise BundleNotFoundError(bundle_id=bundle_id)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class PackChoice:
    """A pack that can go into a hamper of its producer."""

    variant_id: int
    product: str
    pack: str
    price_vnd: int


def list_own_packs(producer_id: int) -> list[PackChoice]:
    """Packs of the producer that are sold, by name of the product."""
    rows = db.session.execute(
        _sold()
        .where(Product.producer_id == producer_id)
        .order_by(Product.name, Product.id, Variant.position)
        .limit(PACKS_MOST)
    )
    return [
        PackChoice(variant_id=row.id, product=row.name, pack=row.label, price_vnd=row.price_vnd)
        for row in rows
    ]


def find_packs(named: Sequence[tuple[str, int, int]]) -> tuple[tuple[int, int], ...]:
    """Numbers of packs named by slug of the product and place among its packs on sale, each with its count.

    One that is not sold becomes number 0, which no hamper takes.
    """
    rows = db.session.execute(
        _sold().where(Product.slug.in_([slug for slug, _place, _count in named])).order_by(Variant.position)
    )
    packs: dict[str, list[int]] = {}
    for row in rows:
        packs.setdefault(row.slug, []).append(row.id)
    return tuple(
        (packs[slug][place - 1] if 0 < place <= len(packs.get(slug, ())) else 0, count)
        for slug, place, count in named
    )


def find_producer_id(slug: str) -> int | None:
    """The number of the producer with that slug."""
    return db.session.scalar(select(Producer.id).where(Producer.slug == slug))


def _on_sale() -> Select[Bundle]:
    return select(Bundle).where(Bundle.published_at.is_not(None), Bundle.ended_at.is_(None))


def _sold() -> Any:
    return (
        select(Variant.id, Variant.label, Variant.price_vnd, Product.name, Product.slug)
        .join(Product, Product.id == Variant.product_id)
        .where(
            Variant.withdrawn_at.is_(None),
            Variant.price_vnd.is_not(None),
            Product.is_listed,
            Product.is_for_sale,
        )
    )


def _views(bundles: Sequence[Bundle], on: date) -> list[HamperView]:
    rows = list_bundle_rows([each.id for each in bundles], on) if bundles else ()
    names = {row.producer_id: row.producer_name for row in rows}
    judged = _judged(rows, on)
    hampers = {each.bundle_id: each for each in judged.bundles}
    views = []
    for bundle in bundles:
        parts = tuple(line for line in judged.lines if line.bundle_id == bundle.id)
        views.append(
            HamperView(
                hamper=hampers[bundle.id],
                parts=parts,
                producers=tuple(dict.fromkeys(names[line.producer_id] for line in parts)),
                summary=bundle.summary,
                summary_en=bundle.summary_en,
            )
        )
    return views


def _judged(rows: Sequence[object], on: date) -> Hampers:
    """Each hamper by itself: one does not take from the other what it needs."""
    ruled = sorted({row.product_id for row in rows if row.criteria_set in ruled_sets()})  # type: ignore[attr-defined]
    terms = list_sale_terms(ruled, on) if ruled else {}
    return Hampers(rows, EndlessShelf(), terms, on)
