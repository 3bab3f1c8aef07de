"""The one door to cryptography: what must be read again, sealed with a key from SECRET_KEY. Pure.

AES-128 in CBC mode with HMAC-SHA-256 over it. Source: Fernet specification; docs/decisions/0018.
"""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from core.keys import KeyRing


def seal(text: str, keys: KeyRing, purpose: str) -> bytes:
    """`text`, readable only with the keys of this installation and for this `purpose`."""
    return _box(keys, purpose).encrypt(text.encode())


def unseal(sealed: bytes, keys: KeyRing, purpose: str) -> str | None:
    """What was sealed, also under a former SECRET_KEY; None if no key fits or something was changed."""
    try:
        return _box(keys, purpose).decrypt(sealed).decode()
    except InvalidToken:
        return None


def _box(keys: KeyRing, purpose: str) -> MultiFernet:
    return MultiFernet([Fernet(urlsafe_b64encode(key)) for key in keys.derive_all(purpose)])
