"""Questions of shoppers among the things to do."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import func, select

from catalog.models import Product
from catalog.models.shoppers import Question
from catalog.queries.todo_cards import Todo
from core.db import db


def question_todos(producer_id: int, on: date) -> Iterator[Todo]:
    """One card for all questions that wait, since the oldest of them."""
    waiting = (Question.answered_at.is_(None), Question.hidden_at.is_(None))
    asked = select(func.count(Question.id), func.min(Question.asked_at)).join(Product)
    count, oldest_at = db.session.execute(asked.where(Product.producer_id == producer_id, *waiting)).one()
    if count:
        yield Todo(kind="questions", path="/questions", noted_at=oldest_at, count=count)
