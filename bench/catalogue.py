"""A catalogue of any size for measuring: invented products with Vietnamese names, the same for the same size.

Goods come from the table of goods words, places from today's communes; firms, brands and numbers are made up.
"""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import insert

from catalog.models import Certificate, Certification, Place, Producer, Product, Source, Variant
from catalog.search_document import PlaceNames, SearchFacts, search_document
from catalog.stars import expiry_by_law
from core.db import db, transaction
from core.places import Vintage, list_communes, list_provinces, predecessors
from core.text import slugify

PRODUCT_COUNT: Final = 20_000
SEED: Final = 20_000
TODAY: Final = date(2026, 11, 22)
_STAMP: Final = datetime(2026, 11, 1, tzinfo=UTC)
_BATCH: Final = 1_000

# goods in Vietnamese and English, group, criteria set, price of a pack in thousand đồng
_GOODS: Final = tuple(
    (name, english, int(group), int(criteria), int(price))
    for name, english, group, criteria, price in (
        line.split("|")
        for line in """
Nước mắm|Fish sauce|1|9|95
Nước mắm cá cơm|Anchovy fish sauce|1|9|120
Mắm ruốc|Shrimp paste|1|10|60
Mắm tôm|Shrimp paste|1|10|55
Tương ớt|Chili sauce|1|9|45
Cà phê bột|Ground coffee|1|13|110
Cà phê rang xay|Roasted ground coffee|1|13|150
Cà phê hạt|Coffee beans|1|13|180
Ca cao nguyên chất|Pure cocoa|1|13|160
Chè xanh|Green tea|1|11|130
Chè Shan tuyết|Shan tuyet tea|1|11|350
Trà sen|Lotus tea|1|12|240
Trà hoa vàng|Golden camellia tea|1|12|520
Trà túi lọc cà gai leo|Herbal tea bags|1|12|75
Gạo nếp cái hoa vàng|Yellow flower sticky rice|1|3|48
Gạo nếp cẩm|Black sticky rice|1|3|56
Gạo lứt đỏ|Red brown rice|1|3|52
Gạo thơm|Fragrant rice|1|3|38
Miến dong|Canna glass noodles|1|6|65
Bún khô|Dried rice vermicelli|1|6|32
Phở khô|Dried pho noodles|1|6|35
Bánh tráng|Rice paper|1|6|28
Bánh chưng|Square sticky rice cake|1|6|70
Bánh pía sầu riêng|Durian pia cake|1|6|62
Bánh đậu xanh|Mung bean cake|1|6|45
Kẹo dừa|Coconut candy|1|7|40
Kẹo lạc|Peanut candy|1|7|30
Mứt gừng|Candied ginger|1|7|58
Mận sấy dẻo|Soft dried plum|1|7|85
Mận hậu tươi|Fresh plum|1|1|45
Xoài sấy dẻo|Soft dried mango|1|7|75
Mít sấy giòn|Jackfruit chips|1|7|70
Chuối sấy dẻo|Soft dried banana|1|7|55
Hồng treo gió|Hanging dried persimmon|1|7|260
Nhãn lồng|Longan|1|1|60
Vải thiều|Lychee|1|1|50
Bưởi da xanh|Green skin pomelo|1|1|65
Cam sành|King orange|1|1|40
Thanh long ruột đỏ|Red dragon fruit|1|1|38
Sầu riêng Ri6|Durian|1|1|140
Dưa lưới|Muskmelon|1|1|75
Rau má sạch|Pennywort|1|1|25
Nấm hương khô|Dried shiitake|1|7|180
Măng khô|Dried bamboo shoots|1|7|220
Tỏi đen|Black garlic|1|7|290
Hạt điều rang muối|Salted roasted cashew|1|7|190
Hạt sen sấy|Dried lotus seed|1|7|170
Mắc ca|Macadamia|1|7|250
Tiêu đen|Black pepper|1|10|130
Tinh bột nghệ|Turmeric starch|1|10|160
Bột sắn dây|Kudzu starch|1|7|120
Muối tôm|Shrimp salt|1|10|35
Trứng vịt muối mặn|Salted duck eggs|1|8|65
Cá cơm khô mặn|Salted dried anchovy|1|8|110
Mật ong hoa nhãn|Longan honey|1|4|180
Mật ong rừng|Wild honey|1|4|320
Mật ong bạc hà|Mint honey|1|4|420
Thịt trâu gác bếp|Smoked dried buffalo|1|8|450
Lạp xưởng|Chinese sausage|1|8|150
Nem chua|Fermented pork roll|1|8|60
Giò lụa|Pork roll|1|8|130
Chả mực|Squid cake|1|8|330
Khô cá lóc|Dried snakehead fish|1|8|210
Mực một nắng|Semi dried squid|1|8|380
Tôm khô|Dried shrimp|1|8|490
Yến sào|Bird's nest|1|8|950
Trứng gà|Chicken eggs|1|2|42
Dầu lạc|Peanut oil|1|10|105
Rượu nếp|Sticky rice wine|2|14|120
Rượu mơ|Apricot wine|2|15|160
Rượu ngô|Corn spirit|2|14|110
Nước ép bưởi|Pomelo juice|2|17|45
Nước khoáng|Mineral water|2|16|12
Siro dâu tằm|Mulberry syrup|2|17|85
Cao cà gai leo|Solanum extract|3|18|240
Đông trùng hạ thảo|Cordyceps|3|18|680
Tinh dầu sả|Lemongrass oil|3|20|90
Tinh dầu tràm|Cajuput oil|3|20|110
Dầu gội bồ kết|Soap nut shampoo|3|19|120
Xà phòng thảo mộc|Herbal soap|3|19|55
Bột rau má|Pennywort powder|3|18|140
Gốm sứ|Ceramics|4|21|260
Chiếu cói|Sedge mat|4|21|320
Nón lá|Conical leaf hat|4|21|80
Giỏ lục bình|Water hyacinth basket|4|21|150
Khăn thổ cẩm|Brocade scarf|4|22|190
Lụa tơ tằm|Silk|4|22|650
Hoa lan hồ điệp|Moth orchid|5|23|230
Cây bonsai|Bonsai|5|24|900
Cá cảnh Koi|Koi fish|5|25|300
Du lịch cộng đồng|Community tourism|6|26|450
""".strip().splitlines()
    )
)
_MANNERS: Final = (
    "truyền thống", "đặc biệt", "hữu cơ", "thượng hạng", "nguyên chất", "cao cấp", "hộp quà", "loại 1", "thủ công",
    "sạch", "quê nhà", "gia truyền", "mùa mới", "vị cay", "ít ngọt", "không đường", "túi zip", "hút chân không", "",
)  # fmt: skip
_FIRST: Final = (
    "An", "Bảo", "Bình", "Cát", "Cường", "Đại", "Đông", "Đức", "Gia", "Hà", "Hải", "Hằng", "Hòa", "Hồng", "Hưng",
    "Kim", "Lan", "Lộc", "Mai", "Minh", "Nam", "Ngọc", "Nhật", "Phú", "Phúc", "Phương", "Quang", "Quý", "Sơn",
    "Tâm", "Tân", "Thanh", "Thảo", "Thiên", "Thịnh", "Thuận", "Trường", "Tú", "Tuấn", "Việt", "Vĩnh", "Xuân", "Yên",
)  # fmt: skip
_KINDS: Final = (
    ("cooperative", "Hợp tác xã nông nghiệp", 33),
    ("enterprise", "Công ty TNHH", 24),
    ("household", "Hộ kinh doanh", 36),
    ("cooperative_group", "Tổ hợp tác", 5),
    ("farm", "Trang trại", 2),
)
_PACKS: Final = (
    (250, "g", 0.6),
    (500, "g", 1.0),
    (1, "kg", 1.8),
    (330, "ml", 0.7),
    (500, "ml", 1.0),
    (1, "l", 1.7),
)
_CERTIFICATES: Final = ("food_safety", "vietgap", "organic", "haccp", "iso", "geographical_indication")


