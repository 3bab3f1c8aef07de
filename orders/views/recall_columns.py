"""What files about a recall say of orders, lots and the recall itself."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final

from catalog.api.answers import site_address
from catalog.views.office.tables import Cell, Column
from core.clock import VIETNAM
from core.i18n import lazy_gettext as _
from orders.queries.recall_buyers import AffectedOrder
from orders.recall_files import csv_text
from traceability.api.serialize import recall_status_json
from traceability.models import Lot, Recall
from traceability.queries.lot_exports import lot_document
from traceability.queries.recalls import list_recall_lots

LOTS_MOST: Final = 100
"""Lots whose events are put into one file."""


def _lots_of(order: AffectedOrder) -> str:
    told = [f"{code}: {packs}" for code, packs in order.packs.items()]
    if order.packs_without_lot:
        told.append(f"{_('no recorded lot')}: {order.packs_without_lot}")
    return "; ".join(told)


_WHO: Final = (
    Column(name="name", title=_("Name"), value=lambda each: each.name),
    Column(name="phone", title=_("Phone"), value=lambda each: each.phone),
    Column(name="email", title=_("E-mail"), value=lambda each: each.email),
)
_WHAT: Final = (
    Column(name="order", title=_("Order"), value=lambda each: each.code),
    Column(name="placed_at", title=_("Placed"), value=lambda each: each.placed_at),
    Column(name="state", title=_("State"), value=lambda each: each.fulfilment),
    Column(name="province", title=_("Province"), value=lambda each: each.province),
    Column(name="commune", title=_("Commune"), value=lambda each: each.commune),
    Column(name="packs", title=_("Packs"), value=lambda each: each.pack_count),
    Column(name="lots", title=_("Lots"), value=_lots_of),
    Column(name="codes", title=_("Codes"), value=lambda each: " ".join(each.codes)),
    Column(name="is_certain", title=_("Certain"), value=lambda each: int(each.is_certain)),
    Column(name="told_at", title=_("Told"), value=lambda each: each.told_at),
)


def columns_of(*, has_names: bool) -> tuple[Column, ...]:
    """Columns of a list of orders, with or without whose they are."""
    return (*_WHAT, *_WHO) if has_names else _WHAT


def files_of(recall: Recall, orders: Sequence[AffectedOrder], *, has_names: bool) -> dict[str, Any]:
    """The files of a recall by name: the recall, its orders, its lots, and the events of each lot as EPCIS."""
    lots = list(list_recall_lots(recall))
    columns = columns_of(has_names=has_names)
    rows = ([_written(column.value(order)) for column in columns] for order in orders)
    return {
        "recall.json": recall_status_json(recall, site_address()),
        "orders.csv": csv_text([column.name for column in columns], rows),
        "lots.csv": csv_text(LOT_HEADS, map(_lot_row, lots)),
        "events.csv": csv_text(EVENT_HEADS, _event_rows(lots)),
        **{
            f"epcis/{number:03d}-{lot.code}.jsonld": lot_document(lot)
            for number, lot in enumerate(lots[:LOTS_MOST])
        },
    }


LOT_HEADS: Final = ("lot", "product", "produced_on", "expires_on", "packs")
EVENT_HEADS: Final = ("lot", "step", "happened_on", "place", "note")


def _lot_row(lot: Lot) -> list[str | int | None]:
    return [lot.code, lot.product.name, _written(lot.produced_on), _written(lot.expires_on), lot.quantity]


def _event_rows(lots: Iterable[Lot]) -> Iterable[list[str | int | None]]:
    for lot in lots:
        for event in lot.events:
            place = event.place.current_commune or event.place.commune if event.place else None
            yield [lot.code, event.step, event.happened_on.isoformat(), place, event.note]


def _written(value: Cell) -> str | int | None:
    if isinstance(value, datetime):
        return value.astimezone(VIETNAM).isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, int) or value is None else str(value)
