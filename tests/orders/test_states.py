"""The three axes: what their tables admit, in code and in the database alike."""

from itertools import product

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from core import clock
from core.db import db, transaction
from orders.models.orders import OrderEvent
from orders.states import MOVES, STATES, Axis, Lifecycle, PaymentState, may_move


def test_every_state_is_in_its_table_or_an_end():
    ends = {
        axis: {str(state) for state in STATES[axis]} - {str(state) for state in MOVES[axis]} for axis in Axis
    }

    assert ends == {
        Axis.LIFECYCLE: {"cancelled", "resolved"},
        Axis.PAYMENT: {"refunded", "cod_refused"},
        Axis.FULFILMENT: {"delivered", "returned"},
    }


def test_what_was_paid_goes_down_by_refunds_alone():
    assert MOVES[Axis.PAYMENT][PaymentState.PAID] == ("partially_refunded", "refunded")


def test_a_cancelled_order_stays_cancelled():
    assert not any(may_move(Axis.LIFECYCLE, Lifecycle.CANCELLED, state) for state in Lifecycle)


@pytest.mark.sqlite
def test_the_database_admits_the_moves_of_the_tables_and_no_other(db_session):
    """Every pair of states of every axis, asked of the CHECK itself, which SQLite keeps as it was written."""
    said = []
    with db.engine.connect() as connection:
        rule = connection.scalar(text("SELECT sql FROM sqlite_master WHERE name = 'order_event'"))
        condition = rule.split("ck_order_event_move CHECK (")[1].split("))")[0] + ")"
        for axis in Axis:
            states = ["", *map(str, STATES[axis])]
            for before, after in product(states, states):
                asked = f"SELECT {condition} FROM (SELECT :axis AS axis, :before AS from_state, :after AS to_state)"
                values = {"axis": axis.value, "before": before, "after": after}
                if connection.scalar(text(asked), values):
                    said.append((axis, before, after))

    firsts = [(Axis.LIFECYCLE, "", "placed"), (Axis.FULFILMENT, "", "unfulfilled")]
    firsts += [(Axis.PAYMENT, "", state) for state in ("unpaid", "pending", "cod_due")]
    table = [
        (axis, str(before), str(after))
        for axis in Axis
        for before, followers in MOVES[axis].items()
        for after in followers
    ]
    assert sorted(said) == sorted(firsts + table)


def test_an_event_of_no_admitted_move_is_refused(db_session):
    with pytest.raises(IntegrityError), transaction():
        db.session.add(
            OrderEvent(
                seller_order_id=1,
                axis="payment",
                from_state="paid",
                to_state="pending",
                actor="bank",
                happened_at=clock.now(),
            )
        )

    assert db.session.scalars(select(OrderEvent)).all() == []
