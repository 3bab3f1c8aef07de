"""Addresses of stalls on other platforms: only such as lie on a host of the platform. Pure."""

import re
from typing import Final
from urllib.parse import urlsplit

HOSTS: Final = {
    "shopee": ("shopee.vn",),
    "lazada": ("lazada.vn",),
    "tiki": ("tiki.vn",),
    "tiktok": ("tiktok.com",),
    "postmart": ("postmart.vn", "buudien.vn"),
    "voso": ("voso.vn",),
    "facebook": ("facebook.com", "fb.com"),
    "zalo": ("zalo.me",),
}
"""Hosts of each platform; those below them belong to it too."""
NAMES: Final = {
    "shopee": "Shopee",
    "lazada": "Lazada",
    "tiki": "Tiki",
    "tiktok": "TikTok Shop",
    "postmart": "Postmart / buudien.vn",
    "voso": "Vỏ Sò",
    "facebook": "Facebook",
    "zalo": "Zalo",
}
ADDRESS_MAX: Final = 300

_ADDRESS: Final = re.compile(r"https://[!-\[\]-~]+")  # printable ASCII without space and backslash


def stall_address(platform: str, typed: str) -> str | None:
    """The address as it is kept, None if it is none of a stall on that platform.

    Only https, a host of the platform, a path behind it; no user name, no port, and nothing that browsers read
    otherwise than we do (backslashes, spaces, other scripts). Source: WHATWG URL Standard, 4.4.
    """
    text = typed.strip()
    if len(text) > ADDRESS_MAX or not _ADDRESS.fullmatch(text):
        return None
    try:
        parts = urlsplit(text)
    except ValueError:  # brackets of an address of a network that is none
        return None
    host = (parts.netloc or "").lower().removesuffix(".")
    is_host = re.fullmatch(r"[a-z0-9.-]+", host) is not None
    if not is_host or not any(host == each or host.endswith(f".{each}") for each in HOSTS.get(platform, ())):
        return None
    if parts.path in {"", "/"} and not parts.query:
        return None
    return text
