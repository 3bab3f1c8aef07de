"""How long a buyer may take to pay, whose account takes transfers, and from which amount refunds need approval.

The settings are told once, when the program starts (`use_settings`); operations read them here, so that whoever places
an order or asks for a refund need not carry them along.
"""

from datetime import datetime, timedelta
from typing import Final

from core.payment_settings import PaymentMode, PaymentSettings, read_payment_settings
from core.settings_reader import SettingsReader

CARD_WAIT: Final = timedelta(minutes=15)
TRANSFER_WAIT: Final = timedelta(hours=24)
PERISHABLE_WAIT: Final = timedelta(hours=2)
"""Perishable and chilled goods are not kept for a day for somebody who may not pay."""

SELF_APPROVED: Final = frozenset({"cancelled", "out_of_stock", "late_payment", "overpaid"})
"""Money for nothing that was delivered: nobody need decide whether it is the buyer's."""

_present: list[PaymentSettings] = [read_payment_settings(SettingsReader({}), "development")]


def use_settings(settings: PaymentSettings) -> None:
    """Let these settings hold from now on, for the whole process."""
    _present[0] = settings


def settings() -> PaymentSettings:
    """The settings that hold."""
    return _present[0]


def pays_producers_directly() -> bool:
    """Whether transfers go straight to producers, one QR for each."""
    return _present[0].payment_mode is PaymentMode.PRODUCERS


def pay_by(method: str, *, is_perishable: bool, now: datetime) -> datetime | None:
    """Until when an order placed at `now` may be paid, and its goods are held; None for what is paid at the door."""
    if method == "cod":
        return None
    if method != "vietqr":
        return now + CARD_WAIT
    return now + (PERISHABLE_WAIT if is_perishable else TRANSFER_WAIT)


def approvals_needed(cause: str, amount_vnd: int) -> int:
    """How many administrators must approve a refund: none, one, or two different ones."""
    if cause in SELF_APPROVED or amount_vnd <= _present[0].refund_approval_from_vnd:
        return 0
    return 2 if amount_vnd > _present[0].refund_second_approval_from_vnd else 1
