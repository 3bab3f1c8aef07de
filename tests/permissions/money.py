"""Money of our producer: an account, a payout on its way, a question, and rules that wait for a second pair of eyes."""

from datetime import date
from typing import Any

from flask import current_app

from accounts.sealing import seal
from core import clock
from settlement.models.payouts import BankAccount, Payout, PayoutRun, StatementQuestion
from settlement.models.rules import CommissionRule, TaxRule
from settlement.operations.accounts import SEAL_PURPOSE
from tests.factories import saved


def money_things(ours: Any, people: dict[str, Any]) -> dict[str, int]:
    """What addresses call them."""
    now, owner, clerk = clock.now(), people["owner"].id, people["administrator"].id
    account = saved(
        BankAccount(
            producer_id=ours.id,
            bank_bin="970405",
            bank_name="Agribank",
            number_sealed=seal("3100205123456", current_app.extensions["settings"].keys, SEAL_PURPOSE),
            number_end="3456",
            holder_name="HTX DUA",
            added_by_id=owner,
            added_at=now,
            usable_from_at=now,
        )
    )
    run = saved(PayoutRun(state="checked", made_by_id=clerk, made_at=now, ended_by_id=clerk, ended_at=now))
    payout = saved(
        Payout(
            run_id=run.id,
            producer_id=ours.id,
            account_id=account.id,
            amount_vnd=100_000,
            reference="OCOPCT1X1",
            state="sent",
        )
    )
    question = saved(
        StatementQuestion(
            producer_id=ours.id,
            month_on=date(2026, 11, 1),
            question="Vì sao?",
            asked_by_id=owner,
            asked_at=now,
        )
    )
    commission = saved(
        CommissionRule(
            position=10, rate_bp=500, reason="?", valid_from_at=now, entered_by_id=clerk, entered_at=now
        )
    )
    tax = saved(
        TaxRule(
            kind="vat",
            seller_type="household",
            residency="resident",
            category="goods",
            rate_bp=200,
            valid_from_on=date(2027, 1, 1),
            source="?",
            entered_by_id=clerk,
            entered_at=now,
        )
    )
    return {
        "bank_account": account.id,
        "payout_run": run.id,
        "payout": payout.id,
        "statement_question": question.id,
        "commission_rule": commission.id,
        "tax_rule": tax.id,
    }
