"""Addresses of paying, and of telling where money back goes."""

from typing import Final

from catalog.views.routes import Route
from storefront.views.orders.pay import (
    pay,
    pay_fake,
    pay_fake_create,
    pay_qr,
    pay_start_create,
    pay_state,
)
from storefront.views.orders.refund_account import refund_account, refund_account_create

ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/orders/<token>/pay", pay),
    ("GET", "/orders/<token>/pay/state", pay_state),
    ("GET", "/orders/<token>/pay/<int:payment_id>/qr.png", pay_qr),
    ("POST", "/orders/<token>/pay/<int:payment_id>/start", pay_start_create),
    ("GET", "/orders/<token>/pay/fake/<int:payment_id>", pay_fake),
    ("POST", "/orders/<token>/pay/fake/<int:payment_id>", pay_fake_create),
    ("GET", "/orders/<token>/refund-account", refund_account),
    ("POST", "/orders/<token>/refund-account", refund_account_create),
)
