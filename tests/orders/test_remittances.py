"""Lists of cash that carriers hand on: what is certain is booked, all else waits with a reason."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from accounts.actors import Actor
from core import clock as present
from core.db import db, transaction
from ledger.chart import AccountKind
from ledger.models import Journal
from ledger.queries import get_balance_vnd
from orders.errors import RemittanceError, ShipmentNotFoundError
from orders.models.orders import PaymentMethod, SellerOrder
from orders.models.shipments import BookingState, CodRemittance, CodRemittanceLine, EventSource, Shipment
from orders.operations.remittances import RemittanceFacts, close_line, match_again, record_remittance
from orders.operations.shipments import ToldEvent, open_shipment, record_event
from orders.operations.stock import commit_holds
from orders.operations.transitions import OrderActor, move
from orders.remittance_sheets import RemittanceRow, UnknownColumnsError, read_rows
from orders.states import Axis, Lifecycle, PaymentState
from orders.tracking import ShipmentStatus
from tests.people import make_administrator
from tests.support.order_shop import make_order, parcel

FACTS = {"carrier": "ghn", "file_name": "ghn.csv", "bank_reference": "FT1", "is_on_statement": False}


@pytest.fixture
def clerk(db_session) -> Actor:
    return Actor(user_id=make_administrator().id)


def sent(
    *, carrier: str = "ghn", is_delivered: bool = True, method: PaymentMethod = PaymentMethod.COD
) -> SellerOrder:
    """A parcel for cash, booked with a carrier under the number «N» and its own, delivered."""
    part = make_order([parcel()], method=method).seller_orders[0]
    now = present.now()
    with transaction():
        if method is not PaymentMethod.COD:
            move(part, Axis.PAYMENT, PaymentState.PAID, actor=OrderActor.BANK, now=now)
        move(part, Axis.LIFECYCLE, Lifecycle.CONFIRMED, actor=OrderActor.PRODUCER, now=now)
        commit_holds(part, now=now)
        shipment = open_shipment(part, carrier=carrier, is_by_system=False, now=now)
        shipment.booking, shipment.tracking_number = BookingState.BOOKED.value, f"N{part.id}"
    if is_delivered:
        deliver(part)
    return part


def deliver(part: SellerOrder) -> None:
    now = present.now()
    with transaction():
        shipment = db.session.scalars(select(Shipment).where(Shipment.seller_order_id == part.id)).one()
        told = ToldEvent(
            key="d",
            source=EventSource.CARRIER,
            code="delivered",
            status=ShipmentStatus.DELIVERED,
            happened_at=now,
        )
        record_event(shipment, told, now=now)


def hand_in(
    clerk: Actor, *rows: RemittanceRow, sha256: str = "a" * 64, **facts
) -> tuple[CodRemittance, bool]:
    with transaction():
        return record_remittance(
            RemittanceFacts(**(FACTS | facts), sha256=sha256), rows, by=clerk, now=present.now()
        )


def outcomes(remittance: CodRemittance) -> list[str]:
    return [line.outcome for line in remittance.lines]


def test_cash_handed_on_leaves_the_carrier_and_pays_the_order(clerk):
    by_code, by_number = sent(), sent()
    total_vnd = by_code.total_vnd + by_number.total_vnd

    remittance, is_new = hand_in(
        clerk,
        RemittanceRow(2, by_code.code, "", by_code.total_vnd, 0),
        RemittanceRow(3, "", f"N{by_number.id}", by_number.total_vnd, 5_000),
    )

    assert (is_new, outcomes(remittance)) == (True, ["matched", "matched"])
    assert (by_code.payment, by_number.payment) == (PaymentState.PAID, PaymentState.PAID)
    assert get_balance_vnd(AccountKind.CASH_HELD, "carrier:ghn") == 0
    assert get_balance_vnd(AccountKind.BANK) == total_vnd - 5_000
    assert get_balance_vnd(AccountKind.SHIPPING_COST) == 5_000


def test_money_that_stands_on_a_statement_already_is_not_booked_twice(clerk):
    part = sent()

    hand_in(clerk, RemittanceRow(2, part.code, "", part.total_vnd, 0), is_on_statement=True)

    assert get_balance_vnd(AccountKind.BANK) == 0
    assert get_balance_vnd(AccountKind.UNMATCHED) == -part.total_vnd


def test_what_is_not_certain_waits_with_its_reason_and_books_nothing(clerk):
    less, paid, on_the_way = sent(), sent(method=PaymentMethod.VIETQR), sent(is_delivered=False)
    others, unbooked = sent(carrier="ghtk"), sent(is_delivered=False)
    with transaction():
        db.session.scalars(
            select(Shipment).where(Shipment.seller_order_id == unbooked.id)
        ).one().booking = BookingState.BY_HAND.value
    before = db.session.scalar(select(func.count()).select_from(Journal))

    remittance, _ = hand_in(
        clerk,
        RemittanceRow(2, "OC00000000", "", 1, 0),
        RemittanceRow(3, less.code, "", less.total_vnd - 1, 0),
        RemittanceRow(4, paid.code, "", paid.total_vnd, 0),
        RemittanceRow(5, on_the_way.code, "", on_the_way.total_vnd, 0),
        RemittanceRow(6, others.code, "", others.total_vnd, 0),
        RemittanceRow(7, unbooked.code, "", unbooked.total_vnd, 0),
        RemittanceRow(8, less.code, "", None, 0),
        RemittanceRow(9, less.code, "", less.total_vnd, less.total_vnd + 1),
    )

    assert outcomes(remittance) == [
        "unknown",
        "amount_differs",
        "not_cod",
        "not_delivered",
        "other_carrier",
        "other_carrier",
        "unreadable",
        "amount_differs",
    ]
    assert db.session.scalar(select(func.count()).select_from(Journal)) == before


def test_the_same_file_counts_once_and_the_same_parcel_too(clerk):
    part = sent()
    row = RemittanceRow(2, part.code, "", part.total_vnd, 3_000)

    first, _ = hand_in(clerk, row)
    again, is_new = hand_in(clerk, row)
    other, _ = hand_in(clerk, row, replace(row, line=3), sha256="b" * 64)

    assert (first.id, is_new) == (again.id, False)
    assert outcomes(other) == ["repeated", "repeated"]
    assert get_balance_vnd(AccountKind.BANK) == part.total_vnd - 3_000


def test_a_line_that_waits_is_matched_once_its_parcel_is_delivered(clerk):
    part = sent(is_delivered=False)
    remittance, _ = hand_in(clerk, RemittanceRow(2, part.code, "", part.total_vnd, 0))
    line = remittance.lines[0]
    deliver(part)

    for _ in range(2):
        with transaction():
            assert match_again(line.id, is_on_statement=False, by=clerk, now=present.now()) == "matched"

    assert get_balance_vnd(AccountKind.BANK) == part.total_vnd


def test_a_line_is_closed_with_a_note_and_never_reopened(clerk, clock):
    remittance, _ = hand_in(clerk, RemittanceRow(2, "OC00000000", "", 1, 0))
    line = remittance.lines[0]

    with pytest.raises(RemittanceError), transaction():
        close_line(line.id, note="  ", by=clerk, now=present.now())
    with transaction():
        close_line(line.id, note="Của sàn khác, đã trả lại", by=clerk, now=present.now())
    closed_at = line.closed_at
    clock.move(timedelta(hours=1))
    with transaction():
        close_line(line.id, note="khác", by=clerk, now=present.now())
        assert match_again(line.id, is_on_statement=False, by=clerk, now=present.now()) == "unknown"

    assert (line.closed_at, line.note) == (closed_at, "Của sàn khác, đã trả lại")


def test_lists_of_nothing_and_lines_of_nobody_are_refused(clerk):
    with pytest.raises(RemittanceError):
        hand_in(clerk)
    for number in (0, 1, 2**40):
        with pytest.raises(ShipmentNotFoundError), transaction():
            close_line(number, note="x", by=clerk, now=present.now())
    assert db.session.scalar(select(func.count()).select_from(CodRemittanceLine)) == 0


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        (("Mã đơn hàng", "Tiền thu hộ", "Phí"), ("ocabc", "312.000", "5000")),
        (("STT", "MÃ VẬN ĐƠN", "COD"), ("1", "L1", "312000 ₫")),
        (("fee_vnd", "collected_vnd", "code", "tracking"), ("5000", "312000", "OCABC", "L1")),
    ],
)
def test_columns_are_found_by_what_people_call_them(header, cells):
    (row, broken) = read_rows(header, [(2, cells), (3, ("", "", "")), (4, ("x",) * len(cells))])

    assert row.collected_vnd == 312_000
    assert row.shown_code in {"OCABC", "L1"}
    assert broken.collected_vnd is None


def test_a_list_without_its_columns_is_refused():
    for header in (("Mã đơn", "Ngày"), ("Tiền thu hộ",), ()):
        with pytest.raises(UnknownColumnsError):
            read_rows(header, [])
