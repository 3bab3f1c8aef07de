"""Routes that name an object and are for everyone; a part of `tests.permissions.given`."""

from collections.abc import Mapping
from typing import Final

from tests.permissions.roles import EVERYONE

Roles = frozenset[str]

PUBLIC_WHO: Final[Mapping[str, Roles]] = {
    "assets.asset": EVERYONE,
    "catalog.document": EVERYONE,
    "catalog.certificate_page": EVERYONE,
    "catalog.picture": EVERYONE,
    "catalog_api.producer": EVERYONE,
    "catalog_api.product": EVERYONE,
    "storefront.group": EVERYONE,
    "storefront.checkout_status": EVERYONE,
    "storefront.inquiry": EVERYONE,
    "storefront.inquiry_create": EVERYONE,
    "storefront.inquiry_sent": EVERYONE,
    "storefront.place": EVERYONE,
    "storefront.producer": EVERYONE,
    "storefront.hamper": EVERYONE,
    "storefront.fair": EVERYONE,
    "storefront.fair_booth": EVERYONE,
    "storefront.fair_calendar": EVERYONE,
    "storefront.product": EVERYONE,
    "storefront_api.sitemap_part": EVERYONE,
    "traceability.digital_link": EVERYONE,
    "traceability.lot": EVERYONE,
    "traceability.report": EVERYONE,
    "traceability.report_create": EVERYONE,
    "traceability.stamp": EVERYONE,
    "traceability_api.stamp": EVERYONE,
    "transparency.entry": EVERYONE,
    "transparency.proof": EVERYONE,
    "transparency.records": EVERYONE,
    "transparency.tile": EVERYONE,
    "transparency_api.consistency": EVERYONE,
    "transparency_api.log_entry": EVERYONE,
}
