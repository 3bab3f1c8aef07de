"""Which of our own drawings stands for a product, chosen by words of its name; no photographs exist.

The drawings are static/img/goods/<key>.svg.
"""

import re
from functools import lru_cache
from typing import Final

from core.text import fold, tone_key

# Phrases as people write the goods, most telling first: «nước mắm» before «nước», «cao atisô» before «atisô».
_BY_PHRASE: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("homestay", ("homestay", "nhà sàn", "lưu trú")),
    ("boat", ("du thuyền", "chèo thuyền", "sông nước", "tham quan sông")),
    ("terraces", ("ruộng bậc thang",)),
    ("eco-garden", ("vườn sinh thái", "nông trại", "farmstay", "miệt vườn")),
    ("village-gate", ("làng du lịch", "điểm du lịch", "làng cổ", "du lịch")),
    ("incense", ("hương trầm", "hương thẻ", "nhang", "trầm hương", "nụ trầm")),
    ("essential-oil", ("tinh dầu",)),
    ("soap", ("xà phòng", "xà bông", "sữa tắm", "dầu gội", "mỹ phẩm", "son dưỡng", "nước rửa")),
    ("fish-sauce", ("nước mắm", "mắm cốt", "mắm nhĩ")),
    ("salted", ("mắm nêm", "mắm ruốc", "mắm tôm", "mắm tép", "mắm cá", "mắm xay", "mắm", "ruốc", "muối")),
    ("soy-sauce", ("nước tương", "xì dầu", "tương bần", "tương nếp", "tương", "giấm")),
    ("wine-jar", ("rượu cần", "rượu vang", "vang", "rượu trái cây", "rượu mận", "rượu nếp cẩm")),
    ("spirit", ("rượu", "vodka")),
    ("ginseng", ("sâm", "đinh lăng", "ba kích")),
    ("mushroom", ("đông trùng hạ thảo", "cordyceps", "nấm", "linh chi", "mộc nhĩ")),
    ("turmeric", ("tinh bột nghệ", "nghệ", "curcumin", "gừng", "riềng")),
    ("honey", ("mật ong", "phấn hoa", "sữa ong chúa", "mật hoa", "mật dừa", "mật mía")),
    ("cocoa", ("ca cao", "cacao", "sô cô la", "socola", "chocolate")),
    ("coffee", ("cà phê", "coffee", "cafe", "càfê")),
    (
        "herbal-tea",
        ("trà thảo mộc", "trà gạo", "trà bí đao", "trà hoa", "trà gừng", "trà atisô", "trà túi lọc"),
    ),
    ("tea", ("trà", "chè xanh", "chè tân cương", "chè shan", "chè ô long", "chè", "hồng trà", "matcha")),
    (
        "herbal-box",
        ("cao atiso", "atiso", "atisô", "viên nang", "dầu gió", "cao dược liệu", "thảo dược"),
    ),
    ("noodles", ("bún", "miến", "phở", "mì", "hủ tiếu", "bánh đa", "bánh phở")),
    (
        "rice-cake",
        ("bánh tráng", "bánh chưng", "bánh tét", "bánh gai", "bánh cuốn", "bánh", "cốm", "nem nướng"),
    ),
    ("sweets", ("kẹo", "mứt", "đường hoa dừa", "đường thốt nốt", "đường", "chè lam", "ô mai")),
    ("rice", ("gạo", "nếp", "lúa", "ngũ cốc", "yến mạch", "bột dinh dưỡng")),
    ("nuts", ("mắc ca", "macca", "hạt điều", "lạc", "đậu phộng", "hạt sen", "hạt", "đậu", "vừng", "mè")),
    ("plum", ("mận", "mơ", "đào", "dâu tằm", "dâu", "sim", "nho")),
    ("citrus", ("cam", "bưởi", "quýt", "chanh", "tắc", "phật thủ")),
    ("dried-fruit", ("sấy dẻo", "sấy giòn", "sấy thăng hoa", "sấy", "hoa quả", "trái cây")),
    ("juice", ("nước ép", "sinh tố", "nước cốt", "siro", "nước giải khát", "nước dừa")),
    ("water", ("nước khoáng", "nước uống", "nước tinh khiết")),
    ("spice", ("tiêu", "ớt", "sa tế", "gia vị", "mắc khén", "quế", "hồi", "tỏi", "hành", "sả")),
    ("pickles", ("dưa", "cà pháo", "kim chi", "muối chua", "măng")),
    ("oil", ("dầu lạc", "dầu mè", "dầu phộng", "dầu")),
    ("eggs", ("trứng",)),
    ("sausage", ("giò", "chả", "nem", "lạp xưởng", "xúc xích")),
    ("smoked-meat", ("thịt", "gác bếp", "bò", "trâu", "lợn", "heo", "gà", "vịt")),
    ("shrimp", ("tôm", "cua", "ghẹ", "mực", "sứa", "hàu")),
    ("dried-fish", ("cá", "khô", "yến sào", "tổ yến", "rong")),
    ("brocade", ("thổ cẩm", "dệt", "vải", "khăn", "áo", "lụa", "lanh")),
    ("conical-hat", ("nón",)),
    ("mat", ("chiếu", "thảm", "cói")),
    ("basket", ("mây tre", "giỏ", "rổ", "đan", "tre", "lục bình", "túi")),
    ("ceramics", ("gốm", "sứ", "bình gốm", "ấm chén")),
    ("lacquer", ("sơn mài", "tranh")),
    ("wood-carving", ("gỗ", "điêu khắc", "tượng", "trống")),
    ("orchid", ("lan", "phong lan")),
    ("bonsai", ("bonsai", "cây cảnh", "mai vàng", "cây")),
    ("ornamental-fish", ("cá cảnh", "cá koi")),
    ("ornamental-bird", ("chim",)),
    ("blossom", ("hoa",)),
    ("vegetables", ("rau", "cải", "khoai", "bí", "cà chua", "bắp", "củ", "quả")),
)

