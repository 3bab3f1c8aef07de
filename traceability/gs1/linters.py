"""What GS1 asks of the content of a value beyond its length, one rule a name.

A linter takes the value and tells the first breach, or None. Names of rules and breaches are those of the GS1 Barcode
Syntax Dictionary; the rules are the GS1 General Specifications', section 3, and those of the standards named below.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Final

from traceability.gs1 import check_characters, moments
from traceability.gs1.breaches import Breach, breach, first_outside, whole
from traceability.gs1.coupons import offer_breach, positive_offer_breach
from traceability.gs1.identifiers import codes


class CompanyPrefix(StrEnum):
    """What a register of GS1 company prefixes says of the beginning of a number."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    OFFLINE = "offline"


PrefixOf = Callable[[str], CompanyPrefix]
Linter = Callable[[str], Breach | None]

DIGITS: Final = frozenset("0123456789")
SET_82: Final = frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!\"%&'()*+,-./:;<=>?_"
)
SET_39: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789#-/")
SET_64: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
HEX: Final = frozenset("0123456789ABCDEFabcdef")

SHORTEST_PREFIX: Final = 4
"""A GS1 company prefix has 4 to 12 digits. Source: GS1 General Specifications, section 1.4.3."""
PADDING: Final = 3
"""Text of this set is written in groups of as many characters (AI 8030), so that two signs at most fill the last."""
SHORTEST_IBAN, LONGEST_IBAN = 15, 34
"""Source: ISO 13616-1; the shortest, Norway's, has 15."""
MOST_LATITUDE, MOST_LONGITUDE = 1_800_000_000, 3_600_000_000
"""Ten-millionths of a degree, from the south pole and from 180° west. Source: General Specifications, AI 4309."""
MEDIA_TYPES: Final = frozenset(f"{number:02}" for number in (*range(1, 11), *range(80, 100)))
"""Source: GS1 General Specifications, AI 7241; 80 to 99 are for agreements between companies."""


def lint(rule: str, value: str, prefix_of: PrefixOf | None = None) -> Breach | None:
    """The first breach of `rule` in `value`, or None.

    prefix_of: asked for company prefixes where a register of them is at hand; without one they are not looked up.
    Raises KeyError for a rule that does not exist.
    """
    if prefix_of is not None:
        if rule == "couponcode":
            return offer_breach(value, lambda number: _prefix_name(number, prefix_of))
        if rule in ("gcppos1", "gcppos2"):
            return _company_prefix(value, int(rule[-1]) - 1, prefix_of)
    return LINTERS[rule](value)


def _csetnumeric(value: str) -> Breach | None:
    return first_outside(value, DIGITS, "NON_DIGIT_CHARACTER")


def _cset82(value: str) -> Breach | None:
    return first_outside(value, SET_82, "INVALID_CSET82_CHARACTER")


def _cset39(value: str) -> Breach | None:
    return first_outside(value, SET_39, "INVALID_CSET39_CHARACTER")


def _cset64(value: str) -> Breach | None:
    text = value.rstrip("=")
    found = first_outside(text, SET_64, "INVALID_CSET64_CHARACTER")
    padding = len(value) - len(text)
    if found is None and padding and (padding >= PADDING or len(value) % PADDING):
        return breach("INVALID_CSET64_PADDING", len(text), padding)
    return found


def _hasnondigit(value: str) -> Breach | None:
    return whole(value, "REQUIRES_NON_DIGIT_CHARACTER") if set(value) <= DIGITS else None


def _hyphen(value: str) -> Breach | None:
    return None if value and set(value) == {"-"} else whole(value, "NOT_HYPHEN")


def _zero(value: str) -> Breach | None:
    return None if set(value) <= {"0"} else whole(value, "NOT_ZERO")


def _nonzero(value: str) -> Breach | None:
    found = _csetnumeric(value)
    if found is None and set(value) <= {"0"}:
        return whole(value, "ILLEGAL_ZERO_VALUE")
    return found


def _nozeroprefix(value: str) -> Breach | None:
    found = _csetnumeric(value)
    if found is None and len(value) > 1 and value.startswith("0"):
        return breach("ILLEGAL_ZERO_PREFIX", 0, 1)
    return found


def _one_of(allowed: frozenset[str], name: str) -> Linter:
    return lambda value: None if value in allowed else whole(value, name)


def _importeridx(value: str) -> Breach | None:
    if len(value) != 1:
        return whole(value, "IMPORTER_IDX_MUST_BE_ONE_CHARACTER")
    return first_outside(value, SET_64, "INVALID_IMPORT_IDX_CHARACTER")


def _pcenc(value: str) -> Breach | None:
    """Percent-encoding: every «%» with two hexadecimal digits behind it."""
    start = value.find("%")
    while start >= 0:
        if len(value) < start + 3 or not set(value[start + 1 : start + 3]) <= HEX:
            return breach("INVALID_PERCENT_SEQUENCE", start, len(value[start : start + 3]))
        start = value.find("%", start + 3)
    return None


def _pieceoftotal(value: str) -> Breach | None:
    if not value or len(value) % 2:
        return whole(value, "INVALID_LENGTH_FOR_PIECE_OF_TOTAL")
    if found := _csetnumeric(value):
        return found
    half = len(value) // 2
    if not int(value[:half]):
        return breach("ZERO_PIECE_NUMBER", 0, half)
    if not int(value[half:]):
        return breach("ZERO_TOTAL_PIECES", half, half)
    return whole(value, "PIECE_NUMBER_EXCEEDS_TOTAL") if value[:half] > value[half:] else None


