"""The columns of the table: what each holds, its headings in both languages, and what to write in it.

One row is one pack; what belongs to the product stands in every row of its packs. Headings are understood in both
languages, whatever language the rest speaks, with or without tones.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from catalog.groups import GROUPS, label
from core.text import fold


class Part(StrEnum):
    """What a column speaks of: which row it is, the product, or the pack."""

    KEY = "key"
    PRODUCT = "product"
    PACK = "pack"


class Kind(StrEnum):
    """How the cells of a column are read."""

    LINE = "line"
    TEXT = "text"
    NUMBER = "number"
    GROUP = "group"
    UNIT = "unit"
    GTIN = "gtin"


@dataclass(frozen=True, slots=True)
class Column:
    """name: of the field, as `change_listing` knows it. hint: what to write, for the sheet of instructions."""

    name: str
    part: Part
    kind: Kind
    vi: str
    en: str
    hint_vi: str
    hint_en: str
    width: int = 18

    def heading(self, language: str) -> str:
        return self.en if language == "en" else self.vi

    def hint(self, language: str) -> str:
        return self.hint_en if language == "en" else self.hint_vi


PRODUCT_ID: Final = "product_id"
PACK_ID: Final = "pack_id"
VERSION: Final = "version"

_KEEP_VI: Final = "Hệ thống ghi. Đừng sửa; hàng mới thì để trống."
_KEEP_EN: Final = "Written by the system. Leave as it is; empty for something new."


def _key(name: str, vi: str, en: str) -> Column:
    return Column(name, Part.KEY, Kind.LINE, vi, en, _KEEP_VI, _KEEP_EN, 14)


def _line(name: str, vi: str, en: str, *hints: str, kind: Kind = Kind.LINE) -> Column:
    hint_vi, hint_en = hints or ("", "")
    return Column(name, Part.PRODUCT, kind, vi, en, hint_vi, hint_en, 30)


def _pack(name: str, kind: Kind, vi: str, en: str, *hints: str) -> Column:
    hint_vi, hint_en = hints or ("", "")
    return Column(name, Part.PACK, kind, vi, en, hint_vi, hint_en)


COLUMNS: Final[tuple[Column, ...]] = (
    _key(PRODUCT_ID, "Mã sản phẩm", "Product id"),
    _key(PACK_ID, "Mã gói", "Pack id"),
    _key(VERSION, "Phiên bản", "Version"),
    _line(
        "name",
        "Tên sản phẩm",
        "Product",
        "Bắt buộc. Một sản phẩm nhiều gói: lặp lại đúng tên này ở mỗi dòng.",
        "Required. A product with several packs: the same name in each of their rows.",
    ),
    _line("name_en", "Tên tiếng Anh", "Product in English"),
    _line(
        "group_no",
        "Nhóm",
        "Group",
        "Chọn trong danh sách.",
        "Choose from the list.",
        kind=Kind.GROUP,
    ),
    _line("summary", "Giới thiệu ngắn", "Summary", "Một câu.", "One sentence."),
    _line("summary_en", "Giới thiệu ngắn tiếng Anh", "Summary in English"),
    _line(
        "story",
        "Câu chuyện",
        "Story",
        "Nhiều đoạn cũng được (Alt+Enter để xuống dòng).",
        "May have several paragraphs (Alt+Enter for a new line).",
        kind=Kind.TEXT,
    ),
    _line("story_en", "Câu chuyện tiếng Anh", "Story in English", kind=Kind.TEXT),
    _line("ingredients", "Thành phần", "Ingredients"),
    _line("ingredients_en", "Thành phần tiếng Anh", "Ingredients in English"),
    _line("storage", "Bảo quản", "Storage"),
    _line("storage_en", "Bảo quản tiếng Anh", "Storage in English"),
    _line("origin", "Xuất xứ", "Origin"),
    _line("usage", "Cách dùng", "Use"),
    _line("usage_en", "Cách dùng tiếng Anh", "Use in English"),
    _line("warnings", "Cảnh báo", "Warnings"),
    _line("warnings_en", "Cảnh báo tiếng Anh", "Warnings in English"),
    _line("allergens", "Chất gây dị ứng", "Allergens"),
    _line("allergens_en", "Chất gây dị ứng tiếng Anh", "Allergens in English"),
    _line("alcohol", "Độ cồn", "Alcohol", "Như in trên nhãn: 29% vol.", "As printed: 29% vol."),
    _line(
        "shelf_life_days",
        "Hạn dùng (ngày)",
        "Shelf life (days)",
        "Số ngày kể từ ngày sản xuất.",
        "Days from the day of making.",
        kind=Kind.NUMBER,
    ),
    _pack(
        "label", Kind.LINE, "Gói", "Pack", "Như khách đọc: «Hộp 500 g».", "As shoppers read it: «Box, 500 g»."
    ),
    _pack("label_en", Kind.LINE, "Gói tiếng Anh", "Pack in English"),
    _pack(
        "net_quantity",
        Kind.NUMBER,
        "Lượng",
        "Net quantity",
        "Số nguyên, không ghi đơn vị.",
        "A whole number.",
    ),
    _pack("net_unit", Kind.UNIT, "Đơn vị", "Unit", "Chọn trong danh sách.", "Choose from the list."),
    _pack(
        "price_vnd",
        Kind.NUMBER,
        "Giá (đồng)",
        "Price (đồng)",
        "Số nguyên: 125000.",
        "A whole number: 125000.",
    ),
    _pack("gtin", Kind.GTIN, "Mã GTIN", "GTIN", "Nếu có mã vạch GS1.", "If there is a GS1 barcode."),
    _pack(
        "on_hand",
        Kind.NUMBER,
        "Số còn",
        "In stock",
        "Số gói đang có. 0 là hết hàng.",
        "Packs there. 0: sold out.",
    ),
)
BY_NAME: Final[Mapping[str, Column]] = {column.name: column for column in COLUMNS}
PRODUCT_FIELDS: Final = tuple(column.name for column in COLUMNS if column.part is Part.PRODUCT)
PACK_FIELDS: Final = tuple(column.name for column in COLUMNS if column.part is Part.PACK)
UNITS: Final[Mapping[str, tuple[str, str]]] = {
    "g": ("g", "g"),
    "kg": ("kg", "kg"),
    "ml": ("ml", "ml"),
    "l": ("lít", "l"),
    "piece": ("cái", "piece"),
}


@cache
def column_of_heading() -> Mapping[str, Column]:
    """Folded heading to column: the names of both languages, and the fields themselves."""
    return {fold(heading): column for column in COLUMNS for heading in (column.vi, column.en, column.name)}


@cache
def group_of_words() -> Mapping[str, int]:
    """Folded words to the number of a group: both languages, the name in addresses, the number itself."""
    return {
        fold(words): group.number
        for group in GROUPS
        for words in (group.name_vi, group.name_en, group.slug, str(group.number))
    }


@cache
def unit_of_words() -> Mapping[str, str]:
    """Folded words to a unit."""
    return {fold(words): unit for unit, both in UNITS.items() for words in (unit, *both)}


def choices(column: Column, language: str) -> tuple[str, ...]:
    """What may be chosen in a column, in words; empty where anything may be written."""
    if column.kind is Kind.GROUP:
        return tuple(label(group, language) for group in GROUPS)
    if column.kind is Kind.UNIT:
        return tuple(both[1 if language == "en" else 0] for both in UNITS.values())
    return ()
