"""Who may reach payments, lines of accounts and refunds: part of `given`."""

from collections.abc import Mapping
from typing import Final

from tests.permissions.roles import ADMINISTRATORS, EVERYONE

BANK_OTHERWISE: Final[Mapping[str, Mapping[str, str]]] = {
    "order_admin.bank_line": {"line_id": "bank_line"},
    "order_admin.bank_line_assignment_create": {"line_id": "bank_line"},
    "order_admin.bank_line_dismissal_create": {"line_id": "bank_line"},
    "order_admin.bank_line_reopening_create": {"line_id": "bank_line"},
    "order_admin.bank_line_return_create": {"line_id": "bank_line"},
    "storefront.pay": {"token": "pay_token"},
    "storefront.pay_fake": {"token": "pay_token"},
    "storefront.pay_fake_create": {"token": "pay_token"},
    "storefront.pay_qr": {"token": "pay_token"},
    "storefront.pay_start_create": {"token": "pay_token"},
    "storefront.pay_state": {"token": "pay_token"},
    "storefront.refund_account": {"token": "pay_token"},
    "storefront.refund_account_create": {"token": "pay_token"},
}

BANK_WHO: Final[Mapping[str, frozenset[str]]] = {
    "payment_hooks.bank_notice": EVERYONE,
    "storefront.pay": EVERYONE,
    "storefront.pay_fake": EVERYONE,
    "storefront.pay_fake_create": EVERYONE,
    "storefront.pay_qr": EVERYONE,
    "storefront.pay_start_create": EVERYONE,
    "storefront.pay_state": EVERYONE,
    "storefront.refund_account": EVERYONE,  # to others it shows where one proves to be the buyer
    "storefront.refund_account_create": EVERYONE,
    "order_admin.bank_line": ADMINISTRATORS,
    "order_admin.bank_line_assignment_create": ADMINISTRATORS,
    "order_admin.bank_line_dismissal_create": ADMINISTRATORS,
    "order_admin.bank_line_reopening_create": ADMINISTRATORS,
    "order_admin.bank_line_return_create": ADMINISTRATORS,
    "order_admin.payment": ADMINISTRATORS,
    "order_admin.refund": ADMINISTRATORS,
    "order_admin.refund_approval_create": ADMINISTRATORS,
    "order_admin.refund_refusal_create": ADMINISTRATORS,
    "order_admin.refund_transfer_create": ADMINISTRATORS,
    "order_admin.statement": ADMINISTRATORS,
    "order_admin.statement_booking_create": ADMINISTRATORS,
}
