"""Words for stored values: what a state, a kind or a choice is called on a page, in the reader's language.

A value that is not listed here is shown as it is, so that new data never breaks a page.
"""

from collections.abc import Mapping
from typing import Final

from catalog.facets import PRICE_BANDS
from core.i18n import LazyText, format_money, gettext
from core.i18n import lazy_gettext as _

Labels = Mapping[str, LazyText]

PRODUCER_KINDS: Final[Labels] = {
    "cooperative": _("Cooperative"),
    "cooperative_group": _("Cooperative group"),
    "enterprise": _("Enterprise"),
    "household": _("Household business"),
    "farm": _("Farm"),
}

FAIR_KINDS: Final[Labels] = {
    "fair": _("Fair"),
    "exhibition": _("Exhibition"),
    "conference": _("Conference"),
    "live_session": _("Live session"),
    "point_of_sale": _("Point of sale"),
}

CERTIFICATE_KINDS: Final[Labels] = {
    "food_safety": _("Food safety certificate"),
    "vietgap": _("VietGAP"),
    "globalgap": _("GlobalG.A.P."),
    "organic": _("Organic"),
    "haccp": _("HACCP"),
    "iso": _("ISO"),
    "geographical_indication": _("Geographical indication"),
    "collective_mark": _("Collective mark"),
    "alcohol_licence": _("Licence to make or sell spirits"),
    "advert_confirmation": _("Confirmation of advertising content"),
}

REVOCATION_GROUNDS: Final[Labels] = {
    "false_dossier": _("false statements in the dossier"),
    "criteria_not_met": _("the product no longer meets the criteria"),
    "breach_of_law": _("breach of the law on quality, food safety, environment, property or labels"),
    "misuse_of_mark": _("wrong use of the OCOP mark"),
    "not_produced": _("the product is no longer made"),
    "other": _("other findings of an inspection"),
}

AVAILABILITY: Final[Labels] = {
    "in_stock": _("In stock"),
    "register": _("In the register only"),
}

SORTS: Final[Labels] = {
    "relevance": _("Best match"),
    "certified": _("Certified first"),
    "name": _("Name"),
    "price": _("Price, lowest first"),
    "-price": _("Price, highest first"),
    "newest": _("Newest in the register"),
}

FACETS: Final[Labels] = {
    "stars": _("OCOP stars"),
    "group": _("Product group"),
    "province": _("Province"),
    "old_province": _("Former province (before July 2025)"),
    "commune": _("Commune"),
    "kind": _("Kind of producer"),
    "certificate": _("Other certificates"),
    "price": _("Price"),
    "availability": _("Availability"),
}


def label_of(labels: Labels, value: str | None) -> str:
    """The word for `value` in the reader's language; `value` itself if there is none, "" for None."""
    if value is None:
        return ""
    text = labels.get(value)
    return value if text is None else str(text)


def price_label(key: str) -> str:
    """The words for a band of prices; `key` itself if there is none such."""
    for band, least, beyond in PRICE_BANDS:
        if band != key:
            continue
        if beyond is None:
            return gettext("%(price)s and more", price=format_money(least))
        if least == 0:
            return gettext("Under %(price)s", price=format_money(beyond))
        return gettext("%(least)s to %(most)s", least=format_money(least), most=format_money(beyond))
    return key


def media_name(media_type: str) -> str:
    """What people call a file of that type: «PDF»."""
    return {"application/pdf": "PDF", "image/jpeg": "JPEG", "image/png": "PNG"}.get(media_type, media_type)