def _posinseqslash(value: str) -> Breach | None:
    position, slash, end = value.partition("/")
    if not (slash and position and end and set(position) <= DIGITS and set(end) <= DIGITS):
        return whole(value, "POSITION_IN_SEQUENCE_MALFORMED")
    if position.startswith("0"):
        return breach("ILLEGAL_ZERO_PREFIX", 0, len(position))
    if end.startswith("0"):
        return breach("ILLEGAL_ZERO_PREFIX", len(position) + 1, len(end))
    return whole(value, "POSITION_EXCEEDS_END") if int(position) > int(end) else None


def _coordinate(name: str, most: int) -> Linter:
    def check(value: str) -> Breach | None:
        if len(value) != 10:
            return whole(value, f"{name}_INVALID_LENGTH")
        if found := _csetnumeric(value):
            return found
        return whole(value, f"INVALID_{name}") if int(value) > most else None

    return check


def _iban(value: str) -> Breach | None:
    """Country, two check digits and the account. Source: ISO 13616-1; remainder 1 by ISO/IEC 7064, MOD 97-10."""
    if len(value) < SHORTEST_IBAN:
        return whole(value, "IBAN_TOO_SHORT")
    if len(value) > LONGEST_IBAN:
        return whole(value, "IBAN_TOO_LONG")
    if found := first_outside(value, SET_39 - frozenset("#-/"), "INVALID_IBAN_CHARACTER"):
        return found
    # Kosovo has IBANs and no code in ISO 3166-1. Source: SWIFT, IBAN registry.
    if value[:2] not in codes("country_letters") | {"XK"}:
        return breach("ILLEGAL_IBAN_COUNTRY_CODE", 0, 2)
    number = "".join(str(int(each, 36)) for each in value[4:] + value[:4])
    return breach("INCORRECT_IBAN_CHECKSUM", 2, 2) if int(number) % 97 != 1 else None


def _company_prefix(value: str, start: int, prefix_of: PrefixOf | None = None) -> Breach | None:
    """The beginning of a number of a company; the register, if there is one, has the last word."""
    if len(value) - start < SHORTEST_PREFIX:
        return whole(value, "TOO_SHORT_FOR_GCP")
    if not set(value[start : start + SHORTEST_PREFIX]) <= DIGITS:
        return breach("INVALID_GCP_PREFIX", start, len(value) - start)
    name = _prefix_name(value[start:], prefix_of) if prefix_of else None
    return breach(name, start, len(value) - start) if name else None


def _prefix_name(number: str, prefix_of: PrefixOf) -> str | None:
    return {CompanyPrefix.UNKNOWN: "INVALID_GCP_PREFIX", CompanyPrefix.OFFLINE: "GCP_DATASOURCE_OFFLINE"}.get(
        prefix_of(number)
    )


LINTERS: Final[dict[str, Linter]] = {
    "csetnumeric": _csetnumeric,
    "cset82": _cset82,
    "cset39": _cset39,
    "cset64": _cset64,
    "csum": check_characters.check_digit_breach,
    "csumalpha": check_characters.check_pair_breach,
    "gcppos1": lambda value: _company_prefix(value, 0),
    "gcppos2": lambda value: _company_prefix(value, 1),
    "hasnondigit": _hasnondigit,
    "hyphen": _hyphen,
    "zero": _zero,
    "nonzero": _nonzero,
    "nozeroprefix": _nozeroprefix,
    "winding": _one_of(frozenset("019"), "INVALID_WINDING_DIRECTION"),
    "yesno": _one_of(frozenset("01"), "NOT_ZERO_OR_ONE"),
    "iso5218": _one_of(frozenset("0129"), "INVALID_BIOLOGICAL_SEX_CODE"),
    "iso3166": _one_of(codes("country_numbers"), "NOT_ISO3166"),
    "iso3166999": _one_of(codes("country_numbers") | {"999"}, "NOT_ISO3166_OR_999"),
    "iso3166alpha2": _one_of(codes("country_letters"), "NOT_ISO3166_ALPHA2"),
    "iso4217": _one_of(codes("currency_numbers"), "NOT_ISO4217"),
    "packagetype": _one_of(codes("package_types") | codes("package_types_gs1"), "INVALID_PACKAGE_TYPE"),
    "mediatype": _one_of(MEDIA_TYPES, "INVALID_MEDIA_TYPE"),
    "importeridx": _importeridx,
    "pcenc": _pcenc,
    "pieceoftotal": _pieceoftotal,
    "posinseqslash": _posinseqslash,
    "latitude": _coordinate("LATITUDE", MOST_LATITUDE),
    "longitude": _coordinate("LONGITUDE", MOST_LONGITUDE),
    "iban": _iban,
    "hh": moments.hour_breach,
    "mi": moments.minute_breach,
    "ss": moments.second_breach,
    "hhmi": moments.hour_and_minute_breach,
    "yymmdd": moments.day_breach,
    "yymmd0": moments.day_or_month_breach,
    "yyyymmdd": moments.long_day_breach,
    "yyyymmd0": moments.long_day_or_month_breach,
    "couponcode": offer_breach,
    "couponposoffer": positive_offer_breach,
}
