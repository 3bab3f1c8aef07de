"""Who may reach the money of a producer and the books of the market: part of `given`."""

from collections.abc import Mapping
from typing import Final

from tests.permissions.roles import ADMINISTRATORS, OWNERS, WRITERS

MONEY_OTHERWISE: Final[Mapping[str, Mapping[str, str]]] = {
    "money.bank_account_stop_create": {"account_id": "bank_account"},
    "money.question_create": {"month": "2026-11"},
    "money.statement": {"month": "2026-11"},
    "money.statement_file": {"month": "2026-11", "ending": "xlsx"},
    "money.tax_certificate": {"year": "2026"},
    "settlement_admin.commission_refusal_create": {"rule_id": "commission_rule"},
    "settlement_admin.commission_release_create": {"rule_id": "commission_rule"},
    "settlement_admin.payout": {"payout_id": "payout"},
    "settlement_admin.payout_failure_create": {"payout_id": "payout"},
    "settlement_admin.payout_payment_create": {"payout_id": "payout"},
    "settlement_admin.payout_qr": {"payout_id": "payout"},
    "settlement_admin.question_answer_create": {"question_id": "statement_question"},
    "settlement_admin.run": {"run_id": "payout_run"},
    "settlement_admin.run_cancellation_create": {"run_id": "payout_run"},
    "settlement_admin.run_check_create": {"run_id": "payout_run"},
    "settlement_admin.run_file": {"run_id": "payout_run", "ending": "xlsx"},
    "settlement_admin.seller_certificate": {"year": "2026"},
    "settlement_admin.tax_file": {"month": "2026-10", "ending": "xlsx"},
    "settlement_admin.tax_refusal_create": {"rule_id": "tax_rule"},
    "settlement_admin.tax_release_create": {"rule_id": "tax_rule"},
}

MONEY_WHO: Final[Mapping[str, frozenset[str]]] = {
    "money.money": WRITERS,
    "money.statement": WRITERS,
    "money.statement_file": WRITERS,
    "money.tax_certificate": WRITERS,
    "money.question_create": WRITERS,
    "money.bank_accounts": WRITERS,
    "money.bank_account_create": OWNERS,
    "money.bank_account_stop_create": OWNERS,
    "settlement_admin.commission_refusal_create": ADMINISTRATORS,
    "settlement_admin.commission_release_create": ADMINISTRATORS,
    "settlement_admin.hold_create": ADMINISTRATORS,
    "settlement_admin.hold_ending_create": ADMINISTRATORS,
    "settlement_admin.ledger_file": ADMINISTRATORS,
    "settlement_admin.payout": ADMINISTRATORS,
    "settlement_admin.payout_failure_create": ADMINISTRATORS,
    "settlement_admin.payout_payment_create": ADMINISTRATORS,
    "settlement_admin.payout_qr": ADMINISTRATORS,
    "settlement_admin.question_answer_create": ADMINISTRATORS,
    "settlement_admin.receipt_create": ADMINISTRATORS,
    "settlement_admin.run": ADMINISTRATORS,
    "settlement_admin.run_cancellation_create": ADMINISTRATORS,
    "settlement_admin.run_check_create": ADMINISTRATORS,
    "settlement_admin.run_file": ADMINISTRATORS,
    "settlement_admin.seller_certificate": ADMINISTRATORS,
    "settlement_admin.tax_file": ADMINISTRATORS,
    "settlement_admin.tax_profile_create": ADMINISTRATORS,
    "settlement_admin.tax_refusal_create": ADMINISTRATORS,
    "settlement_admin.tax_release_create": ADMINISTRATORS,
}