@dataclass(frozen=True, slots=True)
class _Maker:
    id: int
    name: str
    brand: str
    place: dict[str, Any]


def fill(product_count: int = PRODUCT_COUNT) -> None:
    """Put the catalogue into the (migrated, empty) database of the present application."""
    chance = random.Random(SEED)
    makers = list(_makers(chance, max(1, product_count // 2)))
    with transaction():
        db.session.execute(insert(Source), [{"id": 1, "key": "BENCH", "title": "Invented for measuring"}])
        _insert(Place, (maker.place for maker in makers))
        _insert(Producer, (_producer(chance, maker) for maker in makers))
        _insert(
            Product,
            (_product(number, makers[_maker_of(number, len(makers))]) for number in range(product_count)),
        )
        _insert(Variant, (row for number in range(product_count) for row in _variants(number)))
        _insert(Certification, (row for number in range(product_count) for row in _certifications(number)))
        _insert(Certificate, _certificates(chance, len(makers)))


def _insert(model: Any, rows: Iterable[dict[str, Any]]) -> None:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            db.session.execute(insert(model), batch)
            batch = []
    if batch:
        db.session.execute(insert(model), batch)


def _makers(chance: random.Random, count: int) -> Iterator[_Maker]:
    provinces = list_provinces()
    communes = {province.code: list_communes(province.code) for province in provinces}
    kinds = [kind for kind in _KINDS for _ in range(kind[2])]
    for number in range(1, count + 1):
        province = chance.choice(provinces)
        commune = chance.choice(communes[province.code])
        old = chance.choice(predecessors(province))
        brand = f"{chance.choice(_FIRST)} {chance.choice(_FIRST)}"
        prefix = chance.choice(kinds)[1]
        place = {
            "id": number,
            "vintage": Vintage.BEFORE_2025_07.value,
            "street": None,
            "commune": commune.name,
            "district": f"Huyện {chance.choice(_FIRST)} {chance.choice(_FIRST)}",
            "province": old.name,
            "old_province_code": old.code,
            "current_commune_code": commune.code,
            "current_commune": commune.name,
            "current_province_code": province.code,
            "current_province": province.name,
            "conversion": "whole",
        }
        yield _Maker(number, f"{prefix} {brand} {commune.short_name}", brand, place)


def _producer(chance: random.Random, maker: _Maker) -> dict[str, Any]:
    kind = next(kind for kind, prefix, _ in _KINDS if maker.name.startswith(prefix))
    return {
        "id": maker.id,
        "slug": f"{slugify(maker.name)}-{maker.id}",
        "name": maker.name,
        "kind": kind,
        "founded_year": chance.randint(1985, 2025),
        "is_demonstration": False,
        "place_id": maker.id,
        "source_id": 1,
    }


def _maker_of(number: int, count: int) -> int:
    return (number * 7919) % count


def _goods_of(number: int) -> tuple[str, str, int, int, int]:
    return _GOODS[(number * 31 + number // len(_GOODS)) % len(_GOODS)]


def _product(number: int, maker: _Maker) -> dict[str, Any]:
    goods, english, group, criteria, _ = _goods_of(number)
    manner = _MANNERS[number * 13 % len(_MANNERS)]
    name = " ".join(part for part in (goods, manner, maker.brand) if part)
    place = {key: value for key, value in maker.place.items() if key in PlaceNames.__dataclass_fields__}
    facts = SearchFacts(name=name, name_en=english, producer=maker.name, places=(PlaceNames(**place),))
    return {
        "id": number + 1,
        "slug": f"{slugify(name)}-{number + 1}",
        "name": name,
        "name_en": english,
        "group_no": group,
        "criteria_set": criteria,
        "summary": f"{goods} của {maker.brand}, làm từ nguyên liệu trong vùng.",
        "is_listed": True,
        "is_for_sale": number % 5 != 0,
        "is_demonstration": False,
        "producer_id": maker.id,
        "source_id": 1,
        "recorded_at": _STAMP - timedelta(minutes=number),
        "search_text": search_document(facts).blob,
    }


def _variants(number: int) -> Iterator[dict[str, Any]]:
    if number % 5 == 0:
        return
    price = _goods_of(number)[4]
    for position in range(1, 2 + number % 2):
        quantity, unit, share = _PACKS[(number + position) % len(_PACKS)]
        yield {
            "product_id": number + 1,
            "position": position,
            "label": f"{quantity} {unit}",
            "net_quantity": quantity,
            "net_unit": unit,
            "price_vnd": int(price * share) * 1000,
            "on_hand": (number * 17 + position) % 40,
        }


def _certifications(number: int) -> Iterator[dict[str, Any]]:
    """Three in four have a recognition; decided over the past four years, so that some have run out."""
    if number % 4 == 3:
        return
    decided_on = TODAY - timedelta(days=number * 37 % 1460)
    has_gap = number % 29 == 0
    yield {
        "product_id": number + 1,
        "record_key": "1",
        "stars": 5 if number % 97 == 0 else 4 if number % 10 < 3 else 3,
        "decision_number": None if has_gap else f"{1 + number * 37 % 1460}/QĐ-UBND",
        "decided_on": decided_on,
        "authority_level": "province",
        "expires_on": expiry_by_law(decided_on),
        "expiry_basis": "law",
        "evidence_level": "B",
        "source_id": 1,
        "recorded_at": _STAMP,
    }


def _certificates(chance: random.Random, maker_count: int) -> Iterator[dict[str, Any]]:
    for number in range(1, maker_count + 1):
        if number % 3 == 0:
            yield {
                "kind": _CERTIFICATES[number // 3 % len(_CERTIFICATES)],
                "number": f"{number:06}",
                "issued_on": TODAY - timedelta(days=chance.randint(1, 900)),
                "expires_on": TODAY + timedelta(days=chance.randint(-60, 900)),
                "producer_id": number,
                "recorded_at": _STAMP,
            }
