"""States of orders in the words of the administration."""

from collections.abc import Mapping
from typing import Final

from core.i18n import LazyText
from core.i18n import lazy_gettext as _
from orders.states import Fulfilment, Lifecycle, PaymentState

LIFECYCLES: Final[Mapping[str, LazyText]] = {
    Lifecycle.PLACED: _("Placed"),
    Lifecycle.CONFIRMED: _("Confirmed"),
    Lifecycle.COMPLETED: _("Completed"),
    Lifecycle.CANCELLED: _("Cancelled"),
    Lifecycle.DISPUTED: _("In dispute"),
    Lifecycle.RESOLVED: _("Dispute settled"),
}
PAYMENTS: Final[Mapping[str, LazyText]] = {
    PaymentState.UNPAID: _("Unpaid"),
    PaymentState.PENDING: _("Payment awaited"),
    PaymentState.PAID: _("Paid"),
    PaymentState.FAILED: _("Payment failed"),
    PaymentState.EXPIRED: _("Not paid in time"),
    PaymentState.COD_DUE: _("Due at the door"),
    PaymentState.COD_COLLECTED: _("Collected at the door"),
    PaymentState.COD_REFUSED: _("Not taken at the door"),
    PaymentState.PARTIALLY_REFUNDED: _("Partly paid back"),
    PaymentState.REFUNDED: _("Paid back"),
    PaymentState.VOID: _("Nothing to pay"),
}
FULFILMENTS: Final[Mapping[str, LazyText]] = {
    Fulfilment.UNFULFILLED: _("Not packed"),
    Fulfilment.PACKED: _("Parcel packed"),
    Fulfilment.HANDED_OVER: _("Handed over"),
    Fulfilment.IN_TRANSIT: _("On its way"),
    Fulfilment.DELIVERED: _("Delivered"),
    Fulfilment.FAILED_ATTEMPT: _("Nobody was met"),
    Fulfilment.RETURNING: _("On its way back"),
    Fulfilment.RETURNED: _("Back at the producer"),
}
METHODS: Final[Mapping[str, LazyText]] = {
    "vietqr": _("Bank transfer (VietQR)"),
    "cod": _("Cash on delivery"),
    "stripe": _("Card"),
    "fake": _("Trial payment"),
    "cash": _("Cash at the booth"),
    "transfer": _("Transfer at the booth"),
}
ACTORS: Final[Mapping[str, LazyText]] = {
    "buyer": _("Buyer"),
    "producer": _("Producer"),
    "platform": _("Platform"),
    "carrier": _("Carrier"),
    "bank": _("Bank"),
    "processor": _("Card service"),
    "timer": _("Timer"),
}
CAUSES: Final[Mapping[str, LazyText]] = {
    "not_arrived": _("The parcel has not arrived"),
    "return_refused": _("A return was refused"),
    "not_as_told": _("The goods are not as described"),
    "other": _("Something else"),
}


def words_of(words: Mapping[str, LazyText], state: str) -> LazyText | str:
    """The words for `state`, the state itself if there are none."""
    return words.get(state, state)
