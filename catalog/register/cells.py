"""Single cells: texts of people and offices become values, or a message says why not."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from catalog.facts import Refusal
from catalog.register.rows import Finding, Level, ParsedRow
from core.text import clean_line, fold, nfc

_ISO_DATE: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")
_VIETNAMESE_DATE: Final = re.compile(r"(?:ngay )?(\d{1,2})(?:[/.-]| thang )(\d{1,2})(?:[/.-]| nam )(\d{4})")
_STARS: Final = re.compile(
    r"(?:hang|dat|chuan|ocop|\s)*([0-9])(?:[.,]0+)?\s*(?:sao|stars?|\*|★|⭐)?(?:\s*ocop)?"
)
_STARS_IN_TEXT: Final = re.compile(r"(?<![\d.,])([1-5])\s*(?:sao|★|⭐|\*(?!\d))")
_DRAWN_STARS: Final = re.compile(r"[★⭐*]{1,5}")
_WHOLE_NUMBER: Final = re.compile(r"\d{1,3}(?:[.,\s]\d{3})+|\d+")
_CURRENCY: Final = re.compile(r"\s*(?:vnd|vnđ|d|đ|₫|dong)\s*$")
_FORMULA_STARTS: Final = ("=", "@", "＝", "＠")


def text_cell(row: ParsedRow, column: str, text: str) -> str | None:
    """One clean line; None if blank. Invisible characters, a leading «_» and NFD are mended and told."""
    line = clean_line(text).lstrip("_ ")
    if not line:
        return None
    if line != " ".join(nfc(text).split()):
        row.say(Level.NOTE, Finding.TEXT_CLEANED, column, line)
    if line.startswith(_FORMULA_STARTS):
        row.say(Level.WARNING, Finding.LOOKS_LIKE_FORMULA, column, line)
    return line


def date_cell(row: ParsedRow, column: str, text: str) -> date | None:
    """«2025-06-19», «19/6/2025», «ngày 19 tháng 6 năm 2025»; the day comes before the month. None if blank."""
    folded = fold(text)
    if not folded:
        return None
    iso, local = _ISO_DATE.fullmatch(folded), _VIETNAMESE_DATE.fullmatch(folded)
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if local:
            return date(int(local[3]), int(local[2]), int(local[1]))
    except ValueError:
        pass
    row.say(Level.ERROR, Refusal.NOT_A_DATE, column, clean_line(text))
    return None


def number_cell(row: ParsedRow, column: str, text: str) -> int | None:
    """«150000», «150.000», «150,000 đ»; None if blank."""
    folded = _CURRENCY.sub("", fold(text))
    if not folded:
        return None
    if _WHOLE_NUMBER.fullmatch(folded) and folded.isascii():
        return int(re.sub(r"\D", "", folded))
    row.say(Level.ERROR, Refusal.NOT_A_NUMBER, column, clean_line(text))
    return None


def score_cell(row: ParsedRow, column: str, text: str) -> Decimal | None:
    """«69.99», «69,99»; None if blank. Never rounded."""
    plain = clean_line(text).replace(",", ".")
    if not plain:
        return None
    try:
        score = Decimal(plain)
    except InvalidOperation:
        score = Decimal("NaN")
    if score.is_finite():
        return score
    row.say(Level.ERROR, Refusal.NOT_A_NUMBER, column, clean_line(text))
    return None


def stars_cell(row: ParsedRow, column: str, text: str) -> int | None:
    """«4», «4 sao», «OCOP 4 sao», «★★★★»; None if blank. More than that, or two ranks, is an error: no guess."""
    line = clean_line(text)
    if not line:
        return None
    drawn = _DRAWN_STARS.fullmatch(line)
    if drawn:
        return len(line)
    said = _STARS.fullmatch(fold(line))
    if said:
        return int(said[1])
    row.say(Level.ERROR, Finding.STARS_UNCLEAR, column, line)
    return None


def stars_in_text(text: str) -> tuple[int, ...]:
    """The ranks that a prose text speaks of, each once, lowest first: «OCOP 3 sao … 4 sao» gives (3, 4)."""
    return tuple(sorted({int(found) for found in _STARS_IN_TEXT.findall(fold(text))}))
