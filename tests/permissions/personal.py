"""One of every object that belongs to a person: the shopper's."""

from typing import Any
from uuid import uuid4

from accounts.models import User
from accounts.models.personal import DataExport, UserAddress
from accounts.operations.sessions import open_session
from catalog.models.shoppers import Question, QuestionReport
from core import clock as present
from core.db import db, transaction
from tests.factories import saved
from tests.permissions.roles import COMMUNE, PROVINCE


def personal_things(product: Any, people: dict[str, Any]) -> dict[str, object]:
    """An address, a question with its report, a session and an export, by what the routes call them."""
    shopper = people["shopper"].id
    address = saved(
        UserAddress(
            user_id=shopper,
            submission_key=str(uuid4()),
            name="Lan",
            phone="+84912345678",
            province_code=PROVINCE,
            commune_code=COMMUNE,
            is_default=False,
            created_at=present.now(),
        )
    )
    question = saved(
        Question(
            submission_key=str(uuid4()),
            product_id=product.id,
            author_id=shopper,
            text="Còn hàng không?",
            asked_at=present.now(),
            answer="Còn",
            answered_at=present.now(),
            answered_by_id=people["owner"].id,
        )
    )
    report = saved(
        QuestionReport(question_id=question.id, reporter_id=shopper, reason="Sai", reported_at=present.now())
    )
    with transaction():
        session, _token = open_session(_get_user(shopper), now=present.now(), is_official=False)
    export = saved(DataExport(user_id=shopper, asked_at=present.now()))
    return {
        "address": address.id,
        "question": question.id,
        "question_report": report.id,
        "session": session.id,
        "export": export.id,
    }


def _get_user(user_id: int) -> User:
    """The row of a person, freshly read."""
    return db.session.get_one(User, user_id)
