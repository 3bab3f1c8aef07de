"""Addresses of trade buyers: their own pages whole, the producer's under /workspace, the office's under /office."""

from typing import Final

from catalog.views.routes import Route
from promotion.views import (
    trade_buyer,
    trade_desk_meetings,
    trade_goods,
    trade_ladders,
    trade_meetings,
    trade_offers,
    trade_office,
    trade_pipeline,
)

_DESK: Final = "/<int:producer_id>/trade"
_RFQ: Final = f"{_DESK}/requests/<int:rfq_id>"
_OFFER: Final = f"{_DESK}/quotations/<int:quotation_id>"
_OFFICE: Final = "/trade-accounts/<int:account_id>"

ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/trade", trade_buyer.overview),
    ("GET", "/trade/account", trade_buyer.account),
    ("POST", "/trade/account", trade_buyer.account_save),
    ("POST", "/trade/account/papers", trade_buyer.paper_create),
    ("GET", "/trade/account/papers/<int:paper_id>/pages/<int:number>", trade_buyer.paper_page),
    ("GET", "/trade/goods", trade_goods.goods),
    ("GET", "/trade/requests/new", trade_goods.request_new),
    ("POST", "/trade/requests", trade_goods.request_create),
    ("GET", "/trade/requests/<int:rfq_id>", trade_offers.rfq),
    ("POST", "/trade/requests/<int:rfq_id>/notes", trade_offers.note_create),
    ("GET", "/trade/quotations/<int:quotation_id>.pdf", trade_offers.quotation_paper),
    ("POST", "/trade/quotations/<int:quotation_id>/acceptance", trade_offers.acceptance_create),
    ("POST", "/trade/quotations/<int:quotation_id>/refusal", trade_offers.refusal_create),
    ("GET", "/trade/meetings", trade_meetings.meetings),
    ("POST", "/trade/slots/<int:slot_id>/booking", trade_meetings.booking_create),
    ("POST", "/trade/bookings/<int:booking_id>/cancellation", trade_meetings.booking_cancellation_create),
    ("GET", "/trade/bookings/<int:booking_id>.ics", trade_meetings.booking_calendar),
)
DESK_ROUTES: Final[tuple[Route, ...]] = (
    ("GET", _DESK, trade_pipeline.pipeline),
    ("GET", _RFQ, trade_pipeline.rfq),
    ("POST", f"{_RFQ}/quotations", trade_pipeline.quotation_create),
    ("POST", f"{_RFQ}/notes", trade_pipeline.note_create),
    ("POST", f"{_RFQ}/next-step", trade_pipeline.next_step_save),
    ("POST", f"{_RFQ}/readiness", trade_pipeline.readiness_create),
    ("GET", f"{_OFFER}.pdf", trade_pipeline.quotation_paper),
    ("POST", f"{_OFFER}/withdrawal", trade_pipeline.quotation_withdrawal_create),
    ("GET", f"{_DESK}/ladders", trade_ladders.ladders),
    ("GET", f"{_DESK}/ladders/<int:variant_id>", trade_ladders.ladder),
    ("POST", f"{_DESK}/ladders/<int:variant_id>", trade_ladders.ladder_create),
    ("GET", f"{_DESK}/meetings", trade_desk_meetings.meetings),
    ("POST", f"{_DESK}/slots", trade_desk_meetings.slots_create),
    ("POST", f"{_DESK}/slots/<int:slot_id>/withdrawal", trade_desk_meetings.slot_withdrawal_create),
    (
        "POST",
        f"{_DESK}/bookings/<int:booking_id>/cancellation",
        trade_desk_meetings.booking_cancellation_create,
    ),
    ("GET", f"{_DESK}/bookings/<int:booking_id>.ics", trade_desk_meetings.booking_calendar),
)
OFFICE_ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/trade-accounts", trade_office.trade_accounts),
    ("GET", _OFFICE, trade_office.trade_account),
    ("POST", f"{_OFFICE}/checks", trade_office.trade_check_create),
    ("GET", f"{_OFFICE}/papers/<int:paper_id>/pages/<int:number>", trade_office.trade_paper_page),
    ("GET", f"{_OFFICE}/papers/<int:paper_id>/original", trade_office.trade_paper_original),
)
