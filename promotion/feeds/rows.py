"""A row of each shelf for a pack: field to text, as the shelf's own file has it."""

import tomllib
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from catalog.groups import criteria_set_by_number, group_by_number
from core.i18n import gettext
from promotion.channel_rules import Channel, ChannelKey
from promotion.feeds import values
from promotion.queries.channel_goods import Goods, Pack

CATEGORIES: Final = Path(__file__).parents[1] / "data" / "google_categories.toml"
CONTEXT: Final = "https://schema.org"
BEST_STARS: Final = 5
WORST_STARS: Final = 3  # 1 and 2 stars bring no certificate. Source: Decision 26/2026/QĐ-TTg, article 5
MORE_PICTURES: Final = 8

GOOGLE_FIELDS: Final = (
    "id",
    "title",
    "description",
    "link",
    "image_link",
    "additional_image_link",
    "availability",
    "price",
    "condition",
    "brand",
    "gtin",
    "identifier_exists",
    "google_product_category",
    "product_type",
    "item_group_id",
    "unit_pricing_measure",
    "unit_pricing_base_measure",
    "custom_label_0",
    "custom_label_1",
)
FACEBOOK_FIELDS: Final = (
    "id",
    "title",
    "description",
    "availability",
    "condition",
    "price",
    "link",
    "image_link",
    "additional_image_link",
    "brand",
    "gtin",
    "google_product_category",
    "item_group_id",
    "custom_label_0",
    "custom_label_1",
)


def make_row(channel: Channel, goods: Goods, pack: Pack, base_url: str) -> dict[str, str]:
    """The row of `pack` on a shelf; fields without anything to tell are not there.

    base_url: of the shop, «https://…» without a slash at the end. The pack has a price.
    """
    row = _ROWS.get(channel.key, _sheet_row)(channel, goods, pack, base_url)
    return {field: values.writable(text) for field, text in row.items() if text}


def document_of(goods: Goods, pack: Pack, base_url: str) -> dict[str, Any]:
    """The pack in the vocabulary of schema.org, for JSON-LD. Its stars are a certification, never a rating."""
    facts = {
        "@context": CONTEXT,
        "@type": "Product",
        "@id": f"{values.page_url(goods, base_url)}#{values.pack_code(pack)}",
        "name": values.title(goods, pack, 150),
        "description": values.description(goods, 5_000),
        "sku": values.pack_code(pack),
        "gtin": values.gtin(pack),
        "url": values.page_url(goods, base_url),
        "image": values.picture_urls(goods, base_url),
        "manufacturer": {"@type": "Organization", "name": values.maker(goods)},
        "countryOfOrigin": {"@type": "Country", "name": "VN"},
        "inProductGroupWithID": values.group_code(goods),
        "hasCertification": _certification(goods),
        "offers": {
            "@type": "Offer",
            "url": values.page_url(goods, base_url),
            "price": pack.price_vnd,
            "priceCurrency": "VND",
            "availability": f"{CONTEXT}/{'InStock' if values.is_in_stock(goods, pack) else 'OutOfStock'}",
            "itemCondition": f"{CONTEXT}/NewCondition",
        },
    }
    return {name: value for name, value in facts.items() if value}


def flattened(document: Mapping[str, Any]) -> dict[str, str]:
    """Fields of a document as rules name them: those of its offer with «offers.», the first of several pictures."""
    offer = document.get("offers")
    row = {name: _text(value) for name, value in document.items() if name != "offers"}
    if isinstance(offer, Mapping):
        row |= {f"offers.{name}": _text(value) for name, value in offer.items()}
    return row


def _google_row(channel: Channel, goods: Goods, pack: Pack, base_url: str) -> dict[str, str]:
    measure, base_measure = values.measures(pack)
    return _common_row(channel, goods, pack, base_url) | {
        "availability": "in_stock" if values.is_in_stock(goods, pack) else "out_of_stock",
        "identifier_exists": "yes" if pack.gtin else "no",
        "product_type": _product_type(goods),
        "unit_pricing_measure": measure,
        "unit_pricing_base_measure": base_measure,
    }


def _facebook_row(channel: Channel, goods: Goods, pack: Pack, base_url: str) -> dict[str, str]:
    return _common_row(channel, goods, pack, base_url) | {
        "availability": "in stock" if values.is_in_stock(goods, pack) else "out of stock"
    }


