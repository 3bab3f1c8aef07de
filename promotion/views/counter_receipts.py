"""The receipt of a sale at a booth, by the address that its telephone showed: also before the sale has arrived here."""

from hmac import compare_digest
from typing import Final

from flask import Response, current_app, make_response, redirect, render_template, request
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from core.config import Settings
from core.db import db
from core.limits import rate_limited
from core.web.access import public
from orders.models.orders import Order
from orders.order_tokens import token_of
from promotion.errors.counter import BoothNotFoundError
from promotion.models.counter import BoothReference

LIMIT: Final = "60/minute"
CODE_MAX: Final = 11


@public
@rate_limited(LIMIT)
def booth_receipt(code: str, key: str) -> AnyResponse:
    """Leads to the order's receipt; a page that asks for patience while the telephone has had no network."""
    reference = db.session.get(BoothReference, code.upper()) if len(code) <= CODE_MAX else None
    if reference is None or not compare_digest(reference.receipt_key.encode(), key.encode()):
        raise BoothNotFoundError(code=code)
    order_id = db.session.scalar(select(Order.id).where(Order.code == reference.code))
    if order_id is None:
        return _no_store(make_response(render_template("booth/booth_receipt.html", code=reference.code)))
    settings: Settings = current_app.extensions["settings"]
    return _no_store(
        redirect(f"{request.script_root}/orders/{token_of(order_id, settings.keys)}/receipt", 302)
    )


def _no_store(answer: Response | AnyResponse) -> AnyResponse:
    answer.headers["Cache-Control"] = "no-store"
    return answer
