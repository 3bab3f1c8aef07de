"""What the settlement holds of people: the accounts they named, and what they asked about a producer's money.

Both belong to the producer's books, which the law keeps for ten years (Law 88/2015/QH13 on accounting, article 41), so
nothing is erased with the person: the account of a sole producer is how one knows where its money went.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from core.db import db
from core.i18n import lazy_gettext as _
from core.personal_data import NoFiles, personal_data
from settlement.models.payouts import BankAccount, StatementQuestion


@personal_data("settlement.bank_accounts", _("Bank accounts that you named for a producer"))
class NamedAccounts(NoFiles):
    """By who named them; the number only by its end."""

    def export(self, user_id: int) -> Any:
        named = select(BankAccount).where(BankAccount.added_by_id == user_id).order_by(BankAccount.id)
        return [
            {
                "bank": each.bank_name,
                "number_end": each.number_end,
                "holder": each.holder_name,
                "at": each.added_at.isoformat(),
            }
            for each in db.session.scalars(named)
        ]

    def erase(self, user_id: int, now: datetime) -> None:
        """Nothing: part of the producer's books."""


@personal_data("settlement.questions", _("What you asked about a producer's money"))
class MoneyQuestions(NoFiles):
    """By who asked."""

    def export(self, user_id: int) -> Any:
        asked = select(StatementQuestion).where(StatementQuestion.asked_by_id == user_id)
        return [
            {
                "question": each.question,
                "answer": each.answer,
                "order": each.order_code,
                "at": each.asked_at.isoformat(),
            }
            for each in db.session.scalars(asked.order_by(StatementQuestion.id))
        ]

    def erase(self, user_id: int, now: datetime) -> None:
        """Nothing: part of the producer's books."""
