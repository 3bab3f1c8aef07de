"""What pages about other shelves say of reasons and broken rules, and where a producer mends what is wrong."""

from typing import Final

from core.i18n import LazyText, format_number, gettext
from core.i18n import lazy_gettext as _
from promotion.channel_rules import Breach, Reason

REASONS: Final[dict[str, LazyText]] = {
    Reason.OFFERED: _("On the shelf"),
    Reason.NOT_FOR_SALE: _("Not published in your shop"),
    Reason.SERVICE: _("A service, not goods that can be sent"),
    Reason.DEMONSTRATION: _("Made up for the demonstration: shown nowhere else"),
    Reason.RECALLED: _("Goods of it are being recalled"),
    Reason.COPIED: _("One of its codes was copied; it stays off for 90 days"),
    Reason.REGULATED: _("Spirits and other goods that the law lets nobody advertise"),
    Reason.PAPER_MISSING: _("A paper that the law asks for is missing or has run out"),
    Reason.STAR_CLAIM: _("Your text tells of stars that the goods do not hold today"),
    Reason.KEPT_OFF: _("You keep it off this shelf"),
    Reason.NO_PACK: _("No pack has a price"),
    Reason.BREACH: _("Something is missing for this shelf"),
}

_NAME, _PHOTO = _("Name of the product"), _("Photograph")
_FIELDS: Final[dict[str, LazyText]] = {
    **dict.fromkeys(("title", "name"), _NAME),
    **dict.fromkeys(("image_link", "image", "additional_image_link"), _PHOTO),
    **dict.fromkeys(("price", "offers.price"), _("Price")),
    **dict.fromkeys(("weight_g", "weight_kg"), _("Weight of the pack as it is sent")),
    **dict.fromkeys(("brand", "maker"), _("Name of the producer")),
    "description": _("Description"),
    "stock": _("Number in stock"),
    "category": _("Category on the platform"),
    "origin": _("Origin"),
    "gtin": _("GTIN (barcode)"),
}
_OTHER: Final = _("Another detail")

_SENTENCES: Final[dict[str, LazyText]] = {
    "required": _("%(field)s: still missing.", field="", value=""),
    "max_length": _("%(field)s: longer than %(value)s characters.", field="", value=""),
    "min_length": _("%(field)s: shorter than %(value)s characters.", field="", value=""),
    "number": _("%(field)s: must be at least %(value)s.", field="", value=""),
    "image_min": _("%(field)s: each side must have at least %(value)s pixels.", field="", value=""),
    "image": _("%(field)s: this kind of picture is not taken.", field="", value=""),
    "images": _("%(field)s: this kind of picture is not taken.", field="", value=""),
    "gtin": _("%(field)s: not a number that GS1 gave out.", field="", value=""),
    "not_shouted": _("%(field)s: do not write it all in capitals.", field="", value=""),
    "plain": _("%(field)s: take out angle brackets.", field="", value=""),
}
_ANY: Final = _("%(field)s: not as this shelf asks for it.", field="", value="")

_MENDED_AT: Final[dict[str, str]] = {
    **dict.fromkeys(("title", "name"), "products/{product}/draft/what"),
    **dict.fromkeys(("image_link", "image", "additional_image_link"), "products/{product}/photos"),
    **dict.fromkeys(("price", "offers.price"), "prices"),
    **dict.fromkeys(("weight_g", "weight_kg"), "products/{product}/handling"),
    **dict.fromkeys(("brand", "maker"), "about"),
    "stock": "stock",
    "category": "",
}
_REASON_MENDED_AT: Final[dict[str, str]] = {
    Reason.NOT_FOR_SALE: "products/{product}",
    Reason.PAPER_MISSING: "certificates",
    Reason.STAR_CLAIM: "products/{product}",
    Reason.NO_PACK: "prices",
    Reason.RECALLED: "recalls",
    Reason.COPIED: "doubts",
}


def breach_words(breach: Breach) -> str:
    """What is wrong, in a sentence for whoever made the goods."""
    sentence = _SENTENCES.get(breach.check, _ANY)
    field = str(_FIELDS.get(breach.field, _OTHER))
    value = format_number(breach.value) if isinstance(breach.value, int) else ""
    return gettext(sentence.message, field=field, value=value)


def mended_at(breach: Breach, product_id: int) -> str:
    """The part of the workspace's address where it is mended; nothing for what is mended on the page itself."""
    return _MENDED_AT.get(breach.field, "products/{product}").format(product=product_id)


def reason_mended_at(reason: str, product_id: int) -> str:
    """The same for a reason that keeps goods off every shelf; nothing where nobody can do anything."""
    return _REASON_MENDED_AT.get(reason, "").format(product=product_id)
