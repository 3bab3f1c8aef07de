"""Browsers in which somebody has signed in before: a signed cookie, so that strangers' guesses do not stand in the way.

The cookie opens nothing. It says that this browser was let in as certain people, by keyed hashes that only we can make,
so that its wrong passwords are counted apart and that a sign-in with it is no news.
"""

from typing import Final

from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

from accounts.tokens import hash_token, new_token
from core.config import Settings
from core.keys import KeyRing, keyed_hash

KEY_PURPOSE: Final = "accounts.devices"
PEOPLE_MAX: Final = 5
DEVICE_BYTES: Final = 16
LASTS_SECONDS: Final = 400 * 24 * 3600
"""The longest that browsers keep a cookie. Source: RFC 6265bis, 5.6.1."""


def known_device(user_id: int | None) -> bytes | None:
    """16 bytes of this browser if `user_id` signed in with it before, else None."""
    device, people = _read()
    is_theirs = user_id is not None and _mark(user_id) in people
    return bytes.fromhex(device)[:DEVICE_BYTES] if is_theirs else None


def remember_device(answer: Response, user_id: int) -> None:
    """Note in the cookie that `user_id` signed in with this browser; it knows the last five people."""
    device, people = _read()
    mark = _mark(user_id)
    kept = [mark, *(each for each in people if each != mark)][:PEOPLE_MAX]
    answer.set_cookie(
        _cookie_name(),
        _serializer().dumps([device or hash_token(new_token()), kept]),
        max_age=LASTS_SECONDS,
        secure=_settings().is_https,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def _read() -> tuple[str, list[str]]:
    try:
        device, people = _serializer().loads(request.cookies.get(_cookie_name(), ""))
    except (BadSignature, ValueError, TypeError):
        return "", []
    return str(device), [str(each) for each in people]


def _mark(user_id: int) -> str:
    return keyed_hash(_keys().derive(KEY_PURPOSE), f"user:{user_id}", 8).hex()


def _serializer() -> URLSafeSerializer:
    # The last key signs, every key is tried for reading.
    return URLSafeSerializer(list(reversed(_keys().derive_all(KEY_PURPOSE))), salt="device")


def _cookie_name() -> str:
    return "__Host-device" if _settings().is_https else "device"


def _keys() -> KeyRing:
    return _settings().keys


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
