"""Where Stripe tells us what happened. Nothing is believed, and no row is read, before the signature is proven."""

import logging
from typing import Final

from flask import Response, current_app, request

from core import clock
from core.config import Settings
from core.db import transaction
from core.web.access import public
from core.web.setup import csrf
from orders.errors import NoticeNotFoundError
from orders.operations.card_notices import take_event
from orders.stripe_events import UnreadableEventError, read_event
from orders.stripe_signatures import is_from_stripe

log = logging.getLogger("orders.notices")

BODY_MAX_BYTES: Final = 256 * 1024
"""A session with a hundred lines is a tenth of it."""


@public
def stripe_notice() -> Response:
    """Take a notice: 200 only when it is kept with its effect, so that Stripe sends again whatever was not.

    400 for one that Stripe did not write, or wrote more than five minutes ago; nothing is kept of it.
    """
    settings: Settings = current_app.extensions["settings"]
    if not settings.cards.is_on:
        raise NoticeNotFoundError
    request.max_content_length = BODY_MAX_BYTES
    raw, header = request.get_data(cache=False), request.headers.get("Stripe-Signature", "")
    if not is_from_stripe(raw, header, settings.cards.stripe_webhook_secrets, now=clock.now()):
        log.warning("a notice without a valid signature", extra={"bytes": len(raw)})
        return _answer(400)
    try:
        event = read_event(raw)
    except UnreadableEventError as error:
        log.warning("a signed notice that cannot be read", extra={"reason": str(error)})
        return _answer(400)
    with transaction():
        notice = take_event(event, is_live=settings.cards.is_live, now=clock.now())
        state = notice.state if notice else "known"
    log.info("notice", extra={"notice": event.id, "kind": event.kind, "state": state})
    return _answer(200)


def _answer(status: int) -> Response:
    """Programs read the status alone: no page is drawn for whoever sends forgeries by the thousand."""
    answer = Response("", status, content_type="text/plain")
    answer.headers["Cache-Control"] = "no-store"
    return answer


csrf.exempt(stripe_notice)
