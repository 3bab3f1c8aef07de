"""What each shelf elsewhere asks of a row, as dated rules with their sources, and why goods are on it or not. Pure.

The rules are the tables of `promotion/data/rules/*.toml`: a change of a shelf's specification is a row and a test.
A rule that blocks keeps a row out of the file; the others are told to the producer and the row goes out.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from unicodedata import normalize

from core.text import fold, nfc
from traceability.digital_link import is_gtin14, is_restricted

RULES: Final = Path(__file__).parent / "data" / "rules"
URL_MAX: Final = 2_000
"""Source: Google Merchant Center help, link and image_link: 1 to 2,000 characters."""

_URL: Final = re.compile(r"https?://[!-~]+")
_PRICE: Final = re.compile(r"([1-9]\d{0,11})(?:\.\d{1,2})? ([A-Z]{3})")
_TAG: Final = re.compile(r"<[a-zA-Z/!][^>]*>")
_MEASURE: Final = re.compile(r"(\d{1,9}(?:\.\d{1,3})?) ?([a-z]+)")
_CODE: Final = re.compile(r"[!-~]+")
_GTIN_LENGTHS: Final = (8, 12, 13, 14)
_COUPON_PREFIXES: Final = ("04", "05", "98", "99")
_CAPITALS_FROM: Final = 10  # «OCOP» and «HTX» are no shouting
_DIMENSIONS: Final = {
    **dict.fromkeys(("oz", "lb", "mg", "g", "kg"), "weight"),
    **dict.fromkeys(("floz", "pt", "qt", "gal", "ml", "cl", "l", "cbm"), "volume"),
    **dict.fromkeys(("ct", "sheet", "item"), "count"),
}
_BASES: Final = {
    *(f"{number}{unit}" for number in (1, 10, 100, 2, 4, 8) for unit in _DIMENSIONS),
    "75cl",
    "750ml",
    "50kg",
    "1000kg",
}
"""Source: Google Merchant Center help 6324490 (unit pricing base measure) and 6324455 (unit pricing measure)."""

# «OCOP 4 sao», «đạt 4 sao», «bốn ngôi sao OCOP», «4-star», «five stars», «OCOP 4*», «★★★★»; on folded text but for
# the signs.
_NUMBERS: Final = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "three": 3, "four": 4, "five": 5}
_NUMBER: Final = rf"([1-5]|{'|'.join(_NUMBERS)})"
_STARS: Final = r"\W{0,2}(?:(?:ngoi )?sao\b|stars?\b|\*(?! ?\d))"  # «2*500 g» is a sum
_STAR_CLAIM: Final = re.compile(
    rf"ocop\W{{0,3}}(?:\w+\W+){{0,3}}?{_NUMBER}{_STARS}"
    rf"|\b{_NUMBER}{_STARS}\W{{0,3}}(?:\w+\W+){{0,3}}?ocop"
    rf"|\b(?:dat|chuan|hang|chung nhan|cong nhan|xep hang)\W+(?:\w+\W+){{0,2}}?{_NUMBER}{_STARS}"
)
_OCOP_CLAIM: Final = re.compile(
    r"\b(?:dat|chuan|chung nhan|cong nhan|certified|recogni[sz]ed)\W+(?:\w+\W+){0,3}?ocop\b"
    r"|\bocop\W{0,3}(?:certified|recogni[sz]ed)\b"
)
# A denial counts right before what it denies: «không phẩm màu, OCOP 5 sao» denies the dye. «Chưa» is told from «chua»
# (sour milk, tomatoes) by its marks, before they are folded away.
_MARKED_DENIAL: Final = re.compile(r"\b(?:chưa|không|chẳng)\b")
_DENIED: Final = re.compile(
    r"\bkhong(?: (?:phai|dat|duoc|co|la|con|tung|he|cap|danh gia|cong nhan|chung nhan|xep hang|hang|chuan|tieu chuan"
    r"|san pham|giay)\b)+ ?"
    r"|\b(?:not|never)(?: (?:yet|been|an?|rated|certified)\b)* ?"
)
DENIAL_MAX: Final = 80
"""Signs from a denial to its claim at most, so that long texts are judged fast."""
_LINE_END: Final = re.compile(r"\s*[\r\n]\s*")
_STAR_SIGNS: Final = re.compile("[★⭐🌟]{1,5}")


class ChannelKey(StrEnum):
    """The shelves elsewhere that files are made for."""

    GOOGLE = "google"
    FACEBOOK = "facebook"
    SCHEMA = "schema"
    SHOPEE = "shopee"
    LAZADA = "lazada"
    TIKI = "tiki"
    TIKTOK = "tiktok"
    POSTMART = "postmart"


class Reason(StrEnum):
    """Why a product is on a shelf (`offered`) or not. The first that applies, in this order, is told."""

    OFFERED = "offered"
    NOT_FOR_SALE = "not_for_sale"
    SERVICE = "service"
    DEMONSTRATION = "demonstration"
    RECALLED = "recalled"
    COPIED = "copied"
    REGULATED = "regulated"
    PAPER_MISSING = "paper_missing"
    STAR_CLAIM = "star_claim"
    KEPT_OFF = "kept_off"
    NO_PACK = "no_pack"
    BREACH = "breach"


class Basis(StrEnum):
    """How a rule is known: its publisher's page was read, somebody's account of it was, or it is from memory."""

    READ = "read"
    ACCOUNT = "account"
    RECALLED = "recalled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a rule stands. read_on: the day on which it was read, None for what is from memory."""

    title: str
    url: str
    read_on: date | None
    basis: Basis


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing asked of a field. value: a number, words or None, as `check` needs it.

    valid_from, valid_to: first and last day of the rule, None without such. blocks: whether a breach keeps a row out.
    """

    field: str
    check: str
    value: Any
    blocks: bool
    valid_from: date | None
    valid_to: date | None
    source: Source

    def applies_on(self, on: date) -> bool:
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on <= self.valid_to
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A shelf. is_feed: fetched by address, others are sheets to upload. is_checked: against published rules."""

    key: ChannelKey
    name: str
    is_feed: bool
    is_checked: bool
    rules: tuple[Rule, ...]

    def limit(self, field: str, check: str = "max_length") -> int:
        """The number that a rule gives for a field. Raises KeyError where there is none."""
        for rule in self.rules:
            if rule.field == field and rule.check == check:
                return int(rule.value)
        raise KeyError((self.key, field, check))


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that a row does not keep. value: what the rule asks, for telling."""

    field: str
    check: str
    value: Any
    blocks: bool


Row = Mapping[str, str]
Facts = Mapping[str, int]
"""What is known of a row beside its texts: `image_side`, pixels of the shorter side of its first picture."""


def check_row(channel: Channel, row: Row, on: date, facts: Facts | None = None) -> list[Breach]:
    """The rules of `channel` in force on a day that `row` does not keep, in their order.

    row: field to text as the file has it; a field that is not there is empty. An empty field breaks only the rule that
    asks for it.
    """
    return [
        Breach(rule.field, rule.check, rule.value, rule.blocks)
        for rule in channel.rules
        if rule.applies_on(on) and not _keeps(rule, row, facts or {})
    ]


def wrong_star_claim(text: str, stars: int | None) -> bool:
    """Whether `text` says of its goods other OCOP stars than `stars`, or any where there are none.

    stars: 3, 4, 5 or None: what may be shown on the day. «Đạt chuẩn OCOP» is such a claim where there are none,
    «chưa được công nhận OCOP» is none.
    """
    # Letters and digits of other widths («５») are read as those that they stand for; the text as it was is read too,
    # because signs that fall apart («…», «™») would part a claim.
    return any(_speaks_wrongly(each, stars) for each in {text, normalize("NFKC", text)})


def _speaks_wrongly(text: str, stars: int | None) -> bool:
    told = _told_plainly(text)
    for found in _STAR_CLAIM.finditer(told):
        number = next(each for each in found.groups() if each)
        if _is_denied(told, found.start()):
            continue
        if _NUMBERS.get(number, 0) != stars and number != str(stars):
            return True
    if any(len(signs) != stars for signs in _STAR_SIGNS.findall(text)):
        return True
    claims = _OCOP_CLAIM.finditer(told) if stars is None else ()
    return any(not _is_denied(told, found.start()) for found in claims)


def _told_plainly(text: str) -> str:
    """`text` folded, each denial as «khong», each end of a line as a comma, so that no denial reaches over it."""
    marked = _LINE_END.sub(",", nfc(text).lower())
    return fold(_MARKED_DENIAL.sub("khong", marked))


def _is_denied(told: str, claim_at: int) -> bool:
    """Whether a denial ends where the claim begins, or reaches into its first words."""
    near = _DENIED.finditer(told, max(0, claim_at - DENIAL_MAX), claim_at + DENIAL_MAX)
    return any(each.start() < claim_at <= each.end() for each in near)


@lru_cache(maxsize=1)
def list_channels() -> tuple[Channel, ...]:
    """All shelves in the order of `ChannelKey`."""
    return tuple(_channel(tomllib.loads((RULES / f"{key}.toml").read_text("utf-8"))) for key in ChannelKey)


def get_channel(key: str) -> Channel:
    """One shelf. Raises ValueError if there is none of that key."""
    wanted = ChannelKey(key)
    return next(each for each in list_channels() if each.key is wanted)


def _channel(data: Mapping[str, Any]) -> Channel:
    sources = {name: _source(each) for name, each in data["sources"].items()}
    return Channel(
        key=ChannelKey(data["key"]),
        name=data["name"],
        is_feed=data["is_feed"],
        is_checked=data["is_checked"],
        rules=tuple(_rule(each, sources) for each in data["rules"]),
    )


def _source(data: Mapping[str, Any]) -> Source:
    return Source(
        title=data["title"], url=data["url"], read_on=data.get("read_on"), basis=Basis(data["basis"])
    )


def _rule(data: Mapping[str, Any], sources: Mapping[str, Source]) -> Rule:
    if data["check"] not in _CHECKS:
        raise ValueError(f"no such check: {data['check']}")
    return Rule(
        field=data["field"],
        check=data["check"],
        value=data.get("value"),
        blocks=data.get("blocks", True),
        valid_from=data.get("valid_from"),
        valid_to=data.get("valid_to"),
        source=sources[data["source"]],
    )


def _keeps(rule: Rule, row: Row, facts: Facts) -> bool:
    text = row.get(rule.field, "")
    if rule.check == "required":
        return bool(text.strip())
    if rule.check == "identifier":
        return text == ("yes" if row.get("gtin") else "no")
    if rule.check == "image_min":
        side = facts.get("image_side")
        return side is None or side >= int(rule.value)
    if not text:
        return True
    if rule.check == "same_dimension":
        return _dimension(text) == _dimension(row.get(rule.value, ""))
    return _CHECKS[rule.check](text, rule.value)


def _dimension(text: str) -> str | None:
    found = _MEASURE.fullmatch(text)
    return _DIMENSIONS.get(found[2]) if found else None


def _is_gtin(text: str, _value: Any) -> bool:
    """Source: GS1 General Specifications 7.9 (check digit); prefixes for shops' own use and for coupons are refused."""
    if len(text) not in _GTIN_LENGTHS or not text.isascii() or not text.isdigit():
        return False
    padded = text.zfill(14)
    is_own_use = is_restricted(padded) or (len(text) == 13 and text.startswith(_COUPON_PREFIXES))
    return is_gtin14(padded) and int(text) > 0 and not is_own_use


