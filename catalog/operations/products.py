"""Products, their packs, prices and stock."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from catalog.errors import ContradictingRecordError, InvalidFactError
from catalog.facts import ProductFacts, Refusal
from catalog.groups import criteria_set_by_number, group_by_number, label, sub_group_by_number
from catalog.identity import name_key, slugs_for
from catalog.illustrations import illustration_for
from catalog.models import Place, Producer, Product, Source
from catalog.operations.slugs import free_slug
from catalog.operations.text_checks import optional_line, optional_text, required_line
from catalog.search_document import PlaceNames, SearchFacts, search_document
from core.db import db

REGISTER_KEY_MAX = 200
CODE_MAX = 40

# What a second record of one product may complete, where the first left a gap.
_COMPLETED = ("name_en", "group_no", "group_as_stated", "sub_group_no", "criteria_set", "ocop_code")

_LINES = (
    "name_en",
    "group_as_stated",
    "summary",
    "summary_en",
    "ingredients",
    "ingredients_en",
    "storage",
    "storage_en",
)
_STORIES = ("story", "story_en")


def record_product(
    facts: ProductFacts,
    *,
    now: datetime,
    producer: Producer | None = None,
    place: Place | None = None,
    source: Source | None = None,
) -> Product:
    """The product with that `register_key`, recorded now if it is new; without a key it is always new.

    Of a product on record only gaps are filled in; another group than the recorded one raises
    ContradictingRecordError. Raises InvalidFactError for a fact that cannot be; then nothing has changed.
    """
    checked = _checked(facts)
    found = find_registered_product(facts.register_key)
    if found is not None:
        _complete(found, checked)
        return found
    name = str(checked["name"])
    product = Product(
        slug=free_slug(Product, slugs_for(name, "product")),
        register_key=facts.register_key,
        illustration=facts.illustration or illustration_for(name, facts.group_no),
        is_for_sale=facts.is_for_sale,
        is_demonstration=facts.is_demonstration,
        producer=producer,
        place=place,
        source_id=source.id if source else None,
        recorded_at=now,
        **checked,
    )
    product.search_text = search_text_of(product)
    db.session.add(product)
    db.session.flush()
    return product


def find_registered_product(register_key: str | None) -> Product | None:
    """The product with that key of the register, or None."""
    if register_key is None:
        return None
    return db.session.scalar(select(Product).where(Product.register_key == register_key))


def refresh_search_text(product: Product) -> None:
    """Bring `product.search_text` up to date after its name, producer or place changed."""
    text = search_text_of(product)
    if product.search_text != text:
        product.search_text = text


def search_text_of(product: Product) -> str:
    """The folded text by which `product` is found where the index is not at hand."""
    return search_document(search_facts(product)).blob


def search_facts(product: Product) -> SearchFacts:
    """What search knows of `product`: names, producer, group, and the places of product and producer."""
    producer = product.producer
    places = (product.place, producer.place if producer else None)
    return SearchFacts(
        name=product.name,
        name_en=product.name_en,
        producer=producer.name if producer else None,
        ocop_code=product.ocop_code,
        groups=_group_names(product),
        places=tuple(dict.fromkeys(_place_names(place) for place in places if place is not None)),
    )


def _group_names(product: Product) -> tuple[str, ...]:
    named = (
        group_by_number(product.group_no or 0),
        sub_group_by_number(product.sub_group_no or 0),
        criteria_set_by_number(product.criteria_set or 0),
    )
    both = (label(each, language) for each in named if each is not None for language in ("vi", "en"))
    stated = (product.group_as_stated,) if product.group_as_stated else ()
    return tuple(dict.fromkeys((*both, *stated)))


def _place_names(place: Place) -> PlaceNames:
    return PlaceNames(
        commune=place.commune,
        district=place.district,
        province=place.province,
        old_province_code=place.old_province_code,
        current_commune=place.current_commune,
        current_province=place.current_province,
    )


def _checked(facts: ProductFacts) -> dict[str, str | int | None]:
    _require_known("group_no", facts.group_no, group_by_number)
    _require_known("sub_group_no", facts.sub_group_no, sub_group_by_number)
    _require_known("criteria_set", facts.criteria_set, criteria_set_by_number)
    optional_line("register_key", facts.register_key, REGISTER_KEY_MAX)
    return {
        "name": required_line("product", facts.name),
        "group_no": facts.group_no,
        "sub_group_no": facts.sub_group_no,
        "criteria_set": facts.criteria_set,
        "ocop_code": optional_line("ocop_code", facts.ocop_code, CODE_MAX),
        **{field: optional_line(field, getattr(facts, field)) for field in _LINES},
        **{field: optional_text(field, getattr(facts, field)) for field in _STORIES},
    }


def _require_known(field: str, number: int | None, find: Callable[[int], object | None]) -> None:
    if number is not None and find(number) is None:
        raise InvalidFactError(field=field, value=number, reason=Refusal.UNKNOWN_CHOICE)


def _complete(product: Product, stated: dict[str, str | int | None]) -> None:
    if name_key(product.name) != name_key(str(stated["name"])):
        raise ContradictingRecordError(field="product", recorded=product.name, stated=stated["name"])
    recorded, group_no = product.group_no, stated["group_no"]
    if recorded is not None and group_no is not None and recorded != group_no:
        raise ContradictingRecordError(field="group_no", recorded=recorded, stated=group_no)
    for field in _COMPLETED:
        if stated[field] is not None and getattr(product, field) is None:
            setattr(product, field, stated[field])
    refresh_search_text(product)
