"""What the states and reasons of notices are called."""

from typing import Final

from core.i18n import LazyText
from core.i18n import lazy_gettext as _

STATES: Final[dict[str, LazyText]] = {
    "received": _("Being asked about"),
    "applied": _("Applied"),
    "parked": _("Waits for a person"),
    "failed": _("Failed, waits for a person"),
    "ignored": _("Nothing to do"),
}
REASONS: Final[dict[str, LazyText]] = {
    "account": _("It comes from another account. Nothing of ours was changed."),
    "amount": _(
        "The amount is not the one that was asked for. Compare it with the order, then pay back or collect the rest."
    ),
    "charge": _("It says «paid», but names no charge."),
    "currency": _("The currency is not dong."),
    "dispute": _(
        "The buyer disputes the charge at the bank. Answer at the card service before its deadline."
    ),
    "livemode": _("It speaks of test money where real money is meant, or the other way round."),
    "method": _("The payment that it names is not one by card."),
    "mode": _("It is not about a single payment."),
    "not_paid_yet": _("The buyer has not paid yet."),
    "older_attempt": _("It is about an earlier try, which was followed by another."),
    "other_kind": _("A kind of notice of which nothing follows here."),
    "other_session": _("It is about another payment page of the same order."),
    "refund_failed_late": _("The refund had arrived and was then sent back. Send the money another way."),
    "resource_missing": _("The card service does not know what the notice speaks of."),
    "set_aside": _("A person saw to it."),
    "unknown_order": _(
        "No order of ours has this reference. After a restored backup, look for the order in the copies."
    ),
    "unknown_refund": _("A refund that was given at the card service itself: it is not in the books."),
    "PaymentClashError": _("The charge, or its amount, is known already from something else."),
    "RefundStateError": _("The refund is not in a state that fits."),
    "WrongMoveError": _("The order is not in a state that fits."),
}
PROVIDERS: Final[dict[str, LazyText | str]] = {"stripe": "Stripe"}


def state_words(state: str) -> LazyText | str:
    """What `state` is called."""
    return STATES.get(state, state)


def reason_words(reason: str | None) -> LazyText | str | None:
    """What `reason` means and what to do; a word of a provider as it is."""
    return REASONS.get(reason, reason) if reason else None
