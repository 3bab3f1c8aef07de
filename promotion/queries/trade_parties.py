"""Between whom a quotation is: as kept when it was sent; where nothing was kept then, as they stand today."""

from typing import Any

from catalog.queries.addresses import place_line
from core.places import list_provinces
from promotion.models.trade import Quotation, Rfq
from promotion.quotation_terms import Party


def seller_of(quotation: Quotation) -> Party:
    """Who offers."""
    kept = quotation.parties
    return Party(**kept["seller"]) if kept else present_seller(quotation.rfq)


def buyer_of(quotation: Quotation) -> Party:
    """To whom it is offered. contact, phone: empty once the person was erased."""
    kept, contact = quotation.parties, quotation.contact
    if kept is None:
        return present_buyer(quotation.rfq)
    told = {"contact": contact.name, "phone": contact.phone} if contact else {}
    return Party(**kept["buyer"], **told)


def kept_parties(rfq: Rfq) -> dict[str, Any]:
    """What a quotation keeps for good of both as they stand now: the firms, not the buyer's contact."""
    seller, buyer = present_seller(rfq), present_buyer(rfq)
    return {
        "seller": {
            "name": seller.name,
            "tax_code": seller.tax_code,
            "address": seller.address,
            "phone": seller.phone,
        },
        "buyer": {"name": buyer.name, "tax_code": buyer.tax_code, "address": buyer.address},
    }


def present_seller(rfq: Rfq) -> Party:
    """The producer as it stands now."""
    producer = rfq.producer
    return Party(
        name=producer.name,
        tax_code=producer.tax_code or "",
        address=place_line(producer.place) or "",
        phone=producer.phone or "",
    )


def present_buyer(rfq: Rfq) -> Party:
    """The firm as it stands now."""
    account = rfq.account
    return Party(
        name=account.name,
        tax_code=account.tax_code,
        address=f"{account.address}, {province_name(account.province_code)}",
        contact=account.contact_name,
        phone=account.phone,
    )


def province_name(code: str) -> str:
    """The province's name of today; the code itself where there is no such province."""
    return next((each.name for each in list_provinces() if each.code == code), code)
