"""How often a secret may be guessed: decided before a hash is computed, by buckets in the database.

Whoever guesses in the name of an account empties that account's bucket for strangers, never that of a browser in which
the owner has signed in before: the owner still gets in. Nothing is locked; every bucket fills again by itself.
Source: OWASP ASVS 5.0.0, 2.4.1 and 6.3.1; the numbers are ours (docs/limits.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from accounts.errors import TooManyTriesError
from core.buckets import WHO_BYTES, Draw, draw_all, give_back
from core.keys import KeyRing, keyed_hash

KEY_PURPOSE: Final = "accounts.throttles"

ACCOUNT_SIZE: Final = 5
ACCOUNT_REFILL: Final = timedelta(minutes=12)
"""Five at once, five an hour: at most ten in any hour."""
DEVICE_SIZE: Final = 10
DEVICE_REFILL: Final = timedelta(minutes=3)
PREFIX_SIZE: Final = 50
PREFIX_REFILL: Final = timedelta(seconds=36)
"""A hundred wrong ones an hour from one network: a market hall or a mobile operator's gateway holds many people."""
ALL_SIZE: Final = 200
ALL_REFILL: Final = timedelta(milliseconds=200)
"""Five a second for strangers altogether: a fifth of one core goes into hashing, however many attack."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Where a guess comes from. device: 16 bytes of a browser that signed in to this very account before, else None."""

    address_prefix: str
    device: bytes | None = None


def guess_draws(account: str, asker: Asker, keys: KeyRing, *, kind: str = "password") -> tuple[Draw, ...]:
    """The buckets from which one guess at a secret of `account` draws.

    account: what the person is known by, or «user:7»; whether there is such an account makes no difference. kind: of
    secret that is guessed at; each has buckets of its own.
    """
    key = keys.derive(KEY_PURPOSE)

    def who(text: str) -> bytes:
        return keyed_hash(key, text, WHO_BYTES)

    if asker.device is not None:
        told = f"{asker.device.hex()}:{account}"
        return (Draw(f"{kind}.device", who(told), DEVICE_SIZE, DEVICE_REFILL),)
    # The widest first: in a flood it refuses most, and what it refuses costs one statement.
    return (
        Draw("guess.all", who(""), ALL_SIZE, ALL_REFILL),
        Draw("guess.prefix", who(asker.address_prefix), PREFIX_SIZE, PREFIX_REFILL),
        Draw(f"{kind}.account", who(account), ACCOUNT_SIZE, ACCOUNT_REFILL),
    )


def allow_guess(draws: Sequence[Draw], *, now: datetime) -> None:
    """Let one guess pass. Raises TooManyTriesError (wait, a timedelta); the transaction must then be given up."""
    wait = draw_all(draws, now=now)
    if wait is not None:
        raise TooManyTriesError(wait=wait)


def forgive_guess(draws: Sequence[Draw], *, now: datetime) -> None:
    """The guess was right, so it was none: it does not count."""
    give_back(draws, now=now)
