"""What is told of a pack on any shelf: title, description, price, addresses. Texts are Vietnamese, as the goods are.

A star is told only where it may be shown at the moment for which the goods were judged.
"""

import re
from typing import Final

from catalog.queries.pictures import PictureView
from catalog.spreadsheets import FORMULA_STARTS
from catalog.stories import story_plain
from catalog.unit_prices import unit_price
from core.i18n import format_date, gettext
from core.text import clean_line
from promotion.queries.channel_goods import Goods, Pack

_UNSEEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SIGNS: Final = "".join(FORMULA_STARTS) + " "


def star_words(goods: Goods) -> str:
    """«OCOP 4 sao», or nothing where no star may be shown."""
    return "" if goods.stars is None else gettext("OCOP %(stars)s stars", stars=goods.stars)


def title(goods: Goods, pack: Pack, limit: int) -> str:
    """Name, pack and stars, at most `limit` characters; the name is cut at a word where all do not fit."""
    name, label, stars = clean_line(goods.name).lstrip(_SIGNS), clean_line(pack.label), star_words(goods)
    tail = "" if label.casefold() in name.casefold() else f", {shortened(label, limit // 3)}"
    if stars and stars.casefold() not in name.casefold():
        tail += f" – {stars}"
    return shortened(name, limit - len(tail)) + tail


def description(goods: Goods, limit: int) -> str:
    """What the goods are, in sentences, without any markup: recognition, summary or story, label, maker."""
    parts = [_demonstration(goods), _recognition(goods), _about(goods), *_label(goods), _maker(goods)]
    return shortened(" ".join(part for part in parts if part).lstrip(_SIGNS), limit)


def highlights(goods: Goods) -> str:
    """Stars and where it is made, in a line."""
    return " · ".join(each for each in (star_words(goods), goods.place_line) if each)


def page_url(goods: Goods, base_url: str) -> str:
    """The page of the product: the one address that every language and link of ours calls canonical."""
    return f"{base_url}/products/{goods.slug}"


def picture_urls(goods: Goods, base_url: str) -> list[str]:
    """Photographs in their largest size, the cover first. Goods of the demonstration go with their drawing instead."""
    if not goods.pictures and goods.is_demonstration and goods.illustration:
        return [f"{base_url}/static/img/share/{goods.illustration}.webp"]
    return [base_url + picture.largest_url for picture in goods.pictures]


def shorter_side(goods: Goods) -> int | None:
    """Pixels of the shorter side of the cover, None where that is not known."""
    cover: PictureView | None = goods.pictures[0] if goods.pictures else None
    return min(cover.width, cover.height) if cover else None


def pack_code(pack: Pack) -> str:
    """Our own name of a pack, the same for ever: never a GTIN, and never to be taken for one."""
    return f"OCOP-{pack.id}"


def group_code(goods: Goods) -> str:
    """Our own name of a product whose packs belong together, nothing where there is but one."""
    return f"OCOP-P{goods.id}" if len(goods.packs) > 1 else ""


def gtin(pack: Pack) -> str:
    """The GTIN as its maker recorded it, without the zeros that only fill it up; nothing where there is none."""
    digits = pack.gtin or ""
    for length in (8, 12, 13):
        if digits and not digits[:-length].strip("0"):
            return digits[-length:]
    return digits


def is_in_stock(goods: Goods, pack: Pack) -> bool:
    """Whether the pack can be bought now."""
    return goods.is_open and pack.available > 0


def measures(pack: Pack) -> tuple[str, str]:
    """Content of the pack and what its price is compared by («500 g», «1 kg»); nothing where that is not told."""
    per_unit = unit_price(pack.price_vnd, pack.net_quantity, pack.net_unit)
    return (f"{pack.net_quantity} {pack.net_unit}", f"1 {per_unit.per}") if per_unit else ("", "")


def shortened(text: str, limit: int) -> str:
    """`text` as `writable`, cut at a word with «…» where it is longer than `limit`."""
    text = writable(text)
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    return (cut[: cut.rfind(" ")] if " " in cut[limit // 2 :] else cut).rstrip(" ,.;:–-") + "…"


def writable(text: str) -> str:
    """`text` without signs that XML, workbooks or UTF-8 cannot hold."""
    return _UNSEEN.sub("", text)


def maker(goods: Goods) -> str:
    """Who makes it, which is what shelves call the brand."""
    return clean_line(goods.producer_name).lstrip(_SIGNS)


def _demonstration(goods: Goods) -> str:
    return gettext("Demonstration: these goods do not exist.") if goods.is_demonstration else ""


def _recognition(goods: Goods) -> str:
    facts = goods.recognition
    if goods.stars is None or facts is None:
        return ""
    return gettext(
        "Recognised with OCOP %(stars)s stars by decision %(number)s of %(day)s.",
        stars=goods.stars,
        number=facts.decision_number,
        day=format_date(facts.decided_on),
    )


def _about(goods: Goods) -> str:
    about = clean_line(goods.summary or "") or story_plain(goods.story or "") or clean_line(goods.name)
    return about if about.endswith((".", "!", "?", "…")) else f"{about}."


def _label(goods: Goods) -> list[str]:
    return [
        gettext("Ingredients: %(words)s.", words=clean_line(goods.ingredients).rstrip("."))
        if goods.ingredients
        else "",
        gettext("Storage: %(words)s.", words=clean_line(goods.storage).rstrip(".")) if goods.storage else "",
        gettext("Shelf life: %(days)s days from the day of making.", days=goods.shelf_life_days)
        if goods.shelf_life_days
        else "",
    ]


def _maker(goods: Goods) -> str:
    made_by = gettext("Made by %(maker)s", maker=maker(goods))
    return f"{made_by}, {goods.place_line}." if goods.place_line else f"{made_by}."
