"""Identifiers of GS1 in events, in their one canonical form `https://id.gs1.org/…`.

Sources: GS1 EPC Tag Data Standard 2.0, sections 6 and 7 (URN form); GS1 Digital Link, canonical URIs; CBV 2.0, 8.9.2:
of several levels that an address names, the finest speaks (a serial rather than the lot that it is of).
"""

import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote, unquote, urlsplit

CANONICAL: Final = "https://id.gs1.org"

_URN: Final = re.compile(r"urn:epc:(?P<space>id|class|idpat):(?P<scheme>[a-z]+):(?P<value>[^\s]+)")
_KEYS: Final[Mapping[str, str]] = {
    "00": r"\d{18}",
    "01": r"\d{14}",
    "253": r"\d{13}[!-~]{0,17}",
    "255": r"\d{13}\d{0,12}",
    "401": r"[!-~]{1,30}",
    "402": r"\d{17}",
    "414": r"\d{13}",
    "415": r"\d{13}",
    "417": r"\d{13}",
    "8003": r"\d{14}[!-~]{0,16}",
    "8004": r"[!-~]{1,30}",
    "8006": r"\d{18}",
    "8010": r"[!-~]{1,30}",
    "8013": r"[!-~]{1,25}",
    "8017": r"\d{18}",
    "8018": r"\d{18}",
}
_QUALIFIERS: Final[Mapping[str, tuple[str, ...]]] = {
    "01": ("22", "10", "21", "235"),
    "8006": ("22", "10", "21"),
    "414": ("254", "7040"),
    "415": ("8020",),
    "417": ("7040",),
    "8010": ("8011",),
    "8017": ("8019",),
    "8018": ("8019",),
}
_SERIALS: Final = ("21", "235")


def canonical_identifier(text: str) -> str | None:
    """`text` as `https://id.gs1.org/…` if it is an EPC URN or a GS1 Digital Link on any host; None if neither.

    «urn:epc:id:sgtin:4012345.011111.9876» gives «https://id.gs1.org/01/04012345111118/21/9876».
    """
    found = _URN.fullmatch(text)
    if found is not None:
        return _of_urn(found["space"], found["scheme"], found["value"])
    if text.startswith(("http://", "https://", "HTTP://", "HTTPS://")):
        return _of_link(text)
    return None


def check_digit(digits: str) -> str:
    """The digit that follows `digits`: weights 3 and 1 from the right. Source: GS1 General Specifications, 7.9."""
    total = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def _of_link(text: str) -> str | None:
    try:
        path = urlsplit(text).path
    except ValueError:
        return None
    pieces = path.strip("/").split("/")
    for place in range(len(pieces) - 2, -1, -1):
        key, value = pieces[place], unquote(pieces[place + 1])
        rest = pieces[place + 2 :]
        if key in _KEYS and re.fullmatch(_KEYS[key], value, re.ASCII) and len(rest) % 2 == 0:
            named = dict(zip(rest[::2], rest[1::2], strict=True))
            if all(name in _QUALIFIERS.get(key, ()) for name in named):
                return _written(key, value, {name: unquote(each) for name, each in named.items()})
    return None


def _written(key: str, value: str, named: Mapping[str, str]) -> str:
    if key in {"01", "8006"}:
        serial = [name for name in _SERIALS if name in named]
        finest = serial[:1] or [name for name in ("10",) if name in named] or list(named)
    else:
        finest = [name for name in _QUALIFIERS.get(key, ()) if name in named]
    parts = [(key, value), *((name, named[name]) for name in finest)]
    return CANONICAL + "".join(f"/{name}/{quote(each, safe='')}" for name, each in parts)


def _of_urn(space: str, scheme: str, value: str) -> str | None:
    make = _SCHEMES.get((space, scheme))
    parts = [unquote(part) for part in value.split(".")]
    try:
        found = make(parts) if make is not None else None
    except (ValueError, IndexError):
        return None
    if found is None or not re.fullmatch(_KEYS[found[0]], found[1], re.ASCII):
        return None
    return _written(found[0], found[1], dict(found[2]))


