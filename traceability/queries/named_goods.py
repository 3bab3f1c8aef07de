"""Whose goods are meant by names in events: lots, products and stamps that are on record here."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from urllib.parse import unquote

from sqlalchemy import Select, select

from catalog.models import Product, Variant
from core.db import ID_MAX, db
from traceability.models import Lot, Stamp, StampRun
from traceability.models.epcis import LotName

Value = TypeVar("Value")

AT_ONCE: Final = 500
_GTIN: Final = re.compile(
    r"https://id\.gs1\.org/01/(?P<gtin>\d{14})(?:/10/(?P<lot>[^/]+)|/21/(?P<serial>[^/]+))?"
)
_STAMP: Final = re.compile(r"/T/(?P<code>[0-9A-Za-z]{13})")
_LOT: Final = re.compile(r"/api/v1/lots/(?P<number>[1-9]\d{0,9})")


@dataclass(frozen=True, slots=True)
class Goods:
    """What a name means here. lot_id: None where only the product is meant, or a lot that is not on record."""

    producer_id: int | None
    product_id: int
    lot_id: int | None


def find_goods(names: Iterable[str], site: str) -> dict[str, Goods]:
    """What is on record here of the goods that are named, by name; names of other goods are left out.

    names: canonical (`traceability.epcis.facets`). site: address of this site, for names of our own.
    """
    wanted = list(dict.fromkeys(names))
    found = _of_names(wanted)
    links = {name: match for name in wanted if name not in found and (match := _GTIN.fullmatch(name))}
    found |= _of_links(links)
    rest = [name for name in wanted if name not in found and name.startswith(f"{site}/")]
    found |= _of_own(rest, site)
    return found


def _of_names(names: Sequence[str]) -> dict[str, Goods]:
    found: dict[str, Goods] = {}
    for some in _chunks(names):
        rows = _lots(LotName.name).join(LotName, LotName.lot_id == Lot.id).where(LotName.name.in_(some))
        found |= {
            name: Goods(producer, product, lot) for producer, product, lot, name in db.session.execute(rows)
        }
    return found


def _of_links(links: dict[str, re.Match[str]]) -> dict[str, Goods]:
    gtins = {match["gtin"] for match in links.values()}
    products: dict[str, tuple[int | None, int]] = {}
    for some in _chunks(sorted(gtins)):
        of_run = (
            select(StampRun.gtin, Product.producer_id, Product.id)
            .join(Lot, Lot.id == StampRun.lot_id)
            .join(Product, Product.id == Lot.product_id)
            .where(StampRun.gtin.in_(some))
            .distinct()
        )
        of_variant = (
            select(Variant.gtin, Product.producer_id, Product.id)
            .join(Product, Product.id == Variant.product_id)
            .where(Variant.gtin.in_(some))
        )
        for rows in (of_run, of_variant):
            products |= {
                str(gtin): (producer, product) for gtin, producer, product in db.session.execute(rows)
            }
    lots = _lots_by_code({product for _producer, product in products.values()})
    stamps = _of_stamps({match["serial"].upper() for match in links.values() if match["serial"]})
    found = {}
    for name, match in links.items():
        if match["gtin"] not in products:
            continue
        producer_id, product_id = products[match["gtin"]]
        lot_id = lots.get((product_id, unquote(match["lot"] or "")))
        stamp = stamps.get((match["serial"] or "").upper())
        if stamp is not None and stamp.product_id == product_id:
            lot_id = stamp.lot_id
        found[name] = Goods(producer_id, product_id, lot_id)
    return found


def _of_own(names: Sequence[str], site: str) -> dict[str, Goods]:
    paths = {name: name.removeprefix(site) for name in names}
    codes = {name: match["code"].upper() for name, path in paths.items() if (match := _STAMP.fullmatch(path))}
    numbers = {name: int(match["number"]) for name, path in paths.items() if (match := _LOT.fullmatch(path))}
    stamps = _of_stamps(set(codes.values()))
    lots: dict[int, Goods] = {}
    for some in _chunks(sorted({number for number in numbers.values() if number <= ID_MAX})):
        rows = _lots(Lot.id).where(Lot.id.in_(some))
        lots |= {
            number: Goods(producer, product, lot)
            for producer, product, lot, number in db.session.execute(rows)
        }
    found = {name: stamps[code] for name, code in codes.items() if code in stamps}
    return found | {name: lots[number] for name, number in numbers.items() if number in lots}


def _of_stamps(codes: set[str]) -> dict[str, Goods]:
    found: dict[str, Goods] = {}
    for some in _chunks(sorted(codes)):
        rows = (
            _lots(Stamp.code)
            .join(StampRun, StampRun.lot_id == Lot.id)
            .join(Stamp, Stamp.run_id == StampRun.id)
            .where(Stamp.code.in_(some))
        )
        found |= {
            code: Goods(producer, product, lot) for producer, product, lot, code in db.session.execute(rows)
        }
    return found


def _lots_by_code(product_ids: set[int]) -> dict[tuple[int, str], int]:
    found: dict[tuple[int, str], int] = {}
    for some in _chunks(sorted(product_ids)):
        rows = select(Lot.product_id, Lot.code, Lot.id).where(Lot.product_id.in_(some))
        found |= {(product_id, code): lot_id for product_id, code, lot_id in db.session.execute(rows)}
    return found


def _lots(named: Any) -> Select[Any]:
    rows = select(Product.producer_id, Product.id, Lot.id, named).select_from(Lot)
    return rows.join(Product, Product.id == Lot.product_id)


def _chunks(values: Sequence[Value]) -> Iterator[Sequence[Value]]:
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]
