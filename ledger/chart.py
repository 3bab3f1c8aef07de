"""The chart of accounts: what each kind of account holds and on which side it grows. Pure words."""

from enum import StrEnum
from typing import Final


class AccountKind(StrEnum):
    """Kinds of account. Those marked «of» are kept apart by holder: `seller_payable` of `producer:12`."""

    BANK = "bank"  # money on the platform's account
    CARD_PROCESSOR = "card_processor"  # money that the card processor holds for the platform
    CASH_HELD = "cash_held"  # of a carrier or producer: collected from buyers, not yet handed on
    UNMATCHED = "unmatched"  # money that came in and is not yet known to be anybody's
    BUYER_FUNDS = "buyer_funds"  # of an order: paid by the buyer, not yet earned by a producer
    SELLER_PAYABLE = "seller_payable"  # of a producer: what the platform owes it (or, negative, is owed)
    COMMISSION = "commission"  # earned by the platform
    PROMOTION_COST = "promotion_cost"  # discounts that the platform bears
    SHIPPING_COST = "shipping_cost"  # fees of carriers that the platform bears
    PROCESSOR_FEES = "processor_fees"  # what the card processor keeps
    VAT_WITHHELD = "vat_withheld"  # owed to the tax office
    PIT_WITHHELD = "pit_withheld"  # owed to the tax office
    REFUNDS_DUE = "refunds_due"  # of an order: owed to the buyer
    PAYOUTS_SENT = "payouts_sent"  # of a producer: on its way, until the bank has confirmed


DEBIT_KINDS: Final = frozenset(
    {
        AccountKind.BANK,
        AccountKind.CARD_PROCESSOR,
        AccountKind.CASH_HELD,
        AccountKind.PROMOTION_COST,
        AccountKind.SHIPPING_COST,
        AccountKind.PROCESSOR_FEES,
    }
)
"""What we have or have spent grows by debits; all else (what we owe or have earned) by credits."""
