"""Where carriers tell what became of parcels. Their notices carry no signature; the secret is in the address, in its
query, which our log leaves out."""

import hmac
import logging
from typing import Final

from flask import Response, current_app, request

from core import clock
from core.config import Settings
from core.db import transaction
from core.web.access import public
from core.web.setup import csrf
from orders.carriers.base import CarrierError, CarrierEvent
from orders.carriers.registry import carrier_for
from orders.errors import ShipmentNotFoundError
from orders.operations.bookings import take_notice

log = logging.getLogger("orders.carriers")

BODY_MAX_BYTES: Final = 64 * 1024


@public
def carrier_notice(carrier: str) -> Response:
    """Take a notice: 200 once it is kept with its effect, so that the carrier sends again whatever was not.

    404 for a carrier that is not switched on, and for a wrong secret; nothing is kept of it.
    """
    settings: Settings = current_app.extensions["settings"]
    adapter, access = carrier_for(carrier, settings.parcels), settings.parcels.find(carrier)
    if adapter is None or access is None:
        raise ShipmentNotFoundError
    if not hmac.compare_digest(request.args.get("key", "").encode(), access.notice_secret.encode()):
        log.warning("a notice without the secret", extra={"carrier": carrier})
        raise ShipmentNotFoundError
    request.max_content_length = BODY_MAX_BYTES
    body = request.get_data(cache=False)
    events: tuple[CarrierEvent, ...] | None
    try:
        events = adapter.read_events(body)
    except CarrierError as error:
        events = None
        log.warning("a notice that cannot be read", extra={"carrier": carrier, "reason": error.reason})
    with transaction():
        outcome = take_notice(carrier, body, events, now=clock.now())
    log.info("notice", extra={"carrier": carrier, "outcome": outcome})
    answer = Response("", 200, content_type="text/plain")
    answer.headers["Cache-Control"] = "no-store"
    return answer


csrf.exempt(carrier_notice)
