"""Whose money a line of a bank account is: a ladder on which only what is certain is booked. Pure.

Our reference with the exact amount pays. A reference with another amount, several of them, or one that is paid already
waits for a person. Without any reference, or with one that is nearly ours, there is at most a suggestion: nobody's
order is ever paid by a guess. Source: the matching ladder of docs/payments.md.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Final

from core.text import fold
from orders.references import ALPHABET, LENGTH, PREFIX, check_character, references_in

READINGS_MAX: Final = 12
"""Pieces of one memo that are read as a reference with a slip at most: nobody makes us search for thousands."""
_BODY: Final = LENGTH - len(PREFIX)


class Step(StrEnum):
    """What is done with a line."""

    PAY = "pay"
    QUEUE = "queue"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class LineFacts:
    """amount_vnd: below 0 for what went out. account: number of the account it is on."""

    amount_vnd: int
    currency: str
    memo: str
    account: str


@dataclass(frozen=True, slots=True)
class KnownPayment:
    """A payment by transfer. left_vnd: what of it has not come yet. account: number the buyer was shown.

    asked_vnd: what is asked for first, where that is less: the rest of a deposit.
    """

    payment_id: int
    reference: str
    left_vnd: int
    account: str
    asked_vnd: int | None = None

    def is_settled_by(self, amount_vnd: int) -> bool:
        """Whether the amount is just what is asked for: all that is left, or the rest of the deposit."""
        return amount_vnd == self.left_vnd or (self.asked_vnd is not None and amount_vnd == self.asked_vnd)


@dataclass(frozen=True, slots=True)
class Verdict:
    """reason: a word of `LineReason`, none for a line that pays. payment_id: what it pays, or may be meant for."""

    step: Step
    reason: str | None = None
    payment_id: int | None = None


def sort_out(line: LineFacts) -> Verdict | None:
    """What is certain without looking at any order: money that went out, or is no dong. Else None."""
    if line.currency != "VND":
        return Verdict(Step.IGNORE, "foreign_currency")
    if line.amount_vnd <= 0:
        return Verdict(Step.IGNORE, "outgoing")
    return None


def match(
    line: LineFacts,
    named: Sequence[KnownPayment],
    near: Sequence[KnownPayment],
    same_amount: Sequence[KnownPayment],
) -> Verdict:
    """What becomes of an incoming line.

    named: payments whose reference stands in the memo. near: those of which a reading with one slip stands there.
    same_amount: those that wait for just this amount, asked for shortly before.
    """
    payments = {each.payment_id: each for each in named}
    if len(payments) > 1:
        return Verdict(Step.QUEUE, "several_references")
    if payments:
        return _judge(line, next(iter(payments.values())))
    has_reference = next(references_in(line.memo), None) is not None
    close = _only([each for each in near if each.is_settled_by(line.amount_vnd)] or near)
    if near:
        return Verdict(Step.QUEUE, "near_reference", close)
    reason = "unknown_reference" if has_reference else "no_reference"
    return Verdict(Step.QUEUE, reason, _only(same_amount))


def likeness(line: LineFacts) -> str:
    """What a line has in common with the same line as told by somebody else: account, amount, reference or memo.

    A callback and a statement number the same transfer differently, and may even date it differently.
    """
    reference = next(references_in(line.memo), None)
    said = reference or re.sub(r"[^0-9A-Z]", "", fold(line.memo).upper())
    told = f"{line.account}|{line.amount_vnd}|{line.currency}|{said}"
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def near_references(memo: str) -> tuple[str, ...]:
    """References of which `memo` holds a reading with one slip: a wrong, missing, added or swapped character.

    Each has a right check character, so of 30 wrong characters only one is taken back.
    """
    found: dict[str, None] = {}
    for body in islice(_readings(memo), READINGS_MAX):
        for candidate in _one_slip(body):
            if _is_body(candidate):
                found.setdefault(f"{PREFIX}{candidate}")
    exact = set(references_in(memo))
    return tuple(each for each in found if each not in exact)


def _judge(line: LineFacts, payment: KnownPayment) -> Verdict:
    if payment.account != line.account:
        return Verdict(Step.QUEUE, "other_account", payment.payment_id)
    if payment.left_vnd <= 0:
        return Verdict(Step.QUEUE, "already_paid", payment.payment_id)
    if payment.is_settled_by(line.amount_vnd):
        return Verdict(Step.PAY, None, payment.payment_id)
    reason = "underpaid" if line.amount_vnd < payment.left_vnd else "overpaid"
    return Verdict(Step.QUEUE, reason, payment.payment_id)


def _only(payments: Sequence[KnownPayment]) -> int | None:
    return payments[0].payment_id if len({each.payment_id for each in payments}) == 1 else None


def _readings(memo: str) -> Iterator[str]:
    """Pieces of the memo that may have been a reference: what follows «OC» (or is read so), 8 to 10 characters."""
    bare = re.sub(r"[^0-9A-Z]", "", memo.upper())
    for start in re.finditer(r"(?=[O0Q][CG](.{8,10}))", bare):
        for length in range(_BODY - 1, len(start[1]) + 1):
            yield start[1][:length]


def _one_slip(body: str) -> Iterator[str]:
    if len(body) == _BODY:
        yield body
        for at in range(_BODY):
            for letter in ALPHABET:
                yield body[:at] + letter + body[at + 1 :]
        for at in range(_BODY - 1):
            yield body[:at] + body[at + 1] + body[at] + body[at + 2 :]
    elif len(body) < _BODY:
        for at in range(_BODY):
            for letter in ALPHABET:
                yield body[:at] + letter + body[at:]
    else:
        for at in range(len(body)):
            yield body[:at] + body[at + 1 :]


def _is_body(text: str) -> bool:
    return all(letter in ALPHABET for letter in text) and check_character(text[:-1]) == text[-1]