_BY_GROUP: Final = {
    1: "vegetables",
    2: "juice",
    3: "herbal-box",
    4: "basket",
    5: "blossom",
    6: "village-gate",
}
FALLBACK: Final = "basket"

# Kinds that only one group makes, so that «Gốm Mận» is no plum and an ornamental fish is not dried.
_ONLY_IN_GROUP: Final = {
    "homestay": 6, "boat": 6, "terraces": 6, "eco-garden": 6, "village-gate": 6,
    "brocade": 4, "conical-hat": 4, "mat": 4, "basket": 4, "ceramics": 4, "lacquer": 4, "wood-carving": 4,
    "orchid": 5, "bonsai": 5, "ornamental-fish": 5, "ornamental-bird": 5, "blossom": 5,
}  # fmt: skip
_WORD: Final = re.compile(r"[^\W_]+")


def illustration_for(name: str, group_no: int | None) -> str:
    """The key of the drawing for a product of that name: the first phrase found, else that of its group.

    Tones count if `name` has any: «mận» is a plum, «mặn» is salted. Never fails; the same name, the same drawing.
    """
    compare = fold if name.isascii() else tone_key
    padded = f" {_joined(compare(name))} "
    for key, phrases in _phrases(compare is fold):
        if _fits(key, group_no) and any(phrase in padded for phrase in phrases):
            return key
    return _BY_GROUP.get(group_no or 0, FALLBACK)


def _fits(key: str, group_no: int | None) -> bool:
    if group_no is None:
        return True
    owner = _ONLY_IN_GROUP.get(key)
    return owner == group_no if owner is not None else group_no not in {5, 6}


@lru_cache(maxsize=2)
def _phrases(folded: bool) -> tuple[tuple[str, tuple[str, ...]], ...]:
    compare = fold if folded else tone_key
    return tuple(
        (key, tuple(f" {_joined(compare(each))} " for each in phrases)) for key, phrases in _BY_PHRASE
    )


def _joined(text: str) -> str:
    return " ".join(_WORD.findall(text))
