"""Questions to producers: asked, answered, hidden, reported."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from accounts.actors import Actor
from accounts.operations.audit import record_act
from catalog.errors import ProductNotFoundError, QuestionNotFoundError, TooManyQuestionsError
from catalog.models import Product
from catalog.models.shoppers import Question, QuestionReport
from catalog.queries.office_scope import province_of
from catalog.questions import check_answer, check_question, check_reason
from core.db import db
from core.jobs.queue import enqueue

QUESTIONS_A_DAY: Final = 5
REPORTS_A_DAY: Final = 10
"""Of one person within 24 hours (docs/limits.md)."""


def ask_question(product: Product, text: str, submission_key: str, *, by: Actor, now: datetime) -> Question:
    """Keep a question of `by` and let the producer's people know; sent twice with one key, it is one.

    Raises ProductNotFoundError for a product that nobody offers, InvalidQuestionError, TooManyQuestionsError;
    QuestionNotFoundError for a key that another person used.
    """
    if not (product.is_listed and product.is_for_sale and product.producer_id):
        raise ProductNotFoundError(slug=product.slug)
    known = _find_by_key(submission_key)
    if known is None:
        checked = check_question(text)
        _refuse_too_many(Question.author_id, Question.asked_at, by, now, QUESTIONS_A_DAY)
        question = Question(
            submission_key=submission_key,
            product_id=product.id,
            author_id=by.user_id,
            text=checked,
            asked_at=now,
        )
        try:
            with db.session.begin_nested():
                db.session.add(question)
        except IntegrityError:  # the same form arrived twice at once, and the other was first
            known = _find_by_key(submission_key)
        else:
            enqueue("catalog.announce_question", now=now, key=str(question.id), question_id=question.id)
            return question
    if known is None or known.author_id != by.user_id:
        raise QuestionNotFoundError(question_id=None)
    return known


def answer_question(question: Question, answer: str, *, by: Actor, now: datetime) -> None:
    """Answer in the producer's name: from now on everybody sees both. A new answer takes the place of the old one.

    The asker is told of the first answer. Raises InvalidQuestionError; QuestionNotFoundError for a hidden question.
    """
    if question.hidden_at is not None:
        raise QuestionNotFoundError(question_id=question.id)
    checked = check_answer(answer)
    if question.answer == checked:
        return
    is_first = question.answered_at is None
    question.answer, question.answered_at, question.answered_by_id = checked, now, by.user_id
    db.session.flush()
    if is_first:
        enqueue("catalog.announce_answer", now=now, key=str(question.id), question_id=question.id)
    record_act(
        "catalog.answer_question",
        by=by,
        subject=f"question:{question.id}",
        after={"is_first_answer": is_first},  # not its text: it may name the asker, and the trail is for ever
        producer_id=question.product.producer_id,
        now=now,
    )


def hide_question(question: Question, *, by: Actor, now: datetime, reason: str | None = None) -> None:
    """Take a question, answered or not, out of everybody's sight; twice is once."""
    if question.hidden_at is not None:
        return
    question.hidden_at, question.hidden_by_id = now, by.user_id
    db.session.flush()
    record_act(
        "catalog.hide_question",
        by=by,
        subject=f"question:{question.id}",
        reason=reason,
        producer_id=question.product.producer_id,
        now=now,
    )


def report_question(question: Question, reason: str, *, by: Actor, now: datetime) -> QuestionReport:
    """Tell the office that a question or its answer is abusive; a person reports one question once.

    Raises InvalidQuestionError, TooManyQuestionsError.
    """
    checked = check_reason(reason)
    _refuse_too_many(QuestionReport.reporter_id, QuestionReport.reported_at, by, now, REPORTS_A_DAY)
    report = QuestionReport(question_id=question.id, reporter_id=by.user_id, reason=checked, reported_at=now)
    try:
        with db.session.begin_nested():
            db.session.add(report)
    except IntegrityError:
        own = (QuestionReport.question_id == question.id, QuestionReport.reporter_id == by.user_id)
        return db.session.scalars(select(QuestionReport).where(*own)).one()
    return report


def settle_report(report: QuestionReport, *, is_hidden: bool, reason: str, by: Actor, now: datetime) -> None:
    """Decide for the office: hide the question, or leave it. All open reports of the question are settled by it.

    Raises InvalidQuestionError.
    """
    checked = check_reason(reason)
    question = report.question
    if is_hidden:
        hide_question(question, by=by, now=now, reason=checked)
    for each in question.reports:
        if each.settled_at is None:
            each.settled_at, each.settled_by_id = now, by.user_id
    db.session.flush()
    record_act(
        "catalog.settle_question_report",
        by=by,
        subject=f"question:{question.id}",
        after={"is_hidden": is_hidden},
        reason=checked,
        producer_id=question.product.producer_id,
        province_code=province_of(question.product),
        now=now,
    )


def _refuse_too_many(who: Any, at: Any, by: Actor, now: datetime, most: int) -> None:
    recent = (who == by.user_id, at > now - timedelta(days=1))
    if (db.session.scalar(select(func.count()).where(*recent)) or 0) >= most:
        raise TooManyQuestionsError(most=most)


def _find_by_key(submission_key: str) -> Question | None:
    return db.session.scalar(select(Question).where(Question.submission_key == submission_key))