def _is_shouted(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return len(letters) >= _CAPITALS_FROM and all(letter.isupper() for letter in letters)


def _is_number(text: str, least: Any) -> bool:
    return re.fullmatch(r"\d{1,12}(?:\.\d{1,3})?", text) is not None and float(text) >= least


def _is_price(text: str, currency: Any) -> bool:
    found = _PRICE.fullmatch(text)
    return found is not None and found[2] == currency


def _is_url(text: str, _value: Any = None) -> bool:
    return len(text) <= URL_MAX and _URL.fullmatch(text) is not None


def _is_image(text: str, formats: Any) -> bool:
    return _is_url(text) and text.rsplit(".", 1)[-1].lower() in formats


_CHECKS: Final[Mapping[str, Callable[[str, Any], bool]]] = {
    "required": lambda text, _: bool(text),
    "identifier": lambda text, _: text in {"yes", "no"},
    "image_min": lambda _text, _: True,
    "same_dimension": lambda _text, _: True,
    "max_length": lambda text, most: len(text) <= most,
    "min_length": lambda text, least: len(text) >= least,
    "one_of": lambda text, words: text in words,
    "code": lambda text, most: len(text) <= most and _CODE.fullmatch(text) is not None,
    "price": _is_price,
    "number": _is_number,
    "gtin": _is_gtin,
    "url": _is_url,
    "image": _is_image,
    "images": lambda text, formats: all(_is_image(each, formats) for each in text.split(",")),
    "plain": lambda text, _: _TAG.search(text) is None,
    "not_shouted": lambda text, _: not _is_shouted(text),
    "measure": lambda text, _: _dimension(text) is not None,
    "base_measure": lambda text, _: text.replace(" ", "") in _BASES,
}
