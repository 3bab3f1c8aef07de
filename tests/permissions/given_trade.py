"""Who may reach what trade buyers and producers say to each other: part of `given`."""

from collections.abc import Mapping
from typing import Final

from tests.permissions.roles import ADMINISTRATORS, DECIDING, SHOPPER, TEAM, WRITERS

_RFQ: Final = {"rfq_id": "rfq"}
_OFFER: Final = {"quotation_id": "quotation"}
_ACCOUNT: Final = {"account_id": "trade_account"}
_BOOKING: Final = {"booking_id": "booking"}

TRADE_OTHERWISE: Final[Mapping[str, Mapping[str, str]]] = {
    "trade.paper_page": {"paper_id": "trade_paper"},
    "trade.rfq": _RFQ,
    "trade.note_create": _RFQ,
    "trade.quotation_paper": _OFFER,
    "trade.acceptance_create": _OFFER,
    "trade.refusal_create": _OFFER,
    "trade.booking_create": {"slot_id": "free_slot"},
    "trade.booking_cancellation_create": _BOOKING,
    "trade.booking_calendar": _BOOKING,
    "trade_desk.rfq": _RFQ,
    "trade_desk.quotation_create": _RFQ,
    "trade_desk.note_create": _RFQ,
    "trade_desk.next_step_save": _RFQ,
    "trade_desk.readiness_create": {"rfq_id": "bound_rfq"},
    "trade_desk.quotation_paper": _OFFER,
    "trade_desk.quotation_withdrawal_create": _OFFER,
    "trade_desk.ladder": {"variant_id": "trade_variant"},
    "trade_desk.ladder_create": {"variant_id": "trade_variant"},
    "trade_desk.slot_withdrawal_create": {"slot_id": "free_slot"},
    "trade_desk.booking_cancellation_create": _BOOKING,
    "trade_desk.booking_calendar": _BOOKING,
    "promotion_office.trade_account": _ACCOUNT,
    "promotion_office.trade_check_create": _ACCOUNT,
    "promotion_office.trade_paper_page": {**_ACCOUNT, "paper_id": "trade_paper"},
    "promotion_office.trade_paper_original": {**_ACCOUNT, "paper_id": "trade_paper"},
}

TRADE_WHO: Final[Mapping[str, frozenset[str]]] = {
    **{name: SHOPPER for name in TRADE_OTHERWISE if name.startswith("trade.")},
    **{name: WRITERS for name in TRADE_OTHERWISE if name.startswith("trade_desk.")},
    **{name: DECIDING | ADMINISTRATORS for name in TRADE_OTHERWISE if name.startswith("promotion_office.")},
    "trade_desk.pipeline": TEAM,
    "trade_desk.ladders": WRITERS,
    "trade_desk.meetings": WRITERS,
    "trade_desk.slots_create": WRITERS,
}
