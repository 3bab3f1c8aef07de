"""`flask payments …` and `flask orders …` for who runs the market, and `flask fake-stripe` for whoever tries it out."""

from orders.cli import cards  # noqa: F401  (it adds its commands)
from orders.cli.delivery import orders
from orders.cli.fake import fake_stripe
from orders.cli.group import payments

__all__ = ["fake_stripe", "orders", "payments"]
