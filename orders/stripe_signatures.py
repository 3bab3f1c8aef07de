"""Whether a notice was written by Stripe: HMAC-SHA256 over the raw body and the second of its sending. Pure.

Source: Stripe's manual, «Verify webhook signatures manually». The library does the same, but reads the clock of the
machine, takes one secret, and breaks on headers that are no ASCII; `tests/orders/test_stripe_signatures.py` holds the
two side by side.
"""

import hmac
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Final

TOLERANCE_SECONDS: Final = 300
"""How old a notice may be. Source: `stripe.Webhook.DEFAULT_TOLERANCE`. One from the future passes, as with Stripe."""
HEADER_MAX_CHARS: Final = 1_000


def is_from_stripe(raw: bytes, header: str, secrets: Iterable[str], *, now: datetime) -> bool:
    """Whether `header` («t=…,v1=…») is a signature of `raw` by one of `secrets`, not older than the tolerance."""
    parts = [part.partition("=") for part in header[:HEADER_MAX_CHARS].split(",")]
    seconds = [value for name, _, value in parts if name == "t"]
    if not seconds or not seconds[0].isascii() or not seconds[0].isdigit() or len(seconds[0]) > 12:
        return False
    if int(seconds[0]) < now.timestamp() - TOLERANCE_SECONDS:
        return False
    told = [value.encode() for name, _, value in parts if name == "v1"]
    signed = seconds[0].encode() + b"." + raw
    for secret in secrets:
        ours = hmac.new(secret.encode(), signed, sha256).hexdigest().encode()
        if any(hmac.compare_digest(ours, each) for each in told):
            return True
    return False


def sign(raw: bytes, secret: str, *, at: datetime) -> str:
    """The header that Stripe would send with `raw`."""
    second = int(at.timestamp())
    signature = hmac.new(secret.encode(), str(second).encode() + b"." + raw, sha256).hexdigest()
    return f"t={second},v1={signature}"
