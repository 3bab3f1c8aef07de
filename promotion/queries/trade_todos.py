"""Trade among a producer's things to do: requests to answer, goods to prepare."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select

from catalog.queries.todo_cards import Todo
from core.db import db
from promotion.models.trade import Rfq
from promotion.queries.trade_requests import list_of_producer
from promotion.quotation_terms import Stage


def trade_todos(producer_id: int, on: date) -> Iterator[Todo]:
    """A card for requests that wait for an answer, one for orders to prepare, one for steps that are due.

    One statement where nobody has asked anything.
    """
    if db.session.scalar(select(Rfq.id).where(Rfq.producer_id == producer_id).limit(1)) is None:
        return
    views = list_of_producer(producer_id, on)
    for kind, stage in (("trade_to_answer", Stage.NEW), ("trade_to_prepare", Stage.DEPOSIT_PAID)):
        waiting = [view for view in views if view.stage is stage]
        if waiting:
            yield Todo(
                kind=kind,
                path="/trade",
                noted_at=max(view.rfq.asked_at for view in waiting),
                count=len(waiting),
                by_on=min((view.rfq.next_by_on for view in waiting if view.rfq.next_by_on), default=None),
                is_urgent=any(view.rfq.next_by_on and view.rfq.next_by_on <= on for view in waiting),
            )
    due = [
        view
        for view in views
        if view.rfq.next_by_on is not None
        and view.rfq.next_by_on <= on
        and view.stage not in (Stage.NEW, Stage.DEPOSIT_PAID, Stage.DELIVERED, Stage.LOST)
    ]
    if due:
        yield Todo(
            kind="trade_steps_due",
            path="/trade",
            noted_at=max(view.rfq.asked_at for view in due),
            count=len(due),
            is_urgent=True,
        )
