"""Questions to producers: answered ones for everybody, a producer's own, a shopper's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import joinedload

from accounts.actors import Actor
from catalog.errors import QuestionNotFoundError
from catalog.models import Product
from catalog.models.shoppers import Question, QuestionReport
from catalog.queries.office_scope import products_of
from core.db import db

SHOWN_MOST: Final = 20
"""On the page of a product; the latest answered."""
LISTED_MOST: Final = 200

_QUESTION = Question.__table__.c
_ANSWERED: Final = (
    select(_QUESTION.id, _QUESTION.text, _QUESTION.answer, _QUESTION.answered_at)
    .where(
        _QUESTION.product_id == bindparam("product_id"),
        _QUESTION.answered_at.is_not(None),
        _QUESTION.hidden_at.is_(None),
    )
    .order_by(_QUESTION.answered_at.desc(), _QUESTION.id.desc())
    .limit(SHOWN_MOST)
)


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """What everybody sees: never who asked."""

    id: int
    text: str
    answer: str
    answered_at: datetime


def list_answered_questions(product_id: int) -> tuple[AnsweredQuestion, ...]:
    """The latest answered questions about a product that nobody has hidden. One statement."""
    rows = db.session.execute(_ANSWERED, {"product_id": product_id})
    return tuple(AnsweredQuestion(*row) for row in rows)


def get_answered_question(question_id: int) -> Question:
    """A question that everybody sees. Raises QuestionNotFoundError."""
    found = db.session.scalar(
        select(Question)
        .join(Product)
        .where(
            Question.id == question_id,
            Question.answered_at.is_not(None),
            Question.hidden_at.is_(None),
            Product.is_listed,
        )
        .options(joinedload(Question.product))
    )
    if found is None:
        raise QuestionNotFoundError(question_id=question_id)
    return found


def list_own_questions(user_id: int) -> Sequence[Question]:
    """What the person asked, the latest first."""
    own = select(Question).where(Question.author_id == user_id).options(joinedload(Question.product))
    return db.session.scalars(own.order_by(Question.id.desc()).limit(LISTED_MOST)).all()


def get_producer_question(producer_id: int, question_id: int) -> Question:
    """A question about a product of that producer. Raises QuestionNotFoundError."""
    found = db.session.scalar(
        select(Question)
        .join(Product)
        .where(Question.id == question_id, Product.producer_id == producer_id)
        .options(joinedload(Question.product))
    )
    if found is None:
        raise QuestionNotFoundError(question_id=question_id)
    return found


def list_producer_questions(producer_id: int) -> Sequence[Question]:
    """Questions about the producer's products: those that wait for an answer first, then the latest."""
    of_producer = select(Question).join(Product).where(Product.producer_id == producer_id)
    is_done = (Question.answered_at.is_not(None)) | (Question.hidden_at.is_not(None))
    ordered = of_producer.options(joinedload(Question.product)).order_by(is_done, Question.id.desc())
    return db.session.scalars(ordered.limit(LISTED_MOST)).all()


def list_open_reports(actor: Actor) -> Sequence[QuestionReport]:
    """Reports that nobody has settled about products in the area of `actor`, the oldest first."""
    rows = _open_reports(actor).options(
        joinedload(QuestionReport.question).joinedload(Question.product).joinedload(Product.producer)
    )
    return db.session.scalars(rows.order_by(QuestionReport.id).limit(LISTED_MOST)).all()


def count_open_reports(actor: Actor) -> int:
    """How many reports wait in the area of `actor`."""
    waiting = _open_reports(actor).with_only_columns(func.count(QuestionReport.id))
    return db.session.scalar(waiting) or 0


def get_open_report(actor: Actor, report_id: int) -> QuestionReport:
    """A report in the area of `actor` that nobody has settled. Raises QuestionNotFoundError."""
    found = db.session.scalar(
        _open_reports(actor)
        .where(QuestionReport.id == report_id)
        .options(joinedload(QuestionReport.question).selectinload(Question.reports))
    )
    if found is None:
        raise QuestionNotFoundError(question_id=None)
    return found


def _open_reports(actor: Actor) -> Select[QuestionReport]:
    return (
        select(QuestionReport)
        .join(QuestionReport.question)
        .join(Question.product)
        .where(QuestionReport.settled_at.is_(None), products_of(actor))
    )