_Found = tuple[str, str, list[tuple[str, str]]]


def _gtin(company: str, item: str) -> str:
    """The indicator stands in front of the item reference in a URN, and in front of all in a GTIN."""
    digits = item[0] + company + item[1:]
    return digits + check_digit(digits)


def _checked(*parts: str) -> str:
    digits = "".join(parts)
    return digits + check_digit(digits)


def _rest(parts: list[str], number: int) -> str:
    """A serial may hold full stops."""
    return ".".join(parts[number:])


def _sgtin(parts: list[str]) -> _Found:
    return "01", _gtin(parts[0], parts[1]), [("21", _rest(parts, 2))]


def _lgtin(parts: list[str]) -> _Found:
    return "01", _gtin(parts[0], parts[1]), [("10", _rest(parts, 2))]


def _sgtin_pattern(parts: list[str]) -> _Found | None:
    return None if parts[2:] != ["*"] else ("01", _gtin(parts[0], parts[1]), [])


def _sscc(parts: list[str]) -> _Found:
    company, serial = parts
    digits = serial[0] + company + serial[1:]
    return "00", digits + check_digit(digits), []


def _sgln(parts: list[str]) -> _Found:
    extension = _rest(parts, 2)
    return "414", _checked(parts[0], parts[1]), [] if extension == "0" else [("254", extension)]


def _grai(parts: list[str]) -> _Found:
    return "8003", "0" + _checked(parts[0], parts[1]) + _rest(parts, 2), []


def _grai_pattern(parts: list[str]) -> _Found | None:
    return None if parts[2:] != ["*"] else ("8003", "0" + _checked(parts[0], parts[1]), [])


def _gdti(parts: list[str]) -> _Found:
    return "253", _checked(parts[0], parts[1]) + _rest(parts, 2), []


def _gcn(parts: list[str]) -> _Found:
    return "255", _checked(parts[0], parts[1]) + _rest(parts, 2), []


def _itip(parts: list[str]) -> _Found:
    return "8006", _gtin(parts[0], parts[1]) + parts[2] + parts[3], [("21", _rest(parts, 4))]


def _upui(parts: list[str]) -> _Found:
    return "01", _gtin(parts[0], parts[1]), [("235", _rest(parts, 2))]


def _cpi(parts: list[str]) -> _Found:
    return "8010", parts[0] + parts[1], [("8011", _rest(parts, 2))]


def _whole(key: str) -> Callable[[list[str]], _Found]:
    """An identifier of company prefix and reference, without a check digit."""
    return lambda parts: (key, parts[0] + _rest(parts, 1), [])


def _with_digit(key: str) -> Callable[[list[str]], _Found]:
    return lambda parts: (key, _checked(parts[0], parts[1]), [])


_SCHEMES: Final[Mapping[tuple[str, str], Callable[[list[str]], _Found | None]]] = {
    ("id", "sgtin"): _sgtin,
    ("class", "lgtin"): _lgtin,
    ("idpat", "sgtin"): _sgtin_pattern,
    ("id", "sscc"): _sscc,
    ("id", "sgln"): _sgln,
    ("id", "pgln"): _with_digit("417"),
    ("id", "grai"): _grai,
    ("idpat", "grai"): _grai_pattern,
    ("id", "giai"): _whole("8004"),
    ("id", "gsrn"): _with_digit("8018"),
    ("id", "gsrnp"): _with_digit("8017"),
    ("id", "gdti"): _gdti,
    ("id", "gcn"): _gcn,
    ("id", "cpi"): _cpi,
    ("id", "ginc"): _whole("401"),
    ("id", "gsin"): _with_digit("402"),
    ("id", "itip"): _itip,
    ("id", "upui"): _upui,
}
