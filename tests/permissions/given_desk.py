"""Who may reach the order desk of a producer: part of `given`."""

from collections.abc import Mapping
from typing import Final

from tests.permissions.roles import TEAM, WRITERS

DESK_OTHERWISE: Final[Mapping[str, Mapping[str, str]]] = {
    "order_desk.label": {"code": "order_code"},
    "order_desk.packing_slip": {"code": "order_code"},
    "order_desk.parcel": {"code": "order_code"},
    "order_desk.number_create": {"code": "order_code"},
    "order_desk.booking_create": {"code": "order_code"},
    "order_desk.order": {"code": "order_code"},
    "order_desk.handover_create": {"code": "order_code"},
    "order_desk.result_create": {"code": "order_code"},
    "order_desk.cash_create": {"code": "order_code"},
    "order_desk.cancellation": {"code": "order_code"},
    "order_desk.cancellation_create": {"code": "order_code"},
    "order_desk.line_cancellation": {"code": "order_code", "line_id": "order_line"},
    "order_desk.line_cancellation_create": {"code": "order_code", "line_id": "order_line"},
    "order_desk.refund_transfer_create": {"refund_id": "own_refund"},
}

DESK_WHO: Final[Mapping[str, frozenset[str]]] = {
    "order_desk.delivery": WRITERS,
    "order_desk.delivery_save": WRITERS,
    "order_desk.fees": WRITERS,
    "order_desk.fees_save": WRITERS,
    "order_desk.handling": WRITERS,
    "order_desk.handling_save": WRITERS,
    "order_desk.labels": TEAM,
    "order_desk.packing_slips": TEAM,
    "order_desk.label": TEAM,
    "order_desk.packing_slip": TEAM,
    "order_desk.parcel": TEAM,
    "order_desk.number_create": TEAM,
    "order_desk.booking_create": TEAM,
    "order_desk.orders": TEAM,
    "order_desk.confirmations_create": TEAM,
    "order_desk.packings_create": TEAM,
    "order_desk.handovers_create": TEAM,
    "order_desk.order": TEAM,
    "order_desk.handover_create": TEAM,
    "order_desk.result_create": TEAM,
    "order_desk.cash_create": TEAM,
    "order_desk.cancellation": WRITERS,
    "order_desk.cancellation_create": WRITERS,
    "order_desk.line_cancellation": WRITERS,
    "order_desk.line_cancellation_create": WRITERS,
    "order_desk.refunds": WRITERS,
    "order_desk.refund_transfer_create": WRITERS,
    "order_desk.vouchers": WRITERS,
    "order_desk.voucher_create": WRITERS,
    "order_desk.voucher_ending_create": WRITERS,
    "order_desk.own_hampers": WRITERS,
    "order_desk.hamper_create": WRITERS,
    "order_desk.hamper_publication_create": WRITERS,
    "order_desk.hamper_ending_create": WRITERS,
}
