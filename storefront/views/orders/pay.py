"""Paying an order: a QR for a transfer with what it says in words, or the way to a payment service.

Whoever holds the link may pay. The page tells nothing of the buyer.
"""

from functools import lru_cache

from flask import Response, current_app, jsonify, make_response, redirect, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from core import clock
from core.config import Settings
from core.db import transaction
from core.limits import rate_limited
from core.qr import LEVEL_M, draw_png, matrix_of
from core.web.access import public
from core.web.headers import HeaderSet, header_set, use_headers
from orders.errors import OrderNotFoundError, PaymentClashError
from orders.gateways.base import GatewayError
from orders.gateways.registry import gateway_for
from orders.models.orders import PaymentMethod
from orders.operations.payment import fail_payment, record_payment
from orders.operations.payment_rows import lock_payment
from orders.operations.payment_starts import begin_payment, note_started
from orders.operations.transitions import OrderActor
from orders.order_tokens import order_id_of
from orders.queries.pay_page import Asked, PayPage, get_pay_page
from orders.vietqr import transfer_payload
from storefront.views.frame import absolute_url, local_url
from storefront.views.orders.access import private_page

MODULE_DOTS = 8
DOTS_PER_INCH = 96
STRIPE_PAGE = "https://checkout.stripe.com"


@public
@private_page
def pay(token: str) -> Response:
    """How the order is paid, or that it is. Only reads, also for who comes back from a payment service."""
    return _page(token, 200)


@public
@private_page
def pay_state(token: str) -> Response:
    """For the page to ask again: whether anything has changed."""
    page = _pay_page(token)
    return jsonify(step=page.step.value, version=page.version)


@public
@private_page
def pay_qr(token: str, payment_id: int) -> Response:
    """The QR of one transfer as a picture; `?save=1` to keep it among the photos of a phone."""
    asked = _transfer(_pay_page(token), payment_id)
    payload = transfer_payload(asked.bank_bin, asked.account_number, asked.left_vnd, asked.memo)
    answer = make_response(draw_png(matrix_of((payload,), LEVEL_M), MODULE_DOTS, DOTS_PER_INCH))
    answer.headers["Content-Type"] = "image/png"
    if request.args.get("save"):
        answer.headers["Content-Disposition"] = f'attachment; filename="vietqr-{asked.memo}.png"'
    return answer


@public
@private_page
@rate_limited("20/minute")
def pay_start_create(token: str, payment_id: int) -> AnyResponse:
    """Lead the buyer to the payment service. A failed try is begun anew."""
    asked = _pay_page(token).payment(payment_id)
    gateway = gateway_for(asked.method, _settings())
    if gateway is None:
        raise NotFound
    try:
        with transaction():
            facts = begin_payment(payment_id, now=clock.now())
        started = gateway.start(facts, absolute_url(f"/orders/{token}/pay"))
    except GatewayError:
        return _page(token, 503, is_away=True)
    except PaymentClashError:
        return redirect(local_url(f"/orders/{token}/pay"), 303)
    with transaction():
        note_started(facts.payment_id, started.external_id)
    return redirect(started.redirect_url or local_url(f"/orders/{token}/pay"), 303)


@public
@private_page
def pay_fake(token: str, payment_id: int) -> Response:
    """Where development plays at paying."""
    page, asked = _faked(token, payment_id)
    return make_response(render_template("storefront/pay_fake.html", page=page, asked=asked, token=token))


@public
@private_page
def pay_fake_create(token: str, payment_id: int) -> AnyResponse:
    """The money came, or it did not: as the buttons say."""
    _faked(token, payment_id)
    with transaction():
        payment = lock_payment(payment_id)
        if request.form.get("outcome") == "paid":
            record_payment(
                payment,
                payment.amount_vnd,
                source=OrderActor.PROCESSOR,
                external_charge=f"fake-charge-{payment_id}",
                now=clock.now(),
            )
        else:
            fail_payment(payment, reason="declined", now=clock.now())
    return redirect(local_url(f"/orders/{token}/pay"), 303)


def _page(token: str, status: int, *, is_away: bool = False) -> Response:
    page = _pay_page(token)
    use_headers(_headers(_settings().cards.stripe_api_base or ""))
    now = clock.now()
    until_at = page.until_at
    body = render_template(
        "storefront/pay.html",
        page=page,
        token=token,
        is_today=until_at is not None and clock.vietnam_date(until_at) == clock.vietnam_date(now),
        is_away=is_away,
    )
    return make_response(body, status)


@lru_cache(maxsize=4)
def _headers(imitation: str) -> HeaderSet:
    """The form of this page leads on to Stripe's page, which the browser must allow."""
    return header_set(
        referrer="same-origin", more_sources={"form-action": f"{STRIPE_PAGE} {imitation}".strip()}
    )


def _pay_page(token: str) -> PayPage:
    order_id = order_id_of(token, _settings().keys)
    if order_id is None:
        raise OrderNotFoundError
    return get_pay_page(order_id)


def _transfer(page: PayPage, payment_id: int) -> Asked:
    asked = page.payment(payment_id)
    if not asked.account_number or not asked.left_vnd:
        raise NotFound
    return asked


def _faked(token: str, payment_id: int) -> tuple[PayPage, Asked]:
    page = _pay_page(token)
    asked = page.payment(payment_id)
    if asked.method != PaymentMethod.FAKE or gateway_for(asked.method, _settings()) is None:
        raise NotFound
    return page, asked


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
