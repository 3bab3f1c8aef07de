"""What the settlement tells people of themselves."""

from datetime import date

import pytest

from core import clock
from settlement.models.payouts import BankAccount, StatementQuestion
from settlement.operations.personal_facts import MoneyQuestions, NamedAccounts
from tests.factories import make_producer, saved
from tests.people import make_member

pytestmark = pytest.mark.usefixtures("db_session")


def test_people_are_told_of_accounts_and_questions_of_their_own_and_the_books_keep_them():
    producer = make_producer()
    owner, other, now = make_member(producer), make_member(producer), clock.now()
    saved(
        BankAccount(
            producer_id=producer.id,
            bank_bin="970405",
            bank_name="Agribank",
            number_sealed=b"sealed",
            number_end="3456",
            holder_name="CHU HO THU",
            added_by_id=owner.id,
            added_at=now,
            usable_from_at=now,
        )
    )
    saved(
        StatementQuestion(
            producer_id=producer.id,
            month_on=date(2026, 11, 1),
            question="Vì sao?",
            asked_by_id=owner.id,
            asked_at=now,
        )
    )

    NamedAccounts().erase(owner.id, now)
    MoneyQuestions().erase(owner.id, now)

    assert NamedAccounts().export(owner.id) == [
        {"bank": "Agribank", "number_end": "3456", "holder": "CHU HO THU", "at": now.isoformat()}
    ]
    assert [each["question"] for each in MoneyQuestions().export(owner.id)] == ["Vì sao?"]
    assert NamedAccounts().export(other.id) == MoneyQuestions().export(other.id) == []
