"""A buyer at the page of paying, who types the card elsewhere: led there, back, and never asked twice."""

import json

import pytest
from flask.testing import FlaskClient

from core.db import db
from orders.gateways.fake_stripe.faults import FaultKind
from orders.models.payments import Payment
from orders.order_tokens import token_of
from tests.orders.card_shop import CardShop, _imitation, shop, state_of

__all__ = ["_imitation", "shop"]


def page_of(shop: CardShop, payment: Payment) -> str:
    shop.app.config["WTF_CSRF_ENABLED"] = False
    return f"/orders/{token_of(payment.order_id, shop.app.extensions['settings'].keys)}/pay"


def press(shop: CardShop, payment: Payment) -> tuple[int, str]:
    """Press the button of the page; status and where it leads."""
    page = page_of(shop, payment)
    answer = shop.client.post(f"{page}/{payment.id}/start")
    return answer.status_code, answer.location or ""


def test_the_buyer_is_led_to_stripe_and_back_and_the_page_only_reads(shop: CardShop):
    payment = shop.order()
    page = shop.client.get(page_of(shop, payment))
    assert (
        f"form-action 'self' https://checkout.stripe.com {shop.stripe.base}"
        in page.headers["Content-Security-Policy"]
    )

    status, address = press(shop, payment)

    (session,) = shop.stripe.world.things["session"].values()
    assert (status, address) == (303, session["url"])
    assert session["success_url"] == f"http://market.test{page_of(shop, payment)}"
    shop.stripe.world.pay(session["id"])
    assert shop.client.get(page_of(shop, payment)).status_code == 200
    assert state_of(payment)[0] == "pending"  # coming back proves nothing
    shop.hear(*shop.stripe.letters())
    assert state_of(payment) == ("paid", ("paid",), payment.amount_vnd)
    assert "Đã thanh toán" in shop.client.get(page_of(shop, payment)).text


def test_pressed_five_times_there_is_one_page_to_pay_on(shop: CardShop):
    payment = shop.order()

    addresses = {press(shop, payment) for _ in range(5)}

    assert len(addresses) == 1
    assert len(shop.stripe.world.things["session"]) == 1


@pytest.mark.parametrize("kind", [FaultKind.BROKEN, FaultKind.RATE_LIMIT, FaultKind.LOST_ANSWER])
def test_while_stripe_is_away_the_order_waits_and_the_button_works_later(shop: CardShop, kind):
    payment = shop.order()
    shop.stripe.fake.faults.add(kind, times=9)

    assert press(shop, payment) == (503, "")
    assert state_of(payment)[0] == "pending"
    shop.stripe.fake.faults._waiting.clear()

    assert press(shop, payment)[0] == 303
    assert len(shop.stripe.world.things["session"]) == 1


def test_what_is_paid_or_over_leads_nowhere_else(shop: CardShop):
    payment = shop.order()
    shop.hear(shop.paid_letter(payment))
    page = page_of(shop, payment)

    assert press(shop, payment) == (303, page)
    assert len(shop.stripe.world.things["session"]) == 1


def test_somebody_elses_payment_is_not_there(shop: CardShop):
    mine, other = shop.order(), shop.order()
    page = page_of(shop, mine)
    stranger: FlaskClient = shop.app.test_client()

    assert stranger.post(f"{page}/{other.id}/start").status_code == 404
    assert stranger.post(f"{page[:-5]}x/pay/{mine.id}/start").status_code == 404
    assert shop.stripe.world.things["session"] == {}
    assert json.dumps(shop.stripe.fake.heard) == "[]"
    assert db.session.get_one(Payment, mine.id).external_id is None
