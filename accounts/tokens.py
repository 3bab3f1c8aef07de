"""Secrets that are made at random and kept by their hash: sessions, invitations, links, keys."""

import secrets
from hashlib import sha256
from typing import Final

TOKEN_BYTES: Final = 32
"""256 random bits. Source: OWASP ASVS 5.0.0, 11.5.1 asks for 128."""


def new_token() -> str:
    """A secret of 43 letters, digits, «-» and «_»."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_token(token: str) -> str:
    """SHA-256 of a token, 64 hexadecimal digits. What was drawn from 256 bits needs no slow hash."""
    return sha256(token.encode()).hexdigest()
