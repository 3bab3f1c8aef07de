"""What things of settlement are called for people."""

from core.i18n import format_number
from core.i18n import gettext as _
from settlement.terms import Residency, SellerType, TaxCategory, TaxKind


def transfer_words(kind: str) -> str:
    """What a change of the debt to a producer is called."""
    if kind == "sale":
        return _("Sale")
    if kind == "reversal":
        return _("Refund")
    if kind == "cash":
        return _("Cash that you hold")
    return _("Paid in by you")


def payout_words(state: str) -> str:
    """The state of a payout."""
    if state == "planned":
        return _("Planned")
    if state == "sent":
        return _("On its way to the bank")
    if state == "paid":
        return _("Paid")
    if state == "failed":
        return _("Sent back by the bank")
    return _("Called off")


def run_words(state: str) -> str:
    """The state of a run of payouts."""
    if state == "draft":
        return _("Waits for a check")
    return _("Checked") if state == "checked" else _("Called off")


def seller_type_words(seller_type: str) -> str:
    """What a seller is to the tax office."""
    if seller_type == SellerType.HOUSEHOLD:
        return _("Household business")
    if seller_type == SellerType.INDIVIDUAL:
        return _("Individual")
    return _("Company") if seller_type == SellerType.COMPANY else _("Cooperative")


def residency_words(residency: str) -> str:
    """Where a person is taxed."""
    return _("Resident") if residency == Residency.RESIDENT else _("Not resident")


def category_words(category: str) -> str:
    """What was sold, as the tax office sees it."""
    if category == TaxCategory.GOODS:
        return _("Goods sold")
    if category == TaxCategory.SERVICES:
        return _("Services")
    return _("Delivery and services with goods") if category == TaxCategory.TRANSPORT else _("Unknown")


def tax_words(kind: str) -> str:
    """Name of a tax."""
    return _("Value added tax") if kind == TaxKind.VAT else _("Personal income tax")


def percent_words(rate_bp: int) -> str:
    """«1,5 %» of 150 hundredths of a percent, as the language writes it."""
    return f"{format_number(rate_bp // 100 if rate_bp % 100 == 0 else rate_bp / 100)} %"
