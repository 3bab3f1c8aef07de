"""Which address leads to which page of payments by bank and on delivery, under /admin."""

from typing import Final

from catalog.views.routes import Route
from orders.views.admin_bank import (
    bank_line,
    bank_line_assignment_create,
    bank_line_dismissal_create,
    bank_line_reopening_create,
    bank_line_return_create,
    bank_lines,
)
from orders.views.admin_payments import payment, payments
from orders.views.admin_refunds import (
    refund,
    refund_approval_create,
    refund_refusal_create,
    refund_transfer_create,
    refund_transfers,
    refunds,
)
from orders.views.admin_statements import (
    statement,
    statement_booking_create,
    statement_create,
    statements,
)
from orders.views.bank_hooks import bank_notice, vietqr_notice, vietqr_token

ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/payments", payments),
    ("GET", "/payments/<int:payment_id>", payment),
    ("GET", "/bank", bank_lines),
    ("GET", "/bank/<int:line_id>", bank_line),
    ("POST", "/bank/<int:line_id>/assignment", bank_line_assignment_create),
    ("POST", "/bank/<int:line_id>/return", bank_line_return_create),
    ("POST", "/bank/<int:line_id>/dismissal", bank_line_dismissal_create),
    ("POST", "/bank/<int:line_id>/reopening", bank_line_reopening_create),
    ("GET", "/bank/statements", statements),
    ("POST", "/bank/statements", statement_create),
    ("GET", "/bank/statements/<int:task_id>", statement),
    ("POST", "/bank/statements/<int:task_id>/bookings", statement_booking_create),
    ("GET", "/refunds", refunds),
    ("GET", "/refunds/<int:refund_id>", refund),
    ("POST", "/refunds/<int:refund_id>/approvals", refund_approval_create),
    ("POST", "/refunds/<int:refund_id>/refusal", refund_refusal_create),
    ("POST", "/refunds/<int:refund_id>/transfer", refund_transfer_create),
    ("GET", "/refunds/transfers", refund_transfers),
)
HOOKS: Final[tuple[Route, ...]] = (
    ("POST", "/webhooks/bank/<provider>", bank_notice),
    ("POST", "/webhooks/bank/vietqr/api/token_generate", vietqr_token),
    ("POST", "/webhooks/bank/vietqr/bank/api/transaction-sync", vietqr_notice),
)
"""Addresses that payment services and banks call."""
