"""Keys for single purposes, derived from SECRET_KEY: whoever learns one knows nothing of the others."""

import hmac
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class KeyRing:
    """SECRET_KEY and the former ones, newest first. Operations are handed it by the edge."""

    secrets: tuple[str, ...] = field(repr=False)

    def derive(self, purpose: str) -> bytes:
        """The present key for `purpose` («accounts.codes»), 32 bytes. Source: HKDF-Expand, RFC 5869, one block."""
        return _derived(self.secrets[0], purpose)

    def derive_all(self, purpose: str) -> list[bytes]:
        """The keys for `purpose`, the present one first: for reading what was written under a former one."""
        return [_derived(secret, purpose) for secret in self.secrets]


def keyed_hash(key: bytes, text: str, size: int = 32) -> bytes:
    """HMAC-SHA-256 of `text`, cut to `size` bytes."""
    return hmac.digest(key, text.encode(), "sha256")[:size]


def _derived(secret: str, purpose: str) -> bytes:
    return hmac.digest(secret.encode(), purpose.encode() + b"\x01", "sha256")
