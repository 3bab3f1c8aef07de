"""The unguessable address of an order's page: `/orders/<token>`. Pure; nothing is stored.

24 bytes in base64url, 32 characters: a tag (HMAC-SHA-256 of the order's number, cut to 16 bytes), then the number in
8 bytes, hidden by a second HMAC of the tag. So a link can neither be made up nor tell how many orders there are, and
it stays the same for ever as long as its key stands among the present or former ones. Idea of tag first, then
encryption under the tag: RFC 5297 (SIV).
"""

import base64
import hmac
import re
from typing import Final

from core.keys import KeyRing

PURPOSE: Final = "orders.links"
_TAG_BYTES: Final = 16
_NUMBER_BYTES: Final = 8
_SHAPE: Final = re.compile(r"[A-Za-z0-9_-]{32}")


def token_of(order_id: int, keys: KeyRing) -> str:
    """The token of an order, 32 letters, digits, «-» and «_».

    order_id: 1 or more. Whoever holds it sees the page; of a person it shows no more than the last digits.
    """
    return _token_under(keys.derive(PURPOSE), order_id)


def order_id_of(token: str, keys: KeyRing) -> int | None:
    """Which order `token` leads to, or None for one that was not made under a present or former key."""
    if not _SHAPE.fullmatch(token):
        return None
    sealed = base64.urlsafe_b64decode(token)
    tag, hidden = sealed[:_TAG_BYTES], sealed[_TAG_BYTES:]
    for key in keys.derive_all(PURPOSE):
        number = _hidden_under(key, tag, hidden)
        if hmac.compare_digest(_tag_of(key, number), tag):
            return int.from_bytes(number)
    return None


def _token_under(key: bytes, order_id: int) -> str:
    number = order_id.to_bytes(_NUMBER_BYTES)
    tag = _tag_of(key, number)
    return base64.urlsafe_b64encode(tag + _hidden_under(key, tag, number)).decode()


def _tag_of(key: bytes, number: bytes) -> bytes:
    return hmac.digest(key, b"tag" + number, "sha256")[:_TAG_BYTES]


def _hidden_under(key: bytes, tag: bytes, number: bytes) -> bytes:
    mask = hmac.digest(key, b"mask" + tag, "sha256")[:_NUMBER_BYTES]
    return bytes(one ^ other for one, other in zip(number, mask, strict=True))
