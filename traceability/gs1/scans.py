"""What a scanner sends: the data of a symbol behind AIM's mark for the kind of symbol.

Source: GS1 General Specifications, section 5.1.2 (symbology identifiers), ISO/IEC 15424. Data of symbols with FNC1 is
written as an element string, «^» for FNC1; plain data that begins with «^» gets a backslash before it. «|» parts the
linear symbol from the two-dimensional one above it (a composite).
"""

import re
from dataclasses import dataclass
from typing import Final

from traceability.gs1.check_characters import check_digit
from traceability.gs1.digital_links import parse_uri
from traceability.gs1.elements import SyntaxBreachError, parse_unbracketed, unbracketed

_GS: Final = "\x1d"
_COMPOSITE_MARK: Final = "]e0"
_PLAIN_MARKS: Final = {"QR": "]Q1", "DM": "]d1", "DotCode": "]J0"}
_ELEMENT_MARKS: Final = {
    "QR": "]Q3",
    "DM": "]d2",
    "DotCode": "]J1",
    "DataBarExpanded": "]e0",
    "GS1_128_CCA": "]C1",
    "GS1_128_CCC": "]C1",
}
# Of several symbols with one mark, the plainest is told.
_SYMBOLS_OF_MARKS: Final = {
    "]Q1": ("QR", False),
    "]d1": ("DM", False),
    "]J0": ("DotCode", False),
    "]Q3": ("QR", True),
    "]d2": ("DM", True),
    "]J1": ("DotCode", True),
    "]e0": ("DataBarExpanded", True),
    "]C1": ("GS1_128_CCA", True),
}
_ARTICLE_LENGTHS: Final = {"EAN13": 13, "UPCA": 12, "UPCE": 12, "EAN8": 8}
_ARTICLE_MARKS: Final = {"EAN13": "]E0", "UPCA": "]E00", "UPCE": "]E00", "EAN8": "]E4"}
_GTIN_SYMBOLS: Final = frozenset(
    {"DataBarOmni", "DataBarTruncated", "DataBarStacked", "DataBarStackedOmni", "DataBarLimited"}
)
_ESCAPED: Final = re.compile(r"\\*\^")


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan. symbol: the kind of symbol. data: an element string, or plain text."""

    symbol: str
    data: str


def parse_scan(text: str) -> Scan:
    """The scan that a scanner sent as `text`. Raises SyntaxBreachError."""
    mark, content = text[:3], text[3:]
    if mark in ("]E0", "]E4"):
        return _article(mark, content)
    if mark not in _SYMBOLS_OF_MARKS:
        raise SyntaxBreachError("unknown_symbol")
    symbol, holds_elements = _SYMBOLS_OF_MARKS[mark]
    return Scan(symbol, _element_string(content) if holds_elements else _plain(content))


def scan_text(scan: Scan) -> str:
    """What a scanner sends for `scan`. Raises SyntaxBreachError if no such symbol can hold its data."""
    if scan.symbol in _ARTICLE_LENGTHS:
        return _article_text(scan)
    if scan.symbol in _GTIN_SYMBOLS:
        linear, composite = _split(scan.data)
        return f"{_COMPOSITE_MARK}01{_gtin_of(scan.symbol, linear)}{_raw(composite)}"
    if scan.data.startswith("^") and scan.symbol in _ELEMENT_MARKS:
        return _elements_text(scan)
    if scan.symbol not in _PLAIN_MARKS:
        raise SyntaxBreachError("unknown_symbol")
    data = scan.data[1:] if _ESCAPED.match(scan.data) else scan.data
    return _PLAIN_MARKS[scan.symbol] + data


def _element_string(content: str) -> str:
    if "^" in content:
        raise SyntaxBreachError("separator_in_value")
    data = "^" + content.replace(_GS, "^")
    parse_unbracketed(data)
    return data


def _plain(content: str) -> str:
    if content.startswith(("http://", "https://", "HTTP://", "HTTPS://")):
        parse_uri(content)
    return "\\" + content if _ESCAPED.match(content) else content


def _article(mark: str, content: str) -> Scan:
    """An EAN or UPC symbol, with the composite above it if there is one."""
    symbol = "EAN13" if mark == "]E0" else "EAN8"
    number, bar, above = content.partition("|")
    _check_article(symbol, number)
    if not bar:
        return Scan(symbol, number)
    if not above.startswith(_COMPOSITE_MARK):
        raise SyntaxBreachError("unknown_symbol")
    return Scan(symbol, f"{number}|{_element_string(above.removeprefix(_COMPOSITE_MARK))}")


def _article_text(scan: Scan) -> str:
    number, composite = _split(scan.data)
    length = _ARTICLE_LENGTHS[scan.symbol]
    if len(number) == length - 1 and number.isascii() and number.isdigit():
        number += check_digit(number)
    _check_article(scan.symbol, number)
    text = _ARTICLE_MARKS[scan.symbol] + number
    return f"{text}|{_COMPOSITE_MARK}{_raw(composite)}" if composite else text


def _elements_text(scan: Scan) -> str:
    linear, composite = _split(scan.data)
    elements = parse_unbracketed(linear)
    if composite is None:
        return _ELEMENT_MARKS[scan.symbol] + _raw(linear)
    if scan.symbol in _PLAIN_MARKS:
        raise SyntaxBreachError("no_composite")
    # A separator stands between the two where the linear one ends in a value without a length of its own.
    ending = "" if elements[-1].identifier.is_fixed else _GS
    return _COMPOSITE_MARK + _raw(unbracketed(elements)) + ending + _raw(composite)


def _split(data: str) -> tuple[str, str | None]:
    linear, bar, composite = data.partition("|")
    if bar:
        parse_unbracketed(composite)
    return linear, composite if bar else None


def _raw(data: str | None) -> str:
    """An element string as a scanner sends it, without the first separator."""
    return data[1:].replace("^", _GS) if data else ""


def _gtin_of(symbol: str, linear: str) -> str:
    """The GTIN of a symbol that holds nothing else: as it is, as an element, or still without its check digit."""
    number = linear.removeprefix("^01")
    if len(number) == 13 and number.isascii() and number.isdigit():
        number += check_digit(number)
    parse_unbracketed("^01" + number)
    if symbol == "DataBarLimited" and number[0] not in "01":
        raise SyntaxBreachError("too_long")
    return number


def _check_article(symbol: str, number: str) -> None:
    if len(number) != _ARTICLE_LENGTHS[symbol] or not (number.isascii() and number.isdigit()):
        raise SyntaxBreachError("too_short")
    if number[-1] != check_digit(number[:-1]):
        raise SyntaxBreachError("INCORRECT_CHECK_DIGIT")