def _common_row(channel: Channel, goods: Goods, pack: Pack, base_url: str) -> dict[str, str]:
    pictures = values.picture_urls(goods, base_url)
    category = _google_categories().get(str(goods.criteria_set))
    return {
        "id": values.pack_code(pack),
        "title": values.title(goods, pack, channel.limit("title")),
        "description": values.description(goods, channel.limit("description")),
        "link": values.page_url(goods, base_url),
        "image_link": pictures[0] if pictures else "",
        "additional_image_link": ",".join(pictures[1 : MORE_PICTURES + 1]),
        "price": f"{pack.price_vnd} VND",
        "condition": "new",
        "brand": values.shortened(values.maker(goods), channel.limit("brand")),
        "gtin": values.gtin(pack),
        "google_product_category": str(category) if category else "",
        "item_group_id": values.group_code(goods),
        "custom_label_0": values.star_words(goods),
        "custom_label_1": goods.province or "",
    }


def _schema_row(_channel: Channel, goods: Goods, pack: Pack, base_url: str) -> dict[str, str]:
    return flattened(document_of(goods, pack, base_url))


def _sheet_row(channel: Channel, goods: Goods, pack: Pack, base_url: str) -> dict[str, str]:
    pictures = values.picture_urls(goods, base_url)
    has_several = len(goods.packs) > 1
    stock = pack.available if goods.is_open else 0
    limits = {rule.field: int(rule.value) for rule in channel.rules if rule.check == "max_length"}
    recognition = goods.recognition if goods.stars else None
    return {
        "category": goods.categories.get(channel.key, ""),
        "name": values.title(goods, pack, limits["name"]),
        "description": values.description(goods, limits.get("description", 5_000)),
        "highlights": values.highlights(goods),
        "brand": values.maker(goods),
        "maker": values.maker(goods),
        "product_sku": values.group_code(goods),
        "variation_code": values.group_code(goods),
        "variation_name": gettext("Pack") if has_several else "",
        "variation": pack.label if has_several else "",
        "pack": pack.label,
        "sku": values.pack_code(pack),
        "price": str(pack.price_vnd),
        "stock": str(stock),
        "weight_g": str(pack.weight_g or ""),
        "weight_kg": f"{pack.weight_g / 1000:.3f}" if pack.weight_g else "",
        "gtin": values.gtin(pack),
        "gtin_type": "GTIN" if pack.gtin else "",
        "image": pictures[0] if pictures else "",
        **{f"image_{number}": url for number, url in enumerate(pictures[1:], start=2)},
        "origin": goods.origin or gettext("Vietnam"),
        "province": goods.province or "",
        "ingredients": goods.ingredients or "",
        "storage": goods.storage or "",
        "shelf_life_days": str(goods.shelf_life_days or ""),
        "stars": values.star_words(goods),
        "decision": (recognition.decision_number or "") if recognition else "",
        "link": values.page_url(goods, base_url),
    }


def _certification(goods: Goods) -> dict[str, Any] | None:
    facts = goods.recognition
    if goods.stars is None or facts is None:
        return None
    told = {
        "@type": "Certification",
        "name": "OCOP",
        "certificationIdentification": values.writable(facts.decision_number or ""),
        "certificationStatus": f"{CONTEXT}/CertificationActive",
        "certificationRating": {
            "@type": "Rating",
            "ratingValue": goods.stars,
            "bestRating": BEST_STARS,
            "worstRating": WORST_STARS,
        },
        "validFrom": facts.decided_on.isoformat() if facts.decided_on else None,
        "expires": goods.recognised_until.isoformat() if goods.recognised_until else None,
    }
    return {name: value for name, value in told.items() if value}


def _product_type(goods: Goods) -> str:
    group = group_by_number(goods.group_no) if goods.group_no else None
    part = criteria_set_by_number(goods.criteria_set) if goods.criteria_set else None
    return " > ".join(each.name_vi for each in (group, part) if each)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return _text(value[0]) if value else ""
    return value if isinstance(value, str) else str(value)


@lru_cache(maxsize=1)
def _google_categories() -> dict[str, int]:
    found: dict[str, int] = tomllib.loads(CATEGORIES.read_text("utf-8"))
    return found


_ROWS: Final[Mapping[ChannelKey, Callable[[Channel, Goods, Pack, str], dict[str, str]]]] = {
    ChannelKey.GOOGLE: _google_row,
    ChannelKey.FACEBOOK: _facebook_row,
    ChannelKey.SCHEMA: _schema_row,
}
