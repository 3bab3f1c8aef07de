"""What the catalogue holds about a person, and for how long (`core.personal_data`)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, delete, func, select

from accounts.models import User
from catalog.models import Inquiry, Product
from catalog.models.shoppers import Favourite, Follow, Question, QuestionReport
from catalog.queries.questions import list_own_questions
from catalog.queries.shoppers import list_followed_producers
from core.db import db
from core.i18n import lazy_gettext as _
from core.personal_data import NoFiles, kept_for, personal_data
from core.text import fold

INQUIRIES_KEPT: Final = timedelta(days=396)
"""13 months: a season and the one after it (docs/limits.md)."""
NAME_LETTERS: Final = 4
"""A shorter name («Lan») is an ordinary word, and says nothing about who is meant."""


@personal_data("catalog.favourites", _("Favourite products"))
class Favourites(NoFiles):
    def export(self, user_id: int) -> Any:
        rows = db.session.execute(
            select(Product.slug, Product.name, Favourite.created_at)
            .join(Favourite, Favourite.product_id == Product.id)
            .where(Favourite.user_id == user_id)
            .order_by(Favourite.id)
        )
        return [{"product": row.name, "address": f"/products/{row.slug}"} for row in rows]

    def erase(self, user_id: int, now: datetime) -> None:
        db.session.execute(delete(Favourite).where(Favourite.user_id == user_id))


@personal_data("catalog.follows", _("Producers you follow"))
class Follows(NoFiles):
    def export(self, user_id: int) -> Any:
        return [
            {"producer": each.name, "address": f"/producers/{each.slug}"}
            for each in list_followed_producers(user_id)
        ]

    def erase(self, user_id: int, now: datetime) -> None:
        db.session.execute(delete(Follow).where(Follow.user_id == user_id))


@personal_data("catalog.questions", _("Questions to producers"))
class Questions(NoFiles):
    """An answered question stays for other shoppers, without its author; it goes too if it names the person."""

    def export(self, user_id: int) -> Any:
        return [
            {
                "product": each.product.name,
                "text": each.text,
                "at": each.asked_at.isoformat(),
                "answer": each.answer,
            }
            for each in list_own_questions(user_id)
        ]

    def erase(self, user_id: int, now: datetime) -> None:
        told = words_that_tell(db.session.get_one(User, user_id))
        for question in list(db.session.scalars(select(Question).where(Question.author_id == user_id))):
            said = fold(f"{question.text} {question.answer or ''}")
            if question.answered_at is None or any(each in said for each in told):
                db.session.execute(delete(QuestionReport).where(QuestionReport.question_id == question.id))
                db.session.execute(delete(Question).where(Question.id == question.id))
            else:
                question.author_id = None
        db.session.flush()


@personal_data("catalog.question_reports", _("Questions you reported"))
class Reports(NoFiles):
    def export(self, user_id: int) -> Any:
        own = select(QuestionReport).where(QuestionReport.reporter_id == user_id).order_by(QuestionReport.id)
        return [
            {"reason": each.reason, "at": each.reported_at.isoformat()} for each in db.session.scalars(own)
        ]

    def erase(self, user_id: int, now: datetime) -> None:
        own = QuestionReport.reporter_id == user_id
        db.session.execute(delete(QuestionReport).where(own))


@personal_data("catalog.inquiries", _("Inquiries sent with your telephone number"))
class Inquiries(NoFiles):
    """Found by the number, if the person proved that it is theirs."""

    def export(self, user_id: int) -> Any:
        return [
            {
                "name": each.name,
                "phone": each.phone,
                "message": each.message,
                "at": each.created_at.isoformat(),
            }
            for each in db.session.scalars(self._own(user_id))
        ]

    def erase(self, user_id: int, now: datetime) -> None:
        ids = [each.id for each in db.session.scalars(self._own(user_id))]
        db.session.execute(delete(Inquiry).where(Inquiry.id.in_(ids)))

    def _own(self, user_id: int) -> Select[Inquiry]:
        user = db.session.get_one(User, user_id)
        # An empty number is nobody's: no inquiry has one.
        phone = user.phone if user.phone and user.phone_verified_at is not None else ""
        return select(Inquiry).where(Inquiry.phone == phone).order_by(Inquiry.id)


@kept_for("catalog.inquiries", INQUIRIES_KEPT)
class OldInquiries:
    """Inquiries whose answer nobody waits for any more."""

    def count_older(self, before: datetime) -> int:
        return db.session.scalar(select(func.count()).where(Inquiry.created_at < before)) or 0

    def delete_older(self, before: datetime) -> int:
        found = db.session.execute(delete(Inquiry).where(Inquiry.created_at < before))
        return int(found.rowcount)  # type: ignore[attr-defined]


def words_that_tell(user: User) -> Iterable[str]:
    """The person's name, number and address as `fold` writes them."""
    national = f"0{user.phone.removeprefix('+84')}" if user.phone else None
    told = [fold(each) for each in (user.name, user.phone, national, user.email) if each]
    return [each for each in told if len(each) >= NAME_LETTERS]
