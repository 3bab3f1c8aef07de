"""Addresses printed on stamps: `/01/<gtin14>[/10/<lot>][/21/<code>]` (GS1 Digital Link) and `/T/<code>`.

Source: GS1 Digital Link Standard: URI syntax 1.6.0 (key 01 with the qualifiers 22, 10 and 21 in that order; GTIN
with 14 digits and check digit; values of 1 to 20 characters of GS1's set of 82). Goods without a GTIN have
`/T/` alone, never an invented number (Decree 37/2026/NĐ-CP art. 28(4)). This is the quick parser for our own print;
`traceability.gs1` reads whatever else the standard allows.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

from stdnum import ean

GTIN_LENGTH: Final = 14
VALUE_MAX_LENGTH: Final = 20
"""Lot (AI 10) and serial (AI 21) are X..20. Source: GS1 General Specifications, section 3.2."""

_VALUE: Final = re.compile(r"""[A-Za-z0-9!"%&'()*+,\-./:;<=>?_]{1,20}""")
_GTIN_PATH: Final = re.compile(
    r"/01/(?P<gtin>[^/]+)(?:/22/(?P<variant>[^/]+))?(?:/10/(?P<lot>[^/]+))?(?:/21/(?P<code>[^/]+))?/?",
    re.ASCII,
)
_TRACE_PATH: Final = re.compile(r"/[Tt]/(?P<code>[^/]+)/?")
_QR_ALPHANUMERIC: Final = re.compile(r"[0-9A-Z $%*+\-./:]*")
"""The 45 characters of alphanumeric mode. Source: ISO/IEC 18004, table 5."""

# Browsers take these path segments out, even percent-encoded, so an address cannot hold them.
_PATH_STEPS: Final = frozenset({".", ".."})


@dataclass(frozen=True, slots=True)
class DigitalLink:
    """What a printed address names. gtin: 14 digits with a right check digit, None under `/T/`.

    lot and code are as printed (None where not named); whether they belong together only the records can say.
    variant: consumer product variant (AI 22). extension: a serial that a third party gave (AI 235), none of ours.
    """

    gtin: str | None
    lot: str | None
    code: str | None
    variant: str | None = None
    extension: str | None = None


def gtin_path(gtin: str, *, lot: str | None = None, code: str | None = None) -> str:
    """The address path of goods with a GTIN, percent-encoded.

    gtin: 14 digits. Raises ValueError if it or another value cannot stand in an address.
    """
    if not is_gtin14(gtin):
        raise ValueError(f"not a GTIN of 14 digits with a right check digit: {gtin!r}")
    path = f"/01/{gtin}"
    for identifier, value in (("10", lot), ("21", code)):
        if value is not None:
            path += f"/{identifier}/{_encoded(value)}"
    return path


def trace_path(code: str) -> str:
    """The address path of a stamp's own page. Raises ValueError if `code` cannot stand in an address."""
    return f"/T/{_encoded(code)}"


def parse_path(path: str) -> DigitalLink | None:
    """What a path names, or None if it is no well-formed address of ours (a wrong check digit included).

    path: as requested, still percent-encoded (a lot may hold «%2F»), without host and query. One slash at the
    end and a small `t` are forgiven; empty values, other orders and other identifiers are not.
    """
    found = _GTIN_PATH.fullmatch(path) or _TRACE_PATH.fullmatch(path)
    if found is None:
        return None
    values = {name: unquote(value) for name, value in found.groupdict().items() if value is not None}
    gtin = values.pop("gtin", None)
    if gtin is not None and not is_gtin14(gtin):
        return None
    if not all(is_value(value) for value in values.values()):
        return None
    return DigitalLink(gtin, values.get("lot"), values.get("code"), variant=values.get("variant"))


def qr_segments(url: str) -> tuple[bytes | str, ...]:
    """`url` cut for a small QR that phones open: bytes go in byte mode, text in alphanumeric mode.

    Usually two: b"https:" and "//HOST/01/…". The scheme stays small, because cameras do not open HTTPS://;
    the host is raised, because its case means nothing. A path is case-sensitive and never touched: if it
    holds what alphanumeric mode has not (a lot with small letters), the whole address is one piece of bytes.
    """
    scheme, colon, rest = url.partition(":")
    host, slash, path = rest.removeprefix("//").partition("/")
    raised = f"//{host.upper()}{slash}{path}"
    if _QR_ALPHANUMERIC.fullmatch(raised):
        return (f"{scheme}{colon}".encode("ascii"), raised)
    return (f"{scheme}{colon}{raised}".encode("ascii"),)


def is_gtin14(text: str) -> bool:
    """Whether `text` is a GTIN written with 14 digits and has the right check digit."""
    return len(text) == GTIN_LENGTH and text.isascii() and text.isdigit() and bool(ean.is_valid(text))


def gtin14(text: str) -> str:
    """A GTIN of 8, 12, 13 or 14 digits as 14, with zeros in front; spaces and hyphens are forgiven.

    Raises ValueError if `text` has another length or a wrong check digit.
    """
    digits = re.sub(r"[\s-]", "", text)
    padded = digits.zfill(GTIN_LENGTH)
    if len(digits) not in {8, 12, 13, 14} or not is_gtin14(padded):
        raise ValueError(f"not a GTIN: {text!r}")
    return padded


def is_restricted(gtin: str) -> bool:
    """Whether a GTIN of 14 digits has a prefix (02, 20 to 29) that any shop may use for itself.

    Such numbers are not unique in the world and do not belong on goods sold openly.
    """
    prefix = gtin[1:3]
    return prefix == "02" or prefix.startswith("2")


def is_value(text: str) -> bool:
    """Whether `text` can be a lot or serial in an address: 1 to 20 characters of GS1's set, no path step."""
    return _VALUE.fullmatch(text) is not None and text not in _PATH_STEPS


def _encoded(value: str) -> str:
    """Percent-encoded but for A-Z a-z 0-9 - . _ ~. Source: URI syntax 1.6.0, section on percent-encoding."""
    if not is_value(value):
        raise ValueError(f"cannot stand in an address: {value!r}")
    return quote(value, safe="")
