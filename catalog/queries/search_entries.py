"""The searched texts of products, read from what is recorded of them now."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import aliased

from catalog.groups import group_by_number, sub_group_by_number, sub_group_of_set
from catalog.models import Place, Producer, Product
from catalog.search_document import PlaceNames, SearchFacts, search_document
from catalog.searched_texts import Entry, searched_texts

_CHUNK: Final = 400
_PLACE_COLUMNS: Final = tuple(PlaceNames.__dataclass_fields__)


def get_entries(connection: Connection, product_ids: Sequence[int]) -> list[Entry]:
    """The listed products among `product_ids`, by id."""
    wanted = sorted(set(product_ids))
    chunks = (wanted[first : first + _CHUNK] for first in range(0, len(wanted), _CHUNK))
    return [
        _entry(row)
        for chunk in chunks
        for row in connection.execute(_listed().where(Product.id.in_(chunk)).order_by(Product.id))
    ]


def list_entries(connection: Connection) -> Iterator[Entry]:
    """All listed products, by id, a few hundred at a time."""
    last = 0
    while True:
        statement = _listed().where(Product.id > last).order_by(Product.id).limit(_CHUNK)
        rows = connection.execute(statement).all()
        if not rows:
            return
        yield from map(_entry, rows)
        last = rows[-1].id


def _listed() -> Select[*tuple[Any, ...]]:
    own, home = aliased(Place), aliased(Place)
    return (
        select(
            Product.id,
            Product.name,
            Product.name_en,
            Product.group_no,
            Product.sub_group_no,
            Product.criteria_set,
            Product.ocop_code,
            Product.summary,
            Product.summary_en,
            Product.ingredients,
            Product.ingredients_en,
            Producer.name.label("producer"),
            *(getattr(own, name).label(f"own_{name}") for name in _PLACE_COLUMNS),
            *(getattr(home, name).label(f"home_{name}") for name in _PLACE_COLUMNS),
        )
        .outerjoin(Producer, Producer.id == Product.producer_id)
        .outerjoin(own, own.id == Product.place_id)
        .outerjoin(home, home.id == Producer.place_id)
        .where(Product.is_listed)
    )


def _entry(row: Any) -> Entry:
    facts = SearchFacts(
        name=row.name,
        name_en=row.name_en,
        producer=row.producer,
        ocop_code=row.ocop_code,
        groups=_groups(row),
        places=tuple(_place(row, whose) for whose in ("own", "home")),
    )
    descriptions = (row.ocop_code, row.summary, row.summary_en, row.ingredients, row.ingredients_en)
    return Entry(row.id, searched_texts(search_document(facts), (text for text in descriptions if text)))


def _groups(row: Any) -> tuple[str, ...]:
    """Names of group and sub-group in both languages; of the narrower kinds only the sub-group is certain."""
    number = row.sub_group_no
    sub_group = sub_group_by_number(number) if number else sub_group_of_set(row.criteria_set or 0)
    named = (group_by_number(row.group_no or 0), sub_group)
    return tuple(name for each in named if each is not None for name in (each.name_vi, each.name_en))


def _place(row: Any, whose: str) -> PlaceNames:
    return PlaceNames(**{name: getattr(row, f"{whose}_{name}") for name in _PLACE_COLUMNS})
