import json
from datetime import date

from sqlalchemy import select

from catalog.models import Producer
from catalog.queries.producer import get_producer_page
from catalog.queries.product import get_product_page
from storefront.structured_data import organization_data, producer_data, product_data, script_text

ON = date(2026, 11, 22)
URL = "http://market.test/products/keo-dua-1"


def test_nothing_in_the_text_can_end_the_script_element():
    text = script_text({"name": "</script><script>alert(1)</script>&\u2028"})

    assert "<" not in text
    assert ">" not in text
    assert "&" not in text
    assert json.loads(text) == {"name": "</script><script>alert(1)</script>&\u2028"}


def test_a_product_in_the_shop_tells_its_offer_and_its_certification(make_product):
    make_product(slug="keo-dua-1", name="Kẹo dừa", name_en="Coconut candy")

    data = product_data(get_product_page("keo-dua-1", ON), URL)

    assert data["@type"] == "Product"
    assert data["offers"] == [
        {
            "@type": "Offer",
            "name": "500 g",
            "url": URL,
            "price": 125_000,
            "priceCurrency": "VND",
            "availability": "https://schema.org/InStock",
            "seller": {"@type": "Organization", "name": "HTX Dừa"},
        }
    ]
    assert data["hasCertification"] == {
        "@type": "Certification",
        "name": "OCOP",
        "certificationIdentification": "123/QĐ-UBND",
        "certificationStatus": "https://schema.org/CertificationActive",
        "certificationRating": {"@type": "Rating", "ratingValue": 4, "bestRating": 5, "worstRating": 3},
        "issuedBy": {"@type": "Organization", "name": "UBND tỉnh Bến Tre"},
        "validFrom": "2025-06-01",
        "expires": "2028-06-01",
    }
    assert "aggregateRating" not in data


def test_a_recognition_that_ended_is_not_told(make_product):
    make_product(slug="keo-dua-1", certification={"expires_on": date(2026, 11, 21)})

    assert "hasCertification" not in product_data(get_product_page("keo-dua-1", ON), URL)


def test_an_entry_of_the_register_is_nobodys_offer(make_register_entry):
    make_register_entry(slug="keo-dua-1")

    assert "offers" not in product_data(get_product_page("keo-dua-1", ON), URL)


def test_demonstration_data_says_so(make_product):
    make_product(slug="keo-dua-1", is_demonstration=True)

    data = product_data(get_product_page("keo-dua-1", ON), URL)

    assert (
        data["disambiguatingDescription"] == "Demonstration data: neither the product nor the offer is real."
    )


def test_a_producer_is_told_without_street(make_product, db_session):
    make_product()
    slug = db_session.scalar(select(Producer.slug))

    data = producer_data(get_producer_page(slug, ON), URL)

    assert data["address"] == {"@type": "PostalAddress", "addressRegion": "Vĩnh Long", "addressCountry": "VN"}


def test_a_market_without_contact_tells_none():
    assert organization_data("Chợ OCOP", "http://market.test/") == {
        "@context": "https://schema.org",
        "@type": "Organization",
        "name": "Chợ OCOP",
        "url": "http://market.test/",
    }
