"""Facts about pages for search engines, in the vocabulary of schema.org; plain dicts and their text.

The programme's stars are a certification (`hasCertification`), never a rating by customers: that is `aggregateRating`,
told only where a buyer has reviewed the product. Only a recognition in force is told as active.
Sources: schema.org (Product, Certification, Offer, AggregateRating, BreadcrumbList, Organization), JSON-LD 1.1 (W3C).
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from markupsafe import Markup

from catalog.queries.view_models import ProducerPage, ProductPage, RecognitionView, VariantView
from promotion.fair_terms import FairKind
from promotion.queries.public_fairs import PublicFair

CONTEXT: Final = "https://schema.org"
BEST_RATING: Final = 5
WORST_RATING: Final = 3  # 1 and 2 stars bring no certificate. Source: Decision 26/2026/QĐ-TTg, article 5

DEMONSTRATION: Final = "Demonstration data: neither the product nor the offer is real."
DEMONSTRATION_FAIR: Final = "Demonstration data: this event does not take place."

Data = dict[str, Any]


def script_text(data: Data) -> Markup:
    """`data` as the text of a `<script type="application/ld+json">`: nothing in it can end the element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    # Safe as markup: every sign that means something in HTML was replaced above.
    return Markup(text)  # noqa: S704


def product_data(
    page: ProductPage,
    url: str,
    images: Sequence[str] = (),
    *,
    rating: tuple[int, int] = (0, 0),
    is_recalled: bool = False,
) -> Data:
    """The product with its recognition in force and what is offered. url, images: absolute addresses.

    rating: mean of the buyers' reviews in tenths (46 is 4.6) and how many there are.
    is_recalled: a lot is being recalled, so nothing is sold.
    """
    maker = page.producer
    return _without_gaps(
        {
            "@context": CONTEXT,
            "@type": "Service" if page.is_service else "Product",
            "name": page.name,
            "alternateName": page.name_en,
            "description": page.summary,
            "disambiguatingDescription": DEMONSTRATION if page.is_demonstration else None,
            "image": list(images) or None,
            "url": url,
            "sku": None if page.is_service else page.slug,
            "provider" if page.is_service else "manufacturer": _without_gaps(
                {"@type": "Organization", "name": maker.name}
            )
            if maker
            else None,
            "countryOfOrigin": None if page.is_service else {"@type": "Country", "name": "VN"},
            "hasCertification": _certification(page.recognition) if page.recognition else None,
            "aggregateRating": _rating(*rating),
            "offers": _offers(page, url, page.sale.is_open and not is_recalled),
        }
    )


def producer_data(page: ProducerPage, url: str) -> Data:
    """Who makes things, without anything about where a person lives but the province."""
    place = page.producer.place
    return _without_gaps(
        {
            "@context": CONTEXT,
            "@type": "Organization",
            "name": page.producer.name,
            "url": url,
            "foundingDate": str(page.producer.founded_year) if page.producer.founded_year else None,
            "address": {"@type": "PostalAddress", "addressRegion": place.province, "addressCountry": "VN"}
            if place and place.province
            else None,
        }
    )


def organization_data(name: str, url: str, telephone: str = "", email: str = "") -> Data:
    """The market itself. url: of its front page, absolute."""
    return _without_gaps(
        {
            "@context": CONTEXT,
            "@type": "Organization",
            "name": name,
            "url": url,
            "telephone": telephone or None,
            "email": email or None,
        }
    )


def fair_data(page: PublicFair, url: str, times: tuple[datetime, datetime] | None) -> Data:
    """A fair as an event. times: its first opening and last closing with their zone; None: only days are known.

    Nothing is said of tickets: nobody told us that there are any.
    """
    fair = page.fair
    starts, ends = times or (fair.starts_on, fair.ends_on)
    mode = "Online" if fair.kind == FairKind.LIVE_SESSION else "Offline"
    return _without_gaps(
        {
            "@context": CONTEXT,
            "@type": "ExhibitionEvent" if fair.kind == FairKind.EXHIBITION else "Event",
            "name": fair.name,
            "alternateName": fair.name_en,
            "description": fair.summary or None,
            "disambiguatingDescription": DEMONSTRATION_FAIR if page.is_demonstration else None,
            "url": url,
            "startDate": starts.isoformat(),
            "endDate": ends.isoformat(),
            "eventStatus": f"{CONTEXT}/{'EventCancelled' if fair.is_cancelled else 'EventScheduled'}",
            "eventAttendanceMode": f"{CONTEXT}/{mode}EventAttendanceMode",
            "location": _location(page, mode),
            "organizer": {"@type": "Organization", "name": fair.organiser_name},
        }
    )


def _location(page: PublicFair, mode: str) -> Data:
    fair = page.fair
    if mode == "Online" and fair.live_url:
        return {"@type": "VirtualLocation", "name": fair.venue, "url": fair.live_url}
    address = _without_gaps(
        {
            "@type": "PostalAddress",
            "streetAddress": fair.address or None,
            "addressLocality": page.commune,
            "addressRegion": page.province.short_name if page.province else None,
            "addressCountry": fair.country,
        }
    )
    return {"@type": "Place", "name": fair.venue, "address": address}


def breadcrumbs_data(crumbs: Sequence[tuple[str, str]]) -> Data:
    """The way to a page: pairs of name and absolute address, from the front page on."""
    return {
        "@context": CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": url}
            for position, (name, url) in enumerate(crumbs, start=1)
        ],
    }


def _rating(average_tenths: int, count: int) -> Data | None:
    if not count:
        return None
    return {
        "@type": "AggregateRating",
        "ratingValue": average_tenths / 10,
        "reviewCount": count,
        "bestRating": 5,
        "worstRating": 1,
    }


def _certification(recognition: RecognitionView) -> Data | None:
    if recognition.stars_shown is None:
        return None
    ends_on = recognition.extended_until or recognition.expires_on
    return _without_gaps(
        {
            "@type": "Certification",
            "name": "OCOP",
            "certificationIdentification": recognition.decision_number,
            "certificationStatus": f"{CONTEXT}/CertificationActive",
            "certificationRating": {
                "@type": "Rating",
                "ratingValue": recognition.stars_shown,
                "bestRating": BEST_RATING,
                "worstRating": WORST_RATING,
            },
            "issuedBy": {"@type": "Organization", "name": recognition.authority_name}
            if recognition.authority_name
            else None,
            "validFrom": recognition.decided_on.isoformat() if recognition.decided_on else None,
            "expires": ends_on.isoformat() if ends_on else None,
            "url": recognition.source.url if recognition.source else None,
        }
    )


def _offers(page: ProductPage, url: str, is_open: bool) -> list[Data] | None:
    """What is for sale; an entry of the register is nobody's offer."""
    if not page.is_for_sale:
        return None
    return [
        _offer(page, variant, url, is_open) for variant in page.variants if variant.price_vnd is not None
    ] or None


def _offer(page: ProductPage, variant: VariantView, url: str, is_open: bool) -> Data:
    return _without_gaps(
        {
            "@type": "Offer",
            "name": variant.label,
            "url": url,
            "price": variant.price_vnd,
            "priceCurrency": "VND",
            "gtin14": variant.gtin,
            "availability": f"{CONTEXT}/{'InStock' if variant.available and is_open else 'OutOfStock'}",
            "seller": {"@type": "Organization", "name": page.producer.name} if page.producer else None,
        }
    )


def _without_gaps(data: Data) -> Data:
    return {name: value for name, value in data.items() if value is not None}
