"""Signatures by Ed25519: the one place where keys of 32 bytes become signatures of 64. Pure.

Sources: RFC 8032, sections 5.1.5 to 5.1.7. A private key is spoken of by its seed.
"""

from secrets import token_bytes
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64


def new_seed() -> bytes:
    """A new private key, 32 bytes."""
    return token_bytes(KEY_BYTES)


def public_of(seed: bytes) -> bytes:
    """The public key of the private key `seed`, 32 bytes each. Raises ValueError for another length."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def sign(seed: bytes, message: bytes) -> bytes:
    """64 bytes; the same key and message always give the same. Raises ValueError unless `seed` has 32 bytes."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` is that of the key `public` under `message`. Whatever is malformed is no signature."""
    if len(public) != KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
