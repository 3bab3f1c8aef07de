"""The programme's classes of goods: 6 groups, 17 sub-groups, 26 criteria sets, and the agencies in charge.

Labels are our own short words in both languages. Source: Decision 26/2026/QĐ-TTg, appendix I (classes and
agencies) and appendix II (criteria sets).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from core.text import words


class Agency(StrEnum):
    """Ministries that manage a class of goods."""

    AGRICULTURE = "agriculture"
    TRADE = "trade"
    HEALTH = "health"
    CULTURE = "culture"


AGENCY_NAMES: Final = {
    Agency.AGRICULTURE: {
        "vi": "Bộ Nông nghiệp và Môi trường",
        "en": "Ministry of Agriculture and Environment",
    },
    Agency.TRADE: {"vi": "Bộ Công Thương", "en": "Ministry of Industry and Trade"},
    Agency.HEALTH: {"vi": "Bộ Y tế", "en": "Ministry of Health"},
    Agency.CULTURE: {
        "vi": "Bộ Văn hóa, Thể thao và Du lịch",
        "en": "Ministry of Culture, Sports and Tourism",
    },
}


@dataclass(frozen=True, slots=True)
class CriteriaSet:
    """number: 1 to 26. agencies: in charge, the leading one first."""

    number: int
    name_vi: str
    name_en: str
    sub_group_number: int
    agencies: tuple[Agency, ...]


@dataclass(frozen=True, slots=True)
class SubGroup:
    """number: 1 to 17, counted through all groups in the order of the decision."""

    number: int
    name_vi: str
    name_en: str
    group_number: int


@dataclass(frozen=True, slots=True)
class Group:
    """number: 1 to 6. roman: as the decision counts them. slug: its address, the same in both languages."""

    number: int
    roman: str
    slug: str
    name_vi: str
    name_en: str


GROUPS: Final = (
    Group(1, "I", "food", "Thực phẩm", "Food"),
    Group(2, "II", "drinks", "Đồ uống", "Drinks"),
    Group(3, "III", "herbal", "Dược liệu", "Herbal products"),
    Group(4, "IV", "handicraft", "Thủ công mỹ nghệ", "Handicrafts"),
    Group(5, "V", "ornamental", "Sinh vật cảnh", "Ornamental plants and animals"),
    Group(6, "VI", "tourism", "Du lịch cộng đồng, du lịch sinh thái", "Community and eco-tourism"),
)

SERVICE_GROUP_NUMBER: Final = 6

SUB_GROUPS: Final = (
    SubGroup(1, "Thực phẩm tươi sống", "Fresh food", 1),
    SubGroup(2, "Thực phẩm thô, sơ chế", "Raw and semi-processed food", 1),
    SubGroup(3, "Thực phẩm chế biến", "Processed food", 1),
    SubGroup(4, "Gia vị", "Condiments", 1),
    SubGroup(5, "Chè, trà", "Tea", 1),
    SubGroup(6, "Cà phê, ca cao", "Coffee and cocoa", 1),
    SubGroup(7, "Đồ uống có cồn", "Alcoholic drinks", 2),
    SubGroup(8, "Đồ uống không cồn", "Soft drinks and water", 2),
    SubGroup(9, "Thực phẩm chức năng, thuốc dược liệu", "Functional food and herbal medicine", 3),
    SubGroup(10, "Mỹ phẩm", "Cosmetics", 3),
    SubGroup(11, "Tinh dầu và dược liệu khác", "Essential oils and other herbal products", 3),
    SubGroup(12, "Đồ gia dụng, trang trí", "Household and decorative crafts", 4),
    SubGroup(13, "Vải, may mặc", "Fabrics and garments", 4),
    SubGroup(14, "Hoa", "Flowers", 5),
    SubGroup(15, "Cây cảnh", "Ornamental plants", 5),
    SubGroup(16, "Động vật cảnh", "Ornamental animals", 5),
    SubGroup(17, "Dịch vụ du lịch", "Tourism services", 6),
)

_MAE, _MOIT, _MOH, _MCST = Agency.AGRICULTURE, Agency.TRADE, Agency.HEALTH, Agency.CULTURE

CRITERIA_SETS: Final = (
    CriteriaSet(1, "Rau, củ, quả, hạt tươi", "Fresh vegetables, fruit and nuts", 1, (_MAE,)),
    CriteriaSet(2, "Thịt, thủy sản, trứng, sữa tươi", "Fresh meat, fish, eggs and milk", 1, (_MAE,)),
    CriteriaSet(3, "Gạo, ngũ cốc, hạt sơ chế", "Rice, cereals and seeds", 2, (_MAE,)),
    CriteriaSet(4, "Mật ong và nông sản khác", "Honey and other farm produce", 2, (_MAE,)),
    CriteriaSet(5, "Đồ ăn nhanh", "Fast food", 3, (_MOIT,)),
    CriteriaSet(6, "Chế biến từ gạo, ngũ cốc", "Products of rice and cereals", 3, (_MAE, _MOIT)),
    CriteriaSet(7, "Chế biến từ rau, củ, quả, hạt", "Products of vegetables, fruit and nuts", 3, (_MAE,)),
    CriteriaSet(
        8,
        "Chế biến từ thịt, thủy sản, trứng, sữa, mật ong",
        "Products of meat, fish, eggs, milk and honey",
        3,
        (_MAE, _MOIT),
    ),
    CriteriaSet(9, "Nước mắm, tương, gia vị lỏng", "Fish sauce, soy paste and liquid condiments", 4, (_MAE,)),
    CriteriaSet(10, "Gia vị khác", "Other condiments", 4, (_MAE,)),
    CriteriaSet(11, "Chè tươi, chè chế biến", "Fresh and processed tea", 5, (_MAE,)),
    CriteriaSet(12, "Trà từ thực vật khác", "Tea of other plants", 5, (_MAE,)),
    CriteriaSet(13, "Cà phê, ca cao", "Coffee and cocoa", 6, (_MAE,)),
    CriteriaSet(14, "Rượu trắng", "White spirit", 7, (_MOIT,)),
    CriteriaSet(15, "Đồ uống có cồn khác", "Other alcoholic drinks", 7, (_MOIT,)),
    CriteriaSet(16, "Nước khoáng, nước đóng chai", "Mineral and bottled water", 8, (_MOH,)),
    CriteriaSet(17, "Đồ uống không cồn khác", "Other soft drinks", 8, (_MOIT,)),
    CriteriaSet(
        18,
        "Thực phẩm chức năng, thuốc dược liệu, thuốc cổ truyền",
        "Functional food, herbal and traditional medicine",
        9,
        (_MOH,),
    ),
    CriteriaSet(19, "Mỹ phẩm từ dược liệu", "Herbal cosmetics", 10, (_MOH,)),
    CriteriaSet(
        20, "Tinh dầu, dược liệu khác", "Essential oils and other herbal products", 11, (_MOH, _MOIT)
    ),
    CriteriaSet(21, "Thủ công gia dụng, trang trí", "Household and decorative crafts", 12, (_MOIT, _MAE)),
    CriteriaSet(22, "Vải, may mặc", "Fabrics and garments", 13, (_MOIT,)),
    CriteriaSet(23, "Hoa", "Flowers", 14, (_MAE,)),
    CriteriaSet(24, "Cây cảnh", "Ornamental plants", 15, (_MAE,)),
    CriteriaSet(25, "Động vật cảnh", "Ornamental animals", 16, (_MAE,)),
    CriteriaSet(
        26,
        "Du lịch cộng đồng, du lịch sinh thái, điểm du lịch",
        "Community tourism, eco-tourism and destinations",
        17,
        (_MCST, _MAE),
    ),
)

# Names of groups that registers and sellers state, beside the labels above. The decision of 2019 (1048) cut the
# groups another way: «fabrics and garments» and «souvenirs, furniture, decoration» were groups of their own.
_STATED_NAMES: Final = {
    1: ("sản phẩm thực phẩm", "lương thực thực phẩm", "nông sản thực phẩm", "ngành thực phẩm", "food"),
    2: ("thức uống", "ngành đồ uống", "đồ uống có cồn", "đồ uống không cồn", "drink", "beverages"),
    3: (
        "thảo dược",
        "ngành thảo dược",
        "dược liệu và sản phẩm từ dược liệu",
        "thảo dược và sản phẩm từ thảo dược",
        "sản phẩm từ dược liệu",
        "herbal",
    ),
    4: (
        "hàng thủ công mỹ nghệ",
        "thủ công mỹ nghệ và trang trí",
        "thủ công mỹ nghệ trang trí",
        "vải và may mặc",
        "vải may mặc",
        "lưu niệm nội thất trang trí",
        "lưu niệm và trang trí",
        "đồ lưu niệm nội thất trang trí",
        "handicraft",
    ),
    5: ("hoa cây cảnh", "hoa và cây cảnh", "cây cảnh", "ornamental"),
    6: (
        "dịch vụ du lịch",
        "du lịch",
        "dịch vụ du lịch nông thôn",
        "dịch vụ du lịch nông thôn bán hàng",
        "dịch vụ du lịch cộng đồng và điểm du lịch",
        "dịch vụ du lịch cộng đồng du lịch sinh thái và điểm du lịch",
        "du lịch cộng đồng",
        "du lịch nông thôn",
        "tourism",
    ),
}
_LEADING_WORDS: Final = (("nhom", "san", "pham"), ("nhom", "hang"), ("nhom", "nganh"), ("nhom",), ("nganh",))


def group_by_number(number: int) -> Group | None:
    """The group of that number, 1 to 6, or None."""
    return GROUPS[number - 1] if 1 <= number <= len(GROUPS) else None


def group_by_slug(slug: str) -> Group | None:
    """The group with that slug, or None."""
    return next((group for group in GROUPS if group.slug == slug), None)


def sub_group_by_number(number: int) -> SubGroup | None:
    """The sub-group of that number, 1 to 17, or None."""
    return SUB_GROUPS[number - 1] if 1 <= number <= len(SUB_GROUPS) else None


def criteria_set_by_number(number: int) -> CriteriaSet | None:
    """The criteria set of that number, 1 to 26, or None."""
    return CRITERIA_SETS[number - 1] if 1 <= number <= len(CRITERIA_SETS) else None


def sub_group_of_set(number: int) -> SubGroup | None:
    """The sub-group to which the criteria set of that number belongs, or None."""
    criteria_set = criteria_set_by_number(number)
    return None if criteria_set is None else sub_group_by_number(criteria_set.sub_group_number)


def group_of_set(number: int) -> Group | None:
    """The group to which the criteria set of that number belongs, or None: 9 is fish sauce, hence food."""
    sub_group = sub_group_of_set(number)
    return None if sub_group is None else group_by_number(sub_group.group_number)


def is_service(group: Group) -> bool:
    """Whether the group holds services (tourism): nothing to stamp, to stock or to send."""
    return group.number == SERVICE_GROUP_NUMBER


def group_from_stated(text: str) -> Group | None:
    """The group that a register or seller means, by today's names or those since 2019; None if not known.

    «Thảo dược» is Dược liệu, «Vải và may mặc» is Thủ công mỹ nghệ. Names of sub-groups and sets lead to their
    group. Case, tones, «Nhóm» and punctuation do not matter; nothing is guessed from other words.
    """
    key = _stated_key(text)
    number = _numbers_by_stated_name().get(key)
    return None if number is None else group_by_number(number)


def label(named: Group | SubGroup | CriteriaSet, language: str) -> str:
    """The name in `language` («vi», «en»); Vietnamese for any other."""
    return named.name_en if language == "en" else named.name_vi


def _stated_key(text: str) -> tuple[str, ...]:
    key = tuple(words(text))
    for leading in _LEADING_WORDS:
        if key[: len(leading)] == leading and len(key) > len(leading):
            return key[len(leading) :]
    return key


@lru_cache(maxsize=1)
def _numbers_by_stated_name() -> dict[tuple[str, ...], int]:
    return {_stated_key(name): number for number, name in _stated_names()}


def _stated_names() -> Iterator[tuple[int, str]]:
    """Every name that leads to a group, with the group's number."""
    groups = {sub_group.number: sub_group.group_number for sub_group in SUB_GROUPS}
    for criteria_set in CRITERIA_SETS:
        yield from ((groups[criteria_set.sub_group_number], name) for name in _labels(criteria_set))
    for sub_group in SUB_GROUPS:
        yield from ((sub_group.group_number, name) for name in _labels(sub_group))
    for group in GROUPS:
        yield from ((group.number, name) for name in (*_labels(group), *_STATED_NAMES[group.number]))


def _labels(named: Group | SubGroup | CriteriaSet) -> tuple[str, str]:
    return named.name_vi, named.name_en
