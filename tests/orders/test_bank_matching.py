"""The ladder: only what is certain pays, the rest waits with its reason."""

import random

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from orders.bank_matching import (
    KnownPayment,
    LineFacts,
    Step,
    Verdict,
    likeness,
    match,
    near_references,
    sort_out,
)
from orders.references import ALPHABET, check_character, new_reference

CODE, OTHER = (f"OC{body}{check_character(body)}" for body in ("23456789", "ABCDEFGH"))
ACCOUNT = "0011001234567"


def line(amount_vnd=155_000, memo="", **facts):
    return LineFacts(
        **({"amount_vnd": amount_vnd, "memo": memo, "currency": "VND", "account": ACCOUNT} | facts)
    )


def known(payment_id=1, left_vnd=155_000, reference=CODE, account=ACCOUNT):
    return KnownPayment(payment_id, reference, left_vnd, account)


def test_our_reference_with_the_exact_amount_pays():
    assert match(line(memo=CODE), [known()], [], []) == Verdict(Step.PAY, None, 1)


@pytest.mark.parametrize(
    ("facts", "named", "reason"),
    [
        ({"amount_vnd": 154_999}, [known()], "underpaid"),
        ({"amount_vnd": 155_001}, [known()], "overpaid"),
        ({}, [known(left_vnd=0)], "already_paid"),
        ({}, [known(left_vnd=-5)], "already_paid"),
        ({}, [known(account="999999")], "other_account"),
    ],
)
def test_our_reference_with_anything_else_waits_beside_its_order(facts, named, reason):
    assert match(line(memo=CODE, **facts), named, [], []) == Verdict(Step.QUEUE, reason, 1)


def test_several_references_are_nobodys_to_divide():
    verdict = match(line(310_000, memo=f"{CODE} {OTHER}"), [known(), known(2, reference=OTHER)], [], [])

    assert verdict == Verdict(Step.QUEUE, "several_references", None)


def test_one_amount_that_fits_is_suggested_and_never_booked():
    assert match(line(memo="chuyen tien"), [], [], [known()]) == Verdict(Step.QUEUE, "no_reference", 1)
    assert match(line(), [], [], [known(), known(2)]) == Verdict(Step.QUEUE, "no_reference", None)
    assert match(line(), [], [], []) == Verdict(Step.QUEUE, "no_reference", None)


def test_a_reference_that_is_nearly_ours_is_suggested_and_never_booked():
    assert match(line(), [], [known()], []) == Verdict(Step.QUEUE, "near_reference", 1)
    both = [known(), known(2, left_vnd=90_000)]
    assert match(line(), [], both, []) == Verdict(Step.QUEUE, "near_reference", 1)


def test_a_reference_of_no_payment_waits():
    code = new_reference()

    assert match(line(memo=code), [], [], []) == Verdict(Step.QUEUE, "unknown_reference", None)


def test_what_went_out_and_what_is_no_dong_is_none_of_ours():
    assert sort_out(line(-5)) == Verdict(Step.IGNORE, "outgoing")
    assert sort_out(line(0)) == Verdict(Step.IGNORE, "outgoing")
    assert sort_out(line(currency="USD", memo=CODE)) == Verdict(Step.IGNORE, "foreign_currency")
    assert sort_out(line(memo=CODE)) is None


def slip(code: str, chance: random.Random) -> str:
    """`code` with one character wrong, missing, added, or two swapped."""
    at = chance.randrange(2, len(code) - 1)
    other = chance.choice([letter for letter in ALPHABET if letter != code[at]])
    return chance.choice(
        [
            code[:at] + other + code[at + 1 :],
            code[:at] + code[at + 1 :],
            code[:at] + other + code[at:],
            code[:at] + code[at + 1] + code[at] + code[at + 2 :],
        ]
    )


@examples(max_examples=60)
@given(seed=st.integers(0, 2**32))
def test_one_slip_is_always_found_again(seed):
    chance = random.Random(seed)
    code = new_reference()
    wrong = slip(code, chance)

    assert wrong == code or code in near_references(f"MBVCB.77 {wrong} chuyen tien")


@pytest.mark.parametrize("wrong", ["0C{0}", "oc {0}", "QC{0}", "OG{0}"])
def test_letters_that_look_alike_are_read_alike(wrong):
    code = new_reference()

    assert wrong == "oc {0}" or code in near_references(wrong.format(code[2:]))


def test_a_hostile_memo_is_read_in_no_time():
    assert len(near_references("OC" * 500)) < 2_000


def test_the_same_line_told_by_two_is_alike_and_others_are_not():
    one = likeness(line(memo=f"MBVCB.123.{CODE}.CT tu 001"))

    assert one == likeness(line(memo=f"  {CODE.lower()} "))
    assert one != likeness(line(155_001, memo=CODE))
    assert one != likeness(line(memo=CODE, account="77777"))
    assert likeness(line(memo="Chuyển  tiền")) == likeness(line(memo="chuyen tien"))
