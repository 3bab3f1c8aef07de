"""Which address leads to which page of a producer's money, under /workspace."""

from typing import Final

from catalog.views.routes import Route
from settlement.views.accounts import bank_account_create, bank_account_stop_create, bank_accounts
from settlement.views.money import money, question_create, statement, statement_file, tax_certificate

ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/<int:producer_id>/money", money),
    ("GET", "/<int:producer_id>/money/accounts", bank_accounts),
    ("POST", "/<int:producer_id>/money/accounts", bank_account_create),
    ("POST", "/<int:producer_id>/money/accounts/<int:account_id>/stop", bank_account_stop_create),
    ("GET", "/<int:producer_id>/money/taxes/<int:year>.pdf", tax_certificate),
    ("GET", "/<int:producer_id>/money/<month>", statement),
    ("GET", "/<int:producer_id>/money/<month>.<ending>", statement_file),
    ("POST", "/<int:producer_id>/money/<month>/questions", question_create),
)
