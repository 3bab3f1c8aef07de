"""What a telephone sends, item by item, checked: every member of the type and within the bounds that it must have.

Pure. Shapes: docs/booth.md. What comes out of `parse_item` is fit to be stored and to be booked; what does not come out
was never made by our telephone, or was changed on its way.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from core.clock import vietnam_date
from core.db import ID_MAX
from core.text import clean_line
from orders.models.orders import PaymentMethod
from orders.references import is_reference
from promotion.booth_terms.rules import AMOUNT_MAX_VND, LINES_MAX

PACKS_MAX: Final = 999
COUNT_MAX: Final = 100_000
CODES_MAX: Final = 999
COUNTS_MAX: Final = 500
_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_BOTH_WAYS: Final = {"cash": PaymentMethod.CASH, "transfer": PaymentMethod.TRANSFER}
_THREE_WAYS: Final = {**_BOTH_WAYS, "cod": PaymentMethod.COD}


class ItemFaultError(ValueError):
    """A member is missing or not what it must be. Its argument: the name of the member."""


@dataclass(frozen=True, slots=True)
class SoldLine:
    """So many packs at a price each, and the codes of stamps that were scanned on them."""

    variant_id: int
    quantity: int
    unit_price_vnd: int
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """To whom goods are sent, as typed, cleaned. note: «» for none."""

    name: str
    phone: str
    province_code: str
    commune_code: str
    street: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldItem:
    """A sale; with `buyer`, goods to be sent home. phone: as typed, «» for none. given_vnd: what the buyer gave.

    reference: «» where the telephone had no code left; never so for a transfer, whose memo the buyer was shown.
    """

    reference: str
    method: PaymentMethod
    lines: tuple[SoldLine, ...]
    discount_vnd: int
    phone: str
    given_vnd: int | None
    shipping_vnd: int
    buyer: Buyer | None

    @property
    def goods_vnd(self) -> int:
        return sum(line.quantity * line.unit_price_vnd for line in self.lines)

    @property
    def total_vnd(self) -> int:
        return self.goods_vnd + self.shipping_vnd - self.discount_vnd


@dataclass(frozen=True, slots=True)
class UndoItem:
    """A sale that was typed wrongly. of: its id."""

    of: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayItem:
    """The end of a day. counts: packs left by number of the variant."""

    on: date
    cash_counted_vnd: int
    float_vnd: int
    counts: Mapping[int, int]
    note: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was done. at: by the telephone's clock."""

    id: str
    kind: str
    at: datetime
    what: SoldItem | UndoItem | DayItem


def item_id(raw: Any) -> str | None:
    """The id that a telephone gave, None if it is no UUID in lower case."""
    told = raw.get("id") if isinstance(raw, dict) else None
    return told if isinstance(told, str) and _ID.fullmatch(told) else None


def parse_item(raw: Any) -> Item:
    """An item as it was sent. Raises ItemFaultError naming the first member that is wrong."""
    known = item_id(raw)
    if known is None:
        raise ItemFaultError("id")
    kind = raw.get("kind")
    parse = _PARSERS.get(kind) if isinstance(kind, str) else None
    if parse is None:
        raise ItemFaultError("kind")
    return Item(known, kind, _instant(raw, "at"), parse(raw))


def payload_of(item: Item) -> dict[str, Any]:
    """An item as `parse_item` takes it, of known members only: what is kept of what was sent."""
    base: dict[str, Any] = {"id": item.id, "kind": item.kind, "at": item.at.isoformat()}
    what = item.what
    if isinstance(what, UndoItem):
        return base | {"of": what.of, "reason": what.reason}
    if isinstance(what, DayItem):
        counts = [{"variant_id": number, "left": left} for number, left in what.counts.items()]
        amounts = {"cash_counted_vnd": what.cash_counted_vnd, "float_vnd": what.float_vnd}
        return base | {"on": what.on.isoformat(), **amounts, "counts": counts, "note": what.note}
    lines = [
        {
            "variant_id": line.variant_id,
            "quantity": line.quantity,
            "unit_price_vnd": line.unit_price_vnd,
            "unit_codes": list(line.codes),
        }
        for line in what.lines
    ]
    sold = {"reference": what.reference, "lines": lines, "discount_vnd": what.discount_vnd}
    if what.buyer is None:
        more = {"paid_by": what.method.value, "given_vnd": what.given_vnd, "phone": what.phone}
        return base | sold | more
    return (
        base
        | sold
        | {"pay": what.method.value, "shipping_vnd": what.shipping_vnd, "buyer": asdict(what.buyer)}
    )


def _sold(raw: Mapping[str, Any]) -> SoldItem:
    is_sent = raw["kind"] == "ship_home"
    ways = _THREE_WAYS if is_sent else _BOTH_WAYS
    way = raw.get("pay" if is_sent else "paid_by")
    if not isinstance(way, str) or way not in ways:
        raise ItemFaultError("pay" if is_sent else "paid_by")
    item = SoldItem(
        reference=_reference(raw, ways[way]),
        method=ways[way],
        lines=tuple(_line(each) for each in _list(raw, "lines", 1, LINES_MAX)),
        discount_vnd=_amount(raw, "discount_vnd", 0),
        phone=_text(raw, "phone", 40, optional=True),
        given_vnd=None if raw.get("given_vnd") is None else _amount(raw, "given_vnd"),
        shipping_vnd=_amount(raw, "shipping_vnd") if is_sent else 0,
        buyer=_buyer(raw.get("buyer")) if is_sent else None,
    )
    if item.goods_vnd > AMOUNT_MAX_VND or item.total_vnd > AMOUNT_MAX_VND:
        raise ItemFaultError("lines")
    if item.discount_vnd > item.goods_vnd:
        raise ItemFaultError("discount_vnd")
    return item


