"""What may stand in a voucher: its code, and which terms make sense together. Pure."""

import re
import secrets
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from orders.references import ALPHABET

RANDOM_CODE_LENGTH: Final = 10
"""30^10 codes: nobody finds one by trying. Source: the table of threats, T-13."""
PERCENT_MAX: Final = 90
"""More is a slip of the hand (docs/limits.md). Whole percents."""
MONEY_MAX_VND: Final = 1_000_000_000
USES_MAX: Final = 1_000_000

_CODE: Final = re.compile(r"[A-Z0-9]{4,20}")
_APART: Final = re.compile(r"[\s\-–.]")


class VoucherFault(StrEnum):
    """Why a voucher cannot be made so."""

    CODE = "code"
    CODE_TAKEN = "code_taken"
    DISCOUNT = "discount"
    CAP = "cap"
    MINIMUM = "minimum"
    DAYS = "days"
    USES = "uses"
    PERSON = "person"
    PRODUCER = "producer"


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherFacts:
    """A voucher that is to be made. code: «» for a random one. producer_id: on whose goods; None: all of the shop.

    Exactly one of percent (1 to 90) and amount_vnd is set; use_limit, person_limit: None for no limit.
    """

    code: str = ""
    producer_id: int | None = None
    percent: int | None = None
    amount_vnd: int | None = None
    cap_vnd: int | None = None
    minimum_vnd: int = 0
    from_on: date
    until_on: date
    use_limit: int | None = None
    person_limit: int | None = 1


def normal_code(typed: str) -> str:
    """A code as it is stored and compared: capital letters and digits, without the spaces and dashes of paper."""
    return _APART.sub("", typed).upper()


def is_code(code: str) -> bool:
    """Whether `code` has the shape of one: 4 to 20 capital letters of ASCII and digits."""
    return _CODE.fullmatch(code) is not None


def random_code() -> str:
    """A code that nobody can guess, without letters that look alike."""
    return "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CODE_LENGTH))


def fault_of(facts: VoucherFacts, on: date) -> VoucherFault | None:
    """The first thing that makes no sense in `facts` on the day it is made, None if all does."""
    faults = {
        VoucherFault.CODE: bool(facts.code) and not is_code(facts.code),
        VoucherFault.DISCOUNT: not _gives_something(facts),
        VoucherFault.CAP: facts.cap_vnd is not None
        and (facts.percent is None or not 0 < facts.cap_vnd <= MONEY_MAX_VND),
        VoucherFault.MINIMUM: not 0 <= facts.minimum_vnd <= MONEY_MAX_VND,
        VoucherFault.DAYS: facts.until_on < facts.from_on or facts.until_on < on,
        VoucherFault.USES: facts.use_limit is not None and not 0 < facts.use_limit <= USES_MAX,
        VoucherFault.PERSON: facts.person_limit is not None and not 0 < facts.person_limit <= USES_MAX,
    }
    return next((fault for fault, is_so in faults.items() if is_so), None)


def _gives_something(facts: VoucherFacts) -> bool:
    if (facts.percent is None) == (facts.amount_vnd is None):
        return False
    if facts.percent is not None:
        return 0 < facts.percent <= PERCENT_MAX
    return 0 < (facts.amount_vnd or 0) <= MONEY_MAX_VND
