"""How messages to producers' systems are signed: HMAC-SHA-256 over time and raw body. Pure.

The table of addresses holds no secret: each is made from a random salt of its row and a key of this house, so that
whoever reads the table can sign nothing. Source: the scheme of Stripe's webhooks; docs/decisions/0025.
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from datetime import datetime
from typing import Final

KEY_PURPOSE: Final = "catalog.webhooks"
MARK: Final = "whsec_"


def secret_of(salt: str, key: bytes) -> str:
    """The secret of an address: «whsec_» and 43 characters. key: derived for `KEY_PURPOSE`."""
    return MARK + urlsafe_b64encode(hmac.digest(key, salt.encode(), "sha256")).decode().rstrip("=")


def signature_header(body: bytes, secrets: Iterable[str], at: datetime) -> str:
    """`t=1795316400,v1=…`: a signature for each of `secrets`; while one replaces another there are two."""
    seconds = int(at.timestamp())
    told = f"{seconds}.".encode() + body
    signatures = (hmac.digest(secret.encode(), told, "sha256").hex() for secret in secrets)
    return ",".join([f"t={seconds}", *(f"v1={each}" for each in signatures)])
