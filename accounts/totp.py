"""The one door to pyotp: codes of authenticator apps, six digits, a new one every 30 seconds. Pure.

Source: RFC 6238; RFC 4226, 5.3 and 7.
"""

import hmac
from datetime import datetime
from typing import Final

import pyotp

STEP_SECONDS: Final = 30
DIGITS: Final = 6
DRIFT_STEPS: Final = 1
"""A code of the step before or after is taken too: clocks differ. Source: RFC 6238, 5.2 (at most one step)."""
SECRET_LETTERS: Final = 32
"""160 bits in base 32. Source: RFC 4226, 4 (R6)."""
ISSUER: Final = "Chợ OCOP"


def new_secret() -> str:
    """A secret at random, 32 letters of base 32."""
    return pyotp.random_base32(SECRET_LETTERS)


def step_of(now: datetime) -> int:
    """The time step of `now`: whole half minutes since 1970."""
    return int(now.timestamp()) // STEP_SECONDS


def code_at(secret: str, now: datetime) -> str:
    """The code that the app shows at `now`."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS).at(int(now.timestamp()))


def find_step(secret: str, code: str, now: datetime, *, after: int) -> int | None:
    """The step whose code `code` is, among those that count at `now` and come after step `after`; else None."""
    generator = pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS)
    given = "".join(code.split())
    if not given.isascii():
        return None
    present = step_of(now)
    found = None
    # All are compared, whichever fits, so that the time tells nothing.
    for step in range(present - DRIFT_STEPS, present + DRIFT_STEPS + 1):
        if hmac.compare_digest(generator.at(step * STEP_SECONDS), given) and step > after:
            found = step
    return found


def setup_address(secret: str, account: str) -> str:
    """The otpauth address that a QR carries to the app. account: how the person is known, as the app will show it."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS).provisioning_uri(
        name=account, issuer_name=ISSUER
    )
