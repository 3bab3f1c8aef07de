"""Cash that carriers hand on: every parcel of a list is matched with what was collected, or waits with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from accounts.actors import Actor
from accounts.operations.audit import record_act
from core.db import ID_MAX, db
from ledger.chart import AccountKind
from ledger.operations import AccountName, Move, post
from orders.errors import PaymentClashError, PaymentNotFoundError, RemittanceError, ShipmentNotFoundError
from orders.models.orders import SellerOrder
from orders.models.shipments import (
    BookingState,
    CodRemittance,
    CodRemittanceLine,
    RemittanceOutcome,
    Shipment,
)
from orders.operations.cash_on_delivery import record_cod_remitted
from orders.remittance_sheets import RemittanceRow

ROWS_MAX: Final = 5_000
_AMOUNT_MAX_VND: Final = 10**12
DONE: Final = (RemittanceOutcome.MATCHED, RemittanceOutcome.SETTLED_BY_HAND)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittanceFacts:
    """A list as it was handed in. sha256: of the file. bank_reference: of the transfer that it explains.

    is_on_statement: the transfer is booked already, from a statement of the bank, as money of nobody known.
    """

    carrier: str
    sha256: str
    file_name: str
    bank_reference: str
    is_on_statement: bool


def record_remittance(
    facts: RemittanceFacts, rows: Sequence[RemittanceRow], *, by: Actor, now: datetime
) -> tuple[CodRemittance, bool]:
    """Keep a list and book what is certain; with it, whether it is new: the same file counts once.

    Certain is a parcel of this carrier that was delivered for cash, with the very amount, not handed on before. All
    else waits with its reason. Raises RemittanceError for no rows or too many; then nothing has changed.
    """
    known = db.session.scalar(select(CodRemittance).where(CodRemittance.sha256 == facts.sha256))
    if known is not None:
        return known, False
    if not rows or len(rows) > ROWS_MAX:
        raise RemittanceError(reason="too_many_rows" if rows else "no_rows")
    remittance = CodRemittance(
        carrier=facts.carrier,
        sha256=facts.sha256,
        file_name=facts.file_name,
        bank_reference=facts.bank_reference,
        recorded_by_id=by.user_id,
        recorded_at=now,
    )
    db.session.add(remittance)
    db.session.flush()
    for row in rows:
        line = CodRemittanceLine(
            remittance_id=remittance.id,
            line=row.line,
            code=row.shown_code,
            collected_vnd=row.collected_vnd if _is_amount(row.collected_vnd) else 0,
            fee_vnd=row.fee_vnd if _is_amount(row.fee_vnd) else 0,
            outcome=RemittanceOutcome.UNREADABLE.value,
        )
        db.session.add(line)
        if _is_amount(row.collected_vnd) and _is_amount(row.fee_vnd):
            shipment = _find(facts.carrier, (row.code, row.number))
            _match(line, facts.carrier, shipment, is_on_statement=facts.is_on_statement, by=by, now=now)
    db.session.flush()
    record_act(
        "orders.record_remittance",
        by=by,
        subject=f"cod_remittance:{remittance.id}",
        after={"carrier": facts.carrier, "rows": len(rows), "bank_reference": facts.bank_reference},
        now=now,
    )
    return remittance, True


def match_again(line_id: int, *, is_on_statement: bool, by: Actor, now: datetime) -> RemittanceOutcome:
    """Look at a line that waits once more, after something about its parcel was put right."""
    line = _lock(line_id)
    if line.closed_at is None and line.outcome not in (*DONE, RemittanceOutcome.UNREADABLE):
        carrier = line.remittance.carrier
        shipment = _find(carrier, (line.code, line.code))
        _match(line, carrier, shipment, is_on_statement=is_on_statement, by=by, now=now)
        db.session.flush()
    return RemittanceOutcome(line.outcome)


def close_line(line_id: int, *, note: str, by: Actor, now: datetime) -> None:
    """Note how a line that waits was settled with the carrier; no money is booked by it. Raises RemittanceError."""
    note = " ".join(note.split())[:300]
    if not note:
        raise RemittanceError(reason="no_note")
    line = _lock(line_id)
    if line.closed_at is not None or line.outcome in DONE:
        return
    line.closed_at, line.closed_by_id, line.note = now, by.user_id, note
    db.session.flush()
    record_act(
        "orders.close_remittance_line",
        by=by,
        subject=f"cod_remittance_line:{line.id}",
        before={"outcome": line.outcome},
        reason=note,
        now=now,
    )


def _match(
    line: CodRemittanceLine,
    carrier: str,
    shipment: Shipment | None,
    *,
    is_on_statement: bool,
    by: Actor,
    now: datetime,
) -> None:
    line.outcome = _judged(line, carrier, shipment).value
    if shipment is None or line.outcome != RemittanceOutcome.MATCHED:
        return
    seller_order = db.session.get_one(SellerOrder, shipment.seller_order_id)
    line.seller_order_id = seller_order.id
    try:
        is_new = record_cod_remitted(
            seller_order, carrier=carrier, now=now, by=by, from_unmatched=is_on_statement
        )
    except PaymentClashError:
        line.outcome = RemittanceOutcome.NOT_DELIVERED.value
        return
    except PaymentNotFoundError:
        line.outcome = RemittanceOutcome.NOT_COD.value
        return
    if not is_new:
        line.outcome = RemittanceOutcome.REPEATED.value
    elif line.fee_vnd:
        _book_fee(seller_order, line.fee_vnd, is_on_statement, now)


def _judged(line: CodRemittanceLine, carrier: str, shipment: Shipment | None) -> RemittanceOutcome:
    if shipment is None:
        return RemittanceOutcome.UNKNOWN
    if shipment.carrier != carrier or shipment.booking != BookingState.BOOKED:
        return RemittanceOutcome.OTHER_CARRIER
    if shipment.cod_vnd == 0:
        return RemittanceOutcome.NOT_COD
    if shipment.cod_vnd != line.collected_vnd or line.fee_vnd > line.collected_vnd:
        return RemittanceOutcome.AMOUNT_DIFFERS
    return RemittanceOutcome.MATCHED


def _book_fee(seller_order: SellerOrder, fee_vnd: int, is_on_statement: bool, now: datetime) -> None:
    """The carrier kept its fee back: what came in is so much less, and so much was spent on carriage."""
    out_of = AccountName(AccountKind.UNMATCHED if is_on_statement else AccountKind.BANK)
    moves = [Move(AccountName(AccountKind.SHIPPING_COST), out_of, fee_vnd)]
    post(
        f"seller_order:{seller_order.id}:carrier_fee",
        "carrier_fee",
        f"order:{seller_order.order_id}",
        moves,
        now=now,
    )


def _find(carrier: str, codes: tuple[str, str]) -> Shipment | None:
    """By our code, else by the carrier's number."""
    ours, number = codes
    found = None
    if ours:
        found = db.session.scalar(
            select(Shipment)
            .join(SellerOrder, SellerOrder.id == Shipment.seller_order_id)
            .where(SellerOrder.code == ours)
        )
    if found is None and number:
        found = db.session.scalar(
            select(Shipment).where(Shipment.carrier == carrier, Shipment.tracking_number == number)
        )
    return found


def _lock(line_id: int) -> CodRemittanceLine:
    found = (
        db.session.get(CodRemittanceLine, line_id, with_for_update={"of": CodRemittanceLine})
        if 0 < line_id <= ID_MAX
        else None
    )
    if found is None:
        raise ShipmentNotFoundError(line_id=line_id)
    return found


def _is_amount(amount_vnd: int | None) -> bool:
    return amount_vnd is not None and 0 <= amount_vnd <= _AMOUNT_MAX_VND
