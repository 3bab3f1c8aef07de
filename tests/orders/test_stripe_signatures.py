"""Whether a notice was written by Stripe, held beside what the library says."""

from datetime import UTC, datetime, timedelta

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st

from orders.stripe_signatures import is_from_stripe, sign

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
SECRET, OTHER, STRANGE = "whsec_one", "whsec_two", "whsec_three"
RAW = '{"object": "event", "id": "evt_1", "name": "Nguyễn"}'.encode()


def test_a_header_of_the_library_is_taken_and_ours_by_the_library():
    theirs = stripe.WebhookSignature.generate_signature_header(
        RAW.decode(), SECRET, timestamp=int(NOW.timestamp())
    )

    assert theirs == sign(RAW, SECRET, at=NOW)
    assert is_from_stripe(RAW, theirs, (SECRET,), now=NOW)
    assert stripe.WebhookSignature.verify_header(RAW, sign(RAW, SECRET, at=NOW), SECRET)


@pytest.mark.parametrize(
    ("secret", "is_taken"), [(SECRET, True), (OTHER, True), (STRANGE, False), ("", False)]
)
def test_while_the_secret_is_changed_both_are_taken(secret, is_taken):
    assert is_from_stripe(RAW, sign(RAW, secret, at=NOW), (SECRET, OTHER), now=NOW) is is_taken


def test_during_rotation_stripe_signs_with_both_and_one_is_enough():
    first, second = sign(RAW, STRANGE, at=NOW), sign(RAW, SECRET, at=NOW).partition(",")[2]

    assert is_from_stripe(RAW, f"{first},{second},v0=abc", (SECRET,), now=NOW)


@pytest.mark.parametrize(("seconds", "is_taken"), [(0, True), (300, True), (301, False), (-600, True)])
def test_a_notice_is_good_for_five_minutes(seconds, is_taken):
    header = sign(RAW, SECRET, at=NOW - timedelta(seconds=seconds))

    assert is_from_stripe(RAW, header, (SECRET,), now=NOW) is is_taken


@pytest.mark.parametrize(
    "header",
    [
        "",
        "t=",
        "v1=",
        "t=,v1=",
        "t=x,v1=y",
        "t=１,v1=2",
        "=",
        ",,,",
        "t=1",
        "v1=a",
        "t=-1,v1=a",
        "t=1e9,v1=a",
        "é=ü",
        f"t={int(NOW.timestamp())}",
        f"t={int(NOW.timestamp())},v1=é",
        f"t={'9' * 400},v1=a",
        "t=1,v1=" + "a" * 9_999,
    ],
)
def test_what_is_no_signature_is_refused_without_an_error(header):
    assert not is_from_stripe(RAW, header, (SECRET,), now=NOW)


def test_without_a_secret_nothing_is_from_stripe():
    assert not is_from_stripe(RAW, sign(RAW, "", at=NOW), (), now=NOW)


@given(at=st.integers(0, len(RAW) - 1), bit=st.integers(0, 7))
def test_one_bit_of_the_body_changed_is_a_forgery(at, bit):
    forged = RAW[:at] + bytes([RAW[at] ^ (1 << bit)]) + RAW[at + 1 :]

    assert not is_from_stripe(forged, sign(RAW, SECRET, at=NOW), (SECRET,), now=NOW)


@given(position=st.integers(0, 80), letter=st.sampled_from("0aft=,v1"))
def test_a_changed_header_is_taken_only_where_the_library_takes_it(position, letter):
    good = sign(RAW, SECRET, at=NOW)
    header = good[:position] + letter + good[position + 1 :]
    try:
        theirs = stripe.WebhookSignature.verify_header(RAW, header, SECRET)
    except stripe.SignatureVerificationError:
        theirs = False
    ours = is_from_stripe(RAW, header, (SECRET,), now=NOW - timedelta(days=20_000))

    assert ours is theirs
