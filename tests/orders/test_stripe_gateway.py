"""The library against the imitation over HTTP: whatever goes wrong, one session, one refund, one answer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stripe
from stripe.checkout import Session

from orders.gateways.base import GatewayError, PaymentFacts, RefundFacts
from orders.gateways.fake_stripe.faults import FaultKind
from orders.gateways.registry import list_methods
from orders.gateways.stripe_gateway import can_pay_by_card
from orders.stripe_events import read_event, session_of
from tests.fakes.stripe_server import StripeServer
from tests.orders.card_shop import _imitation, forget

__all__ = ["_imitation"]

BACK = "http://market.test/orders/a-token"
EXPIRES = datetime(2026, 11, 22, 3, 15, tzinfo=UTC)
PAYMENT = PaymentFacts(
    payment_id=7,
    reference="OCK7M2Q9XTR",
    attempt=1,
    amount_vnd=250_000,
    order_code="OCK7M2Q9XTR",
    language="vi",
    email="lan@example.vn",
    expires_at=EXPIRES,
)


@pytest.fixture
def server(_imitation: StripeServer) -> StripeServer:
    forget(_imitation)
    return _imitation


def sessions(server: StripeServer) -> list[dict[str, Any]]:
    return list(server.world.things["session"].values())


def refunds(server: StripeServer) -> list[dict[str, Any]]:
    return list(server.world.things["refund"].values())


def paid(server: StripeServer) -> RefundFacts:
    """A payment that was paid, as a refund of a part of it sees it."""
    session = server.world.pay(server.gateway().start(PAYMENT, BACK).external_id or "")
    return RefundFacts(
        refund_id=3,
        payment_id=7,
        amount_vnd=100_000,
        external_id=session["id"],
        external_charge=session["payment_intent"],
    )


def test_the_buyer_is_asked_in_whole_dong_on_stripes_own_page(server: StripeServer):
    started = server.gateway().start(PAYMENT, BACK)

    (made,) = sessions(server)
    assert (made["amount_total"], made["currency"]) == (250_000, "vnd")
    assert (made["client_reference_id"], made["locale"]) == ("OCK7M2Q9XTR", "vi")
    assert made["metadata"] == {"payment": "7", "attempt": "1", "order": "OCK7M2Q9XTR"}
    assert (made["success_url"], made["cancel_url"]) == (BACK, BACK)
    assert made["expires_at"] == int((EXPIRES + timedelta(minutes=30)).timestamp())
    assert (started.external_id, started.redirect_url) == (made["id"], f"{server.base}/pay/{made['id']}")


def test_the_key_names_payment_and_attempt(server: StripeServer):
    server.gateway().start(PAYMENT, BACK)

    assert server.fake.heard == [("POST", "/v1/checkout/sessions", "payment-7-OCK7M2Q9XTR-1")]


def test_asked_again_a_minute_before_the_end_the_session_is_the_same(server: StripeServer, clock):
    first = server.gateway().start(PAYMENT, BACK)
    clock.move(timedelta(minutes=14))

    assert server.gateway().start(PAYMENT, BACK) == first
    assert len(sessions(server)) == 1


def test_another_way_back_finds_the_session_that_is_there(server: StripeServer):
    first = server.gateway().start(PAYMENT, BACK)

    again = server.gateway().start(PAYMENT, BACK.replace("/orders", "/en/orders"))

    assert again == first
    assert len(sessions(server)) == 1


def test_the_next_attempt_has_a_session_of_its_own(server: StripeServer):
    server.gateway().start(PAYMENT, BACK)
    server.gateway().start(replace(PAYMENT, payment_id=8, attempt=2), BACK)

    assert len(sessions(server)) == 2


@pytest.mark.parametrize(
    "kind", [FaultKind.DROP, FaultKind.LOST_ANSWER, FaultKind.CONFLICT, FaultKind.STORED_500_AFTER]
)
def test_one_misfortune_is_made_good_and_makes_no_second_session(server: StripeServer, kind):
    server.fake.faults.add(kind)

    started = server.gateway().start(PAYMENT, BACK)

    assert [each["id"] for each in sessions(server)] == [started.external_id]


def test_a_stored_error_is_got_round_once_it_is_sure_that_nothing_was_made(server: StripeServer):
    server.fake.faults.add(FaultKind.STORED_500)

    started = server.gateway().start(PAYMENT, BACK)

    assert [each["id"] for each in sessions(server)] == [started.external_id]
    assert server.fake.heard[-1][2] == "payment-7-OCK7M2Q9XTR-1-again"
    assert server.gateway().start(PAYMENT, BACK) == started


def test_an_answer_that_never_comes_leaves_one_session_which_the_next_try_finds(server: StripeServer):
    server.fake.faults.add(FaultKind.HANG, times=2)

    with pytest.raises(GatewayError) as refused:
        server.gateway(timeout_seconds=0.1).start(PAYMENT, BACK)

    assert (refused.value.reason, refused.value.is_final) == ("APIConnectionError", False)
    assert len(sessions(server)) == 1
    assert server.gateway().start(PAYMENT, BACK).external_id == sessions(server)[0]["id"]


@pytest.mark.parametrize(
    ("kind", "reason"), [(FaultKind.RATE_LIMIT, "RateLimitError"), (FaultKind.BROKEN, "APIError")]
)
def test_while_stripe_is_ill_nothing_is_made_and_it_may_be_asked_again(server: StripeServer, kind, reason):
    server.fake.faults.add(kind, times=9)

    with pytest.raises(GatewayError) as refused:
        server.gateway().start(PAYMENT, BACK)

    assert (refused.value.reason, refused.value.is_final) == (reason, False)
    assert sessions(server) == []


@pytest.mark.parametrize(
    ("amount_vnd", "can"), [(14_999, False), (15_000, True), (99_999_999, True), (100_000_000, False)]
)
def test_sums_that_no_card_can_be_asked_for(server: StripeServer, amount_vnd, can):
    assert can_pay_by_card(amount_vnd) is can
    if not can:
        with pytest.raises(GatewayError) as refused:
            server.gateway().start(replace(PAYMENT, amount_vnd=amount_vnd), BACK)
        assert refused.value.is_final
        assert server.fake.heard == []


@pytest.mark.parametrize(
    ("total_vnd", "is_offered"),
    [(None, True), (15_000, True), (14_999, False), (100_000_000, False), (0, False)],
)
def test_cards_are_offered_for_sums_that_a_card_can_pay(
    server: StripeServer, settings, total_vnd, is_offered
):
    with_cards = replace(settings, cards=server.settings)

    assert ("stripe" in list_methods(with_cards, total_vnd)) is is_offered
    assert "stripe" not in list_methods(settings, total_vnd)


def test_a_wrong_key_is_final(server: StripeServer):
    gateway = server.gateway()
    gateway._settings = replace(server.settings, stripe_secret_key="sk_live_stolen")

    with pytest.raises(GatewayError) as refused:
        gateway.start(PAYMENT, BACK)

    assert refused.value.is_final


def test_what_the_buyer_types_nowhere_near_us_comes_back_as_a_paid_session(server: StripeServer):
    gateway = server.gateway()
    started = gateway.start(PAYMENT, BACK)
    server.world.pay(started.external_id or "", is_declined=True)
    assert not gateway.get_session(started.external_id or "").is_paid
    server.world.pay(started.external_id or "")

    told = gateway.get_session(started.external_id or "")

    assert (told.is_paid, told.status, told.amount_vnd, told.currency) == (True, "complete", 250_000, "vnd")
    assert told == session_of(read_event(server.letters("checkout.session.completed")[-1]).fields)


def test_a_session_whose_name_was_lost_is_found_by_our_reference(server: StripeServer):
    started = server.gateway().start(PAYMENT, BACK)
    for number in range(120):
        other = replace(PAYMENT, payment_id=100 + number, reference=f"OC{number:09d}")
        server.world.open_session(_as_asked(other))

    found = server.gateway().find_session("OCK7M2Q9XTR", 1, opened_at=EXPIRES - timedelta(minutes=15))

    assert found is not None
    assert found.id == started.external_id
    assert server.gateway().find_session("OCK7M2Q9XTR", 2, opened_at=EXPIRES) is None


def test_closing_tells_of_one_that_was_paid_meanwhile(server: StripeServer):
    started = server.gateway().start(PAYMENT, BACK)
    server.world.pay(started.external_id or "")

    assert server.gateway().close_session(started.external_id or "").is_paid
    other = server.gateway().start(replace(PAYMENT, attempt=2), BACK)
    assert server.gateway().close_session(other.external_id or "").status == "expired"
    assert server.gateway().close_session(other.external_id or "").status == "expired"


def test_a_refund_goes_back_to_the_card_once(server: StripeServer):
    facts = paid(server)

    sent = server.gateway().refund(facts)

    assert server.gateway().refund(facts) == sent
    (made,) = refunds(server)
    assert (made["amount"], made["metadata"]) == (100_000, {"refund": "3", "attempt": "1"})
    assert (sent.external_id, sent.is_settled) == (made["id"], True)


@pytest.mark.parametrize(
    "kind", [FaultKind.DROP, FaultKind.LOST_ANSWER, FaultKind.CONFLICT, FaultKind.STORED_500_AFTER]
)
def test_a_refund_is_sent_once_whatever_happens_to_the_answer(server: StripeServer, kind):
    facts = paid(server)
    server.fake.faults.add(kind, "/v1/refunds")

    sent = server.gateway().refund(facts)

    assert [each["id"] for each in refunds(server)] == [sent.external_id]


def test_a_refund_that_was_done_and_not_answered_in_time_is_found(server: StripeServer):
    facts = paid(server)
    server.fake.faults.add(FaultKind.HANG, "/v1/refunds", times=3)
    with pytest.raises(GatewayError):
        server.gateway(timeout_seconds=0.1).refund(facts)

    sent = server.gateway().refund(facts)

    assert [each["id"] for each in refunds(server)] == [sent.external_id]


def test_no_more_goes_back_than_was_paid(server: StripeServer):
    facts = paid(server)
    server.gateway().refund(facts)

    with pytest.raises(GatewayError) as refused:
        server.gateway().refund(replace(facts, refund_id=4, amount_vnd=200_000))

    assert refused.value.is_final
    assert len(refunds(server)) == 1


def test_a_refund_that_takes_its_time_is_not_settled_yet(server: StripeServer):
    facts = paid(server)
    server.world.refunds_wait = True

    sent = server.gateway().refund(facts)

    assert not sent.is_settled
    server.world.end_refund(sent.external_id, is_failed=True)
    told = server.gateway().get_refund(sent.external_id)
    assert (told.status, told.refund_id, told.attempt) == ("failed", 3, 1)


def test_what_stripe_kept_of_it(server: StripeServer):
    facts = paid(server)

    fee = server.gateway().find_fee(facts.external_charge or "")

    assert fee is not None
    assert (fee.fee, fee.currency) == (17_750, "vnd")


def test_all_that_happened_since_can_be_asked_for_again(server: StripeServer):
    facts = paid(server)
    server.gateway().refund(facts)

    told = list(server.gateway().events_since(EXPIRES - timedelta(days=1)))

    assert [each.kind for each in told] == [
        "charge.refunded",
        "refund.created",
        "checkout.session.completed",
        "payment_intent.succeeded",
        "charge.succeeded",
    ]
    assert read_event(server.letters("checkout.session.completed")[-1]) in told


@pytest.mark.parametrize(
    ("kind", "of_library"),
    [
        ("session", Session),
        ("intent", stripe.PaymentIntent),
        ("charge", stripe.Charge),
        ("balance", stripe.BalanceTransaction),
        ("refund", stripe.Refund),
    ],
)
def test_the_imitation_has_no_member_that_the_library_does_not_know(server: StripeServer, kind, of_library):
    facts = paid(server)
    server.gateway().refund(facts)

    (made,) = server.world.things[kind].values()

    assert set(made) - set(of_library.__annotations__) == set()


def _as_asked(payment: PaymentFacts) -> dict[str, Any]:
    return {
        "mode": "payment",
        "success_url": BACK,
        "client_reference_id": payment.reference,
        "metadata": {"attempt": "1"},
        "line_items": {
            "0": {"quantity": "1", "price_data": {"currency": "vnd", "unit_amount": str(payment.amount_vnd)}}
        },
    }
