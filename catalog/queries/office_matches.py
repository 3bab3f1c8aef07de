"""Which products of the register the rows of a decision's table mean, within an officer's area."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from accounts.actors import Actor
from catalog.decision_sheet import SheetRow
from catalog.models import Producer, Product
from catalog.queries.office_scope import products_of
from core.db import db
from core.text import fold

CANDIDATES_MAX: int = 20


@dataclass(frozen=True, slots=True)
class Match:
    """What a row may mean. certain: the one product it means without doubt. candidates: those to choose from."""

    certain: int | None
    candidates: tuple[int, ...]


def match_rows(actor: Actor, rows: Sequence[SheetRow]) -> list[Match]:
    """For each row the products of the area that it may mean. One statement, however many rows.

    Certain is a key of the register, a code that one product has, or a name together with its producer's. A name alone
    is to be confirmed, even where only one product has it: somebody else's may be meant that is not on record.
    """
    found = _Index(actor)
    return [found.match(row) for row in rows]


class _Index:
    """The products of an area by all that a row may call them."""

    def __init__(self, actor: Actor) -> None:
        self._by_key: dict[str, int] = {}
        self._by_code: defaultdict[str, list[int]] = defaultdict(list)
        self._by_name: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        products = db.session.execute(
            select(Product.id, Product.register_key, Product.ocop_code, Product.name, Producer.name)
            .outerjoin(Producer, Producer.id == Product.producer_id)
            .where(products_of(actor))
            .order_by(Product.id)
        )
        for product_id, key, code, name, producer in products:
            if key:
                self._by_key[fold(key)] = product_id
            if code:
                self._by_code[fold(code)].append(product_id)
            self._by_name[fold(name)].append((product_id, fold(producer or "")))

    def match(self, row: SheetRow) -> Match:
        if row.key:
            return _of([self._by_key[fold(row.key)]] if fold(row.key) in self._by_key else [])
        if row.code and (coded := self._by_code.get(fold(row.code))):
            return _of(coded)
        named = self._by_name.get(fold(row.name), []) if row.name else []
        if row.producer:
            same = [product_id for product_id, producer in named if producer == fold(row.producer)]
            if same:
                return _of(same)
        return Match(None, tuple(product_id for product_id, _ in named)[:CANDIDATES_MAX])


def _of(product_ids: Sequence[int]) -> Match:
    if len(product_ids) == 1:
        return Match(product_ids[0], ())
    return Match(None, tuple(product_ids)[:CANDIDATES_MAX])
