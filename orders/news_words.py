"""What is written to buyers about their orders: short, because most of it goes out as SMS. Pure words.

An SMS holds no link, so that nobody learns to follow one in a message: it names the code and where to look it up. An
e-mail holds the address of the order's page.
"""

from dataclasses import dataclass
from enum import StrEnum

from core.i18n import format_money
from core.i18n import gettext as _


class News(StrEnum):
    """What happened."""

    PLACED = "placed"
    PLACED_COD = "placed_cod"
    PAID = "paid"
    CONFIRMED = "confirmed"
    HANDED_OVER = "handed_over"
    DELIVERED = "delivered"
    FAILED_ATTEMPT = "failed_attempt"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class NewsFacts:
    """One piece of news. producer: whose parcel, empty for the whole order. is_paid: the buyer had paid for it.

    reason: a word of the program or what a person wrote. link: of the order's page. host: where to look it up.
    """

    news: News
    code: str
    link: str
    host: str
    producer: str = ""
    amount_vnd: int = 0
    reason: str = ""
    is_paid: bool = False


def wording(facts: NewsFacts, *, is_email: bool) -> tuple[str, str]:
    """Subject and text in the language spoken now."""
    text = f"{_told(facts)} {_where(facts, is_email=is_email)}"
    return _("Chợ OCOP: order %(code)s", code=facts.code), text


def cancel_reason(reason: str) -> str:
    """In words why a parcel was cancelled; empty where the program's own word says nothing to people."""
    known = _cancel_reasons()
    return known.get(reason, "" if reason.isascii() and reason.replace("_", "").isalnum() else reason)


def _cancel_reasons() -> dict[str, str]:
    return {
        "buyer": _("You cancelled it."),
        "unpaid": _("It was not paid in time."),
        "expired": _("It was not paid in time."),
        "not_confirmed": _("The producer did not confirm it in time."),
        "out_of_stock": _("The goods are sold out."),
        "cannot_deliver": _("The producer cannot deliver it."),
        "refused_at_door": _("It was not taken at the door."),
        "recalled": _("The goods were recalled."),
    }


def _told(facts: NewsFacts) -> str:
    code, producer, amount = facts.code, facts.producer, format_money(facts.amount_vnd)
    match facts.news:
        case News.PLACED:
            return _(
                "We have your order %(code)s of %(amount)s. The producers begin once it is paid.",
                code=code,
                amount=amount,
            )
        case News.PLACED_COD:
            return _(
                "We have your order %(code)s. You pay %(amount)s when the goods arrive.",
                code=code,
                amount=amount,
            )
        case News.PAID:
            return _("We have received %(amount)s for order %(code)s. Thank you.", code=code, amount=amount)
        case News.CONFIRMED:
            return _("%(producer)s has confirmed order %(code)s.", code=code, producer=producer)
        case News.HANDED_OVER:
            return _(
                "The parcel of %(producer)s is on its way (order %(code)s).", code=code, producer=producer
            )
        case News.DELIVERED:
            return _("The parcel of %(producer)s has arrived (order %(code)s).", code=code, producer=producer)
        case News.FAILED_ATTEMPT:
            return _(
                "The parcel of %(producer)s could not be handed to you (order %(code)s). Keep your phone at hand.",
                code=code,
                producer=producer,
            )
        case News.CANCELLED:
            return _cancelled(facts)
        case News.REFUNDED:
            return _("%(amount)s of order %(code)s is on its way back to you.", code=code, amount=amount)


def _cancelled(facts: NewsFacts) -> str:
    told = _(
        "The parcel of %(producer)s was cancelled (order %(code)s).", code=facts.code, producer=facts.producer
    )
    money = _("Your money comes back the way it came.") if facts.is_paid else ""
    return " ".join(part for part in (told, cancel_reason(facts.reason), money) if part)


def _where(facts: NewsFacts, *, is_email: bool) -> str:
    if is_email:
        return _("Your order: %(link)s", link=facts.link)
    return _("Look it up: %(host)s, «Orders», with code and phone number.", host=facts.host)
