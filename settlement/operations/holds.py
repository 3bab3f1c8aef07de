"""Keeping a producer's money back, and answering what producers ask about their statements."""

from datetime import date, datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from accounts.actors import Actor
from accounts.errors import NotYoursError
from accounts.operations.audit import record_act
from accounts.operations.notices import notify_user
from catalog.models import Producer
from core.db import ID_MAX, db
from core.i18n import gettext
from core.text import clean_text
from settlement.errors import InvalidRuleError, PayoutNotFoundError, PayoutStateError
from settlement.models.payouts import PayoutHold, StatementQuestion
from settlement.permissions import can_see_money

TEXT_MAX: Final = 1000
OPEN_MOST: Final = 20
"""Open questions of one producer; docs/limits.md."""


def hold_payouts(producer: Producer, reason: str, *, by: Actor, now: datetime) -> None:
    """Pay this producer nothing until the hold ends. Harmless when repeated. Raises InvalidRuleError (`reason`)."""
    told = clean_text(reason)[:TEXT_MAX]
    if not told:
        raise InvalidRuleError(field="reason", reason="missing")
    of_dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    values = {"producer_id": producer.id, "reason": told, "made_by_id": by.user_id, "made_at": now}
    db.session.execute(of_dialect.insert(PayoutHold.__table__).values(values).on_conflict_do_nothing())
    _note("hold_payouts", producer.id, by, now, told)


def end_hold(producer: Producer, *, by: Actor, now: datetime) -> None:
    """Pay the producer again. Harmless when repeated."""
    wanted = select(PayoutHold).where(PayoutHold.producer_id == producer.id, PayoutHold.ended_at.is_(None))
    hold = db.session.scalar(wanted.with_for_update())
    if hold is None:
        return
    hold.ended_at, hold.ended_by_id = now, by.user_id
    db.session.flush()
    _note("end_hold", producer.id, by, now, None)


def ask_about_statement(
    producer: Producer, month_on: date, question: str, order_code: str | None, *, by: Actor, now: datetime
) -> StatementQuestion:
    """Ask, or dispute an amount; an administrator answers. Raises InvalidRuleError: no words, too many open."""
    if not can_see_money(by, producer.id):
        raise NotYoursError(producer_id=producer.id)
    asked = clean_text(question)[:TEXT_MAX]
    if not asked:
        raise InvalidRuleError(field="question", reason="missing")
    open_count = db.session.scalar(
        select(func.count()).where(
            StatementQuestion.producer_id == producer.id, StatementQuestion.answered_at.is_(None)
        )
    )
    if (open_count or 0) >= OPEN_MOST:
        raise InvalidRuleError(field="question", reason="too_many")
    row = StatementQuestion(
        producer_id=producer.id,
        month_on=month_on,
        order_code=order_code,
        question=asked,
        asked_by_id=by.user_id,
        asked_at=now,
    )
    db.session.add(row)
    db.session.flush()
    return row


def answer_question(question_id: int, answer: str, *, by: Actor, now: datetime) -> StatementQuestion:
    """Answer a producer, once. Raises InvalidRuleError without words, PayoutStateError if it is answered."""
    wanted = select(StatementQuestion).where(StatementQuestion.id == min(question_id, ID_MAX))
    row = db.session.scalar(wanted.with_for_update())
    if row is None:
        raise PayoutNotFoundError(question_id=question_id)
    told = clean_text(answer)[:TEXT_MAX]
    if not told:
        raise InvalidRuleError(field="answer", reason="missing")
    if row.answered_at is not None:
        raise PayoutStateError(present="answered")
    row.answer, row.answered_by_id, row.answered_at = told, by.user_id, now
    db.session.flush()
    _note("answer_question", row.producer_id, by, now, None)
    notify_user(row.asked_by_id, gettext("An answer about your money"), told, now=now)
    return row


def _note(verb: str, producer_id: int, by: Actor, now: datetime, reason: str | None) -> None:
    record_act(
        f"settlement.{verb}",
        by=by,
        subject=f"producer:{producer_id}",
        reason=reason,
        producer_id=producer_id,
        now=now,
    )
