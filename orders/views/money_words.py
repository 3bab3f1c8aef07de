"""Words for states, reasons and ways of money, as administrators read them."""

from typing import Final

from core.i18n import LazyText
from core.i18n import lazy_gettext as _

METHODS: Final[dict[str, LazyText]] = {
    "vietqr": _("Transfer (VietQR)"),
    "cod": _("Cash on delivery"),
    "stripe": _("Card"),
    "fake": _("Played"),
    "cash": _("Cash at the booth"),
    "transfer": _("Transfer at the booth"),
}
PAY_STATES: Final[dict[str, LazyText]] = {
    "pending": _("Waited for"),
    "paid": _("Paid"),
    "failed": _("Failed"),
    "expired": _("Not paid in time"),
    "void": _("No longer asked for"),
}
FLAGS: Final[dict[str, LazyText]] = {"underpaid": _("Too little came"), "overpaid": _("Too much came")}
LINE_STATES: Final[dict[str, LazyText]] = {
    "queued": _("Waits for a person"),
    "matched": _("Booked"),
    "returned": _("Sent back"),
    "ignored": _("Not for an order"),
}
LINE_REASONS: Final[dict[str, LazyText]] = {
    "no_reference": _("No order code in the memo"),
    "near_reference": _("An order code with a slip"),
    "unknown_reference": _("An order code of no transfer"),
    "several_references": _("Several order codes"),
    "underpaid": _("Less than was asked for"),
    "overpaid": _("More than was asked for"),
    "already_paid": _("The order is paid already"),
    "other_account": _("On another account than was shown"),
    "repeated": _("Told before by another source"),
    "maybe_repeated": _("Told before by another source, or a second transfer of the same amount"),
    "outgoing": _("Money that went out"),
    "foreign_currency": _("Another currency"),
    "by_person": _("Decided by a person"),
}
REFUND_STATES: Final[dict[str, LazyText]] = {
    "requested": _("To be approved"),
    "approved": _("To be sent"),
    "sent": _("On its way"),
    "settled": _("Arrived"),
    "failed": _("Did not arrive"),
    "refused": _("Refused"),
}
CAUSES: Final[dict[str, LazyText]] = {
    "cancelled": _("Order cancelled"),
    "out_of_stock": _("Out of stock"),
    "return": _("Goods sent back"),
    "late_payment": _("Paid too late"),
    "overpaid": _("Paid too much"),
    "dispute": _("Dispute decided"),
    "goodwill": _("Goodwill"),
}
OUTCOMES: Final[dict[str, LazyText]] = {
    "matched": _("Booked for their orders"),
    "known": _("Known from before"),
    "faulty": _("Cannot be read"),
    **LINE_REASONS,
}
"""What becomes of the rows of a statement."""


def words_of(table: dict[str, LazyText], word: str | None) -> LazyText | str | None:
    """The words for `word`; itself if it has none."""
    return table.get(word, word) if word else word
