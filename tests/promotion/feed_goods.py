"""Goods that every shelf takes, and what reading them again gives."""

from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from catalog.models import Product
from catalog.models.pictures import Picture, ProductPicture
from core import clock
from core.db import db, transaction
from orders.models.delivery import PackWeight
from promotion.channel_rules import Channel, get_channel
from promotion.feeds.judging import Shop, Verdict, judge
from promotion.feeds.reading import FileCheck, check_file
from promotion.feeds.writers import FEEDS, write_sheet
from promotion.queries.channel_goods import Goods, iter_goods_on_sale, iter_own_goods
from tests import factories

SHOP = Shop(base_url="https://cho.example")
GTIN = "08935001234562"
SUMMARY = (
    "Kẹo dừa nấu từ nước cốt dừa tươi và mạch nha nếp của bà con trong xã, cắt viên vuông, gói giấy gạo, "
    "vị béo dịu và thơm mùi dừa già."
)

_numbers = count(1)


def make_goods(*, side: int = 1200, pictures: int = 1, weight_g: int | None = 560, **facts: Any) -> Product:
    """A product of 4 stars with a photograph, a summary, and a pack that was weighed."""
    product = factories.make_product(**({"summary": SUMMARY, "criteria_set": 7} | facts))
    with transaction():
        for position in range(1, pictures + 1):
            picture = Picture(key=f"{next(_numbers):020x}", width=side, height=side, drawn_at=clock.now())
            shown = ProductPicture(
                product_id=product.id, picture=picture, position=position, added_at=clock.now()
            )
            db.session.add(shown)
        for variant in product.variants:
            if weight_g:
                db.session.add(PackWeight(variant_id=variant.id, weight_g=weight_g))
    return product


def on_sale() -> list[Goods]:
    db.session.rollback()
    return list(iter_goods_on_sale(clock.today(), clock.now()))


def own(producer_id: int) -> list[Goods]:
    db.session.rollback()
    return list(iter_own_goods(producer_id, clock.today(), clock.now()))


def verdict(channel: str, goods: Goods | None = None) -> Verdict:
    """What becomes on a shelf of the only goods of the shop, or of those handed in."""
    return judge(goods or on_sale()[0], get_channel(channel), clock.today(), SHOP)


def row(channel: str) -> dict[str, str]:
    """The row of the only pack of the shop."""
    [found] = verdict(channel).rows
    return dict(found.row)


def text(name: str, verdicts: list[Verdict], now: datetime | None = None) -> str:
    file = FEEDS[name]
    rows = (row for each in verdicts for row in file.rows(each, SHOP))
    return file.head(SHOP, now or clock.now()) + "".join(rows) + file.tail


def checked(folder: Path, name: str, content: str) -> FileCheck:
    path = folder / name
    path.write_bytes(content.encode())
    return check_file(path, name, clock.today())


def sheet(folder: Path, channel: str, verdicts: list[Verdict]) -> Path:
    path = folder / f"{channel}.xlsx"
    write_sheet(path, channel_of(channel).key, verdicts)
    return path


def channel_of(name: str) -> Channel:
    return get_channel(name)
