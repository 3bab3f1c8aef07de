"""Which address leads to which page of settlement, under /admin."""

from typing import Final

from catalog.views.routes import Route
from settlement.views import rules, runs
from settlement.views.ledger import ledger, ledger_file

ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/settlement", runs.settlement),
    ("POST", "/settlement/runs", runs.run_create),
    ("GET", "/settlement/runs/<int:run_id>", runs.run),
    ("GET", "/settlement/runs/<int:run_id>.<ending>", runs.run_file),
    ("POST", "/settlement/runs/<int:run_id>/check", runs.run_check_create),
    ("POST", "/settlement/runs/<int:run_id>/cancellation", runs.run_cancellation_create),
    ("GET", "/settlement/payouts/<int:payout_id>", runs.payout),
    ("GET", "/settlement/payouts/<int:payout_id>/qr.svg", runs.payout_qr),
    ("POST", "/settlement/payouts/<int:payout_id>/payment", runs.payout_payment_create),
    ("POST", "/settlement/payouts/<int:payout_id>/failure", runs.payout_failure_create),
    ("POST", "/settlement/producers/<int:producer_id>/hold", runs.hold_create),
    ("POST", "/settlement/producers/<int:producer_id>/hold/ending", runs.hold_ending_create),
    ("POST", "/settlement/producers/<int:producer_id>/receipts", runs.receipt_create),
    ("POST", "/settlement/questions/<int:question_id>/answer", runs.question_answer_create),
    ("GET", "/commission", rules.commission),
    ("POST", "/commission", rules.commission_rule_create),
    ("POST", "/commission/<int:rule_id>/release", rules.commission_release_create),
    ("POST", "/commission/<int:rule_id>/refusal", rules.commission_refusal_create),
    ("GET", "/taxes", rules.taxes),
    ("POST", "/taxes", rules.tax_rule_create),
    ("POST", "/taxes/<int:rule_id>/release", rules.tax_release_create),
    ("POST", "/taxes/<int:rule_id>/refusal", rules.tax_refusal_create),
    ("POST", "/taxes/producers/<int:producer_id>", rules.tax_profile_create),
    ("GET", "/taxes/<month>.<ending>", rules.tax_file),
    ("GET", "/taxes/producers/<int:producer_id>/<int:year>.pdf", rules.seller_certificate),
    ("GET", "/ledger", ledger),
    ("GET", "/ledger.<ending>", ledger_file),
)