def _reference(raw: Mapping[str, Any], method: PaymentMethod) -> str:
    told = raw.get("reference")
    if told is None and method is not PaymentMethod.TRANSFER:
        return ""
    if not isinstance(told, str) or not is_reference(told):
        raise ItemFaultError("reference")
    return told


def _line(raw: Any) -> SoldLine:
    if not isinstance(raw, dict):
        raise ItemFaultError("lines")
    codes = raw.get("unit_codes")
    if codes is None:
        codes = []
    if not isinstance(codes, list) or len(codes) > CODES_MAX:
        raise ItemFaultError("unit_codes")
    if not all(isinstance(code, str) and 1 <= len(code) <= 20 and code.isascii() for code in codes):
        raise ItemFaultError("unit_codes")
    return SoldLine(
        variant_id=_whole(raw, "variant_id", 1, ID_MAX),
        quantity=_whole(raw, "quantity", 1, PACKS_MAX),
        unit_price_vnd=_amount(raw, "unit_price_vnd"),
        codes=tuple(clean_line(code) for code in codes),
    )


def _buyer(raw: Any) -> Buyer:
    if not isinstance(raw, dict):
        raise ItemFaultError("buyer")
    return Buyer(
        name=_text(raw, "name", 100),
        phone=_text(raw, "phone", 40),
        province_code=_text(raw, "province_code", 2),
        commune_code=_text(raw, "commune_code", 5),
        street=_text(raw, "street", 200),
        note=_text(raw, "note", 500, optional=True),
    )


def _undo(raw: Mapping[str, Any]) -> UndoItem:
    of = raw.get("of")
    if not isinstance(of, str) or not _ID.fullmatch(of):
        raise ItemFaultError("of")
    return UndoItem(of, _text(raw, "reason", 300, optional=True))


def _day(raw: Mapping[str, Any]) -> DayItem:
    told = raw.get("on")
    try:
        on = date.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        on = None
    if on is None or not _is_counted_on(on, _instant(raw, "at")):
        raise ItemFaultError("on")
    counts: dict[int, int] = {}
    for each in _list(raw, "counts", 0, COUNTS_MAX):
        if not isinstance(each, dict):
            raise ItemFaultError("counts")
        variant_id = _whole(each, "variant_id", 1, ID_MAX)
        if variant_id in counts:
            raise ItemFaultError("counts")
        counts[variant_id] = _whole(each, "left", 0, COUNT_MAX)
    return DayItem(
        on=on,
        cash_counted_vnd=_amount(raw, "cash_counted_vnd"),
        float_vnd=_amount(raw, "float_vnd"),
        counts=counts,
        note=_text(raw, "note", 500, optional=True),
    )


def _is_counted_on(on: date, at: datetime) -> bool:
    """Whether a day may be counted at an instant: on the day itself, or after midnight."""
    try:
        return timedelta() <= vietnam_date(at) - on <= timedelta(days=1)
    except OverflowError:  # in Vietnam it is the year 10000 already
        return False


_PARSERS: Final[dict[str, Any]] = {"sale": _sold, "ship_home": _sold, "undo": _undo, "day_end": _day}


def _instant(raw: Mapping[str, Any], name: str) -> datetime:
    told = raw.get(name)
    try:
        at = datetime.fromisoformat(told) if isinstance(told, str) and len(told) <= 40 else None
        if at is not None:
            at.timestamp()  # an instant before the year 1 or after 9999 in UTC is none
    except (ValueError, OverflowError):
        at = None
    if at is None or at.tzinfo is None:
        raise ItemFaultError(name)
    return at


def _amount(raw: Mapping[str, Any], name: str, default: int | None = None) -> int:
    if default is not None and raw.get(name) is None:
        return default
    return _whole(raw, name, 0, AMOUNT_MAX_VND)


def _whole(raw: Mapping[str, Any], name: str, least: int, most: int) -> int:
    told = raw.get(name)
    if type(told) is not int or not least <= told <= most:  # True is an int too
        raise ItemFaultError(name)
    return told


def _text(raw: Mapping[str, Any], name: str, most: int, *, optional: bool = False) -> str:
    told = raw.get(name)
    if told is None and optional:
        return ""
    if not isinstance(told, str) or len(told) > most * 4:
        raise ItemFaultError(name)
    text = clean_line(told)
    if len(text) > most or not (text or optional):
        raise ItemFaultError(name)
    return text


def _list(raw: Mapping[str, Any], name: str, least: int, most: int) -> list[Any]:
    told = raw.get(name)
    if not isinstance(told, list) or not least <= len(told) <= most:
        raise ItemFaultError(name)
    return told
